import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DeletePeriodOutcome } from '../storage/ports.ts'
import {
  assertExact,
  assertNothingLeftOver,
  day,
  hour,
  type Posted,
  windowLength,
} from './testing/kept-exactly.ts'
import {
  answered,
  body,
  forgetWindows,
  group,
  minute,
  noon,
  type OpenStore,
  otherGroup,
  type StoreBench,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'

const midnight = noon - 12 * hour
const everything = [0, Number.MAX_SAFE_INTEGER] as const

const simple = (end: number, frame = 'hot'): Uint8Array =>
  body({ children: { main: { children: { [frame]: { counts: { RUNNABLE: 1 + (end % 7) } } } } } }, end)

async function post(bench: StoreBench, open: OpenStore, end: number, frame?: string): Promise<Posted> {
  const sent = { end, body: simple(end, frame) }
  assert.equal((await send(open, bench.now, sent)).kind, 'stored')
  return sent
}

function remove({ store }: OpenStore, from: number, to: number): Promise<DeletePeriodOutcome> {
  return store.deletePeriod({ groupId: group.id, from, to })
}

const outside = (posts: readonly Posted[], from: number, to: number): Posted[] =>
  posts.filter(({ end }) => end <= from || end > to)

/** Three days, each with two hours of two windows; names are those of their day. */
async function threeDays(bench: StoreBench): Promise<Posted[]> {
  const open = await bench.open()
  const posts: Posted[] = []
  for (let at = 0; at < 3; at++) {
    for (const start of [0, windowLength, hour, hour + windowLength]) {
      const end = noon + at * day + start + minute
      bench.now = end + minute
      posts.push(await post(bench, open, end, `day${at}`))
    }
    bench.now = noon + at * day + 13 * hour
    await open.store.maintain()
  }
  await open.store.close()
  return posts
}

test('a period is deleted from every answer, the rest is exact, roll-ups are made anew, and the disk is free', async () => {
  const bench = storeBench()
  const posts = await threeDays(bench)
  const open = await bench.open()
  const [from, to] = [noon + windowLength, noon + hour + windowLength]
  assert.deepEqual(await remove(open, from, to), { kind: 'deleted', profiles: 2 })
  const left = outside(posts, from, to)
  assert.equal(left.length, posts.length - 2)
  await assertExact(bench, open, left)
  assert.deepEqual(await answered(open, from, to), new Map())
  await assertNothingLeftOver(bench)
  await open.store.seal()
  await assertExact(bench, open, left)
  await assertNothingLeftOver(bench)
  const rollUps = (
    await bench.manifest.blocks({ groupId: group.id, from: midnight, to: midnight + day })
  ).filter(({ level }) => level !== 'PT5M')
  assert.deepEqual(rollUps.map(({ level, profiles }) => `${level} ${profiles}`).sort(), [
    'P1D 2',
    'PT1H 1',
    'PT1H 1',
  ])
  await open.store.close()
  await assertExact(bench, await bench.open(), left)
})

test('what is not sealed yet is deleted too, and what comes later counts', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await post(bench, open, noon + minute)
  const kept = await post(bench, open, noon - minute)
  bench.now = noon + windowLength
  assert.deepEqual(await remove(open, noon, noon + windowLength), { kind: 'deleted', profiles: 1 })
  await assertExact(bench, open, [kept])
  const late = await post(bench, open, noon + 2 * minute, 'late')
  await assertExact(bench, open, [kept, late])
  bench.now += 2 * hour
  await open.store.seal()
  await assertExact(bench, open, [kept, late])
})

test('the window that is running is not deleted', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const posted = await post(bench, open, noon + minute)
  bench.now = noon + windowLength - 1
  assert.deepEqual(await remove(open, noon, noon + windowLength), { kind: 'not-over' })
  assert.deepEqual(await remove(open, 0, Number.MAX_SAFE_INTEGER), { kind: 'not-over' })
  await assertExact(bench, open, [posted])
})

