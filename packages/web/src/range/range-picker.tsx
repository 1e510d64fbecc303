import { useSignal } from '@preact/signals'
import { location, navigate } from '../app/location.ts'
import { fromLocalInput, toLocalInput } from '../format/times.ts'
import { boundsOf, type PageRange, pageSpans, parseRange, rangeProblem, rangeQuery } from './page-range.ts'

/** The range of the page on view, `usual` where none is chosen. To be read while rendering, or in a computed. */
export function currentRange(usual?: PageRange): PageRange {
  return parseRange(location.value.search, usual)
}

/** Puts a range into the address; everything else of the view stays. */
export function chooseRange(range: PageRange): void {
  const query = new URLSearchParams(location.value.search)
  for (const name of ['range', 'from', 'to']) query.delete(name)
  for (const [name, value] of Object.entries(rangeQuery(range))) query.set(name, value)
  navigate(`${location.value.pathname}?${query}${location.value.hash}`)
}

/** The time that a page is about. */
export function RangePicker({ usual }: { usual?: PageRange }) {
  return <RangeChoice range={currentRange(usual)} onChoose={chooseRange} />
}

interface RangeChoiceProps {
  readonly range: PageRange
  /** Milliseconds; of any length unless this says otherwise. */
  readonly longest?: number | undefined
  onChoose(range: PageRange): void
}

/** Live spans, or two fields. */
export function RangeChoice({ range, longest, onChoose }: RangeChoiceProps) {
  // "Custom" first opens the two fields; the range changes when they are applied.
  const isOpen = useSignal(false)
  const isCustom = range.kind === 'between' || isOpen.value
  return (
    <div class="range-picker">
      <fieldset class="segments">
        <legend class="visually-hidden">Time range</legend>
        {pageSpans.map(({ span, label, words }) => (
          <label key={span} title={words}>
            <input
              type="radio"
              name="range"
              checked={!isCustom && range.kind === 'last' && range.span === span}
              onChange={() => {
                isOpen.value = false
                onChoose({ kind: 'last', span })
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
        <RangeFields
          key={JSON.stringify(range)}
          range={range}
          longest={longest}
          onChoose={(chosen) => {
            isOpen.value = false
            onChoose(chosen)
          }}
        />
      )}
    </div>
  )
}

/** From and to, in local time. */
export function RangeFields({ range, longest, onChoose }: RangeChoiceProps) {
  const bounds = boundsOf(range, Date.now())
  const from = useSignal(toLocalInput(bounds.from))
  const to = useSignal(toLocalInput(bounds.to))
  const problem = useSignal<string | null>(null)
  const apply = (event: Event) => {
    event.preventDefault()
    const start = fromLocalInput(from.value)
    const end = fromLocalInput(to.value)
    problem.value = rangeProblem(start, end, longest)
    if (problem.value === null) onChoose({ kind: 'between', from: start!, to: end! })
  }
  const field = (label: string, value: typeof from) => (
    <label>
      {label}
      <input
        class="field"
        type="datetime-local"
        required
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value
        }}
      />
    </label>
  )
  return (
    <form class="custom-range" onSubmit={apply}>
      {field('From', from)}
      {field('to', to)}
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
