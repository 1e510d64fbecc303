import type { ComponentChildren } from 'preact'
import { exactTime, relativeTime } from '../format/times.ts'
import { now } from './now.ts'

/** An instant: near ones relative, the exact one in the viewer's zone and in UTC on hover. */
export function Time({ at, children }: { readonly at: number; readonly children?: ComponentChildren }) {
  const iso = new Date(at).toISOString()
  return (
    <time dateTime={iso} title={`${exactTime(at)} · ${iso.slice(0, 19).replace('T', ' ')} UTC`}>
      {children ?? relativeTime(at, now.value)}
    </time>
  )
}
