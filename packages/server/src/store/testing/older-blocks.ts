/** Blocks as they are not written (any more): by earlier versions, or wrongly. For tests. */
import { openDirectoryBlobs } from '../../storage/files/directory-blobs.ts'
import { encodeSealedFile, SealedFile, type SectionKind } from '../sealed-file.ts'
import { group, noon, type StoreBench } from './store-bench.ts'

/** What blocks held before they told who sent their profiles. */
export const beforeFleets: readonly SectionKind[] = ['sums', 'attributes', 'vectors', 'profiles']

/** Writes the group's blocks anew, with some kinds of sections only, one of which may be garbage. */
export async function keepSections(
  bench: StoreBench,
  kept: readonly SectionKind[],
  garbage?: SectionKind,
): Promise<void> {
  const blobs = await openDirectoryBlobs(bench.disk.mount({}), 'blocks')
  for (const { key } of await bench.manifest.blocks({ groupId: group.id, from: 0, to: noon * 2 })) {
    const file = await SealedFile.open(blobs, key, group.dataKey)
    const sections: (readonly [SectionKind, Uint8Array])[] = []
    for (const kind of kept) {
      const section = await file.section(kind)
      if (section !== null) sections.push([kind, kind === garbage ? Uint8Array.of(2, 0x22, 0x22) : section])
    }
    bench.disk.replace(`blocks/${key}`, encodeSealedFile(group.dataKey, key, sections))
  }
}
