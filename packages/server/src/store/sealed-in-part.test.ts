/**
 * The dictionary of one group's day cannot be read: whatever others posted beside it is sealed, the group's own profiles stay
 * in the segments and are answered from there, and each is sealed once as soon as it can be.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FailureKind, Fate } from '../storage/files/simulated-files.ts'
import { framedLength, segmentHeaderLength } from './segment-format.ts'
import { badSector, failingDisk } from './testing/failing-disk.ts'
import {
  answered,
  body,
  group,
  minute,
  noon,
  type OpenStore,
  otherGroup,
  type StoreBench,
  segmentsOn,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'
import { verifyAll } from './testing/verify-all.ts'

const everything = [0, Number.MAX_SAFE_INTEGER] as const
const hour = 60 * minute
const midnight = noon - 12 * hour

interface Post {
  readonly groupId: string
  readonly token: string
  readonly end: number
  readonly body: Uint8Array
}

function postOf(groupId: string, end: number): Post {
  const at = (end - noon) / minute
  const children = { main: { children: { [`at ${at}`]: { counts: { R: Math.abs(at) } } } } }
  return { groupId, end, token: `${at}`, body: body({ children }, end) }
}

/** Sealed before the damage: one of each group. */
const sealedFirst = [group.id, otherGroup.id].map((groupId) => postOf(groupId, noon + minute))
/** By window, and so by segment: both groups, both, the damaged one alone, the sound one alone. */
const windows = [
  [group.id, otherGroup.id],
  [otherGroup.id, group.id, otherGroup.id],
  [group.id],
  [otherGroup.id],
].map((ids, i) => ids.map((groupId, j) => postOf(groupId, noon + (11 + 5 * i + j) * minute)))
const all = [...sealedFirst, ...windows.flat()]

interface Damaged {
  readonly bench: StoreBench
  /** Puts back what the dictionary was. */
  repair(bench: StoreBench): void
}

/** Everything is posted, the windows are over, and the dictionary of `group` is damaged since the first were sealed. */
async function damagedDay(): Promise<Damaged> {
  const bench = storeBench()
  const open = await bench.open()
  for (const post of sealedFirst) await send(open, bench.now, post)
  bench.now = noon + 10 * minute
  await open.store.seal()
  for (const posts of windows) {
    bench.now = posts.at(-1)!.end + minute / 2
    for (const post of posts) assert.deepEqual(await send(open, bench.now, post), { kind: 'stored' })
  }
  await open.store.close()
  const [part] = await bench.manifest.dictionaryParts(group.id, midnight)
  const file = `blocks/${part!.key}`
  const sound = bench.disk.contents(file)
  bench.disk.replace(
    file,
    sound.map((byte, at) => (at === 60 ? byte ^ 1 : byte)),
  )
  bench.now = noon + 40 * minute
  return { bench, repair: ({ disk }) => disk.replace(file, sound) }
}

const damaged = await damagedDay()

function sumOf(posts: readonly Post[], groupId: string) {
  return sumsOf(posts.filter((post) => post.groupId === groupId).map((post) => post.body))
}

/** Profiles in blocks of windows, and in segments. */
async function keptOf(bench: StoreBench, { store }: OpenStore, groupId: string): Promise<[number, number]> {
  const blocks = await bench.manifest.blocks({ groupId, from: 0, to: Number.MAX_SAFE_INTEGER })
  const sealed = blocks.filter(({ level }) => level === 'PT5M').reduce((sum, one) => sum + one.profiles, 0)
  const { groups } = await store.stats({ after: null })
  return [sealed, groups.find((one) => one.groupId === groupId)!.unsealed.profiles]
}

/** The damaged group: what is not sealed is answered, of what is there is nothing to be had. The other one: all of it. */
async function assertAnswers(open: OpenStore, what = ''): Promise<void> {
  assert.deepEqual(await answered(open, ...everything), sumOf(windows.flat(), group.id), what)
  assert.deepEqual(await answered(open, ...everything, otherGroup.id), sumOf(all, otherGroup.id), what)
}

async function assertContained(bench: StoreBench, open: OpenStore, what = ''): Promise<void> {
  await assertAnswers(open, what)
  assert.deepEqual(await keptOf(bench, open, group.id), [1, 3], what)
  assert.deepEqual(await keptOf(bench, open, otherGroup.id), [5, 0], what)
  assert.equal(segmentsOn(bench).length, 3, what)
  assert.deepEqual(
    (await bench.manifest.sealedSegments()).map(({ left }) => left),
    [[group.id], [group.id]],
    what,
  )
}

