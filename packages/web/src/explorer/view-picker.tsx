import { Explain } from '../app/explain.tsx'
import type { ViewKind } from '../worker/messages.ts'
import type { Explorer } from './explorer.ts'
import type { ViewState } from './view-state.ts'

export const viewWords: Readonly<Record<ViewKind, { readonly label: string; readonly about: string }>> = {
  overview: {
    label: 'Overview',
    about:
      'From the entry points down: a frame is as wide as its share of the time, and stands below its caller.',
  },
  hotspots: {
    label: 'Hotspots',
    about: 'The functions that use the time themselves, heaviest first; below each stand its callers.',
  },
  inspect: {
    label: 'Inspect',
    about: 'One function with all its calls merged: above it who calls it, below it what it calls.',
  },
}

const views = Object.keys(viewWords) as ViewKind[]

const shapes: readonly { readonly shows: ViewState['shows']; readonly label: string }[] = [
  { shows: 'graph', label: 'Graph' },
  { shows: 'table', label: 'Table' },
]

/** From which end the calls are looked at. */
export function ViewPicker({ explorer }: { explorer: Explorer }) {
  const { view } = explorer.view.value
  return (
    <div class="view-picker">
      <fieldset class="segments">
        <legend class="visually-hidden">View</legend>
        {views.map((kind, index) => (
          <label key={kind} title={`${viewWords[kind].label} (${index + 1})`}>
            <input
              type="radio"
              name="view"
              checked={view === kind}
              onChange={() => explorer.showView(kind)}
            />
            <span>{viewWords[kind].label}</span>
          </label>
        ))}
      </fieldset>
      <Explain term="views">
        {views.map((kind) => (
          <span key={kind} class="term">
            <strong>{viewWords[kind].label}</strong> {viewWords[kind].about}
          </span>
        ))}
      </Explain>
    </div>
  )
}

/** The same data as a picture or as a table. */
export function ShapePicker({ explorer }: { explorer: Explorer }) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Shown as</legend>
      {shapes.map(({ shows, label }) => (
        <label key={shows} title={`${label} (t)`}>
          <input
            type="radio"
            name="shows"
            checked={explorer.view.value.shows === shows}
            onChange={() => explorer.show({ shows })}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
