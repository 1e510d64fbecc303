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
  readonly #states = new Map<string, string>()
  #allowance = burst
  #refilledAt = performance.now()

  constructor(level: LogLevel, write: (line: string) => void = toStderr) {
    this.#level = logLevels.indexOf(level)
    this.#write = write
  }

  /** Says `message` where `topic` was in another state before. */
  state(topic: string, state: string, message: string, severity: Severity = 'info'): void {
    if (this.#states.get(topic) === state) return
    this.#states.set(topic, state)
    this.say(message, severity)
  }

  /** Says so once, where `topic` was in some state. */
  recovered(topic: string, message: string): void {
    if (this.#states.delete(topic)) this.say(message)
  }

  say(message: string, severity: Severity = 'info'): void {
    if (logLevels.indexOf(severity) > this.#level || !this.#maySpeak()) return
    // What servers and files say comes along: one line, whatever is in it.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what goes
    this.#write(`wick-agent: ${message.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 1000)}\n`)
  }

  #maySpeak(): boolean {
    const now = performance.now()
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