test('the token of a deleted profile is remembered: a retry does not bring it back', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent = { body: simple(noon + minute), token: 'once' }
  await send(open, bench.now, sent)
  bench.now = noon + 6 * minute
  await remove(open, noon, noon + windowLength)
  assert.deepEqual(await send(open, bench.now, sent), { kind: 'repeated' })
  await open.store.close()
  const again = await bench.open()
  assert.deepEqual(await send(again, bench.now, sent), { kind: 'repeated' })
  assert.deepEqual(await answered(again, ...everything), new Map())
})

test('where windows are kept no longer whole hours are deleted, and where hours are not, days', async () => {
  const bench = storeBench()
  const posts = await threeDays(bench)
  await forgetWindows(bench, midnight + 2 * day)
  await forgetWindows(bench, midnight + day, ['PT5M', 'PT1H'])
  const open = await bench.open()
  await assertExact(bench, open, posts)
  const day1 = noon + day
  assert.deepEqual(await remove(open, noon, noon + hour), { kind: 'not-whole', level: 'P1D' })
  assert.deepEqual(await remove(open, midnight, midnight + day - windowLength), {
    kind: 'not-whole',
    level: 'P1D',
  })
  assert.deepEqual(await remove(open, day1, day1 + windowLength), { kind: 'not-whole', level: 'PT1H' })
  assert.deepEqual(await remove(open, day1, noon + 2 * day + windowLength), {
    kind: 'not-whole',
    level: 'PT1H',
  })
  await assertExact(bench, open, posts)

  assert.deepEqual(await remove(open, day1, day1 + hour), { kind: 'deleted', profiles: 2 })
  let left = outside(posts, day1, day1 + hour)
  await assertExact(bench, open, left)
  await open.store.seal()
  await assertExact(bench, open, left)
  assert.deepEqual(await remove(open, midnight, midnight + day), { kind: 'deleted', profiles: 4 })
  left = outside(left, midnight, midnight + day)
  await assertExact(bench, open, left)
  // What the shortcut above left of windows and hours goes as well.
  await open.store.maintain()
  await assertNothingLeftOver(bench)
})

test('what only a roll-up over the border still holds is not deleted with the rest of it', async () => {
  const bench = storeBench()
  const posts = await threeDays(bench)
  await forgetWindows(bench, midnight + day)
  // An hour that was damaged and kept aside, after its windows went.
  const known = await bench.manifest.blocks({ groupId: group.id, from: noon, to: noon + hour })
  const lost = known.filter(({ level }) => level === 'PT1H').map(({ id }) => id)
  assert.equal(lost.length, 1)
  await bench.manifest.removeBlocks({
    groupId: group.id,
    blocks: lost,
    keptSince: null,
    deleted: null,
    due: [],
  })
  const open = await bench.open()
  const whole = await answered(open, midnight, midnight + day)
  assert.deepEqual(await remove(open, noon + hour, noon + 2 * hour), { kind: 'not-whole', level: 'P1D' })
  assert.deepEqual(await answered(open, midnight, midnight + day), whole)
  assert.deepEqual(await remove(open, midnight, midnight + day), { kind: 'deleted', profiles: 4 })
  await assertExact(bench, open, outside(posts, midnight, midnight + day))
})

test('a day that is emptied begins anew: its names are not those of before', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await post(bench, open, noon + minute, 'before')
  bench.now = noon + hour
  await open.store.seal()
  // Answers have its dictionary in memory.
  await answered(open, ...everything)
  await remove(open, midnight, noon + hour)
  assert.deepEqual(
    bench.disk.files.filter((file) => file.includes(group.id)),
    [],
  )
  const posts = [await post(bench, open, noon + minute, 'after'), await post(bench, open, bench.now, 'later')]
  await assertExact(bench, open, posts)
  bench.now += hour
  await open.store.seal()
  await assertExact(bench, open, posts)
  await open.store.close()
  const again = await bench.open()
  await assertExact(bench, again, posts)
  assert.deepEqual([...open.damage, ...again.damage], [])
})

