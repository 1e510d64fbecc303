import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { blobStoreContract } from '../blob-store.contract.ts'
import { type BlobStore, StorageSyncError, StorageWriteError } from '../ports.ts'
import { openDirectoryBlobs } from './directory-blobs.ts'
import { realFiles } from './real-files.ts'
import { type FailureKind, type Fate, PowerCut, SimulatedDisk } from './simulated-files.ts'

const temporary = await mkdtemp(join(tmpdir(), 'wick-blobs-'))
after(() => rm(temporary, { recursive: true }))
let directories = 0
const nextDirectory = (): string => join(temporary, String(directories++), 'blocks')

blobStoreContract('files on the simulated disk', async () => {
  const disk = new SimulatedDisk()
  const again = (): Promise<BlobStore> => openDirectoryBlobs(disk.mount(), 'blocks')
  return { blobs: await again(), again }
})

blobStoreContract('files of the operating system', async () => {
  const directory = nextDirectory()
  const again = (): Promise<BlobStore> => openDirectoryBlobs(realFiles, directory)
  return { blobs: await again(), again }
})

test('only the owner may read what is kept', async () => {
  const directory = nextDirectory()
  const blobs = await openDirectoryBlobs(realFiles, directory)
  await blobs.put('a/b', Uint8Array.of(1))
  assert.equal((await stat(join(directory, 'a'))).mode & 0o777, 0o700)
  assert.equal((await stat(join(directory, 'a', 'b'))).mode & 0o777, 0o600)
})

test('what somebody else left in the directory is passed over', async () => {
  const directory = nextDirectory()
  await mkdir(join(directory, 'a'), { recursive: true })
  await writeFile(join(directory, '.DS_Store'), 'x')
  await writeFile(join(directory, 'a file'), 'x')
  await writeFile(join(directory, 'a', '.hidden'), 'x')
  await writeFile(join(directory, 'README'), 'x')
  const blobs = await openDirectoryBlobs(realFiles, directory)
  await blobs.put('a/b', Uint8Array.of(1))
  assert.deepEqual(await blobs.list('a'), ['a/b'])
  assert.deepEqual(await blobs.directories(), ['README', 'a'])
  assert.deepEqual(await blobs.list('README'), [])
})

test('what is set aside is in the directory quarantine, also after it was removed', async () => {
  const directory = nextDirectory()
  const blobs = await openDirectoryBlobs(realFiles, directory)
  await blobs.put('a/b', Uint8Array.of(1, 2))
  await blobs.setAside('a/b')
  await blobs.remove('a/b')
  assert.deepEqual(await readFile(join(directory, 'quarantine/a.b')), Buffer.of(1, 2))
})

test('no file stays open', async () => {
  const blobs = await openDirectoryBlobs(realFiles, nextDirectory())
  const open = async (): Promise<number> => (await readdir('/dev/fd')).length
  const before = await open()
  for (let i = 0; i < 20; i++) {
    await blobs.put(`a/${i}`, Uint8Array.of(i))
    await assert.rejects(blobs.put(`a/${i}`, Uint8Array.of(i)))
    await blobs.get(`a/${i}`)
  }
  assert.equal(await open(), before)
})

/** What is put, some of it at the same time, in directories that are new and known. */
const script = [['a/1'], ['a/2', 'a/3', 'b/1'], ['c/1', 'b/2'], ['a/4']]
const keys = script.flat()
const content = (key: string): Uint8Array => Buffer.from(`what ${key} holds `.repeat(9))

/** @returns the keys whose put resolved, and the errors of the others */
async function run(blobs: BlobStore): Promise<{ readonly kept: string[]; readonly errors: Error[] }> {
  const kept: string[] = []
  const errors: Error[] = []
  for (const batch of script) {
    const put = async (key: string): Promise<void> => {
      await blobs.put(key, content(key)).then(
        () => kept.push(key),
        (error) => errors.push(error),
      )
    }
    await Promise.all(batch.map(put))
  }
  return { kept, errors }
}

