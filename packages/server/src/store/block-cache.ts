/** Remembers what was read last, up to a bound. Blocks are immutable: what is remembered of one stays true. */
export class BlockCache<T extends { readonly byteLength: number }> {
  readonly #maxBytes: number
  /** By key of the blob, least recently used first. */
  readonly #known = new Map<string, T>()
  #held = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  find(key: string): T | null {
    const known = this.#known.get(key)
    if (known === undefined) return null
    this.#known.delete(key)
    this.#known.set(key, known)
    return known
  }

  keep(key: string, content: T): void {
    if (this.#known.has(key)) return
    this.#known.set(key, content)
    this.#held += content.byteLength
    for (const [oldest, { byteLength }] of this.#known) {
      if (this.#held <= this.#maxBytes) break
      this.#known.delete(oldest)
      this.#held -= byteLength
    }
  }

  /** The group is gone. Keys begin with its id. */
  forget(groupId: string): void {
    for (const [key, { byteLength }] of this.#known) {
      if (!key.startsWith(`${groupId}/`)) continue
      this.#known.delete(key)
      this.#held -= byteLength
    }
  }
}
