import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Retention } from '../storage/catalog.ts'
import type { BlockLevel, BlockRecord } from '../storage/manifest.ts'
import { expired } from './retention.ts'
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
const short: Retention = { fiveMinuteDays: 1, hourlyDays: 2, dailyDays: 4 }

const simple = (count: number, end: number, frame = 'hot'): Uint8Array =>
  body({ children: { main: { children: { [frame]: { counts: { RUNNABLE: count } } } } } }, end)

// — what goes

let ids = 0
function block(level: BlockLevel, start: number, changes: Partial<BlockRecord> = {}): BlockRecord {
  const id = ++ids
  return {
    id,
    groupId: group.id,
    level,
    start,
    key: String(id),
    profiles: 1,
    receivedAt: 0,
    through: 0,
    ...changes,
  }
}

const cutoffs = (at: Partial<Record<BlockLevel, number>>): Record<BlockLevel, number> => ({
  PT5M: 0,
  PT1H: 0,
  P1D: 0,
  ...at,
})

test('the windows of an hour go once all of the hour is old enough, and its roll-up has them', () => {
  const windows = [block('PT5M', midnight), block('PT5M', midnight + 55 * minute)]
  const hourly = block('PT1H', midnight, { through: windows[1]!.id })
  const next = [block('PT5M', midnight + hour), block('PT1H', midnight + hour, { through: ids })]
  const blocks = [...windows, hourly, ...next]
  assert.deepEqual(expired(blocks, midnight, cutoffs({ PT5M: midnight + hour - 1 })).blocks, [])
  const found = expired(blocks, midnight, cutoffs({ PT5M: midnight + hour }))
  assert.deepEqual(found.blocks, windows)
  assert.deepEqual(found.reliedOn, [hourly])
  assert.deepEqual(found.keptSince, { windows: midnight + hour, hours: 0, days: 0 })
})

test('a window that came after its roll-up was made stays until it is in it', () => {
  const first = block('PT5M', midnight)
  const hourly = block('PT1H', midnight, { through: first.id })
  const late = block('PT5M', midnight)
  const old = cutoffs({ PT5M: midnight + hour })
  assert.deepEqual(expired([first, hourly, late], midnight, old).blocks, [first])
  assert.deepEqual(expired([first, late], midnight, old).blocks, [], 'there is no roll-up')
})

test('a window that the hour has and the day has not stays: the day takes it from there', () => {
  const first = block('PT5M', midnight)
  const daily = block('P1D', midnight, { through: first.id })
  const late = block('PT5M', midnight)
  const hourly = block('PT1H', midnight, { through: late.id })
  const found = expired([first, daily, late, hourly], midnight, cutoffs({ PT5M: midnight + hour }))
  assert.deepEqual(found.blocks, [first])
})

test('hours go by the day, with the windows that came after them', () => {
  const first = block('PT5M', midnight)
  const hourly = block('PT1H', midnight, { through: first.id })
  const late = block('PT5M', midnight)
  const daily = block('P1D', midnight, { through: late.id })
  const newer = block('PT5M', midnight)
  const all = [hourly, late, daily, newer]
  const past = cutoffs({ PT5M: midnight + day, PT1H: midnight + day })
  const found = expired(all, midnight, past)
  assert.deepEqual(found.blocks, [hourly, late])
  assert.deepEqual(found.reliedOn, [daily])
  assert.deepEqual(found.keptSince, { windows: midnight + day, hours: midnight + day, days: 0 })
  const unfinished = { ...daily, through: first.id - 1 }
  assert.deepEqual(expired([hourly, unfinished], midnight, past).blocks, [])
  assert.deepEqual(expired(all, midnight, cutoffs({ PT1H: midnight + day - 1 })).blocks, [])
})

test('a day that is past goes as a whole, whatever was rolled up', () => {
  const all = [block('PT5M', midnight), block('PT1H', midnight), block('P1D', midnight)]
  assert.deepEqual(expired(all, midnight, cutoffs({ P1D: midnight + day - 1 })).blocks, [])
  const found = expired(all, midnight, cutoffs({ P1D: midnight + day }))
  assert.deepEqual(found.blocks, all)
  assert.deepEqual(found.reliedOn, [])
  assert.equal(found.keptSince.days, midnight + day)
})

// — the store

