/** The agent's log: one line on stderr for each change of state, none for what stays as it is, nothing on stdout. */
import { writeSync } from 'node:fs'
import { type LogLevel, logLevels } from './settings.ts'

const burst = 8
const millisecondsPerLine = 60_000

export type Severity = Exclude<LogLevel, 'off'>

/** At most eight lines at once, and one a minute after that. */
export class Log {
  readonly #level: number
  readonly #write: (line: string) => void
  readonly #now: () => number
  readonly #states = new Map<string, string>()
  #allowance = burst
  #refilledAt: number

  /** @param now monotonic milliseconds */
  constructor(level: LogLevel, write: (line: string) => void = toStderr, now = () => performance.now()) {
    this.#level = logLevels.indexOf(level)
    this.#write = write
    this.#now = now
    this.#refilledAt = now()
  }

  /** Says `message` where `topic` was in another state before; where there was no room for that, when it comes again. */
  state(topic: string, state: string, message: string, severity: Severity = 'info'): void {
    if (this.#states.get(topic) !== state && this.say(message, severity)) this.#states.set(topic, state)
  }

  /** Says so once, where `topic` was in some state. */
  recovered(topic: string, message: string): void {
    if (this.#states.has(topic) && this.say(message)) this.#states.delete(topic)
  }

  /** @returns false where there is no room: it may be said again later */
  say(message: string, severity: Severity = 'info'): boolean {
    if (logLevels.indexOf(severity) > this.#level) return true
    if (!this.#maySpeak()) return false
    // What servers and files say comes along: one line, whatever is in it.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what goes
    this.#write(`wick-agent: ${message.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 1000)}\n`)
    return true
  }

  #maySpeak(): boolean {
    const now = this.#now()
    this.#allowance = Math.min(burst, this.#allowance + (now - this.#refilledAt) / millisecondsPerLine)
    this.#refilledAt = now
    if (this.#allowance < 1) return false
    this.#allowance -= 1
    return true
  }
}

/** Straight to the descriptor: a worker's `process.stderr` waits for the main thread, and programs replace theirs. */
function toStderr(line: string): void {
  try {
    writeSync(2, line)
  } catch {
    // Closed or full: no reason to disturb anybody.
  }
}
