import { useSignal } from '@preact/signals'
import { fromLocalInput, toLocalInput } from '../format/times.ts'
import type { Explorer } from './explorer.ts'
import { boundsOf, liveSpans, rangeProblem } from './time-range.ts'

export function RangePicker({ explorer }: { explorer: Explorer }) {
  const { range } = explorer.view.value
  // Choosing "Custom" first opens the two fields; the range changes when they are applied.
  const isOpen = useSignal(false)
  const isCustom = range.kind === 'between' || isOpen.value
  return (
    <div class="range-picker">
      <fieldset class="segments">
        <legend class="visually-hidden">Time range</legend>
        {liveSpans.map(({ span, label, words }) => (
          <label key={span} title={words}>
            <input
              type="radio"
              name="range"
              checked={!isCustom && range.kind === 'last' && range.span === span}
              onChange={() => {
                isOpen.value = false
                explorer.show({ range: { kind: 'last', span } })
              }}
            />
            <span>{label}</span>
          </label>
        ))}
        <label>
          <input
            type="radio"
            name="range"
            checked={isCustom}
            onChange={() => {
              isOpen.value = true
            }}
          />
          <span>Custom</span>
        </label>
      </fieldset>
      {isCustom && (
        <CustomRange
          key={JSON.stringify(range)}
          explorer={explorer}
          onApply={() => {
            isOpen.value = false
          }}
        />
      )}
    </div>
  )
}

/** From and to, in local time. */
function CustomRange({ explorer, onApply }: { explorer: Explorer; onApply(): void }) {
  const bounds = boundsOf(explorer.view.value.range, Date.now())
  const from = useSignal(toLocalInput(bounds.from))
  const to = useSignal(toLocalInput(bounds.to))
  const problem = useSignal<string | null>(null)
  const apply = (event: Event) => {
    event.preventDefault()
    const start = fromLocalInput(from.value)
    const end = fromLocalInput(to.value)
    problem.value = rangeProblem(start, end)
    if (problem.value !== null || start === null || end === null) return
    onApply()
    explorer.show({ range: { kind: 'between', from: start, to: end } })
  }
  return (
    <form class="custom-range" onSubmit={apply}>
      <label>
        From
        <input
          class="field"
          type="datetime-local"
          required
          value={from.value}
          onInput={(event) => {
            from.value = event.currentTarget.value
          }}
        />
      </label>
      <label>
        to
        <input
          class="field"
          type="datetime-local"
          required
          value={to.value}
          onInput={(event) => {
            to.value = event.currentTarget.value
          }}
        />
      </label>
      <button type="submit" class="button">
        Show
      </button>
      {problem.value !== null && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </form>
  )
}