/** Goes on to `until` in steps that a clock takes while nobody touches it, maintaining. */
async function live(bench: StoreBench, open: OpenStore, until: number, step = 6 * hour): Promise<void> {
  while (bench.now < until) {
    bench.now = Math.min(until, bench.now + step)
    await open.store.maintain()
  }
}

async function levels(bench: StoreBench, groupId = group.id): Promise<string> {
  const blocks = await bench.manifest.blocks({ groupId, from: 0, to: Number.MAX_SAFE_INTEGER })
  return (['PT5M', 'PT1H', 'P1D'] as const)
    .map((level) => blocks.filter((one) => one.level === level).length)
    .join(' ')
}

async function post(bench: StoreBench, open: OpenStore, end: number, frame?: string): Promise<Posted> {
  const bytes = simple(1 + (end % 7), end, frame)
  assert.deepEqual(await send(open, bench.now, { body: bytes }), { kind: 'stored' })
  return { end, body: bytes }
}

test('by default 5 minutes are kept for 15 days, hours for 60, days for 3 years; then the disk is empty', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const posts = [await post(bench, open, noon + minute), await post(bench, open, noon + 6 * minute)]
  const at = async (age: number): Promise<string> => {
    await live(bench, open, noon + hour + age, day)
    await assertExact(bench, open, posts)
    return levels(bench)
  }
  assert.equal(await at(hour), '2 1 0')
  assert.equal(await at(15 * day - 11 * minute), '2 1 1')
  assert.equal(await at(15 * day), '0 1 1')
  assert.deepEqual(
    [...(await open.store.windows({ groupId: group.id, from: midnight, to: midnight + day }))],
    [noon],
  )
  assert.equal(await at(60 * day), '0 1 1', 'the day ended later')
  assert.equal(await at(60 * day + 12 * hour), '0 0 1')
  assert.equal(await at(1095 * day), '0 0 1')
  assert.deepEqual(await open.store.status(group.id), {
    lastReportedAt: noon + 4 * minute,
    latestWindow: noon + windowLength,
  })
  assert.equal(await at(1095 * day + 12 * hour), '0 0 0')
  assert.deepEqual(
    bench.disk.files.filter((file) => file.startsWith('blocks/')),
    [],
  )
  assert.deepEqual(await open.store.status(group.id), { lastReportedAt: null, latestWindow: null })
  assert.deepEqual(open.damage, [])
})

test('a group can be kept for a time of its own, and changes its mind', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent = { body: simple(3, noon + minute) }
  await send(open, bench.now, sent)
  await send(open, bench.now, { ...sent, groupId: otherGroup.id })
  await bench.catalog.setRetention(otherGroup.id, short)
  await live(bench, open, noon + 2 * day)
  assert.deepEqual([await levels(bench), await levels(bench, otherGroup.id)], ['1 1 1', '0 1 1'])
  await live(bench, open, noon + 6 * day)
  assert.deepEqual([await levels(bench), await levels(bench, otherGroup.id)], ['1 1 1', '0 0 0'])
  await bench.catalog.setRetention(group.id, short)
  await live(bench, open, noon + 6 * day + hour)
  assert.equal(await levels(bench), '0 0 0')
})

test('days are kept at least as long as profiles are accepted', async () => {
  const bench = storeBench()
  const options = {
    retention: { fiveMinuteDays: 1, hourlyDays: 1, dailyDays: 1 },
    maxProfileAgeMilliseconds: 7 * day,
  }
  const open = await bench.open(options)
  const posts = [await post(bench, open, noon + minute)]
  await live(bench, open, noon + 6 * day)
  posts.push(await post(bench, open, noon + 2 * minute, 'late'))
  bench.now += 10 * minute
  await open.store.seal()
  await open.store.maintain()
  await assertExact(bench, open, posts)
  assert.equal(await levels(bench), '0 0 1')
})

