import type { ComponentChildren } from 'preact'
import { exactTime, relativeTime, timeSpan, utcInstant } from '../format/times.ts'
import { now } from './now.ts'

/** An instant, relative to now unless said otherwise: exact in the viewer's zone and in UTC on hover. @param at epoch milliseconds */
export function Time({ at, children }: { readonly at: number; readonly children?: ComponentChildren }) {
  const iso = new Date(at).toISOString()
  return (
    <time dateTime={iso} title={`${exactTime(at)} · ${iso.slice(0, 19).replace('T', ' ')} UTC`}>
      {children ?? relativeTime(at, now.value)}
    </time>
  )
}

/** From one instant to another in the viewer's zone, in UTC on hover. @param from epoch milliseconds */
export function TimeSpan({ from, to }: { readonly from: number; readonly to: number }) {
  return <time title={`${utcInstant(from)} – ${utcInstant(to)}`}>{timeSpan(from, to, now.value)}</time>
}
