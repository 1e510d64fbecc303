/** Months and years are added up day by day: exactly, in the memory of a few days, and what stays the same only once. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { otherCounter, restName } from './epoch-map.ts'
import { maxGroupCounters } from './group-counters.ts'
import {
  answered,
  body,
  group,
  type JsonNode,
  minute,
  noon,
  type OpenStore,
  type StoreBench,
  type Sums,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'

const day = 24 * 60 * minute
const days = 400
/** The last midnight before the benches' now. */
const midnight = noon - day / 2
const bodies: (readonly [end: number, bytes: Uint8Array])[] = []
let year: StoreBench

/**
 * A profile at noon of each of 400 days: a function that is always there, one of its month, one of its own. Every other day came later than
 * the rest, as what is imported does.
 */
before(async () => {
  year = storeBench()
  const open = await year.open({ maxProfileAgeMilliseconds: 2 * days * day })
  for (const latest of [1, 2]) {
    for (let back = days + latest - 2; back >= 1; back -= 2) {
      const end = midnight - back * day + day / 2
      const own = { [`day ${back}`]: { file: `f${back}.py`, line: [back], counts: { R: back } } }
      const children = { ...own, always: { file: `f${back}.py`, line: [back], counts: { R: 1, W: 2 } } }
      const bytes = body({ children: { [`month ${Math.floor(back / 30)}`]: { children } } }, end)
      bodies.push([end, bytes])
      assert.equal((await send(open, year.now, { body: bytes })).kind, 'stored')
    }
    await open.store.seal()
  }
  assert.equal(bodies.length, days)
  await open.store.close()
})

/** Nothing that was read is in memory but what the questions themselves remember. */
const nothingCached = { blocks: 1, dayEpochs: 1 }

const lastYear = { groupId: group.id, from: midnight - 366 * day, to: midnight, step: day }
const someHosts = { instances: ['a'], hostTypes: [], agents: [], labels: {}, counters: [] }

function expected(from: number, to: number): Sums {
  return sumsOf(bodies.flatMap(([end, bytes]) => (end > from && end <= to ? [bytes] : [])))
}

/** Tells the days whose blobs were read. */
async function openCounted(bench: StoreBench): Promise<OpenStore & { takeReads(): number[] }> {
  let reads = new Set<number>()
  const open = await bench.open({
    shares: nothingCached,
    through: ({ blobs, manifest }) => ({
      manifest,
      blobs: {
        ...blobs,
        get: async (key, from, to) => {
          const blocks = await manifest.blocks({ groupId: group.id, from: 0, to: noon + day })
          const block = blocks.find((one) => one.key === key)
          if (block !== undefined) reads.add(midnight - Math.floor(block.start / day) * day)
          return blobs.get(key, from, to)
        },
      },
    }),
  })
  const takeReads = (): number[] => {
    const taken = [...reads].map((ago) => ago / day).sort((a, b) => a - b)
    reads = new Set()
    return taken
  }
  return { ...open, takeReads }
}

test('a year and more is added up exactly, whatever its borders', async () => {
  const open = await year.open()
  for (const [from, to] of [
    [midnight - days * day, midnight],
    [midnight - 366 * day, midnight - day],
    // Borders inside of days, before and after their noon.
    [midnight - 30 * day + 5 * minute, midnight - day + 11 * 60 * minute],
    [midnight - 30 * day + day / 2, midnight - day + 13 * 60 * minute],
  ] as const) {
    const { windows, hours } = await year.manifest.keptSince(group.id)
    assert.deepEqual([windows, hours], [0, 0])
    const sums = await answered(open, from, to)
    assert.deepEqual(sums, expected(from, to))
  }
  await open.store.close()
})

test('files and lines of a long range are those of its last day, and of all its days, also of what is remembered', async () => {
  const open = await year.open()
  for (const asked of ['first', 'again', 'a little later']) {
    const later = asked === 'a little later' ? 5 * minute : 0
    const range = { from: midnight - 28 * day - day / 3 + later, to: midnight - day / 3 + later }
    const profile = await open.store.profile({
      groupId: group.id,
      ...range,
      maxDepth: null,
      encoding: 'json',
    })
    const { callgraph } = JSON.parse(Buffer.from(profile!.body).toString())
    const { always } = callgraph.children['month 0'].children
    assert.deepEqual([always.file, always.line], ['f1.py', [1, 28]], asked)
  }
  await open.store.close()
})