test('a profile that comes when the windows of its hour are gone is added to the roll-ups once', async () => {
  const bench = storeBench()
  const open = await bench.open({ retention: { ...short, dailyDays: 9 }, maxProfileAgeMilliseconds: 7 * day })
  const posts = [await post(bench, open, noon + minute), await post(bench, open, noon - hour + minute)]
  // Windows gone, then hours gone too.
  for (const [age, left] of [
    [1.5, '0 2 1'],
    [4, '0 0 1'],
  ] as const) {
    await live(bench, open, noon + age * day)
    assert.equal(await levels(bench), left)
    for (const late of [noon + 2 * minute, noon + 3 * hour]) {
      posts.push(await post(bench, open, late + age * minute, `late${age}`))
      await assertExact(bench, open, posts)
      bench.now += 10 * minute
      await open.store.seal()
      await assertExact(bench, open, posts)
    }
    bench.now += 15 * minute
    await open.store.maintain()
    await assertExact(bench, open, posts)
    assert.ok((await levels(bench)).startsWith('0 '), 'the late windows are in the roll-ups by now, and gone')
    await assertNothingLeftOver(bench)
  }
  const again = await bench.open()
  await assertExact(bench, again, posts)
})

/** Other bytes from the sections on. */
function garbled(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, at) => (at < 80 ? byte : byte ^ 1))
}

test('what a damaged roll-up is the sum of stays, and answers', async () => {
  const bench = storeBench()
  const open = await bench.open({ retention: short })
  const posts = [await post(bench, open, noon + minute), await post(bench, open, noon - hour + minute)]
  await live(bench, open, noon + 13 * hour)
  const [hourly] = (await bench.manifest.blocks({ groupId: group.id, from: noon, to: noon + hour })).filter(
    ({ level }) => level === 'PT1H',
  )
  const file = `blocks/${hourly!.key}`
  const sound = bench.disk.contents(file)
  bench.disk.replace(file, garbled(sound))
  await live(bench, open, noon + 40 * hour)
  assert.equal(await levels(bench), '1 2 1', 'of that hour')
  await assertExact(bench, open, posts)
  assert.match(open.damage[0]!.lost, /is kept on/)
  bench.disk.replace(file, sound)
  await live(bench, open, bench.now + hour)
  assert.equal(await levels(bench), '0 2 1')
  await assertExact(bench, open, posts)
})

test('no roll-up is made from less than the one it takes the place of', async () => {
  const bench = storeBench()
  const options = { retention: short, maxProfileAgeMilliseconds: 3 * day }
  let open = await bench.open(options)
  const first = await post(bench, open, noon + minute)
  await live(bench, open, noon + 1.5 * day)
  assert.equal(await levels(bench), '0 1 1')
  const files = (await bench.manifest.keys(group.id)).map((key) => `blocks/${key}`)
  const damaged = files.filter((file) => /PT1H|P1D/.test(file))
  const sound = new Map(damaged.map((file) => [file, bench.disk.contents(file)]))
  for (const file of damaged) bench.disk.replace(file, garbled(sound.get(file)!))
  await open.store.close()
  open = await bench.open(options)
  const late = await post(bench, open, noon + 2 * minute, 'late')
  bench.now += 10 * minute
  await open.store.seal()
  assert.deepEqual(await answered(open, noon, noon + hour), sumsOf([late.body]), 'the rest is reported')
  assert.ok(open.damage.length > 0)
  assert.equal(await levels(bench), '1 1 1')
  for (const [file, bytes] of sound) bench.disk.replace(file, bytes)
  await open.store.close()
  open = await bench.open(options)
  await assertExact(bench, open, [first, late])
  await open.store.seal()
  await live(bench, open, bench.now + hour, 20 * minute)
  assert.equal(await levels(bench), '0 1 1')
  await assertExact(bench, open, [first, late])
})

test('a clock that jumps ahead by years lets nothing go until it has stood for a day, and says so', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const posts = [await post(bench, open, noon + minute)]
  await live(bench, open, noon + 2 * day)
  const before = await levels(bench)
  const right = bench.now
  bench.now += 5 * 365 * day
  await live(bench, open, bench.now + 23 * hour, 10 * minute)
  assert.equal(await levels(bench), before)
  assert.equal(open.notices.length, 1)
  assert.match(open.notices[0]!, /1825 days ahead/)
  bench.now = right + 10 * minute
  await open.store.maintain()
  await assertExact(bench, open, posts)
  assert.equal(await levels(bench), before)
  bench.now += 5 * 365 * day
  await live(bench, open, bench.now + day + hour, 10 * minute)
  assert.equal(await levels(bench), '0 0 0', 'who means it gets it')
})

test('a clock that jumps before a new store has looked at it once is not believed either', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const ahead = async (): Promise<void> => {
    bench.now += 400 * day
    await open.store.maintain()
    bench.now -= 400 * day
  }
  await ahead()
  const sent = { body: simple(3, noon - minute), token: 'sent-twice' }
  assert.equal((await send(open, noon, sent)).kind, 'stored')
  await ahead()
  assert.equal((await send(open, noon, sent)).kind, 'repeated')
  assert.deepEqual(await answered(open, noon - hour, noon), sumsOf([sent.body]))
})

