/**
 * Writes the known data directory: `node packages/server/src/store/testing/write-known-directory.ts DIRECTORY`. Run from a
 * checkout of an old commit, with this folder's files put there, it is what that version wrote: fixtures/formats/README.md.
 */
import { readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProfileStore } from '../../storage/ports.ts'
import {
  createKnownDirectory,
  fillKnownDirectory,
  knownDeletion,
  knownGroups,
  knownNow,
  knownPosts,
  openKnownDirectory,
} from './known-directory.ts'

const directory = process.argv[2]
if (directory === undefined) throw new Error('which directory?')
await createKnownDirectory(directory)
const known = await openKnownDirectory(directory, knownPosts[0]!.receivedAt)
await fillKnownDirectory(known)
if ('tree' in known.store) await writeTree(known.store)
if ('archive' in known.store) await writeArchive(known.store)
if ('deletePeriod' in known.store)
  await known.store.deletePeriod({ groupId: knownGroups[0].id, ...knownDeletion })
await known.close()
await sealInPart()

/** Of the last window only the second group: the dictionary of the first is not there while it is sealed. */
async function sealInPart(): Promise<void> {
  const blobs = join(directory!, 'blocks', knownGroups[0].id)
  const today = `${Math.floor(knownNow / 86_400_000) * 86_400_000}-`
  const away = (await readdir(blobs).catch(() => [])).filter((file) => file.startsWith(today))
  for (const file of away) await rename(join(blobs, file), join(directory!, file))
  const later = await openKnownDirectory(directory!, knownNow + 6 * 60_000)
  await later.store.maintain().catch(() => {})
  await later.close()
  for (const file of away) await rename(join(directory!, file), join(blobs, file))
}

/** The pruned tree of the first group, as bytes and as JSON. */
async function writeTree(store: ProfileStore): Promise<void> {
  for (const encoding of ['binary', 'json'] as const) {
    const tree = await store.tree({
      groupId: knownGroups[0].id,
      sides: [{ from: 0, to: knownNow + 60_000 }],
      ...{ maxNodes: 12, focus: [] },
      encoding,
    })
    const name = encoding === 'binary' ? 'pruned-tree.bin' : 'pruned-tree.json'
    if (tree.kind === 'tree') await writeFile(join(directory!, name), tree.body)
  }
}

/** All that is sealed of the first group. */
async function writeArchive(store: ProfileStore): Promise<void> {
  const groupId = knownGroups[0].id
  const archive = await store.archive({
    groupId,
    from: 0,
    to: knownNow,
    about: { name: 'shop' },
    pageBytes: 2 ** 20,
    after: null,
  })
  if (archive !== null) await writeFile(join(directory!, 'shop.wickarchive'), archive.bytes)
}
