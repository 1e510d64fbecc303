import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FailureKind, type Fate, PowerCut } from '../storage/files/simulated-files.ts'
import type { PostOutcome } from '../storage/ports.ts'
import {
  answered,
  body,
  noon,
  type OpenStore,
  type Sums,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'

const everything = [0, Number.MAX_SAFE_INTEGER] as const

/** Twelve posts, some at the same time, over several segments; each has a frame of its own, so it can be told apart. */
const posts = Array.from({ length: 12 }, (_, i) => ({
  token: `token-${i}`,
  body: body(
    { children: { shared: { counts: { A: 1 }, children: { [`frame${i}`]: { counts: { A: i + 1 } } } } } },
    noon + i,
  ),
}))

async function runScript(open: OpenStore, now: number): Promise<PostOutcome[]> {
  const outcomes: PostOutcome[] = []
  for (const batch of [posts.slice(0, 1), posts.slice(1, 5), posts.slice(5, 6), posts.slice(6, 12)]) {
    outcomes.push(...(await Promise.all(batch.map((post) => send(open, now, post)))))
  }
  return outcomes
}

/** The posts in an answer; fails where one is there in part or more than once. */
function present(sums: Sums): Set<number> {
  const there = posts.flatMap((_, i) => (sums.has(`["shared","frame${i}"] A`) ? [i] : []))
  assert.deepEqual(
    sums,
    sumsOf(there.map((i) => posts[i]!.body)),
    'each post is there whole and once, or not at all',
  )
  return new Set(there)
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const options = { maxSegmentBytes: 700 }

/** The power may go while the store is being opened. */
function unlessPowerCut(error: unknown): null {
  if (error instanceof PowerCut) return null
  throw error
}

for (const fate of ['keep', 'drop', 'scramble'] as const satisfies readonly Fate[]) {
  test(`after a power cut at any operation, unsynced data ${fate === 'keep' ? 'kept' : fate === 'drop' ? 'dropped' : 'scrambled'}, every acknowledged profile is there exactly once`, async () => {
    let trials = 0
    for (let cutAfter = 0; ; cutAfter++) {
      const bench = storeBench()
      const first = await bench.open({ ...options, cutAfter }).catch(unlessPowerCut)
      const outcomes = first === null ? [] : await runScript(first, bench.now)
      const isComplete = first !== null && outcomes.every(({ kind }) => kind === 'stored')
      bench.disk.cutPower(fate, seeded(cutAfter))

      const second = await bench.open(options)
      const there = present(await answered(second, ...everything))
      for (const [i, { kind }] of outcomes.entries()) {
        if (kind === 'stored')
          assert.ok(there.has(i), `post ${i} was acknowledged before operation ${cutAfter}`)
      }
      // A sender that got no answer tries again with its token: in the end everything counts once.
      const retried = await Promise.all(posts.map((post) => send(second, bench.now, post)))
      for (const [i, { kind }] of retried.entries()) assert.equal(kind, there.has(i) ? 'repeated' : 'stored')
      assert.equal(present(await answered(second, ...everything)).size, posts.length)
      trials++
      if (isComplete) break
    }
    assert.ok(trials > 15, `${trials} operations were tried`)
  })
}

for (const failure of ['ENOSPC', 'EIO', 'short-write'] as const satisfies readonly FailureKind[]) {
  test(`when any operation fails with ${failure}, nothing acknowledged is lost and nothing refused is counted`, async () => {
    let trials = 0
    for (let operation = 1; ; operation++) {
      const bench = storeBench()
      const first = await bench.open({ ...options, failures: new Map([[operation, failure]]) })
      const outcomes = await runScript(first, bench.now)
      const stored = outcomes.flatMap(({ kind }, i) => (kind === 'stored' ? [i] : []))
      assert.deepEqual([...present(await answered(first, ...everything))], stored, 'before the restart')
      const isFatal = first.fatal.length > 0
      if (!isFatal) {
        const retried = await Promise.all(posts.map((post) => send(first, bench.now, post)))
        for (const [i, { kind }] of retried.entries())
          assert.equal(kind, stored.includes(i) ? 'repeated' : 'stored')
        assert.equal((await first.store.health()).isWritable, true, 'it recovers by itself')
      } else {
        for (const post of posts.filter((_, i) => !stored.includes(i))) {
          assert.equal(
            (await send(first, bench.now, post)).kind,
            'unavailable',
            'after a failed sync nothing is acknowledged',
          )
        }
        assert.equal((await first.store.health()).isWritable, false)
      }
      await first.store.close()
      const second = await bench.open(options)
      const there = present(await answered(second, ...everything))
      for (const i of isFatal ? stored : posts.keys()) assert.ok(there.has(i))
      trials++
      if (!isFatal && stored.length === posts.length && operation > 30) break
    }
    assert.ok(trials > 15)
  })
}

test('however writes fail again and again, who tries until it is stored is counted once, also after a restart', async () => {
  let refused = 0
  for (let round = 0; round < 120; round++) {
    const random = seeded(round)
    const kinds = ['ENOSPC', 'short-write', 'EIO'] as const
    const failures = new Map<number, FailureKind>()
    for (let i = 0; i < 12; i++) failures.set(4 + Math.floor(random() * 60), kinds[Math.floor(random() * 3)]!)
    const bench = storeBench()
    const cutAfter = random() < 0.3 ? 10 + Math.floor(random() * 60) : Number.POSITIVE_INFINITY
    const open = await bench.open({ maxSegmentBytes: 300 + 400 * (round % 4), failures, cutAfter })
    const stored = new Set<number>()
    for (let attempt = 0; attempt < 40 && stored.size < posts.length; attempt++) {
      const left = [...posts.keys()].filter((i) => !stored.has(i))
      await Promise.all(
        left.map(async (i) => {
          const { kind } = await send(open, bench.now, posts[i]!)
          if (kind === 'stored' || kind === 'repeated') stored.add(i)
          else refused++
        }),
      )
    }
    bench.disk.cutPower('keep', random)
    const again = await bench.open()
    const there = present(await answered(again, ...everything))
    for (const i of stored) assert.ok(there.has(i), `post ${i} was acknowledged in round ${round}`)
    for (const post of posts) await send(again, bench.now, post)
    assert.equal(present(await answered(again, ...everything)).size, posts.length)
  }
  assert.ok(refused > 100, `${refused} posts were refused`)
})

test('a segment that fails after the next one was opened is cut back before anything more is stored', async () => {
  let trials = 0
  for (let round = 0; round < 600; round++) {
    const random = seeded(round)
    const bench = storeBench()
    // Full with its first record: what comes while it is still writing goes to the next one.
    const failures = new Map([[4 + (round % 40), 'short-write' as const]])
    const open = await bench.open({ maxSegmentBytes: 50, failures })
    const underway: Promise<PostOutcome>[] = []
    for (const post of posts) {
      underway.push(send(open, bench.now, post))
      for (let steps = Math.floor(random() * 10); steps > 0; steps--) await null
    }
    const first = await Promise.all(underway)
    if (open.fatal.length > 0) continue // It was a sync.
    if (first.some(({ kind }) => kind === 'unavailable')) trials++
    const second = await Promise.all(posts.map((post) => send(open, bench.now, post)))
    assert.deepEqual(
      second.map(({ kind }) => kind),
      first.map(({ kind }) => (kind === 'stored' ? 'repeated' : 'stored')),
    )
    assert.deepEqual(await open.store.health(), { isWritable: true, reason: null })
    bench.disk.cutPower('keep', random)
    assert.equal(present(await answered(await bench.open(), ...everything)).size, posts.length)
  }
  assert.ok(trials > 100, `a write failed in ${trials} rounds`)
})

test('a disk that is full when the store is opened is told before anybody posts, and until there is room', async () => {
  const bench = storeBench()
  const failures = new Map(Array.from({ length: 6 }, (_, i) => [i + 1, 'ENOSPC' as const]))
  const open = await bench.open({ ...options, failures })
  const told: string[] = []
  for (let tries = 0; tries < 20; tries++) {
    const { isWritable, reason } = await open.store.health()
    if (isWritable) break
    told.push(reason!)
  }
  assert.ok(told.length > 0 && told.length < 20)
  for (const reason of told) assert.match(reason, /^writing failed: .*ENOSPC/)
  for (const post of posts) assert.equal((await send(open, bench.now, post)).kind, 'stored')
  assert.deepEqual(await open.store.health(), { isWritable: true, reason: null })
  await open.store.close()
})

test('stopping while a failed segment is not cut back yet leaves nothing to report', async () => {
  const bench = storeBench()
  const open = await bench.open({ failures: new Map([[5, 'short-write']]) })
  const outcomes = await Promise.all(posts.map((post) => send(open, bench.now, post)))
  assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['unavailable']))
  await open.store.close()
  const again = await bench.open()
  assert.deepEqual(again.damage, [])
  assert.deepEqual(await answered(again, ...everything), new Map())
})

