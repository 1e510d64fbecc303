/** The range of time on view. A live range ends now and moves on; a fixed one stays. */

export type TimeRange =
  | { readonly kind: 'last'; readonly span: LiveSpan }
  | { readonly kind: 'between'; readonly from: number; readonly to: number }

export type LiveSpan = '15m' | '1h' | '1d'

export const liveSpans: readonly {
  readonly span: LiveSpan
  readonly label: string
  readonly words: string
}[] = [
  { span: '15m', label: '15 min', words: 'the last 15 minutes' },
  { span: '1h', label: 'Hour', words: 'the last hour' },
  { span: '1d', label: 'Day', words: 'the last day' },
]

const milliseconds: Readonly<Record<LiveSpan, number>> = { '15m': 900_000, '1h': 3_600_000, '1d': 86_400_000 }

/** Data is kept in windows of five minutes, and one answer covers at most seven days of them. */
export const windowMilliseconds = 300_000
const longestRange = 7 * 86_400_000

export interface Bounds {
  readonly from: number
  readonly to: number
}

export function boundsOf(range: TimeRange, now: number): Bounds {
  if (range.kind === 'between') return { from: range.from, to: range.to }
  return { from: now - milliseconds[range.span], to: now }
}

/** How often a live range is asked for again, in milliseconds; null for a fixed one. */
export function refreshInterval(range: TimeRange): number | null {
  if (range.kind === 'between') return null
  return range.span === '15m' ? 10_000 : range.span === '1h' ? 30_000 : 120_000
}

/** What is wrong with a custom range, in words; null if nothing is. */
export function rangeProblem(from: number | null, to: number | null): string | null {
  if (from === null || to === null) return 'Give both a start and an end.'
  if (from >= to) return 'The start must be before the end.'
  if (to - from > longestRange) return 'One picture covers at most 7 days: choose a shorter range.'
  return null
}

/** A range to offer when there is none: the hour up to the latest data. */
export function rangeAround(latest: number): TimeRange {
  const to = Math.ceil((latest + 1) / windowMilliseconds) * windowMilliseconds
  return { kind: 'between', from: to - 3_600_000, to }
}

/** The five-minute windows that a range touches, as starts. */
export function windowsIn({ from, to }: Bounds): number[] {
  const first = Math.floor(from / windowMilliseconds) * windowMilliseconds
  const count = Math.max(0, Math.ceil((to - first) / windowMilliseconds))
  return Array.from({ length: count }, (_, i) => first + i * windowMilliseconds)
}
