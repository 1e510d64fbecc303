import { type Bounds, latestProfile, type PageRange, parseRange } from '../range/page-range.ts'

/** The range of time of the flame graph. */

const usual: PageRange = { kind: 'last', span: '1h' }

/** As of every page; of more than one profile covers the latest part. */
export function parseProfileRange(search: string): PageRange {
  const range = parseRange(search, usual)
  return range.kind === 'last' ? range : { kind: 'between', ...latestProfile(range) }
}

/** How often a live range is asked for again, in milliseconds; null for a fixed one. */
export function refreshInterval(range: PageRange): number | null {
  if (range.kind === 'between') return null
  return range.span === '15m' ? 10_000 : range.span === '1h' ? 30_000 : 120_000
}

const windowMilliseconds = 300_000

/** A range to offer when there is none: the hour up to the latest data. */
export function rangeAround(latest: number): PageRange {
  const to = Math.ceil((latest + 1) / windowMilliseconds) * windowMilliseconds
  return { kind: 'between', from: to - 3_600_000, to }
}

/** The steps of a length that a range touches, as starts. */
export function stepsIn({ from, to }: Bounds, length: number): number[] {
  const first = Math.floor(from / length) * length
  const count = Math.max(0, Math.ceil((to - first) / length))
  return Array.from({ length: count }, (_, i) => first + i * length)
}