async function damagedDisk(): Promise<ReturnType<typeof storeBench>> {
  const bench = storeBench()
  const open = await bench.open()
  for (const post of posts.slice(0, 4)) await send(open, bench.now, post)
  await open.store.close()
  return bench
}

function segmentFile(bench: ReturnType<typeof storeBench>): string {
  return bench.disk.files.find((file) => file.endsWith('.wickseg'))!
}

test('a torn tail, cut at any byte of the last record, is reported and cut off; what is before it is served', async () => {
  const whole = await damagedDisk()
  const bytes = whole.disk.contents(segmentFile(whole))
  const lastStart = await startOfLastRecord()
  for (let length = lastStart + 1; length < bytes.length; length += 7) {
    const bench = await damagedDisk()
    bench.disk.replace(segmentFile(bench), bench.disk.contents(segmentFile(bench)).slice(0, length))
    const open = await bench.open()
    assert.equal(open.damage.length, 1)
    assert.equal(open.damage[0]!.offset, lastStart)
    assert.deepEqual([...present(await answered(open, ...everything))], [0, 1, 2])
    await open.store.close()
    assert.deepEqual((await bench.open()).damage, [], 'once cut, it is not found again')
    assert.ok(
      bench.disk.files.some((file) => file.includes('quarantine/')),
      'what was cut off is kept aside',
    )
  }
})