/** All of it is sealed, and nothing is left over. @param posts of the damaged group */
async function assertWhole(bench: StoreBench, open: OpenStore, posts: readonly Post[], what = '') {
  const number = posts.filter(({ groupId }) => groupId === group.id).length
  assert.deepEqual(await answered(open, ...everything), sumOf(posts, group.id), what)
  assert.deepEqual(await answered(open, ...everything, otherGroup.id), sumOf(all, otherGroup.id), what)
  assert.deepEqual(await keptOf(bench, open, group.id), [number, 0], what)
  assert.deepEqual(await keptOf(bench, open, otherGroup.id), [5, 0], what)
  assert.deepEqual(segmentsOn(bench), [], what)
  assert.deepEqual(await bench.manifest.sealedSegments(), [], what)
  const named = [
    ...(await bench.manifest.tokenLists()).map(({ key }) => key),
    ...(await bench.manifest.keys(group.id)),
    ...(await bench.manifest.keys(otherGroup.id)),
  ]
  const blobs = bench.disk.files.filter((file) => /^blocks\/(?!quarantine)/.test(file))
  assert.deepEqual(blobs, named.map((key) => `blocks/${key}`).sort(), what)
  for (const post of all) assert.deepEqual(await send(open, bench.now, post), { kind: 'repeated' }, what)
}

async function quarantined(open: OpenStore): Promise<string[]> {
  const { findings } = await verifyAll(open, true)
  return findings.map(({ kind, isQuarantined }) => (isQuarantined ? kind : `${kind} stays`))
}

test('with one group’s dictionary damaged the others are sealed, and every answer stays what it was', async () => {
  const bench = damaged.bench.copy()
  const open = await bench.open()
  assert.deepEqual(await keptOf(bench, open, group.id), [1, 3])
  assert.deepEqual(await keptOf(bench, open, otherGroup.id), [1, 4])
  await assertAnswers(open)
  await assert.rejects(open.store.seal(), /is not what was written/)
  await assertContained(bench, open)
  const { files } = bench.disk
  for (let i = 0; i < 3; i++) await assert.rejects(open.store.seal())
  await assertContained(bench, open)
  assert.deepEqual(bench.disk.files, files, 'what is tried again in vain leaves nothing behind')
  assert.deepEqual(
    open.damage.map(({ file }) => file.startsWith(`${group.id}/${midnight}-`)),
    [true],
    'reported once',
  )
  await open.store.close()
})

test('what is left of a segment is left after a restart, and all tokens are remembered', async () => {
  const bench = damaged.bench.copy()
  const first = await bench.open()
  await assert.rejects(first.store.seal())
  const before = await first.store.status(group.id)
  await first.store.close()
  const second = await bench.open()
  await assertContained(bench, second)
  assert.deepEqual(await second.store.status(group.id), before)
  for (const post of all) assert.deepEqual(await send(second, bench.now, post), { kind: 'repeated' })
  await assert.rejects(second.store.seal())
  await assertContained(bench, second)
  await second.store.close()
})

test('tokens of what is sealed are forgotten in time, and not before, however long their segment stays', async () => {
  for (const isRestarted of [false, true]) {
    const bench = damaged.bench.copy()
    let open = await bench.open()
    await assert.rejects(open.store.seal())
    // In steps: a clock that jumps is not believed.
    for (let i = 0; i < 3; i++) {
      bench.now += 10 * hour
      await open.store.maintain().catch(() => {})
    }
    if (isRestarted) {
      await open.store.close()
      open = await bench.open()
    }
    const again = async ({ groupId, token }: Post): Promise<string> =>
      (await send(open, bench.now, { ...postOf(groupId, bench.now), token })).kind
    for (const post of windows[0]!)
      assert.equal(await again(post), post.groupId === group.id ? 'refused' : 'stored')
    await open.store.close()
  }
})

for (const isRestarted of [false, true]) {
  const when = isRestarted ? ', after a restart' : ''

  test(`once the dictionary is put back, what was left is sealed, each profile once${when}`, async () => {
    const bench = damaged.bench.copy()
    let open = await bench.open()
    await assert.rejects(open.store.seal())
    damaged.repair(bench)
    if (isRestarted) {
      await open.store.close()
      open = await bench.open()
    }
    await open.store.seal()
    await assertWhole(bench, open, all)
    await open.store.close()
    await assertWhole(bench, await bench.open(), all, 'and after another restart')
  })

  test(`once the dictionary is quarantined, the day begins anew with what was left, each profile once${when}`, async () => {
    const bench = damaged.bench.copy()
    let open = await bench.open()
    await assert.rejects(open.store.seal())
    assert.deepEqual(await quarantined(open), ['dictionary'])
    if (isRestarted) {
      await open.store.close()
      open = await bench.open()
    }
    await assertAnswers(open)
    await open.store.seal()
    await assertWhole(bench, open, windows.flat())
    assert.deepEqual(await quarantined(open), [])
    await open.store.close()
    await assertWhole(bench, await bench.open(), windows.flat(), 'and after another restart')
  })
}

