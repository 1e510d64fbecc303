/** profileTokens over the life of a profile: not sealed, sealed, after restarts, and when they are forgotten. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobStore, PostOutcome } from '../storage/ports.ts'
import {
  answered,
  body,
  group,
  minute,
  noon,
  type OpenStore,
  type Sent,
  type StoreBench,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'

const hour = 60 * minute
const everything = [0, Number.MAX_SAFE_INTEGER] as const

const profile = (count: number, end: number): Uint8Array =>
  body({ children: { main: { counts: { RUNNABLE: count } } } }, end)

async function kindOf(bench: StoreBench, open: OpenStore, sent: Sent): Promise<PostOutcome['kind']> {
  return (await send(open, bench.now, sent)).kind
}

/** In steps: a clock that jumps is not believed. */
async function passUntil(bench: StoreBench, { store }: OpenStore, until: number): Promise<void> {
  while (bench.now < until) {
    bench.now = Math.min(until, bench.now + hour)
    await store.maintain()
  }
}

/** A store on blobs whose reads of token lists are listed, and may be kept waiting or fail. */
async function onWatchedLists(bench: StoreBench) {
  const reads: string[] = []
  const disk = { before: async (): Promise<void> => {} }
  const watched = (blobs: BlobStore): BlobStore => ({
    ...blobs,
    get: async (key, from, to) => {
      if (key.startsWith('tokens/')) {
        reads.push(key)
        await disk.before()
      }
      return blobs.get(key, from, to)
    },
  })
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({ blobs: watched(blobs), manifest }),
  })
  return { open, reads, disk }
}

/** One sealed profile. */
async function sealedOne(bench: StoreBench): Promise<Sent> {
  const open = await bench.open()
  const sent = { body: profile(2, noon + minute), token: 'once' }
  assert.equal(await kindOf(bench, open, sent), 'stored')
  bench.now = noon + 10 * minute
  await open.store.seal()
  await open.store.close()
  return sent
}

const listsOf = ({ disk }: StoreBench): string[] =>
  disk.files.filter((file) => file.startsWith('blocks/tokens/'))

test('a retry is recognised and another body refused: before and after sealing, after a restart, after 24 hours', async () => {
  const bench = storeBench()
  let open = await bench.open()
  const sent = { body: profile(2, noon + minute), token: 'once' }
  assert.equal(await kindOf(bench, open, sent), 'stored')
  const moments: readonly (readonly [string, () => Promise<void>])[] = [
    ['not sealed', async () => {}],
    ['not sealed, after a restart', () => restart()],
    ['sealed', () => passUntil(bench, open, noon + 10 * minute)],
    ['sealed, after a restart', () => restart()],
    ['after 24 hours', () => passUntil(bench, open, noon + 24 * hour)],
    ['after 24 hours and a restart', () => restart()],
  ]
  const restart = async (): Promise<void> => {
    await open.store.close()
    open = await bench.open()
  }
  for (const [moment, come] of moments) {
    await come()
    assert.equal(await kindOf(bench, open, sent), 'repeated', moment)
    assert.equal(await kindOf(bench, open, { ...sent, body: profile(9, bench.now) }), 'refused', moment)
  }
  assert.deepEqual(await answered(open, ...everything), sumsOf([sent.body]))
  assert.deepEqual(open.damage, [])
})

test('a token is forgotten after its 25 hours, its list too, and may then come with another profile', async () => {
  const bench = storeBench()
  const sent = await sealedOne(bench)
  const { open, reads } = await onWatchedLists(bench)
  await passUntil(bench, open, noon + 26 * hour)
  assert.deepEqual(listsOf(bench), [])
  reads.length = 0
  assert.equal(await kindOf(bench, open, { ...sent, body: profile(9, bench.now) }), 'stored')
  assert.deepEqual(reads, [])
})

test('a start reads each list once; after that new tokens read none and repeated ones theirs, once', async () => {
  const bench = storeBench()
  const sent = await sealedOne(bench)
  const { open, reads } = await onWatchedLists(bench)
  assert.equal(reads.length, 1)
  for (let i = 0; i < 50; i++)
    assert.equal(await kindOf(bench, open, { body: profile(1, bench.now), token: `new ${i}` }), 'stored')
  assert.equal(reads.length, 1)
  for (let i = 0; i < 10; i++) assert.equal(await kindOf(bench, open, sent), 'repeated')
  assert.equal(reads.length, 2)
})