async function assertThere(blobs: BlobStore, kept: readonly string[]): Promise<void> {
  for (const key of kept) assert.deepEqual(Buffer.from((await blobs.get(key))!), content(key), key)
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

for (const fate of ['keep', 'drop', 'scramble'] as const satisfies readonly Fate[]) {
  test(`after a power cut at any operation, unsynced data ${fate}, every put that resolved is there whole`, async () => {
    for (let cutAfter = 0, isComplete = false; !isComplete; cutAfter++) {
      for (let seed = 0; seed < (fate === 'scramble' ? 8 : 1); seed++) {
        const disk = new SimulatedDisk()
        const opened = await openDirectoryBlobs(disk.mount({ cutAfter }), 'blocks').catch((error) => {
          assert.ok(error instanceof PowerCut)
          return null
        })
        const { kept } = opened === null ? { kept: [] } : await run(opened)
        isComplete = kept.length === keys.length
        disk.cutPower(fate, seeded(cutAfter * 8 + seed))
        const again = await openDirectoryBlobs(disk.mount(), 'blocks')
        await assertThere(again, kept)
        // It goes on: new keys can be put in directories that came back and in those that did not.
        for (const directory of ['a', 'b', 'c']) await again.put(`${directory}/new`, content('new'))
        disk.cutPower('drop', seeded(seed))
        const third = await openDirectoryBlobs(disk.mount(), 'blocks')
        for (const directory of ['a', 'b', 'c'])
          assert.deepEqual(Buffer.from((await third.get(`${directory}/new`))!), content('new'))
      }
      assert.ok(cutAfter < 100)
    }
  })
}

test('a directory that a start before this one made and did not sync is made durable before it is used', async () => {
  const disk = new SimulatedDisk()
  const files = disk.mount()
  // The process, not the machine, dies after these.
  await files.makeDirectory('blocks/a')
  const blobs = await openDirectoryBlobs(disk.mount(), 'blocks')
  await blobs.put('a/b', Uint8Array.of(1))
  disk.cutPower('drop', seeded(1))
  assert.notEqual(await (await openDirectoryBlobs(disk.mount(), 'blocks')).get('a/b'), null)
})

test('what a directory was synced for once is not synced for again', async () => {
  const disk = new SimulatedDisk()
  const files = disk.mount()
  const blobs = await openDirectoryBlobs(files, 'blocks')
  const operations = async (key: string): Promise<readonly string[]> => {
    const before = files.operations
    await blobs.put(key, Uint8Array.of(1))
    return files.trace.slice(before)
  }
  const put = ['create', 'append', 'sync', 'sync-directory']
  assert.deepEqual(await operations('a/1'), ['make-directory', 'sync-directory', ...put])
  assert.deepEqual(await operations('a/2'), put)
})

for (const failure of ['ENOSPC', 'EIO', 'short-write'] as const satisfies readonly FailureKind[]) {
  test(`when any operation fails with ${failure}, its put is refused and leaves nothing, and the others are kept`, async () => {
    let isComplete = false
    for (let operation = 1; !isComplete; operation++) {
      const files = new SimulatedDisk().mount()
      const blobs = await openDirectoryBlobs(files, 'blocks')
      const opening = files.operations
      files.fail(new Map([[operation, failure]]))
      const { kept, errors } = await run(blobs)
      isComplete = errors.length === 0
      await assertThere(blobs, kept)
      const wasSync = files.trace[opening + operation - 1]?.startsWith('sync') ?? false
      for (const error of errors) assert.ok(error instanceof (wasSync ? StorageSyncError : StorageWriteError))
      const listed = await Promise.all(['a', 'b', 'c'].map((directory) => blobs.list(directory)))
      assert.deepEqual(listed.flat(), [...kept].sort(), 'nothing of a refused put stays behind')
      if (wasSync) continue
      for (const key of keys.filter((key) => !kept.includes(key))) await blobs.put(key, content(key))
      await assertThere(blobs, keys)
    }
  })
}

test('a removal that was not synced may be undone by a power cut, and comes to nothing worse', async () => {
  const disk = new SimulatedDisk()
  const blobs = await openDirectoryBlobs(disk.mount(), 'blocks')
  await blobs.put('a/b', content('a/b'))
  await blobs.remove('a/b')
  assert.equal(await blobs.get('a/b'), null)
  disk.cutPower('drop', seeded(1))
  await assertThere(await openDirectoryBlobs(disk.mount(), 'blocks'), ['a/b'])
})
