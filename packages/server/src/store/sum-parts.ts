import type { BlockRecord } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { cover, profilesOf } from './cover.ts'
import { PayloadError } from './payload-codec.ts'
import { SealedFile, SealedFileDamaged } from './sealed-file.ts'

export interface PartsSum<T> {
  readonly sum: T
  readonly parts: readonly BlockRecord[]
  /** Those of the parts that could not be added. */
  readonly unread: ReadonlySet<BlockRecord>
}

/**
 * Adds up the blocks that answer for [from, to): where a roll-up cannot be added, what it is the sum of is.
 *
 * @param blocks every block that overlaps the range
 * @param begin an empty sum; there may be several attempts
 * @param add resolves to whether the block could be added
 * @param abreast how many are added at a time; their order is theirs
 */
export async function sumParts<T>(
  blocks: readonly BlockRecord[],
  from: number,
  to: number,
  begin: () => T,
  add: (sum: T, part: BlockRecord) => Promise<boolean>,
  abreast = 1,
): Promise<PartsSum<T>> {
  const usable = new Set(blocks)
  for (;;) {
    const parts = cover([...usable], from, to)
    const sum = begin()
    const unread = new Set<BlockRecord>()
    for (let at = 0; at < parts.length; at += abreast) {
      const some = parts.slice(at, at + abreast)
      const isAdded = await Promise.all(some.map((part) => add(sum, part)))
      for (const [i, part] of some.entries()) if (!isAdded[i]) unread.add(part)
    }
    const rollUps = [...unread].filter(({ level }) => level !== 'PT5M')
    if (rollUps.length === 0) return { sum, parts, unread }
    for (const rollUp of rollUps) usable.delete(rollUp)
  }
}

/**
 * Adds up what blocks say in a section that older ones lack.
 *
 * @param read resolves to what a block says, which may be nothing, or to null where it is not what was written
 * @param add whether that could be added
 * @returns also whether it is of all that the blocks hold; what older ones do not say is no loss
 */
export async function sumSaid<T, S>(
  blocks: readonly BlockRecord[],
  from: number,
  to: number,
  begin: () => T,
  read: (part: BlockRecord) => Promise<{ readonly said: S | null } | null>,
  add: (sum: T, said: S) => void,
): Promise<Pick<PartsSum<T>, 'sum' | 'parts'> & { readonly isWhole: boolean }> {
  let isDamaged = false
  const { sum, parts, unread } = await sumParts(blocks, from, to, begin, async (some, part) => {
    const found = await read(part)
    isDamaged ||= found === null
    if (found === null || found.said === null) return false
    add(some, found.said)
    return true
  })
  const isLess = isDamaged && profilesOf(parts) !== profilesOf(cover(blocks, from, to))
  return { sum, parts, isWhole: unread.size === 0 && !isLess }
}

/** What is not what was written is reported, and null. @param lost what that costs, in words */
export async function unlessDamaged<T>(
  onDamage: (damage: Damage) => void,
  lost: string,
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof SealedFileDamaged)) throw error
    onDamage({ file: error.key, offset: 0, lost })
    return null
  }
}

/** Reads of one sealed file. @throws SealedFileDamaged also where a section does not say what it should */
export async function readSealed<T>(
  blobs: BlobStore,
  { dataKey }: GroupKey,
  key: string,
  read: (file: SealedFile) => Promise<T>,
): Promise<T> {
  const file = await SealedFile.open(blobs, key, dataKey)
  try {
    return await read(file)
  } catch (error) {
    throw error instanceof PayloadError ? new SealedFileDamaged(key, error.message) : error
  }
}
