import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FailureKind, PowerCut, SimulatedDisk, type SimulatedFiles } from './simulated-files.ts'

/** The simulated disk is what the store's tests lean on: it must promise as little as a real one. */

const bytes = (text: string): Uint8Array => Buffer.from(text)
const directory = 'd'
const file = 'd/f'
const never = (): number => 0.999999
const always = (): number => 0

function content(disk: SimulatedDisk, name = file): string | null {
  return disk.files.includes(name) ? Buffer.from(disk.contents(name)).toString() : null
}

/** With the durable directory `d`. */
async function emptyDisk(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk()
  const files = disk.mount()
  await files.makeDirectory(directory)
  await files.syncDirectory('.')
  return disk
}

/** A durable file `abc`, with `def` appended and not synced. */
async function halfSynced(): Promise<SimulatedDisk> {
  const disk = await emptyDisk()
  const files = disk.mount()
  const handle = await files.create(file)
  await handle.append([bytes('abc')])
  await handle.sync()
  await files.syncDirectory(directory)
  await handle.append([bytes('def')])
  return disk
}

test('a program sees what it wrote, synced or not', async () => {
  const disk = await halfSynced()
  const files = disk.mount()
  assert.equal(Buffer.from(await files.read(file, 0, 100)).toString(), 'abcdef')
  assert.equal(await files.size(file), 6)
  assert.deepEqual(await files.list(directory), ['f'])
})

test('unsynced data may be kept, dropped, or there in part and garbled; synced data is always there', async () => {
  const kept = await halfSynced()
  kept.cutPower('keep', never)
  assert.equal(content(kept), 'abcdef')
  const dropped = await halfSynced()
  dropped.cutPower('drop', never)
  assert.equal(content(dropped), 'abc')
  const seen = new Set<string>()
  for (let i = 0; i < 200; i++) {
    const scrambled = await halfSynced()
    scrambled.cutPower('scramble', Math.random)
    const left = content(scrambled)!
    assert.ok(left.startsWith('abc'))
    assert.ok(scrambled.contents(file).length <= 6)
    seen.add(left)
  }
  assert.ok(seen.has('abc') && seen.size > 10, 'all kinds of tails were there')
})

test('a file whose directory was not synced may be gone, however often the file itself was', async () => {
  const made = async (): Promise<SimulatedDisk> => {
    const disk = await emptyDisk()
    const handle = await disk.mount().create(file)
    await handle.append([bytes('abc')])
    await handle.sync()
    return disk
  }
  const dropped = await made()
  dropped.cutPower('drop', never)
  assert.equal(content(dropped), null)
  const unlucky = await made()
  unlucky.cutPower('scramble', always)
  assert.equal(content(unlucky), null)
  const lucky = await made()
  lucky.cutPower('scramble', never)
  assert.equal(content(lucky), 'abc')
})

test('what survived a power cut is durable from then on', async () => {
  const disk = await halfSynced()
  disk.cutPower('keep', never)
  disk.cutPower('drop', never)
  assert.equal(content(disk), 'abcdef')
})

test('the power goes after so many changing operations; reading before that costs none', async () => {
  const disk = await emptyDisk()
  const files = disk.mount({ cutAfter: 2 })
  const handle = await files.create(file)
  await files.list(directory)
  await files.size(file)
  await handle.append([bytes('a')])
  assert.deepEqual([files.operations, [...files.trace]], [2, ['create', 'append']])
  for (const change of [
    () => handle.append([bytes('b')]),
    () => handle.sync(),
    () => files.create('d/g'),
    () => files.truncate(file, 0),
    () => files.remove(file),
    () => files.syncDirectory(directory),
  ])
    await assert.rejects(change, PowerCut)
  assert.equal(content(disk), 'a')
})