test('deleting the damaged group frees the segments that only it was left in', async () => {
  for (const isRestarted of [false, true]) {
    const bench = damaged.bench.copy()
    const open = await bench.open()
    await assert.rejects(open.store.seal())
    await bench.deleteGroup(group.id)
    if (isRestarted) await open.store.close()
    else await open.store.removeGroup(group.id)
    const after = isRestarted ? await bench.open() : open
    if (isRestarted) await after.store.seal()
    assert.deepEqual(segmentsOn(bench), [])
    assert.deepEqual(await bench.manifest.sealedSegments(), [])
    assert.deepEqual(await answered(after, ...everything, otherGroup.id), sumOf(all, otherGroup.id))
    assert.deepEqual(await keptOf(bench, after, otherGroup.id), [5, 0])
    await after.store.close()
  }
})

test('deleting a group that is sealed leaves what is left of the damaged one', async () => {
  const bench = damaged.bench.copy()
  const open = await bench.open()
  await assert.rejects(open.store.seal())
  await bench.deleteGroup(otherGroup.id)
  await open.store.removeGroup(otherGroup.id)
  assert.equal(segmentsOn(bench).length, 3)
  assert.deepEqual(await answered(open, ...everything), sumOf(windows.flat(), group.id))
  damaged.repair(bench)
  await open.store.seal()
  assert.deepEqual(segmentsOn(bench), [])
  assert.deepEqual(await answered(open, ...everything), sumOf(all, group.id))
  assert.deepEqual(await keptOf(bench, open, group.id), [4, 0])
  await open.store.close()
})

test('periods of the other groups can be deleted, those of the damaged one cannot', async () => {
  const bench = damaged.bench.copy()
  const open = await bench.open()
  const period = { from: noon + 10 * minute, to: noon + 20 * minute }
  assert.deepEqual(await open.store.deletePeriod({ groupId: otherGroup.id, ...period }), {
    kind: 'deleted',
    profiles: 3,
  })
  assert.equal((await open.store.deletePeriod({ groupId: group.id, ...period })).kind, 'unavailable')
  const left = all.filter(({ end }) => end <= period.from || end > period.to)
  assert.deepEqual(await answered(open, ...everything, otherGroup.id), sumOf(left, otherGroup.id))
  assert.deepEqual(await answered(open, ...everything), sumOf(windows.flat(), group.id))
  await open.store.close()
  // The segments still have them, for nobody.
  const again = await bench.open()
  assert.deepEqual(await answered(again, ...everything, otherGroup.id), sumOf(left, otherGroup.id))
  await again.store.close()
})

test('of a segment with several days a group is left whole where one of them cannot be read', async () => {
  const bench = damaged.bench.copy()
  bench.now = noon + 14 * hour
  const open = await bench.open()
  const late = [noon + 31 * minute, noon + 13 * hour].map((end) => postOf(group.id, end))
  const beside = postOf(otherGroup.id, noon + 32 * minute)
  for (const post of [...late, beside]) await send(open, bench.now, post)
  await assert.rejects(open.store.seal())
  assert.deepEqual(await keptOf(bench, open, group.id), [1, 5])
  assert.deepEqual(await keptOf(bench, open, otherGroup.id), [6, 0])
  assert.deepEqual(await answered(open, ...everything), sumOf([...windows.flat(), ...late], group.id))
  damaged.repair(bench)
  await open.store.seal()
  assert.deepEqual(await answered(open, ...everything), sumOf([...all, ...late], group.id))
  assert.deepEqual(await keptOf(bench, open, group.id), [6, 0])
  assert.deepEqual(segmentsOn(bench), [])
  await open.store.close()
})

test('a dictionary that cannot be read for another reason is contained as well', async () => {
  const bench = damaged.bench.copy()
  damaged.repair(bench)
  let isBroken = true
  const open = await bench.open({
    through: failingDisk((key) => {
      if (isBroken && key.startsWith(`${group.id}/${midnight}-`)) throw badSector()
    }),
  })
  await assert.rejects(open.store.seal(), /EIO/)
  assert.deepEqual(await keptOf(bench, open, group.id), [1, 3])
  assert.deepEqual(await keptOf(bench, open, otherGroup.id), [5, 0])
  isBroken = false
  await open.store.seal()
  await assertWhole(bench, open, all)
  await open.store.close()
})

