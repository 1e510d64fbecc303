import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileFilter } from '@wick/wire'
import fc from 'fast-check'
import { beforeFleets, keepSections } from './testing/older-blocks.ts'
import {
  answered,
  forgetWindows,
  group,
  minute,
  noon,
  type OpenStore,
  otherGroup,
  send,
  storeBench,
} from './testing/store-bench.ts'

const window = 5 * minute
const hour = 60 * minute
const day = 24 * hour

interface Report {
  readonly end: number
  readonly host: number
  /** Type → amount: that many objects of 8 bytes. Null where the profile has no heap summary. */
  readonly heap: Readonly<Record<string, number>> | null
}

const usedOf = ({ heap, host }: Report): number =>
  Object.values(heap ?? {}).reduce((sum, amount) => sum + amount * 8, 100 * host)

function bodyOf(report: Report): Uint8Array {
  const { end, host, heap } = report
  const types = Object.entries(heap ?? {}).map(([name, count]) => ({ name, bytes: count * 8, count }))
  const heapSummary = { time: end, capacityBytes: 1_000_000 * (host + 1), usedBytes: usedOf(report), types }
  return Buffer.from(
    JSON.stringify({
      start: end - minute,
      end,
      agentMetadata: { fleetInfo: { hostName: `host-${host}` } },
      ...(heap !== null && { heapSummary }),
      callgraph: { counts: { RUNNABLE: 1 } },
    }),
  )
}

interface Answer {
  readonly steps: readonly object[]
  readonly types: readonly { name: string; bytes: number[]; count: number[] }[]
  readonly others: { bytes: number[]; count: number[] }
}

/** The reference, for steps given by their borders: looked up in the reports one by one. */
function expected(reports: readonly Report[], steps: readonly [number, number][], maxTypes: number): Answer {
  const parts = steps.flatMap(([start, end]) => {
    const inside = reports.filter((report) => report.heap !== null && report.end > start && report.end <= end)
    return inside.length === 0 ? [] : [{ start, end, inside }]
  })
  const amount = (some: readonly Report[], name: string): number =>
    some.reduce((sum, { heap }) => sum + (Object.hasOwn(heap!, name) ? heap![name]! : 0), 0)
  const all = parts.flatMap(({ inside }) => inside)
  const names = [...new Set(all.flatMap(({ heap }) => Object.keys(heap!)))].sort(
    (a, b) => amount(all, b) - amount(all, a) || (a < b ? -1 : 1),
  )
  const listed = names.slice(0, maxTypes)
  const mean = (name: string): number[] => parts.map(({ inside }) => amount(inside, name) / inside.length)
  const meanBytes = (name: string): number[] =>
    parts.map(({ inside }) => (amount(inside, name) * 8) / inside.length)
  const other = parts.map(({ inside }) =>
    names.slice(maxTypes).reduce((sum, name) => sum + amount(inside, name), 0),
  )
  return {
    steps: parts.map(({ start, end, inside }) => ({
      start,
      end,
      reports: inside.length,
      capacityBytes: inside.reduce((sum, { host }) => sum + 1_000_000 * (host + 1), 0) / inside.length,
      usedBytes: inside.reduce((sum, report) => sum + usedOf(report), 0) / inside.length,
      maxUsedBytes: Math.max(...inside.map(usedOf)),
    })),
    types: listed.map((name) => ({ name, bytes: meanBytes(name), count: mean(name) })),
    others: {
      bytes: other.map((sum, i) => (sum * 8) / parts[i]!.inside.length),
      count: other.map((sum, i) => sum / parts[i]!.inside.length),
    },
  }
}

function stepsIn(from: number, to: number, length: number): [number, number][] {
  return Array.from({ length: (to - from) / length }, (_, i) => [from + i * length, from + (i + 1) * length])
}

interface Asked {
  readonly from: number
  readonly to: number
  readonly step: number
  readonly groupId?: string
  readonly maxTypes?: number
  readonly filter?: ProfileFilter
}

