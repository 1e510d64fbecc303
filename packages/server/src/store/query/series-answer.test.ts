import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BlobStore, Series, SeriesMetric, SeriesQuery } from '../../storage/ports.ts'
import { encodeSealedFile, SealedFile, type SectionKind } from '../sealed-file.ts'
import {
  body,
  group,
  minute,
  noon,
  type OpenStore,
  otherGroup,
  send,
  storeBench,
} from '../testing/store-bench.ts'

const window = 5 * minute
const hour = 60 * minute
const day = 24 * hour

interface Tree {
  readonly counts?: Readonly<Record<string, number>>
  readonly children?: Readonly<Record<string, Tree>>
}

/** What was posted: the reference adds it up with Sets and Maps. */
interface Posted {
  readonly end: number
  readonly tree: Tree
}

type Asked = Omit<SeriesQuery, 'groupId'>

/** Step → [all samples, those with the frame] for each metric. */
function naive(posted: readonly Posted[], { from, to, step, metrics }: Asked): Map<number, number[][]> {
  const steps = new Map<number, number[][]>()
  for (const { end, tree } of posted) {
    const start = Math.ceil(end / window) * window - window
    if (start < from || start >= to) continue
    const at = from + Math.floor((start - from) / step) * step
    const sums = steps.get(at) ?? metrics.map(() => [0, 0])
    steps.set(at, sums)
    const visit = ({ counts = {}, children = {} }: Tree, path: ReadonlySet<string>): void => {
      for (const [counter, count] of Object.entries(counts))
        for (const [i, { frame, counters }] of metrics.entries()) {
          if (counters !== null && !counters.includes(counter)) continue
          sums[i]![0]! += count
          if (frame !== null && path.has(frame)) sums[i]![1]! += count
        }
      for (const [name, child] of Object.entries(children)) visit(child, new Set([...path, name]))
    }
    visit(tree, new Set())
  }
  return new Map([...steps].sort(([a], [b]) => a - b))
}

function asMap({ starts, metrics }: Series): Map<number, number[][]> {
  return new Map(
    [...starts].map((start, at) => [
      start,
      metrics.map(({ totals, samples }) => [totals[at]!, samples[at]!]),
    ]),
  )
}

async function ask({ store }: OpenStore, asked: Asked, groupId = group.id): Promise<Map<number, number[][]>> {
  return asMap(await store.series({ groupId, ...asked }))
}

function post(bench: ReturnType<typeof storeBench>, open: OpenStore, { end, tree }: Posted) {
  return send(open, bench.now, { body: body(tree as Parameters<typeof body>[0], end) })
}

const simple = (frame: string, count: number, counter = 'RUNNABLE'): Tree => ({
  children: { main: { counts: { WAITING: 1 }, children: { [frame]: { counts: { [counter]: count } } } } },
})

const runnable = (...frames: string[]): SeriesMetric[] =>
  frames.map((frame) => ({ frame, counters: ['RUNNABLE'] }))

test('a frame’s share of each window, sealed or not; a window without profiles is no step', async () => {
  const bench = storeBench()
  const open = await bench.open()
  bench.now = noon + 62 * minute
  const posted = [
    { end: noon + minute, tree: simple('hot', 3) },
    { end: noon + 2 * minute, tree: simple('cold', 4) },
    { end: noon + 21 * minute, tree: simple('hot', 5, 'BLOCKED') },
    { end: noon + 61 * minute, tree: simple('hot', 7) },
  ]
  for (const one of posted) await post(bench, open, one)
  const asked = {
    from: noon,
    to: noon + 2 * hour,
    step: window,
    metrics: [...runnable('hot', 'main'), { frame: 'hot', counters: null }, ...runnable('never')],
  }
  const expected = new Map([
    [
      noon,
      [
        [7, 3],
        [7, 7],
        [9, 3],
        [7, 0],
      ],
    ],
    [
      noon + 20 * minute,
      [
        [0, 0],
        [0, 0],
        [6, 5],
        [0, 0],
      ],
    ],
    [
      noon + 60 * minute,
      [
        [7, 7],
        [7, 7],
        [8, 7],
        [7, 0],
      ],
    ],
  ])
  assert.deepEqual(await ask(open, asked), expected, 'from segments')
  await open.store.seal()
  assert.deepEqual(await ask(open, asked), expected, 'the first hour rolled up, the last window in a segment')
  bench.now = noon + 2 * hour
  await open.store.seal()
  assert.deepEqual(await ask(open, asked), expected, 'from roll-ups')
  assert.deepEqual(await ask(open, asked), expected, 'the same again, from memory')
  assert.deepEqual((await open.store.series({ groupId: otherGroup.id, ...asked })).starts.length, 0)
})