test('a segment with a damaged record that is sealed in part is kept aside when it goes', async () => {
  for (const isRestarted of [false, true]) {
    const bench = damaged.bench.copy()
    let open = await bench.open()
    // The last record of the second window, of the sound group.
    const file = segmentsOn(bench)[1]!
    const bytes = Buffer.from(bench.disk.contents(file))
    let at = segmentHeaderLength
    for (let i = 0; i < 2; i++) at += framedLength(bytes, at)!
    bytes[bytes.length - 1]! ^= 1
    bench.disk.replace(file, bytes)
    await assert.rejects(open.store.seal())
    assert.deepEqual(await keptOf(bench, open, otherGroup.id), [4, 0])
    assert.ok(!bench.disk.files.some((name) => name.startsWith('segments/quarantine/')))
    if (isRestarted) {
      await open.store.close()
      open = await bench.open()
    }
    damaged.repair(bench)
    await open.store.seal()
    assert.deepEqual(await keptOf(bench, open, group.id), [4, 0])
    assert.deepEqual(await keptOf(bench, open, otherGroup.id), [4, 0])
    assert.deepEqual(segmentsOn(bench), [])
    const aside = bench.disk.files.filter((name) => name.startsWith('segments/quarantine/'))
    assert.ok(aside.some((name) => Buffer.from(bench.disk.contents(name)).includes(bytes.subarray(at))))
    await open.store.close()
  }
})

test('commits whose answers were lost, of a part and of the rest, count once', async () => {
  const bench = damaged.bench.copy()
  let lost = 0
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      blobs,
      manifest: {
        ...manifest,
        commitSeal: async (seal) => {
          await manifest.commitSeal(seal)
          lost++
          throw new Error('the answer was lost')
        },
      },
    }),
  })
  await assert.rejects(open.store.seal(), /is not what was written/)
  await assertContained(bench, open)
  damaged.repair(bench)
  await open.store.seal()
  assert.equal(lost, 2)
  await assertWhole(bench, open, all)
  await open.store.close()
})

/** A part, then the rest. */
async function sealTwice(bench: StoreBench, { store }: OpenStore): Promise<void> {
  await store.seal().catch(() => {})
  damaged.repair(bench)
  await store.seal()
}

for (const fate of ['keep', 'drop', 'scramble'] as const satisfies readonly Fate[])
  test(`a power cut at any operation of sealing a part, and then the rest, loses and doubles nothing, what was not synced: ${fate}`, async () => {
    for (let cutAfter = 1; ; cutAfter++) {
      const what = `after operation ${cutAfter}`
      const bench = damaged.bench.copy()
      const first = await bench.open({ cutAfter }).catch(() => null)
      const isComplete =
        first !== null &&
        (await sealTwice(bench, first).then(
          () => true,
          () => false,
        ))
      bench.disk.cutPower(fate, () => ((cutAfter * 7919) % 97) / 97)
      damaged.repair(bench)
      const second = await bench.open()
      assert.deepEqual(await answered(second, ...everything), sumOf(all, group.id), what)
      assert.deepEqual(await answered(second, ...everything, otherGroup.id), sumOf(all, otherGroup.id), what)
      await second.store.maintain()
      await second.store.seal()
      await assertWhole(bench, second, all, what)
      await second.store.close()
      if (isComplete) {
        assert.ok(cutAfter > 40, `${cutAfter} operations were tried`)
        break
      }
    }
  })

test('a power cut at any operation of sealing a part leaves a directory that goes on so while the damage lasts', async () => {
  for (let cutAfter = 1; ; cutAfter++) {
    const what = `after operation ${cutAfter}`
    const bench = damaged.bench.copy()
    const first = await bench.open({ cutAfter }).catch(() => null)
    const failure = await first?.store.seal().catch((error: Error) => error)
    bench.disk.cutPower('keep', () => 0)
    const second = await bench.open()
    await assertAnswers(second, what)
    await second.store.maintain().catch(() => {})
    await assertContained(bench, second, what)
    await second.store.close()
    if (failure instanceof Error && failure.name === 'SealedFileDamaged') {
      assert.ok(cutAfter > 20, `${cutAfter} operations were tried`)
      break
    }
  }
})

for (const failure of ['ENOSPC', 'EIO'] as const satisfies readonly FailureKind[])
  test(`when any operation of sealing a part, and then the rest, fails with ${failure}, nothing is lost or doubled`, async () => {
    for (let operation = 1; ; operation++) {
      const what = `operation ${operation}`
      const bench = damaged.bench.copy()
      const first = await bench.open({ failures: new Map([[operation, failure]]) })
      const already = first.files.operations
      await sealTwice(bench, first).catch(() => {})
      if (first.files.operations - already < operation) {
        assert.ok(operation > 40, `${operation} operations were tried`)
        break
      }
      damaged.repair(bench)
      if (first.fatal.length === 0) {
        await first.store.maintain()
        await first.store.seal()
        await assertWhole(bench, first, all, what)
      }
      await first.store.close()
      const second = await bench.open()
      await second.store.maintain()
      await second.store.seal()
      await assertWhole(bench, second, all, `${what}, after a restart`)
      await second.store.close()
    }
  })