test('an operation fails where it is told to, once, and the next one succeeds', async () => {
  const attempt = async (
    files: SimulatedFiles,
    failures: ReadonlyMap<number, FailureKind>,
  ): Promise<unknown[]> => {
    files.fail(failures)
    const outcomes: unknown[] = []
    const handle = await files.create(file)
    for (const step of [
      () => handle.append([bytes('abcd')]),
      () => handle.append([bytes('efgh')]),
      () => handle.sync(),
    ])
      outcomes.push(
        await step().then(
          () => 'ok',
          (error) => error.code,
        ),
      )
    return outcomes
  }
  for (const kind of ['EIO', 'ENOSPC'] as const) {
    const disk = await emptyDisk()
    assert.deepEqual(await attempt(disk.mount(), new Map([[2, kind]])), [kind, 'ok', 'ok'])
    assert.equal(content(disk), 'efgh')
  }
  const short = await emptyDisk()
  const failures = new Map([[3, 'short-write' as const]])
  assert.deepEqual(await attempt(short.mount(), failures), ['ok', 'ENOSPC', 'ok'])
  assert.equal(content(short), 'abcdef', 'a part of it was written')
})

test('a name is given once, and what is missing is missing', async () => {
  const files = (await emptyDisk()).mount()
  await files.create(file)
  await assert.rejects(files.create(file), { code: 'EEXIST' })
  for (const missing of [() => files.read('x', 0, 1), () => files.size('x'), () => files.truncate('x', 0)])
    await assert.rejects(missing, { code: 'ENOENT' })
  await files.remove('x')
})

test('a directory that was not synced may be gone, with all that was synced in it', async () => {
  const made = async (): Promise<SimulatedDisk> => {
    const disk = await emptyDisk()
    const files = disk.mount()
    await files.makeDirectory('d/new/inner')
    const handle = await files.create('d/new/inner/f')
    await handle.append([bytes('abc')])
    await handle.sync()
    await files.syncDirectory('d/new/inner')
    await files.syncDirectory('d/new')
    return disk
  }
  const dropped = await made()
  dropped.cutPower('drop', never)
  assert.deepEqual(dropped.files, [])
  assert.deepEqual(await dropped.mount().list(directory), [])
  const synced = await made()
  await synced.mount().syncDirectory(directory)
  synced.cutPower('drop', never)
  assert.deepEqual(synced.files, ['d/new/inner/f'])
  assert.deepEqual(await synced.mount().list(directory), ['new'])
})

test('a removal whose directory was not synced may be undone', async () => {
  const removed = async (): Promise<SimulatedDisk> => {
    const disk = await halfSynced()
    await disk.mount().remove(file)
    assert.equal(content(disk), null)
    return disk
  }
  const undone = await removed()
  undone.cutPower('drop', never)
  assert.equal(content(undone), 'abc')
  const kept = await removed()
  kept.cutPower('keep', never)
  assert.equal(content(kept), null)
  const synced = await removed()
  await synced.mount().syncDirectory(directory)
  synced.cutPower('drop', never)
  assert.equal(content(synced), null)
})

test('in a directory that is missing nothing can be made, and nothing is listed', async () => {
  const files = new SimulatedDisk().mount()
  await assert.rejects(files.create(file), { code: 'ENOENT' })
  assert.deepEqual(await files.list(directory), [])
  await files.makeDirectory('a/b')
  await files.makeDirectory('a/b')
  await files.create('a/f')
  assert.deepEqual((await files.list('a')).sort(), ['b', 'f'])
  assert.deepEqual(files.trace, ['make-directory', 'create'])
})

test('another device on the same power counts, fails and stops with the disk', async () => {
  const files = (await emptyDisk()).mount({ cutAfter: 3 })
  files.operate('commit')
  files.fail(new Map([[1, 'EIO']]))
  assert.throws(() => files.operate('commit'), { code: 'EIO' })
  files.operate('commit')
  assert.throws(() => files.operate('commit'), PowerCut)
  assert.deepEqual(files.trace, ['commit', 'commit', 'commit'])
})
