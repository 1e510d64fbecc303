/**
 * Lets any number of readers in together, and a writer alone: it waits for the readers that are in, and later ones wait
 * for it.
 */
export class ReadGate {
  #readers = 0
  #writing: Promise<unknown> | null = null
  #emptied: (() => void) | null = null

  async read<T>(work: () => Promise<T>): Promise<T> {
    while (this.#writing !== null) await this.#writing.catch(() => {})
    this.#readers++
    try {
      return await work()
    } finally {
      this.#readers--
      if (this.#readers === 0) this.#emptied?.()
    }
  }

  async write<T>(work: () => Promise<T>): Promise<T> {
    while (this.#writing !== null) await this.#writing.catch(() => {})
    const writing = this.#whenEmpty().then(work)
    this.#writing = writing
    try {
      return await writing
    } finally {
      this.#writing = null
    }
  }

  async #whenEmpty(): Promise<void> {
    if (this.#readers === 0) return
    await new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
    this.#emptied = null
  }
}
