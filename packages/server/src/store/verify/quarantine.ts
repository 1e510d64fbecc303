import { levelMilliseconds, type Manifest, type Removal, type RollUpLevel } from '../../storage/manifest.ts'
import type { BlobStore, StoreFinding } from '../../storage/ports.ts'
import { readFailure } from '../read-failure.ts'

export interface QuarantineSources {
  readonly manifest: Manifest
  readonly blobs: BlobStore
  /** With one step for every answer. */
  readonly remove: (removal: Removal) => Promise<void>
}

/** What of a finding says what it costs. */
export type QuarantineFinding = Pick<StoreFinding, 'kind' | 'file' | 'groupId' | 'start'>

/**
 * Keeps a copy of a damaged file aside and forgets the file, so that the rest goes on without it: a roll-up is made again of
 * what it was the sum of. Without its dictionary nothing of a day can be read: all of the day is kept aside, and the day
 * begins anew. Nothing else may change what is sealed meanwhile.
 *
 * @returns whether it was; segments are kept aside when they are sealed, lists of tokens are forgotten by themselves, where
 *   the catalog is wrong there is nothing to go on without, and what cannot be read cannot be copied
 */
export async function quarantine(
  { manifest, blobs, remove }: QuarantineSources,
  { kind, file, groupId, start }: QuarantineFinding,
): Promise<boolean> {
  if (kind === 'catalog' || groupId === null || start === null) return false
  const ofDay = kind === 'dictionary'
  const to = start + (ofDay ? levelMilliseconds.P1D : 1)
  const known = await manifest.blocks({ groupId, from: start, to })
  const blocks = ofDay ? known : known.filter(({ key }) => key === file)
  const parts = ofDay ? await manifest.dictionaryParts(groupId, start) : []
  // It is named no longer: of what the day is now, nothing is in its numbers.
  if (![...blocks, ...parts].some(({ key }) => key === file)) return false
  try {
    for (const { key } of [...blocks, ...parts]) await blobs.setAside(key)
  } catch (error) {
    if (readFailure(error) === null) throw error
    return false
  }
  await remove({
    groupId,
    blocks: blocks.map(({ id }) => id),
    keptSince: null,
    deleted: null,
    due: kind === 'roll-up' ? blocks.map(({ level }) => ({ level: level as RollUpLevel, start })) : [],
  })
  return true
}