test('a month that ends now and moves on reads its whole days once; only its ragged ends are read again', async () => {
  const open = await openCounted(year)
  const at = (end: number): Promise<Sums> => answered(open, end - 30 * day, end)
  const end = midnight - day / 3
  await at(end)
  assert.equal(open.takeReads().length, 30)
  for (const later of [5 * minute, 60 * minute]) {
    assert.deepEqual(await at(end + later), expected(end + later - 30 * day, end + later))
    assert.deepEqual(open.takeReads(), [1])
  }
  await open.store.close()
})

test('what is sealed of today has only today read again, whether the range ends with it or is of whole days', async () => {
  const bench = year.copy()
  bench.now = noon + 4 * minute
  const open = await openCounted(bench)
  const added: string[] = []
  for (const seal of [1, 2, 3]) {
    const name = `new ${seal}`
    await send(open, bench.now, { body: body({ children: { [name]: { counts: { R: 1 } } } }, bench.now) })
    added.push(name)
    bench.now += 10 * minute
    await open.store.seal()
    open.takeReads()
    for (const from of [midnight - 90 * day, midnight - 90 * day + 5 * minute]) {
      const sums = await answered(open, from, midnight + day)
      assert.equal(sums.size, expected(from, midnight).size + added.length)
      for (const one of added)
        assert.ok(
          [...sums.keys()].some((key) => key.includes(one)),
          one,
        )
      const reads = open.takeReads()
      if (seal > 1) assert.ok(reads.length > 0 && reads.every((ago) => ago === 0 || ago === 90), `${reads}`)
    }
  }
  await open.store.close()
})

for (const [kind, ask] of Object.entries({
  sums: (open: OpenStore) => answered(open, midnight - 366 * day, midnight),
  series: ({ store }: OpenStore) =>
    store.series({ ...lastYear, metrics: [{ frame: 'always', counters: null }] }),
  'series of some hosts': ({ store }: OpenStore) =>
    store.series({ ...lastYear, from: midnight - 7 * day, filter: someHosts, metrics: [] }),
  heaps: ({ store }: OpenStore) => store.heap({ ...lastYear, maxTypes: 9 }),
}))
  test(`a sealing, and a short question that came after it, wait for a part of a year only: ${kind}`, async () => {
    for (const isDamaged of [false, true]) {
      const bench = year.copy()
      if (isDamaged)
        for (const path of await blocksOfDay(bench, 5)) bench.disk.replace(path, new Uint8Array(100))
      const open = await bench.open({ shares: nothingCached })
      await send(open, bench.now, { body: body({ counts: { R: 7 } }, bench.now) })
      bench.now += 10 * minute
      const order: string[] = []
      const done = async (name: string, work: Promise<unknown>): Promise<void> => {
        await work
        order.push(name)
      }
      await Promise.all([
        done('year', ask(open)),
        done('sealing', open.store.seal()),
        done('hour', answered(open, noon, noon + 60 * minute)),
      ])
      assert.equal(order.at(-1), 'year')
      await open.store.close()
    }
  })

test('the days of a long series add up exactly, also of those whose borders are within days', async () => {
  const open = await year.open()
  for (const [from, to, step] of [
    [midnight - days * day, midnight, day],
    [midnight - 30 * day + 5 * minute, midnight - day + 11 * 60 * minute, 5 * minute],
    [midnight - 30 * day + 13 * 60 * minute, midnight - 10 * day + 13 * 60 * minute, 60 * minute],
  ] as const) {
    const metrics = [{ frame: 'always', counters: ['W'] }]
    const series = await open.store.series({ groupId: group.id, from, to, step, metrics })
    const ends = bodies.map(([end]) => end).filter((end) => end > from && end <= to)
    const starts = ends.map((end) => from + Math.floor((end - 1 - from) / step) * step).sort((a, b) => a - b)
    assert.deepEqual([...series.starts], starts)
    assert.deepEqual(
      [...series.metrics[0]!.samples],
      starts.map(() => 2),
    )
  }
  await open.store.close()
})

/** Paths of all that is sealed of one day. */
async function blocksOfDay({ manifest }: StoreBench, ago: number): Promise<string[]> {
  const from = midnight - ago * day
  const blocks = await manifest.blocks({ groupId: group.id, from, to: from + day })
  return blocks.map(({ key }) => `blocks/${key}`)
}

