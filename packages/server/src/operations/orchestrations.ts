import type { Catalog, GroupRecord } from '../storage/catalog.ts'

/**
 * When agents last asked for their configuration. Every agent asks every few minutes, so the instants are collected
 * and written together, once a second: a kill loses at most one second of them, and no profile.
 */
export interface Orchestrations {
  record(groupId: string, at: number): void
  /** The latest instant, written or not. */
  latest(group: GroupRecord): number | null
  /** Writes what was collected; what cannot be written is kept for the next time. */
  flush(): Promise<void>
}

export function orchestrations(catalog: Pick<Catalog, 'recordOrchestrations'>): Orchestrations {
  /** Group id → instant, until it is written. */
  const collected = new Map<string, number>()
  return {
    record: (groupId, at) => {
      collected.set(groupId, Math.max(at, collected.get(groupId) ?? at))
    },
    latest: ({ id, orchestratedAt }) => {
      const at = collected.get(id) ?? orchestratedAt
      return at === null ? null : Math.max(at, orchestratedAt ?? at)
    },
    flush: async () => {
      if (collected.size === 0) return
      const writing = [...collected].map(([id, at]) => ({ id, at }))
      await catalog.recordOrchestrations(writing)
      for (const { id, at } of writing) if (collected.get(id) === at) collected.delete(id)
    },
  }
}
