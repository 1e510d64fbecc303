/**
 * Writes the known data directory: `node packages/server/src/store/testing/write-known-directory.ts DIRECTORY`. Run from a
 * checkout of an old commit, with this folder's files put there, it is what that version wrote: fixtures/formats/README.md.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { envelope } from '../../identity/envelope.ts'
import { openDatabase } from '../../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../../storage/sqlite/sqlite-catalog.ts'
import {
  fillKnownDirectory,
  knownGroups,
  knownMasterKey,
  knownPosts,
  openKnownDirectory,
} from './known-directory.ts'

const directory = process.argv[2]
if (directory === undefined) throw new Error('which directory?')
await mkdir(directory, { recursive: true })
const sealer = envelope(knownMasterKey)
await writeFile(join(directory, 'master.key'), `${Buffer.from(knownMasterKey).toString('hex')}\n`, {
  mode: 0o400,
})
const database = openDatabase(join(directory, 'catalog.db'))
const catalog = sqliteCatalog(database)
database
  .prepare("INSERT INTO notes (name, value) VALUES ('master-key-check', ?)")
  .run(sealer.seal('master-key-check', Buffer.from('wick master key')))
for (const [i, { id, dataKey }] of knownGroups.entries()) {
  await catalog.createGroup({
    id,
    accountId: '000000000000',
    region: 'us-east-1',
    name: ['shop', 'mail'][i]!,
    computePlatform: 'Default',
    profilingEnabled: true,
    tags: { team: 'a' },
    sealedDataKey: sealer.seal(`data-key:${id}`, dataKey),
    clientToken: id,
    inputHash: '',
    now: knownPosts[0]!.receivedAt,
    maxGroups: 10,
  })
}
database.close()
const known = await openKnownDirectory(directory, knownPosts[0]!.receivedAt)
await fillKnownDirectory(known)
await known.close()
