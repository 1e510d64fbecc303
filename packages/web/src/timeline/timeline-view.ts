/** What a timeline shows, in the URL: `?frame=…&frame=…&states=latency`, beside the range. */

/** As many lines as a person can tell apart. */
export const mostFrames = 6

export interface TimelineView {
  /** Names exactly as they came; none for the most expensive ones. */
  readonly frames: readonly string[]
  /** Whether waiting counts: else only what is on CPU does. */
  readonly isLatency: boolean
}

export function parseTimeline(search: string): TimelineView {
  const query = new URLSearchParams(search)
  const frames = [...new Set(query.getAll('frame'))].slice(0, mostFrames)
  return { frames, isLatency: query.get('states') === 'latency' }
}

/** @returns the query with another view; what else is in it stays */
export function withTimeline(search: string, { frames, isLatency }: TimelineView): string {
  const query = new URLSearchParams(search)
  query.delete('frame')
  query.delete('states')
  for (const frame of frames) query.append('frame', frame)
  if (isLatency) query.set('states', 'latency')
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