async function startOfLastRecord(): Promise<number> {
  const bench = storeBench()
  const open = await bench.open()
  for (const post of posts.slice(0, 3)) await send(open, bench.now, post)
  await open.store.close()
  return bench.disk.contents(segmentFile(bench)).length
}

test('a flipped bit anywhere in a segment is reported and never makes a wrong number', async () => {
  const whole = await damagedDisk()
  const { length } = whole.disk.contents(segmentFile(whole))
  for (let at = 0; at < length; at += 3) {
    const bench = await damagedDisk()
    const bytes = Uint8Array.from(bench.disk.contents(segmentFile(bench)))
    bytes[at]! ^= 1 << (at % 8)
    bench.disk.replace(segmentFile(bench), bytes)
    let open: OpenStore
    try {
      open = await bench.open()
    } catch (error) {
      assert.match((error as Error).message, /format version/, `byte ${at}`)
      continue
    }
    const there = present(await answered(open, ...everything))
    assert.ok(open.damage.length > 0, `byte ${at} was reported`)
    assert.ok(there.size < 4, `byte ${at}`)
    await open.store.close()
  }
})

test('damage of one group in a segment leaves the other groups there whole', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const other = '5a5b5c5d-1111-4222-8333-444444444444'
  await send(open, bench.now, posts[1]!)
  const end = bench.disk.contents(segmentFile(bench)).length
  await send(open, bench.now, { ...posts[2]!, groupId: other })
  await send(open, bench.now, posts[3]!)
  await open.store.close()
  const bytes = Uint8Array.from(bench.disk.contents(segmentFile(bench)))
  bytes[end - 20]! ^= 1
  bench.disk.replace(segmentFile(bench), bytes)
  const again = await bench.open()
  assert.deepEqual(
    await answered(again, ...everything),
    new Map(),
    'what follows a lost record of the group cannot be read',
  )
  assert.deepEqual(await answered(again, ...everything, other), sumsOf([posts[2]!.body]))
  assert.equal(again.damage.length, 1)
  assert.match(again.damage[0]!.lost, /bytes that are not what was written; 1 profiles behind/)
})

test('a segment of a later format version is refused by name', async () => {
  const bench = await damagedDisk()
  const file = segmentFile(bench)
  const { encodeSegmentHeader } = await import('./segment-format.ts')
  const { crc32 } = await import('node:zlib')
  const header = Buffer.from(encodeSegmentHeader({ id: new Uint8Array(16), createdAt: noon }))
  header.writeUInt16LE(9, 8)
  header.writeUInt32LE(crc32(header.subarray(0, 34)), 34)
  bench.disk.replace(file, Buffer.concat([header, bench.disk.contents(file).subarray(38)]))
  await assert.rejects(bench.open(), /format version 9/)
})