test('a range within an hour is answered from its roll-up, and what came later is added', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const posted: Posted[] = []
  const keep = async (one: Posted): Promise<void> => {
    posted.push(one)
    assert.deepEqual(await post(bench, open, one), { kind: 'stored' })
  }
  bench.now = noon + 2 * hour
  for (let at = 0; at < 12; at++)
    await keep({ end: noon + at * window + minute, tree: simple('hot', at + 1) })
  await open.store.seal()
  // No roll-up is made again while this is sealed: its hour is not over by then.
  await keep({ end: noon + 3 * window + 2 * minute, tree: simple('late', 50) })
  for (const [from, to] of [
    [2, 5],
    [3, 4],
    [0, 12],
    [-3, 3],
  ] as const) {
    const asked = {
      from: noon + from * window,
      to: noon + to * window,
      step: window,
      metrics: runnable('hot', 'late', 'main'),
    }
    assert.deepEqual(await ask(open, asked), naive(posted, asked))
  }
  await open.store.seal()
  const asked = { from: noon, to: noon + hour, step: hour / 4, metrics: runnable('hot', 'late', 'main') }
  assert.deepEqual(await ask(open, asked), naive(posted, asked))
})

test('a range over a day’s end is added up over both days’ dictionaries', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const midnight = noon + 12 * hour
  const posted: Posted[] = []
  for (let at = -14; at < 14; at++) {
    // Names in another order on the second day: other numbers for the same frames.
    const [first, second] = at < 0 ? ['a', 'b'] : ['b', 'a']
    const tree: Tree = {
      children: {
        [first]: { children: { [second]: { counts: { RUNNABLE: at + 20 } } } },
        c: { counts: { WAITING: 1 } },
      },
    }
    bench.now = midnight + at * window + 2 * minute
    posted.push({ end: midnight + at * window + minute, tree })
    await post(bench, open, posted.at(-1)!)
  }
  const asked = {
    from: midnight - 2 * hour,
    to: midnight + 2 * hour,
    step: window,
    metrics: [...runnable('a', 'b', 'c'), { frame: 'c', counters: ['WAITING'] }],
  }
  assert.deepEqual(await ask(open, asked), naive(posted, asked), 'unsealed')
  bench.now = midnight + 3 * hour
  await open.store.seal()
  for (const step of [window, 3 * window, hour])
    assert.deepEqual(await ask(open, { ...asked, step }), naive(posted, { ...asked, step }))
  bench.now = midnight + 25 * hour
  await open.store.seal()
  const days = { ...asked, from: midnight - day, to: midnight + day, step: day }
  assert.deepEqual(await ask(open, days), naive(posted, days))
})

test('names that mean something elsewhere are names', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const names = ['__proto__', 'constructor', '', 'x\0y', '\ud800', '<b>', '😀', 'a;b']
  const tree: Tree = {
    children: Object.fromEntries(
      names.map((name, at) => [
        name,
        { counts: { ['__proto__']: at + 1, toString: 1 }, children: { [name]: { counts: { toString: 2 } } } },
      ]),
    ),
  }
  const posted = [{ end: noon + minute, tree }]
  await post(bench, open, posted[0]!)
  const asked = {
    from: noon,
    to: noon + hour,
    step: window,
    metrics: names.flatMap((frame) => [
      { frame, counters: ['toString'] },
      { frame, counters: ['__proto__', 'toString', '__proto__'] },
      { frame, counters: [] },
      { frame, counters: null },
    ]),
  }
  assert.deepEqual(await ask(open, asked), naive(posted, asked))
  bench.now = noon + 2 * hour
  await open.store.seal()
  assert.deepEqual(await ask(open, asked), naive(posted, asked))
})

/** Makes the hours' roll-ups what they were before there were series in them. */
async function forgetSeries({ disk }: ReturnType<typeof storeBench>): Promise<void> {
  for (const path of disk.files.filter((name) => name.includes('/PT1H-'))) {
    const blobs = { get: async () => disk.contents(path) } as unknown as BlobStore
    const file = await SealedFile.open(blobs, path, group.dataKey)
    const sections: [SectionKind, Uint8Array][] = []
    for (const kind of ['sums', 'attributes', 'fleet'] as const)
      sections.push([kind, (await file.section(kind))!])
    disk.replace(path, encodeSealedFile(group.dataKey, path, sections))
  }
}

