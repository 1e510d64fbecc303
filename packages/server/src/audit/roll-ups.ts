import { recordTime } from '../storage/audit-chain.ts'
import type { AuditEvent } from './event.ts'

/**
 * Calls that are alike and come all the time: one event for each minute, with their number. What is counted and not
 * recorded yet is lost with the process; how many kinds are told apart is bounded, because who calls may choose them.
 */
export interface RollUps {
  /** @returns whether it was counted; not where there are too many kinds already */
  add(key: string, event: AuditEvent): boolean
  /** Takes out what is of minutes before the instant's. */
  takeBefore(at: number): AuditEvent[]
  takeAll(): AuditEvent[]
}

interface Counted {
  readonly event: AuditEvent
  count: number
  readonly first: number
  last: number
}

const minute = 60_000

export function rollUps(maxKeys: number): RollUps {
  let counted = new Map<string, Counted>()
  return {
    add: (key, event) => {
      const { at } = event
      const name = `${Math.floor(at / minute)} ${key}`
      const known = counted.get(name)
      if (known !== undefined) {
        known.count++
        known.last = at
        return true
      }
      if (counted.size >= maxKeys) return false
      counted.set(name, { event, count: 1, first: at, last: at })
      return true
    },
    takeBefore: (at) => {
      const now = Math.floor(at / minute)
      const taken: AuditEvent[] = []
      for (const [name, one] of counted) {
        // A clock that was set back leaves minutes in the future.
        if (Math.floor(one.first / minute) === now) continue
        counted.delete(name)
        taken.push(summed(one))
      }
      return taken
    },
    takeAll: () => {
      const all = counted
      counted = new Map()
      return [...all.values()].map(summed)
    },
  }
}

function summed({ event, count, first, last }: Counted): AuditEvent {
  const times = { count, firstEventTime: recordTime(first), lastEventTime: recordTime(last) }
  return { ...event, additional: { ...event.additional, ...times } }
}