async function ask({ store }: OpenStore, asked: Asked): Promise<Answer> {
  const body = await store.heap({ groupId: group.id, maxTypes: 3, ...asked })
  return JSON.parse(Buffer.from(body).toString())
}

const any: ProfileFilter = { instances: [], hostTypes: [], agents: [], labels: {}, counters: [] }
const heap = fc.option(
  fc.dictionary(
    fc.constantFrom('int[]', 'byte[]', 'a.B', 'a.C', 'Λ', '__proto__'),
    fc.integer({ min: 1, max: 99 }),
  ),
  { freq: 4 },
)

test('random summaries, late ones too, with sealings and restarts in between, add up to the naive reference', async () => {
  const post = fc.record({
    kind: fc.constant('post' as const),
    back: fc.nat(300),
    host: fc.nat(3),
    heap,
    other: fc.boolean(),
  })
  const pause = fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 400 }) })
  const upkeep = fc.record({
    kind: fc.constantFrom('seal' as const, 'maintain' as const, 'restart' as const, 'upgrade' as const),
  })
  const step = fc.oneof(
    { weight: 6, arbitrary: post },
    { weight: 2, arbitrary: pause },
    { weight: 2, arbitrary: upkeep },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (actions) => {
      const bench = storeBench()
      let open = await bench.open()
      const sent = new Map<string, Report[]>([
        [group.id, []],
        [otherGroup.id, []],
      ])
      for (const action of actions) {
        if (action.kind === 'wait') bench.now += action.minutes * minute
        else if (action.kind === 'post') {
          const report = { ...action, end: bench.now - action.back * 4 * minute }
          const groupId = action.other ? otherGroup.id : group.id
          assert.equal((await send(open, bench.now, { body: bodyOf(report), groupId })).kind, 'stored')
          sent.get(groupId)!.push(report)
        } else if (action.kind === 'restart' || action.kind === 'upgrade') {
          await open.store.close()
          if (action.kind === 'upgrade') await keepSections(bench, beforeFleets)
          open = await bench.open()
        } else await open.store[action.kind]()
      }
      const floor = (length: number): number => Math.floor(bench.now / length) * length
      for (const [groupId, reports] of sent) {
        for (const [length, back] of [
          [window, 60],
          [hour, 30],
          [day, 3],
        ] as const) {
          const [from, to] = [floor(length) - back * length, floor(length) + 2 * length]
          const steps = stepsIn(from, to, length)
          assert.deepEqual(await ask(open, { groupId, from, to, step: length }), expected(reports, steps, 3))
          const filter = { ...any, instances: ['host-1', 'host-2'] }
          assert.deepEqual(
            await ask(open, { groupId, from, to, step: length, filter }),
            expected(
              reports.filter(({ host }) => host === 1 || host === 2),
              steps,
              3,
            ),
          )
        }
      }
      assert.deepEqual(open.damage, [])
    }),
    { numRuns: 40 },
  )
})

test('a summary is in the answer as soon as its profile is acknowledged', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const reports = [1, 2].map((host) => ({ end: noon + host * minute, host, heap: { 'int[]': host } }))
  for (const [i, report] of reports.entries()) {
    await send(open, bench.now, { body: bodyOf(report) })
    assert.deepEqual(
      await ask(open, { from: noon, to: noon + window, step: window }),
      expected(reports.slice(0, i + 1), [[noon, noon + window]], 3),
    )
  }
})

/** Two windows of one hour and one of the next, sealed, with roll-ups. */
async function sealed(bench: ReturnType<typeof storeBench>): Promise<readonly Report[]> {
  const open = await bench.open()
  const reports = [1, 6, 61].map((at, host) => ({
    end: noon + at * minute,
    host,
    heap: { 'int[]': at, b: 1 },
  }))
  bench.now = noon + 62 * minute
  for (const report of reports) await send(open, bench.now, { body: bodyOf(report) })
  bench.now = noon + day
  await open.store.seal()
  await open.store.close()
  return reports
}

