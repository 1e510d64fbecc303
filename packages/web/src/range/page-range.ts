/**
 * The time that a page of a group is about, in the URL: `?range=1d`, or `?from=…&to=…` as ISO 8601. The pages share it, so
 * that going from one to the other keeps the time. A live range ends now and moves on; a fixed one stays.
 */

export type PageSpan = '15m' | '1h' | '12h' | '1d' | '7d' | '30d'

export type PageRange =
  | { readonly kind: 'last'; readonly span: PageSpan }
  | { readonly kind: 'between'; readonly from: number; readonly to: number }

/** Epoch milliseconds. */
export interface Bounds {
  readonly from: number
  readonly to: number
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export const pageSpans: readonly {
  readonly span: PageSpan
  readonly label: string
  /** Completes "in …". */
  readonly words: string
  readonly milliseconds: number
}[] = [
  { span: '15m', label: '15 min', words: 'the last 15 minutes', milliseconds: 15 * minute },
  { span: '1h', label: 'Hour', words: 'the last hour', milliseconds: hour },
  { span: '12h', label: '12 h', words: 'the last 12 hours', milliseconds: 12 * hour },
  { span: '1d', label: 'Day', words: 'the last day', milliseconds: day },
  { span: '7d', label: 'Week', words: 'the last 7 days', milliseconds: 7 * day },
  { span: '30d', label: 'Month', words: 'the last 30 days', milliseconds: 30 * day },
]

export const usualRange: PageRange = { kind: 'last', span: '1d' }

/** What is made of call paths covers at most this: widened to whole days it is what the server takes. */
export const longestProfile = 365 * day

/** What is not there or not sound is the usual range: never an error. */
export function parseRange(search: string, usual: PageRange = usualRange): PageRange {
  const query = new URLSearchParams(search)
  const from = Date.parse(query.get('from') ?? '')
  const to = Date.parse(query.get('to') ?? '')
  if (rangeProblem(from, to) === null) return { kind: 'between', from, to }
  const known = pageSpans.find(({ span }) => span === query.get('range'))
  return known === undefined ? usual : { kind: 'last', span: known.span }
}

/** As query parameters. */
export function rangeQuery(range: PageRange): Record<string, string> {
  return range.kind === 'last'
    ? { range: range.span }
    : { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() }
}

/** The latest part of a time that one profile covers. */
export function latestProfile({ from, to }: Bounds): Bounds {
  return { from: Math.max(from, to - longestProfile), to }
}

export function boundsOf(range: PageRange, now: number): Bounds {
  if (range.kind === 'between') return { from: range.from, to: range.to }
  const { milliseconds } = pageSpans.find(({ span }) => span === range.span)!
  return { from: now - milliseconds, to: now }
}

/** What is wrong with a custom range, in words; null if nothing is. @param longest milliseconds */
export function rangeProblem(
  from: number | null,
  to: number | null,
  longest = Number.POSITIVE_INFINITY,
): string | null {
  if (from === null || to === null || Number.isNaN(from) || Number.isNaN(to))
    return 'Give both a start and an end.'
  if (from >= to) return 'The start must be before the end.'
  if (to - from > longest) return `One picture covers at most ${longest / day} days: choose a shorter range.`
  return null
}

/** Completes "in …". */
export function rangeWords(range: PageRange): string {
  return range.kind === 'between'
    ? 'the chosen time'
    : pageSpans.find(({ span }) => span === range.span)!.words
}