test('retries that come while their list is read, and posts of others meanwhile, count as they should', async () => {
  const bench = storeBench()
  const sent = await sealedOne(bench)
  const { open, reads, disk } = await onWatchedLists(bench)
  let read = (): void => {}
  const waiting = new Promise<void>((resolve) => {
    read = resolve
  })
  disk.before = () => waiting
  const other = { ...sent, body: profile(9, bench.now) }
  const retries = [sent, other, sent].map((one) => kindOf(bench, open, one))
  const fresh = { body: profile(4, bench.now), token: 'fresh' }
  assert.equal(await kindOf(bench, open, fresh), 'stored')
  await open.store.seal()
  read()
  assert.deepEqual(await Promise.all(retries), ['repeated', 'refused', 'repeated'])
  assert.equal(reads.length, 2)
  assert.deepEqual(await answered(open, ...everything), sumsOf([sent.body, fresh.body]))
})

test('while a token cannot be looked for its post is put off, and counts once when it can', async () => {
  const bench = storeBench()
  const sent = await sealedOne(bench)
  const { open, disk } = await onWatchedLists(bench)
  disk.before = async () => {
    throw new Error('EIO: read')
  }
  assert.equal(await kindOf(bench, open, sent), 'unavailable')
  assert.equal(open.notices.length, 1)
  disk.before = async () => {}
  assert.equal(await kindOf(bench, open, sent), 'repeated')
  assert.deepEqual(await answered(open, ...everything), sumsOf([sent.body]))
})

test('a list that goes bad while the server runs, or is gone, is reported once, and its tokens are unknown', async () => {
  for (const isGone of [false, true]) {
    const bench = storeBench()
    const sent = await sealedOne(bench)
    const open = await bench.open()
    const [file] = listsOf(bench)
    const bytes = Buffer.from(bench.disk.contents(file!))
    if (isGone) await open.files.remove(file!)
    else {
      bytes[20]! ^= 1
      bench.disk.replace(file!, bytes)
    }
    assert.equal(await kindOf(bench, open, sent), 'stored')
    assert.equal(await kindOf(bench, open, sent), 'repeated')
    assert.deepEqual(
      open.damage.map((one) => `blocks/${one.file}`),
      [file],
    )
  }
})

test('posts at the very moment of a sealing are recognised, wherever it is', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent = Array.from({ length: 20 }, (_, i) => ({ body: profile(i + 1, noon + minute), token: `${i}` }))
  for (const one of sent) assert.equal(await kindOf(bench, open, one), 'stored')
  bench.now = noon + 10 * minute
  let isSealing = true
  const sealing = open.store.seal().finally(() => {
    isSealing = false
  })
  const kinds = new Set<PostOutcome['kind']>()
  do {
    for (const one of sent) kinds.add(await kindOf(bench, open, one))
    await new Promise((resolve) => setImmediate(resolve))
  } while (isSealing)
  await sealing
  assert.deepEqual([...kinds], ['repeated'])
  assert.equal(listsOf(bench).length, 1)
})

test('tokens of a deleted group go with time', async () => {
  const bench = storeBench()
  const sent = await sealedOne(bench)
  const open = await bench.open()
  await bench.deleteGroup(group.id)
  await open.store.removeGroup(group.id)
  assert.equal(listsOf(bench).length, 1)
  assert.equal(await kindOf(bench, open, { ...sent, token: 'another' }), 'unknown-group')
  await passUntil(bench, open, noon + 26 * hour)
  assert.deepEqual(listsOf(bench), [])
})

test('a file that is imported again is recognised when its segment is gone', async () => {
  const bench = storeBench()
  let open = await bench.open()
  const importOnce = async (): Promise<PostOutcome['kind']> => {
    const file = { format: 'profile', start: null, end: null, counter: '' } as const
    const bytes = Uint8Array.from(profile(3, noon + minute))
    const { kind } = await open.store.importFile({
      ...file,
      groupId: group.id,
      body: bytes,
      receivedAt: bench.now,
    })
    return kind
  }
  assert.equal(await importOnce(), 'stored')
  bench.now = noon + 10 * minute
  await open.store.seal()
  assert.equal(await importOnce(), 'repeated')
  await open.store.close()
  open = await bench.open()
  assert.equal(await importOnce(), 'repeated')
})