test('where a roll-up has no series, or a damaged one, the windows tell; without them it is one hour', async () => {
  for (const change of ['older', 'damaged'] as const) {
    const bench = storeBench()
    const open = await bench.open()
    bench.now = noon + 2 * hour
    const posted = [3, 17, 41].map((at) => ({ end: noon + at * minute, tree: simple('hot', at) }))
    for (const one of posted) await post(bench, open, one)
    await open.store.seal()
    await open.store.close()
    const asked = { from: noon, to: noon + hour, step: window, metrics: runnable('hot', 'main') }
    if (change === 'older') await forgetSeries(bench)
    else
      for (const path of bench.disk.files.filter((name) => name.includes('/PT1H-'))) {
        const bytes = Uint8Array.from(bench.disk.contents(path))
        bytes[bytes.length - 20]! ^= 1
        bench.disk.replace(path, bytes)
      }
    const again = await bench.open()
    assert.deepEqual(await ask(again, asked), naive(posted, asked), change)
    assert.equal(again.damage.length, change === 'older' ? 0 : 1)
    if (change === 'damaged') continue
    const alone = await bench.open({
      through: ({ blobs, manifest }) => ({
        blobs,
        manifest: {
          ...manifest,
          blocks: async (query) => (await manifest.blocks(query)).filter(({ level }) => level !== 'PT5M'),
        },
      }),
    })
    assert.deepEqual(await ask(alone, { ...asked, step: hour }), naive(posted, { ...asked, step: hour }))
    assert.deepEqual(await ask(alone, asked), new Map(), 'an hour is no five minutes')
  }
})

const names = ['main', 'run', 'walk', '__proto__', '']
const counters = ['RUNNABLE', 'BLOCKED', 'toString']

function record<T>(keys: readonly string[], value: fc.Arbitrary<T>, maxLength: number) {
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...keys), value), { maxLength, selector: ([key]) => key })
    .map((entries): Readonly<Record<string, T>> => Object.fromEntries(entries))
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    counts: record(counters, fc.oneof(fc.nat(5), fc.constantFrom(300, 2 ** 24)), 2),
    children: fc.oneof({ maxDepth: 5 }, fc.constant({}), record(names, tie('tree'), 3)),
  }),
}))

type Step =
  | { readonly kind: 'post'; readonly age: number; readonly tree: Tree }
  | { readonly kind: 'seal' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'ask'; readonly start: number; readonly length: number; readonly step: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('post' as const),
      // Mostly near, so that windows and hours have several.
      age: fc.oneof(fc.nat(12 * minute), fc.nat(2 * hour), fc.nat(23 * hour)),
      tree,
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'seal' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 200 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      start: fc.nat(300),
      length: fc.integer({ min: 1, max: 300 }),
      step: fc.constantFrom(window, 3 * window, hour, 6 * hour, day),
    }),
  },
)

const allMetrics: SeriesMetric[] = [...names, 'never'].flatMap((frame) => [
  { frame, counters: null },
  { frame, counters: ['RUNNABLE'] },
  { frame, counters: ['toString', 'BLOCKED', 'unknown'] },
])

test('random posts, late ones too, with sealings and restarts in between, are the naive reference’s series', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const bench = storeBench()
      let open = await bench.open()
      const posted: Posted[] = []
      const check = async (asked: Asked): Promise<void> =>
        assert.deepEqual(await ask(open, asked), naive(posted, asked))
      for (const one of steps) {
        if (one.kind === 'seal') await open.store.seal()
        if (one.kind === 'wait') bench.now += one.minutes * minute
        if (one.kind === 'restart') {
          await open.store.close()
          open = await bench.open()
        }
        if (one.kind === 'post') {
          posted.push({ end: bench.now - one.age, tree: one.tree })
          assert.deepEqual(await post(bench, open, posted.at(-1)!), { kind: 'stored' })
        }
        if (one.kind === 'ask') {
          const from = Math.floor((noon - day + one.start * window) / one.step) * one.step
          const to = from + Math.ceil((one.length * window) / one.step) * one.step
          await check({ from, to, step: one.step, metrics: allMetrics })
        }
      }
      const from = Math.floor(noon / day - 2) * day
      for (const step of [window, hour, day])
        await check({ from, to: from + 6 * day, step, metrics: allMetrics })
    }),
    { numRuns: 60 },
  )
})

test('a damaged window is reported and left out of its hour, the rest is served', async () => {
  const bench = storeBench()
  const open = await bench.open()
  bench.now = noon + 30 * minute
  const posted = [3, 17].map((at) => ({ end: noon + at * minute, tree: simple('hot', at) }))
  for (const one of posted) await post(bench, open, one)
  await open.store.seal()
  const path = bench.disk.files.find((name) => name.includes(`/${noon}-`))!
  const bytes = Uint8Array.from(bench.disk.contents(path))
  bytes[20]! ^= 1
  bench.disk.replace(path, bytes)
  const asked = { from: noon, to: noon + hour, step: window, metrics: runnable('hot') }
  assert.deepEqual(await ask(open, asked), naive(posted.slice(1), asked))
  assert.equal(open.damage.length, 1)
})
