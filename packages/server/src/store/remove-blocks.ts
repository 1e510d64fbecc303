import type { Manifest, Removal } from '../storage/manifest.ts'
import type { ReadGate } from './read-gate.ts'

export interface RemovalSources {
  readonly manifest: Manifest
  readonly gate: ReadGate
  /** What is remembered of the group's dictionaries and latest times may be wrong now. */
  readonly onRemoved: (groupId: string) => Promise<void>
  /** Removes blobs once no question that may have chosen them is being answered. */
  readonly discard: (keys: readonly string[]) => Promise<void>
}

export type RemoveBlocks = (removal: Removal) => Promise<void>

/**
 * Removes blocks with one step for every answer: it sees all of them, or none. Their blobs go afterwards; those of a
 * removal that was cut off are named by nothing, and swept away.
 */
export function blockRemover({ manifest, gate, onRemoved, discard }: RemovalSources): RemoveBlocks {
  return async (removal) => {
    const keys = await gate.write(async () => {
      try {
        return await manifest.removeBlocks(removal)
      } finally {
        // Also where it cannot be told whether it was done.
        await onRemoved(removal.groupId)
      }
    })
    await discard(keys)
  }
}
