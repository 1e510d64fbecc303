import type { BlockRecord, Manifest } from '../storage/manifest.ts'
import type { Damage } from '../storage/ports.ts'

/**
 * The manifest, its rows compared with what the keys of their blobs say: a database has no checksums of its own, and a
 * block that is taken for another time's would be a wrong number. What disagrees is reported once and left out.
 */
export function checkedManifest(manifest: Manifest, onDamage: (damage: Damage) => void): Manifest {
  const reported = new Set<string>()
  const isSound = (block: BlockRecord): boolean => {
    if (block.key.startsWith(keyBeginning(block))) return true
    if (!reported.has(block.key))
      onDamage({
        file: block.key,
        offset: 0,
        lost: `${block.profiles} profiles of one group: the catalog says another time of them than their file's name`,
      })
    reported.add(block.key)
    return false
  }
  const blocks: Manifest['blocks'] = async (query) => (await manifest.blocks(query)).filter(isSound)
  return new Proxy(manifest, {
    get: (target, name) => (name === 'blocks' ? blocks : Reflect.get(target, name)),
  })
}

/** How the key of a block's blob begins; what follows is drawn by lot. */
export function keyBeginning({
  groupId,
  level,
  start,
}: Pick<BlockRecord, 'groupId' | 'level' | 'start'>): string {
  return level === 'PT5M' ? `${groupId}/${start}-` : `${groupId}/${level}-${start}-`
}
