import type { Catalog } from '../storage/catalog.ts'

/**
 * When each group was last asked for its configuration. Agents ask all the time, so the instants are gathered and
 * written once a second; a crash loses at most that second of them.
 */
export class Orchestrations {
  readonly #catalog: Catalog
  #seen = new Map<string, number>()

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  note(groupId: string, at: number): void {
    this.#seen.set(groupId, at)
  }

  /** The latest instant, written already or not. */
  latest(groupId: string, written: number | null): number | null {
    return this.#seen.get(groupId) ?? written
  }

  async flush(): Promise<void> {
    if (this.#seen.size === 0) return
    const seen = [...this.#seen].map(([id, at]) => ({ id, at }))
    await this.#catalog.recordOrchestrations(seen)
    for (const { id, at } of seen) if (this.#seen.get(id) === at) this.#seen.delete(id)
  }
}