test('a store that is started anew before it has looked once, and with the wrong clock, does not believe it', async () => {
  const bench = storeBench()
  let open = await bench.open()
  const sent = { body: simple(3, noon - minute), token: 'sent-twice' }
  assert.equal((await send(open, noon, sent)).kind, 'stored')
  await open.store.close()
  bench.now += 400 * day
  open = await bench.open()
  await open.store.maintain()
  bench.now -= 400 * day
  assert.equal((await send(open, noon, sent)).kind, 'repeated')
  assert.deepEqual(await answered(open, noon - hour, noon), sumsOf([sent.body]))
})

test('a store that was off for a month waits a day, across restarts', async () => {
  const bench = storeBench()
  let open = await bench.open()
  await post(bench, open, noon + minute)
  await live(bench, open, noon + 2 * day)
  bench.now += 30 * day
  for (let restart = 0; restart < 3; restart++) {
    await open.store.close()
    open = await bench.open()
    await live(bench, open, bench.now + 7 * hour, 10 * minute)
    assert.equal(await levels(bench), '1 1 1')
  }
  await live(bench, open, bench.now + 5 * hour, 10 * minute)
  assert.equal(await levels(bench), '0 1 1')
})

test('sealing that fails keeps nothing from being let go', async () => {
  const bench = storeBench()
  const open = await bench.open({
    retention: short,
    through: ({ blobs, manifest }) => ({
      blobs,
      manifest: {
        ...manifest,
        commitSeal: async (seal) => {
          if (bench.now > noon + day) throw new Error('not today')
          return manifest.commitSeal(seal)
        },
      },
    }),
  })
  await post(bench, open, noon + minute)
  await live(bench, open, noon + 20 * hour)
  bench.now = noon + 36 * hour
  await post(bench, open, bench.now - minute)
  bench.now += hour
  await assert.rejects(open.store.maintain(), /not today/)
  assert.equal(await levels(bench), '0 1 1')
})

// — faults

/** Days of posts, old enough that windows, hours and days of some are to go now. */
async function aged(): Promise<{ bench: StoreBench; posts: Posted[] }> {
  const bench = storeBench()
  const open = await bench.open({ retention: { fiveMinuteDays: 30, hourlyDays: 30, dailyDays: 30 } })
  const posts: Posted[] = []
  for (let at = 0; at < 6; at++) {
    bench.now = noon + at * day + 2 * minute
    posts.push(await post(bench, open, bench.now, `day${at}`))
    bench.now += hour
    posts.push(await post(bench, open, bench.now, `day${at}`))
    await live(bench, open, noon + at * day + 20 * hour)
  }
  await open.store.close()
  return { bench, posts }
}

for (const fate of ['keep', 'drop', 'scramble'] as const) {
  test(`a power cut at any operation of letting go changes no answer and leaves nothing behind, what was not synced ${fate}`, async () => {
    const { bench, posts } = await aged()
    for (let cutAfter = 1; ; cutAfter++) {
      const copy = bench.copy()
      const first = await copy.open({ cutAfter, retention: short }).catch(() => null)
      const isComplete =
        first !== null &&
        (await first.store.maintain().then(
          () => true,
          () => false,
        ))
      copy.disk.cutPower(fate, () => ((cutAfter * 7919) % 97) / 97)
      const second = await copy.open({ retention: short })
      await assertExact(copy, second, posts, group.id, `after operation ${cutAfter}`)
      await second.store.maintain()
      await assertExact(copy, second, posts, group.id, `let go after operation ${cutAfter}`)
      await assertNothingLeftOver(copy, `after operation ${cutAfter}`)
      assert.equal(await levels(copy), '2 4 4', `after operation ${cutAfter}`)
      assert.deepEqual(second.damage, [])
      if (isComplete) break
      assert.ok(cutAfter < 500)
    }
  })
}

