/**
 * What is said of the server. An agent asks it and sends it profiles, and both may fail, each for itself or for one reason:
 * each change is one line, a reason that both have is said once, and so is its end.
 */
import type { Log } from './log.ts'

export type Way = 'asking' | 'sending'

const otherThan: Readonly<Record<Way, Way>> = { asking: 'sending', sending: 'asking' }

export class ServerLog {
  readonly #log: Log
  /** What its reader knows: where the log had no room, the same is said when it comes again. '' for what was not tried yet. */
  readonly #said: Record<Way, string> = { asking: '', sending: 'accepted' }
  /** As they were when they last succeeded. */
  readonly #good: Record<Way, string> = { ...this.#said }

  constructor(log: Log) {
    this.#log = log
  }

  failed(way: Way, state: string, message: string): void {
    if (this.#said[way] === state) return
    const isKnown = this.#said[otherThan[way]] === state
    if (isKnown || this.#log.say(message, 'warning')) this.#said[way] = state
  }

  succeeded(way: Way, state: string, message: string): void {
    const before = this.#said[way]
    const other = otherThan[way]
    this.#good[way] = state
    if (before === state || !this.#log.say(message)) return
    this.#said[way] = state
    // What failed for the same reason is taken to be well again: if it is not, that is news.
    if (this.#said[other] === before) this.#said[other] = this.#good[other]
  }
}
