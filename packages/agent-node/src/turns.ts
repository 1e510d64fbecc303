/**
 * Work in somebody else's thread: done a little at a time, so that nothing of the program waits long for it. How much a turn
 * holds is counted, not timed: a machine that is busy makes turns longer, not more of them at once.
 */
import { setTimeout } from 'node:timers'

/** Yields how many units of work it has done since it last yielded; a tenth of a microsecond each, or a few. */
export type Work<Result = void> = Generator<number, Result>

/** A turn ends with the yield that reaches this. */
export const unitsPerTurn = 1000

export interface TurnsOptions {
  /** Runs a turn, and says what it cost to whoever wants to know. */
  readonly measure: (turn: () => void) => void
  /** A piece of work threw: it is given up, the others are done. */
  readonly onError: (error: unknown) => void
  /** Calls back when the program had its turn. */
  readonly pause?: (next: () => void) => void
}

/** One piece of work after the other, in the order in which they came. */
export class Turns {
  readonly #options: TurnsOptions
  readonly #queue: Work[] = []
  #isPausing = false
  #waiting: (() => void)[] = []

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  add(work: Work): void {
    this.#queue.push(work)
    this.#pause()
  }

  /** Does all that is left at once: the process ends. */
  drain(): void {
    this.#options.measure(() => {
      while (this.#queue.length > 0) this.#advance(Number.POSITIVE_INFINITY)
    })
    this.#tellIdle()
  }

  /** Fulfilled when nothing is left to do. */
  idle(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #pause(): void {
    if (this.#isPausing) return
    this.#isPausing = true
    const { pause = afterTheProgram } = this.#options
    pause(() => {
      this.#isPausing = false
      this.#options.measure(() => this.#advance(unitsPerTurn))
      if (this.#queue.length > 0) this.#pause()
      else this.#tellIdle()
    })
  }

  #advance(units: number): void {
    let done = 0
    while (done < units && this.#queue.length > 0) {
      try {
        const step = this.#queue[0]!.next()
        if (step.done) this.#queue.shift()
        else done += step.value
      } catch (error) {
        this.#queue.shift()
        this.#options.onError(error)
      }
    }
  }

  #tellIdle(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Not `setImmediate`: one that keeps no process alive does not wake a loop that waits, either. */
function afterTheProgram(next: () => void): void {
  setTimeout(next, 1).unref()
}

/** Does it all now. @returns what comes of it */
export function atOnce<Result>(work: Work<Result>): Result {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
