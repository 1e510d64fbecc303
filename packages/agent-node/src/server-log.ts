/**
 * What is said of the server. An agent asks it and sends it profiles, and both may fail, each for itself or for one reason:
 * each change is one line, a reason that both have is said once, and so is its end.
 */
import type { Log } from './log.ts'

export type Way = 'asking' | 'sending'

const otherThan: Readonly<Record<Way, Way>> = { asking: 'sending', sending: 'asking' }

export class ServerLog {
  readonly #log: Log
  /** '' for what was not tried yet. */
  readonly #now: Record<Way, string> = { asking: '', sending: 'accepted' }
  /** As they were when they last succeeded. */
  readonly #good: Record<Way, string> = { ...this.#now }

  constructor(log: Log) {
    this.#log = log
  }

  failed(way: Way, state: string, message: string): void {
    if (this.#now[way] === state) return
    this.#now[way] = state
    if (this.#now[otherThan[way]] !== state) this.#log.say(message, 'warning')
  }

  succeeded(way: Way, state: string, message: string): void {
    const before = this.#now[way]
    const other = otherThan[way]
    this.#good[way] = state
    if (before === state) return
    this.#now[way] = state
    // What failed for the same reason is taken to be well again: if it is not, that is news.
    if (this.#now[other] === before) this.#now[other] = this.#good[other]
    this.#log.say(message)
  }
}