test('the status is that of what is left', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await post(bench, open, noon + minute)
  bench.now = noon + 7 * minute
  await post(bench, open, noon + 6 * minute)
  const last = bench.now
  bench.now = noon + hour
  await remove(open, noon + windowLength, noon + 2 * windowLength)
  const expected = { lastReportedAt: last, latestWindow: noon }
  assert.deepEqual(await open.store.status(group.id), expected)
  assert.deepEqual(await (await bench.open()).store.status(group.id), expected)
  await remove(open, noon, noon + windowLength)
  const nothing = { lastReportedAt: null, latestWindow: null }
  assert.deepEqual(await open.store.status(group.id), nothing)
  assert.deepEqual(await (await bench.open()).store.status(group.id), nothing)
})

test('other groups keep their period, and of an unknown group nothing is deleted', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent = { body: simple(noon + minute), groupId: otherGroup.id }
  await send(open, bench.now, sent)
  await post(bench, open, noon + minute)
  bench.now = noon + hour
  await remove(open, noon, noon + windowLength)
  assert.deepEqual(await answered(open, ...everything, otherGroup.id), sumsOf([sent.body]))
  const unknown = { groupId: 'd0000000-1111-4222-8333-444444444444', from: noon, to: noon + windowLength }
  assert.deepEqual(await open.store.deletePeriod(unknown), { kind: 'unknown-group' })
})

test('what cannot be sealed now is not deleted by half', async () => {
  const bench = storeBench()
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      blobs,
      manifest: { ...manifest, commitSeal: () => Promise.reject(new Error('not now')) },
    }),
  })
  const posted = await post(bench, open, noon + minute)
  bench.now = noon + hour
  const outcome = await remove(open, noon, noon + windowLength)
  assert.ok(outcome.kind === 'unavailable')
  assert.match(outcome.message, /cannot be sealed/)
  await assertExact(bench, open, [posted])
})

test('answers given during a deletion are those of before or those of after', async () => {
  const bench = storeBench()
  const posts = await threeDays(bench)
  const open = await bench.open()
  const [from, to] = [noon, noon + day + hour]
  const before = sumsOf(posts.map(({ body: bytes }) => bytes))
  const after = sumsOf(outside(posts, from, to).map(({ body: bytes }) => bytes))
  const deleting = remove(open, from, to)
  let isOver = false
  void deleting.then(() => {
    isOver = true
  })
  const seen: string[] = []
  while (!isOver) {
    const sums = await answered(open, ...everything)
    const is = (expected: typeof sums): boolean => JSON.stringify([...sums]) === JSON.stringify([...expected])
    assert.ok(is(before) || is(after))
    seen.push(is(before) ? 'before' : 'after')
  }
  assert.ok(seen.includes('before'))
  const first = seen.indexOf('after')
  assert.ok(first < 0 || !seen.includes('before', first), 'never back again')
  assert.deepEqual(await answered(open, ...everything), after)
})

for (const fate of ['keep', 'drop', 'scramble'] as const) {
  test(`a power cut at any operation of a deletion deletes all of the period or nothing, what was not synced ${fate}`, async () => {
    const bench = storeBench()
    const posts = await threeDays(bench)
    const unsealed = await bench.open()
    posts.push(await post(bench, unsealed, bench.now - 2 * hour, 'late'))
    await unsealed.store.close()
    const [from, to] = [noon + 2 * day + windowLength, midnight + 3 * day]
    const left = outside(posts, from, to)
    const seen = new Set<boolean>()
    for (let cutAfter = 1; ; cutAfter++) {
      const copy = bench.copy()
      const first = await copy.open({ cutAfter }).catch(() => null)
      const outcome = first === null ? null : await remove(first, from, to)
      copy.disk.cutPower(fate, () => ((cutAfter * 7919) % 97) / 97)
      const second = await copy.open()
      const isDeleted = (await answered(second, from, to)).size === 0
      seen.add(isDeleted)
      if (outcome?.kind === 'deleted') assert.ok(isDeleted, 'what was said to be deleted stays deleted')
      const what = `after operation ${cutAfter}`
      await assertExact(copy, second, isDeleted ? left : posts, group.id, what)
      await second.store.maintain()
      await second.store.seal()
      await assertExact(copy, second, isDeleted ? left : posts, group.id, `${what}, maintained`)
      await assertNothingLeftOver(copy, what)
      assert.deepEqual(second.damage, [])
      assert.equal((await remove(second, from, to)).kind, 'deleted')
      await assertExact(copy, second, left, group.id, `${what}, deleted again`)
      if (outcome?.kind === 'deleted') break
      assert.ok(cutAfter < 500)
    }
    assert.equal(seen.size, 2)
  })
}