test('where windows are gone the hour is a step, and where hours are gone the day', async () => {
  const bench = storeBench()
  const reports = await sealed(bench)
  const midnight = noon - 12 * hour
  await forgetWindows(bench, noon + hour)
  const open = await bench.open()
  assert.deepEqual(
    await ask(open, { from: noon, to: noon + 65 * minute, step: window }),
    expected(reports, [[noon, noon + hour], ...stepsIn(noon + hour, noon + 65 * minute, window)], 3),
  )
  await forgetWindows(bench, noon + day, ['PT5M', 'PT1H'])
  assert.deepEqual(
    await ask(open, { from: midnight, to: midnight + day, step: hour }),
    expected(reports, [[midnight, midnight + day]], 3),
  )
  await assert.rejects(
    ask(open, { from: midnight, to: midnight + day, step: day, filter: { ...any, instances: ['host-1'] } }),
    { name: 'UnfilterableTime' },
  )
})

test('roll-ups from before heaps were sealed answer from their windows while those last', async () => {
  const bench = storeBench()
  const reports = await sealed(bench)
  await keepSections(bench, [...beforeFleets, 'fleet'])
  const open = await bench.open()
  const asked = { from: noon, to: noon + 2 * hour, step: hour }
  assert.deepEqual(await ask(open, asked), expected(reports, stepsIn(noon, noon + 2 * hour, hour), 3))
  await forgetWindows(bench, noon + hour)
  assert.deepEqual(
    await ask(open, asked),
    expected(reports.slice(2), stepsIn(noon, noon + 2 * hour, hour), 3),
  )
})

test('heaps or a fleet that cannot be read are reported, and cost nothing but themselves', async () => {
  const bench = storeBench()
  const first = await bench.open()
  const reports = [1, 6].map((at, host) => ({ end: noon + at * minute, host, heap: { 'int[]': at } }))
  bench.now = noon + 7 * minute
  await send(first, bench.now, { body: bodyOf(reports[0]!) })
  bench.now = noon + 8 * minute
  await first.store.seal()
  await keepSections(bench, [...beforeFleets, 'fleet', 'heap', 'heaps'], 'heap')
  await send(first, bench.now, { body: bodyOf(reports[1]!) })
  bench.now = noon + 20 * minute
  await first.store.seal()
  await first.store.close()
  const open = await bench.open()
  const asked = { from: noon, to: noon + 2 * window, step: window }
  assert.deepEqual(
    await ask(open, asked),
    expected(reports.slice(1), [[noon + window, noon + 2 * window]], 3),
  )
  assert.equal(open.damage.length, 1)
  const all = await answered(open, noon, noon + 2 * window)
  assert.equal(
    [...all.values()].reduce((sum, count) => sum + count, 0),
    2,
    'samples are there',
  )
  // No roll-up that leaves something out: the windows go on answering.
  bench.now = noon + 2 * hour
  await open.store.seal()
  const levels = (await bench.manifest.blocks({ groupId: group.id, from: noon, to: noon + hour })).map(
    ({ level }) => level,
  )
  assert.deepEqual(levels, ['PT5M', 'PT5M'])
  // The same of who sent what.
  await keepSections(bench, [...beforeFleets, 'fleet', 'heap', 'heaps'], 'fleet')
  const again = await bench.open()
  const usual = { groupId: group.id, from: noon, to: noon + 2 * window, maxInstances: 9 }
  const { instances } = JSON.parse(Buffer.from(await again.store.fleet(usual)).toString())
  assert.deepEqual(instances, [])
  assert.equal(again.damage.length, 2)
  const filter = { ...any, instances: ['host-1'] }
  assert.deepEqual((await ask(again, { ...asked, filter })).steps, [])
})
