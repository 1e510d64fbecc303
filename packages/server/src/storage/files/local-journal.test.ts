import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { journalContract } from '../journal.contract.ts'
import { type FileLayer, type Journal, StorageSyncError, StorageWriteError } from '../ports.ts'
import { openLocalJournal } from './local-journal.ts'
import { realFiles } from './real-files.ts'
import { type FailureKind, type Fate, SimulatedDisk, type SimulatedFiles } from './simulated-files.ts'

const root = mkdtempSync(join(tmpdir(), 'wick-journal-'))
after(() => rmSync(root, { recursive: true }))
let places = 0
const nextDirectory = (): string => join(root, String(places++))

journalContract('a journal of local files', async () => {
  const directory = nextDirectory()
  return { open: () => openLocalJournal(realFiles, directory) }
})
journalContract('a journal on a simulated disk', async () => {
  const disk = new SimulatedDisk()
  return { open: () => openLocalJournal(disk.mount(), 'segments') }
})

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** A journal on a disk, and the disk as it sees it; failures are numbered from 1 after the opening. */
async function opened(
  disk: SimulatedDisk,
  failures: ReadonlyMap<number, FailureKind> = new Map(),
): Promise<{ readonly journal: Journal; readonly files: SimulatedFiles }> {
  const files = disk.mount()
  const journal = await openLocalJournal(files, 'segments')
  files.fail(failures)
  return { journal, files }
}

function contents(disk: SimulatedDisk, file: string): string {
  return Buffer.from(disk.contents(file)).toString()
}

test('a new segment is acknowledged once header and directory entry are synced, a batch once it is', async () => {
  const { journal, files } = await opened(new SimulatedDisk())
  const before = files.operations
  const writer = await journal.create('1', bytes('header'))
  assert.deepEqual(files.trace.slice(before), ['create', 'append', 'sync', 'sync-directory'])
  await writer.append([bytes('a'), bytes('b')])
  assert.deepEqual(files.trace.slice(before + 4), ['append', 'sync'])
})

test('a power cut cannot take the directory of a segment that was acknowledged', async () => {
  const disk = new SimulatedDisk()
  // The process, not the machine, dies after this.
  await disk.mount().makeDirectory('segments/quarantine')
  await (await opened(disk)).journal.create('1', bytes('header'))
  disk.cutPower('drop', Math.random)
  assert.deepEqual(await (await opened(disk)).journal.segments(), ['1'])
})

test('a cut is made once the tail is safe aside', async () => {
  const disk = new SimulatedDisk()
  const { journal, files } = await opened(disk)
  await journal.create('1', bytes('abcdef'))
  const before = files.operations
  await journal.cut('1', 4)
  assert.deepEqual(files.trace.slice(before), [
    'remove',
    'create',
    'append',
    'sync',
    'sync-directory',
    'truncate',
  ])
  assert.equal(contents(disk, 'segments/quarantine/1.from-4'), 'ef')
})

for (const fate of ['keep', 'drop', 'scramble'] as const satisfies readonly Fate[]) {
  test(`a power cut in the middle of a cut loses nothing of either part (unsynced data: ${fate})`, async () => {
    for (let operations = 0; operations <= 6; operations++) {
      const disk = new SimulatedDisk()
      await (await opened(disk)).journal.create('1', bytes('abcdef'))
      const opening = (await opened(disk)).files.operations
      const journal = await openLocalJournal(disk.mount({ cutAfter: opening + operations }), 'segments')
      const isDone = await journal.cut('1', 4).then(
        () => true,
        () => false,
      )
      disk.cutPower(fate, Math.random)
      assert.equal(isDone, operations === 6)
      const left = contents(disk, 'segments/1.wickseg')
      if (left === 'abcdef') continue
      assert.equal(left, 'abcd')
      assert.equal(contents(disk, 'segments/quarantine/1.from-4'), 'ef')
    }
  })
}

test('a cut that was cut off can be made again', async () => {
  const disk = new SimulatedDisk()
  await (await opened(disk)).journal.create('1', bytes('abcdef'))
  const { journal } = await opened(disk, new Map([[6, 'EIO']]))
  await assert.rejects(journal.cut('1', 4))
  await journal.cut('1', 4)
  assert.equal(contents(disk, 'segments/1.wickseg'), 'abcd')
  assert.equal(contents(disk, 'segments/quarantine/1.from-4'), 'ef')
})

test('whatever fails, no file stays open that nobody has', async () => {
  for (let operation = 1; operation <= 12; operation++) {
    const open = new Set<string>()
    const files = new SimulatedDisk().mount()
    const counted: FileLayer = {
      ...files,
      create: async (name) => {
        const file = await files.create(name)
        open.add(name)
        const close = async (): Promise<void> => {
          await file.close()
          open.delete(name)
        }
        return { ...file, close }
      },
    }
    const journal = await openLocalJournal(counted, 'segments')
    files.fail(new Map([[operation, 'EIO']]))
    const writer = await journal.create('1', bytes('abcdef')).catch(() => null)
    if (writer === null) {
      assert.deepEqual([...open], [], `operation ${operation}`)
      continue
    }
    await journal.cut('1', 4).catch(() => {})
    assert.deepEqual([...open], ['segments/1.wickseg'], `operation ${operation}`)
    await writer.close()
  }
})

test('a write that fails and a sync that fails are told apart: after the first nothing was promised, after the second nothing is known', async () => {
  const attempt = async (operation: number, failure: FailureKind): Promise<unknown> => {
    const { journal } = await opened(new SimulatedDisk(), new Map([[operation, failure]]))
    try {
      await (await journal.create('1', bytes('header'))).append([bytes('batch')])
      return null
    } catch (error) {
      return (error as Error).constructor
    }
  }
  // create, append, sync, sync-directory; append, sync
  const kinds = [StorageWriteError, StorageWriteError, StorageSyncError, StorageSyncError, StorageWriteError]
  for (const [at, kind] of [...kinds, StorageSyncError].entries())
    assert.equal(await attempt(at + 1, 'EIO'), kind, `operation ${at + 1}`)
  for (const operation of [2, 5]) assert.equal(await attempt(operation, 'short-write'), StorageWriteError)
})

test('a segment that could not be made leaves nothing behind', async () => {
  const disk = new SimulatedDisk()
  const { journal } = await opened(disk, new Map([[2, 'ENOSPC']]))
  await assert.rejects(journal.create('1', bytes('header')), StorageWriteError)
  assert.deepEqual(await journal.segments(), [])
})

test('files are for their owner alone, and other files in the directory are no segments', async () => {
  const directory = nextDirectory()
  const journal = await openLocalJournal(realFiles, directory)
  const writer = await journal.create('1', bytes('abc'))
  await writer.close()
  await journal.cut('1', 1)
  writeFileSync(join(directory, 'notes.txt'), '')
  assert.deepEqual(await journal.segments(), ['1'])
  assert.deepEqual(readdirSync(directory).sort(), ['1.wickseg', 'notes.txt', 'quarantine'])
  assert.equal(readFileSync(join(directory, 'quarantine/1.from-1'), 'utf8'), 'bc')
  for (const [name, mode] of [
    ['1.wickseg', 0o600],
    ['quarantine', 0o700],
    ['quarantine/1.from-1', 0o600],
  ] as const)
    assert.equal(statSync(join(directory, name)).mode & 0o777, mode, name)
})
