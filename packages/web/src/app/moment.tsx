import { exactTime, relativeTime, utcInstant } from '../format/times.ts'
import { now } from './now.ts'

/** An instant as `2 min ago`; pointed at, exact in the viewer's zone and in UTC. @param at epoch milliseconds */
export function Moment({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={`${exactTime(at)} · ${utcInstant(at)}`}>
      {relativeTime(at, now.value)}
    </time>
  )
}