test('letting go of which any operation fails changes no answer, and is made good', async () => {
  const { bench, posts } = await aged()
  for (let operation = 1; ; operation++) {
    const copy = bench.copy()
    const open = await copy.open({ retention: short, failures: new Map([[operation, 'EIO']]) })
    const before = open.files.operations
    await open.store.maintain().catch(() => {})
    if (open.files.operations - before < operation) {
      assert.ok(operation > 20, `${operation} operations were tried`)
      break
    }
    assert.deepEqual(open.fatal, [])
    await assertExact(copy, open, posts, group.id, `operation ${operation}`)
    copy.now += 11 * minute
    await open.store.maintain()
    await open.store.maintain()
    await assertExact(copy, open, posts, group.id, `operation ${operation}, made good`)
    await assertNothingLeftOver(copy, `operation ${operation}`)
    assert.equal(await levels(copy), '2 4 4')
  }
})

test('a removal whose answer is lost is no wrong answer, and its files are swept away', async () => {
  const { bench, posts } = await aged()
  const open = await bench.open({
    retention: short,
    through: ({ blobs, manifest }) => ({
      blobs,
      manifest: {
        ...manifest,
        removeBlocks: async (removal) => {
          await manifest.removeBlocks(removal)
          throw new Error('the answer was lost')
        },
      },
    }),
  })
  await assert.rejects(open.store.maintain(), /the answer was lost/)
  await assertExact(bench, open, posts)
  await open.store.maintain()
  await assertNothingLeftOver(bench)
})

test('answers given while things are let go are the same as before and after', async () => {
  const { bench, posts } = await aged()
  const open = await bench.open({ retention: short })
  const from = midnight + 3 * day
  const expected = sumsOf(posts.filter(({ end }) => end > from).map(({ body: bytes }) => bytes))
  const letting = open.store.maintain()
  let isOver = false
  void letting.then(() => {
    isOver = true
  })
  let answers = 0
  while (!isOver) {
    assert.deepEqual(await answered(open, from, from + 9 * day), expected)
    answers++
  }
  await letting
  assert.ok(answers > 3, `${answers}`)
})

// — everything in any order

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('post' as const),
      back: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 71 * 60 })),
      count: fc.integer({ min: 1, max: 9 }),
      frame: fc.constantFrom('a', 'b', 'c', 'd'),
      other: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('seal' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('maintain' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rule' as const), days: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 1400 }) }),
  },
)

test('whatever is posted, sealed, let go, restarted and jumped in whatever order, answers are exact', async () => {
  let dropped = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const bench = storeBench()
      const options = { retention: short, maxProfileAgeMilliseconds: 3 * day }
      let open = await bench.open(options)
      const sent = new Map<string, Posted[]>([
        [group.id, []],
        [otherGroup.id, []],
      ])
      for (const one of steps) {
        if (one.kind === 'wait') bench.now += one.minutes * minute
        else if (one.kind === 'post') {
          const end = bench.now - one.back * minute
          const bytes = simple(one.count, end, one.frame)
          const groupId = one.other ? otherGroup.id : group.id
          assert.equal((await send(open, bench.now, { body: bytes, groupId })).kind, 'stored')
          sent.get(groupId)!.push({ end, body: bytes })
        } else if (one.kind === 'restart') {
          await open.store.close()
          open = await bench.open(options)
        } else if (one.kind === 'jump') {
          // There and back: neither may cost anything.
          const right = bench.now
          bench.now += 400 * day
          await open.store.maintain()
          bench.now = right
          await open.store.maintain()
        } else if (one.kind === 'rule') {
          const rule = { fiveMinuteDays: one.days, hourlyDays: one.days, dailyDays: one.days + 2 }
          await bench.catalog.setRetention(otherGroup.id, rule)
        } else {
          await open.store[one.kind]()
          if (one.kind === 'maintain')
            for (const [groupId, posts] of sent) await assertExact(bench, open, posts, groupId)
        }
      }
      for (const [groupId, posts] of sent) {
        await assertExact(bench, open, posts, groupId)
        const { windows, days } = await bench.manifest.keptSince(groupId)
        assert.ok(windows <= bench.now - day, 'nothing goes before its age')
        assert.ok(days <= bench.now - 3 * day)
        if (windows > 0) dropped++
      }
      bench.now += 11 * minute
      await open.store.seal()
      await open.store.maintain()
      await assertNothingLeftOver(bench)
      assert.deepEqual(open.damage, [])
      assert.deepEqual(open.fatal, [])
    }),
    { numRuns: 60 },
  )
  assert.ok(dropped > 20, `something was let go in ${dropped} cases`)
})
