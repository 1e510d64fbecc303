import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileFilter } from '@wick/wire'
import fc from 'fast-check'
import { group, minute, noon, type OpenStore, otherGroup, send, storeBench } from './testing/store-bench.ts'

const hour = 60 * minute
const day = 24 * hour

interface Report {
  readonly end: number
  readonly host: number
  readonly version: number
}

const agents = ['CodeGuruProfiler-python', 'wick-node']
const instanceOf = (host: number): string => `host-${host}`
const hostTypeOf = (host: number): string => (host % 2 === 0 ? 'large' : '')
const agentOf = (host: number): string => agents[host % 2]!
const zoneOf = (host: number, version: number): string => `${(host + version) % 3}`

function bodyOf({ end, host, version }: Report): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      start: end - minute,
      end,
      agentMetadata: {
        ...(host !== 0 && { durationInMs: 50_000 + host }),
        fleetInfo: { hostName: instanceOf(host), hostType: hostTypeOf(host) },
        agentInfo: { type: agentOf(host), version: `${version}` },
        agentOverhead: { timeInMs: 10 * version, memoryInMB: version },
        runtimeVersion: `v${version}`,
        labels: { zone: zoneOf(host, version) },
      },
      callgraph: { counts: { RUNNABLE: 1 } },
    }),
  )
}

const distinct = (texts: readonly string[]): string[] =>
  [...new Set(texts)].sort().filter((text) => text !== '')

/** The reference: what an instance said, looked up in the reports one by one. */
function expected(reports: readonly Report[]): object[] {
  return [...Map.groupBy(reports, ({ host }) => host)]
    .map(([host, some]) => ({
      instance: instanceOf(host),
      hostTypes: distinct([hostTypeOf(host)]),
      agents: [{ type: agentOf(host), versions: distinct(some.map(({ version }) => `${version}`)) }],
      runtimes: distinct(some.map(({ version }) => `v${version}`)),
      labels: { zone: distinct(some.map(({ version }) => zoneOf(host, version))) },
      firstSeen: Math.min(...some.map(({ end }) => end - minute)),
      lastSeen: Math.max(...some.map(({ end }) => end)),
      profiles: some.length,
      sampledInMs: host === 0 ? null : some.length * (50_000 + host),
      overhead: {
        timeShare:
          host === 0
            ? null
            : some.reduce((sum, { version }) => sum + 10 * version, 0) / (some.length * (50_000 + host)),
        memoryInMB: Math.max(...some.map(({ version }) => version)),
      },
    }))
    .sort((a, b) => b.lastSeen - a.lastSeen || (a.instance < b.instance ? -1 : 1))
}

interface Asked {
  readonly from?: number
  readonly to?: number
  readonly groupId?: string
  readonly maxInstances?: number
  readonly filter?: ProfileFilter
}

async function ask({ store }: OpenStore, asked: Asked = {}): Promise<Record<string, unknown>> {
  const usual = { groupId: group.id, from: 0, to: noon * 2, maxInstances: 100 }
  return JSON.parse(Buffer.from(await store.fleet({ ...usual, ...asked })).toString())
}

const any: ProfileFilter = { instances: [], hostTypes: [], agents: [], labels: {}, counters: [] }

test('random reports, late ones too, with sealings and restarts in between, are the inventory of the naive reference', async () => {
  const post = fc.record(
    {
      kind: fc.constant('post' as const),
      back: fc.nat(300),
      host: fc.nat(4),
      version: fc.integer({ min: 1, max: 3 }),
      other: fc.boolean(),
    },
    { noNullPrototype: true },
  )
  const pause = fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 400 }) })
  const upkeep = fc.record({
    kind: fc.constantFrom('seal' as const, 'maintain' as const, 'restart' as const),
  })
  const step = fc.oneof(
    { weight: 6, arbitrary: post },
    { weight: 2, arbitrary: pause },
    { weight: 2, arbitrary: upkeep },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const bench = storeBench()
      let open = await bench.open()
      const sent = new Map<string, Report[]>([
        [group.id, []],
        [otherGroup.id, []],
      ])
      for (const one of steps) {
        if (one.kind === 'wait') bench.now += one.minutes * minute
        else if (one.kind === 'post') {
          const { host, version } = one
          const report = { end: bench.now - one.back * 4 * minute, host, version }
          const groupId = one.other ? otherGroup.id : group.id
          assert.equal((await send(open, bench.now, { body: bodyOf(report), groupId })).kind, 'stored')
          sent.get(groupId)!.push(report)
        } else if (one.kind === 'restart') {
          await open.store.close()
          open = await bench.open()
        } else await open.store[one.kind]()
      }
      for (const [groupId, reports] of sent) {
        for (const length of [5 * minute, hour, day, 1e15]) {
          const from = Math.floor((bench.now - 3 * hour) / length) * length
          const to = from + length
          const inside = reports.filter(({ end }) => end - 1 >= from && end - 1 < to)
          assert.deepEqual(await ask(open, { groupId, from, to }), {
            instances: expected(inside),
            others: null,
            unattributed: null,
          })
          const filter = { ...any, agents: [agents[0]!, `${agents[1]} 2`], labels: { zone: '1' } }
          const { instances } = await ask(open, { groupId, from, to, filter })
          const wanted = inside.filter(
            ({ host, version }) => zoneOf(host, version) === '1' && (host % 2 === 0 || version === 2),
          )
          assert.deepEqual(instances, expected(wanted))
        }
      }
      assert.deepEqual(open.damage, [])
    }),
    { numRuns: 40 },
  )
})

test('a report is in the inventory as soon as it is acknowledged, and only then', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const reports = [1, 2, 1].map((host, i) => ({ end: noon + (i + 1) * minute, host, version: 1 }))
  for (const [i, report] of reports.entries()) {
    await send(open, bench.now, { body: bodyOf(report) })
    assert.deepEqual((await ask(open)).instances, expected(reports.slice(0, i + 1)))
  }
  await bench.deleteGroup(group.id)
  await open.store.removeGroup(group.id)
  assert.deepEqual(await ask(open), { instances: [], others: null, unattributed: null })
})

test('instances beyond the limit are counted', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const reports = [1, 2, 3, 4, 3].map((host, i) => ({ end: noon + (i + 1) * 10_000, host, version: 1 }))
  for (const report of reports) await send(open, bench.now, { body: bodyOf(report) })
  const { instances, others } = await ask(open, { maxInstances: 2 })
  assert.deepEqual(instances, expected(reports).slice(0, 2))
  assert.deepEqual(others, {
    instances: 2,
    firstSeen: noon + 10_000 - minute,
    lastSeen: noon + 20_000,
    profiles: 2,
  })
})

test('profiles that say nothing of themselves are an instance without a name', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const bytes = Buffer.from(JSON.stringify({ start: noon, end: noon + minute, callgraph: {} }))
  await send(open, bench.now, { body: bytes })
  assert.deepEqual((await ask(open)).instances, [
    {
      instance: '',
      hostTypes: [],
      agents: [],
      runtimes: [],
      labels: {},
      firstSeen: noon,
      lastSeen: noon + minute,
      profiles: 1,
      sampledInMs: null,
      overhead: { timeShare: null, memoryInMB: 0 },
    },
  ])
})
