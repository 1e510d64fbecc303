/**
 * What a timeline shows, in the URL: `?states=latency#frames=a;b`, beside the range. Names of functions stand in the fragment:
 * they do not belong into access logs.
 */

/** As many lines as a person can tell apart. */
export const mostFrames = 6

export interface TimelineView {
  /** Names exactly as they came; none for the most expensive ones. */
  readonly frames: readonly string[]
  /** Whether waiting counts: else only what is on CPU does. */
  readonly isLatency: boolean
}

const fragmentName = '#frames='

export function parseTimeline(search: string, fragment: string): TimelineView {
  return {
    frames: [...new Set(parseFrames(fragment))].slice(0, mostFrames),
    isLatency: new URLSearchParams(search).get('states') === 'latency',
  }
}

function parseFrames(fragment: string): string[] {
  if (!fragment.startsWith(fragmentName)) return []
  try {
    return fragment
      .slice(fragmentName.length)
      .split(';')
      .filter((part) => part !== '')
      .map(decodeURIComponent)
  } catch {
    return []
  }
}

/** @returns query and fragment for another view; what else is in the query stays */
export function withTimeline(search: string, { frames, isLatency }: TimelineView): string {
  const query = new URLSearchParams(search)
  query.delete('states')
  if (isLatency) query.set('states', 'latency')
  const text = query.toString()
  const names = frames.map((frame) => encodeURIComponent(frame.toWellFormed()))
  return (text === '' ? '' : `?${text}`) + (names.length === 0 ? '' : fragmentName + names.join(';'))
}
