/** Runs tasks, so many at one time; the others wait for their turn in the order in which they came. */
export class Bounded {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(most: number) {
    this.#most = most
  }

  /** @param signal whoever gave up does not take a turn @throws DOMException AbortError where it says so before its turn */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    // Whoever waited takes over the place of the one that ended: nobody gets in between.
    if (this.#running >= this.#most) await new Promise<void>((turn) => this.#waiting.push(turn))
    else this.#running++
    try {
      signal.throwIfAborted()
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}