test('a day that could not be read is not left out of the next answer', async () => {
  const bench = year.copy()
  const range = { from: midnight - 10 * day - day / 3, to: midnight - day / 3 }
  const sound = (await blocksOfDay(bench, 5)).map((path) => [path, bench.disk.contents(path)] as const)
  for (const [path] of sound) bench.disk.replace(path, new Uint8Array(100))
  const open = await bench.open()
  const less = await answered(open, range.from, range.to)
  assert.ok([...less.keys()].every((key) => !key.includes('day 5')))
  assert.notDeepEqual(open.damage, [])
  for (const [path, bytes] of sound) bench.disk.replace(path, bytes)
  assert.deepEqual(await answered(open, range.from, range.to), expected(range.from, range.to))
  await open.store.close()
})

test('what a full answer cannot tell apart is the rest of its caller, without a file, and sums stay right', async () => {
  const open = await year.open({ mostAnswerBytes: 12_000 })
  const total = (sums: Sums, counter: string): number =>
    [...sums].reduce((sum, [key, count]) => sum + (key.endsWith(` ${counter}`) ? count : 0), 0)
  const [from, to] = [midnight - days * day, midnight]
  const found = await answered(open, from, to)
  const all = expected(from, to)
  for (const counter of ['R', 'W']) assert.equal(total(found, counter), total(all, counter))
  assert.ok(found.size < all.size)
  const profile = await open.store.profile({ groupId: group.id, from, to, maxDepth: null, encoding: 'json' })
  const { children } = JSON.parse(Buffer.from(profile!.body).toString()).callgraph
  assert.equal(children['month 13'].children[`day ${days}`].file, `f${days}.py`)
  const rests = Object.values<JsonNode>(children).flatMap((month) => month.children?.[restName] ?? [])
  assert.ok(rests.length > 0)
  for (const rest of rests) assert.deepEqual([rest.file, rest.line], [undefined, undefined])
  await open.store.close()
})

test('what a question tells apart does not depend on what was asked before, or is asked meanwhile', async () => {
  const mostAnswerBytes = 6000
  const short = [midnight - 15 * day, midnight] as const
  const empty = { from: midnight - 900 * day, to: midnight - 890 * day }
  // From a numbering with room for the short time over a nearly full one to a full one.
  for (let length = 4; length <= 80; length += 4) {
    const open = await year.open({ mostAnswerBytes })
    const longer = [midnight - (15 + length) * day, midnight - 15 * day] as const
    await answered(open, ...longer)
    assert.deepEqual(await answered(open, ...short), expected(...short), `after ${length} days`)
    const sides = [{ from: longer[0], to: longer[1] }, empty]
    const diff = { groupId: group.id, sides, maxNodes: 100, focus: [], encoding: 'json' } as const
    assert.equal((await open.store.tree(diff)).kind, 'empty')
    assert.deepEqual(await answered(open, ...short), expected(...short), `after a diff of ${length} days`)
    const [, meanwhile] = await Promise.all([answered(open, ...longer), answered(open, ...short)])
    assert.deepEqual(meanwhile, expected(...short), `beside ${length} days`)
    await open.store.close()
  }
})

test('days that each name other thread states do not make a sum of endless columns', async () => {
  const bench = storeBench()
  const open = await bench.open({ maxProfileAgeMilliseconds: 100 * day })
  const states = 60
  for (const back of [6, 5, 4, 3, 2, 1]) {
    const counts = Object.fromEntries(Array.from({ length: states }, (_, n) => [`S${back}.${n}`, back]))
    bench.now = midnight - back * day + day / 2
    const post = { body: body({ children: { main: { counts } } }, bench.now) }
    assert.deepEqual(await send(open, bench.now, post), { kind: 'stored' })
    bench.now += 10 * minute
    await open.store.seal()
  }
  const sums = await answered(open, midnight - 7 * day, midnight)
  const total = [...sums.values()].reduce((a, b) => a + b, 0)
  assert.deepEqual([sums.size, total], [maxGroupCounters + 1, states * (6 + 5 + 4 + 3 + 2 + 1)])
  const hasOther = (found: Sums): boolean => [...found.keys()].some((key) => key.endsWith(otherCounter))
  assert.ok(hasOther(sums))
  const last = await answered(open, midnight - 2 * day, midnight)
  assert.deepEqual([last.size, hasOther(last)], [2 * states, false], 'whatever was asked before')
  await open.store.close()
})
