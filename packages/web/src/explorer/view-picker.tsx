import type { Explorer } from './explorer.ts'
import type { ViewState } from './view-state.ts'

const views: readonly { readonly shows: ViewState['shows']; readonly label: string }[] = [
  { shows: 'graph', label: 'Flame graph' },
  { shows: 'table', label: 'Table' },
]

/** The same data as a picture or as a table. */
export function ViewPicker({ explorer }: { explorer: Explorer }) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">View</legend>
      {views.map(({ shows, label }) => (
        <label key={shows}>
          <input
            type="radio"
            name="view"
            checked={explorer.view.value.shows === shows}
            onChange={() => explorer.show({ shows })}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