test('a deletion of which any operation fails deletes all of the period or nothing, and can be repeated', async () => {
  const bench = storeBench()
  const posts = await threeDays(bench)
  const [from, to] = [noon, noon + day + windowLength]
  const left = outside(posts, from, to)
  for (let operation = 1; ; operation++) {
    const copy = bench.copy()
    const open = await copy.open({ failures: new Map([[operation, 'EIO']]) })
    const before = open.files.operations
    const outcome = await remove(open, from, to)
    const what = `operation ${operation}`
    if (open.files.operations - before < operation) {
      assert.ok(operation > 10, `${operation} operations were tried`)
      break
    }
    assert.deepEqual(open.fatal, [], what)
    const isDeleted = (await answered(open, from, to)).size === 0
    if (outcome.kind === 'deleted') assert.ok(isDeleted, what)
    await assertExact(copy, open, isDeleted ? left : posts, group.id, what)
    assert.equal((await remove(open, from, to)).kind, 'deleted')
    await assertExact(copy, open, left, group.id, what)
    await open.store.maintain()
    await assertExact(copy, open, left, group.id, `${what}, made good`)
    await assertNothingLeftOver(copy, what)
  }
})

test('whatever is posted, deleted, let go and restarted in whatever order, answers are exact', async () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('post' as const),
        back: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 71 * 60 })),
        frame: fc.constantFrom('a', 'b', 'c', 'd'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('delete' as const),
        back: fc.integer({ min: 0, max: 100 * 12 }),
        length: fc.oneof(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 900 })),
        aligned: fc.constantFrom(windowLength, hour, day),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('seal' as const, 'maintain' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        minutes: fc.integer({ min: 1, max: 1400 }),
      }),
    },
  )
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const bench = storeBench()
      const options = {
        retention: { fiveMinuteDays: 1, hourlyDays: 2, dailyDays: 5 },
        maxProfileAgeMilliseconds: 3 * day,
      }
      let open = await bench.open(options)
      let posts: Posted[] = []
      for (const one of steps) {
        if (one.kind === 'wait') bench.now += one.minutes * minute
        else if (one.kind === 'post')
          posts.push(await post(bench, open, bench.now - one.back * minute, one.frame))
        else if (one.kind === 'restart') {
          await open.store.close()
          open = await bench.open(options)
        } else if (one.kind === 'delete') {
          const to = Math.floor((bench.now - one.back * windowLength) / one.aligned) * one.aligned
          const from = Math.floor((to - one.length * windowLength) / one.aligned) * one.aligned
          const { kind } = await remove(open, from, to)
          seen.set(kind, (seen.get(kind) ?? 0) + 1)
          if (kind === 'deleted') posts = outside(posts, from, to)
          await assertExact(bench, open, posts)
        } else await open.store[one.kind]()
      }
      await assertExact(bench, open, posts)
      bench.now += 11 * minute
      await open.store.seal()
      await open.store.maintain()
      await assertExact(bench, open, posts)
      await assertNothingLeftOver(bench)
      assert.deepEqual([open.damage, open.fatal], [[], []])
    }),
    { numRuns: 60 },
  )
  assert.deepEqual([...seen.keys()].sort(), ['deleted', 'not-whole'])
})
