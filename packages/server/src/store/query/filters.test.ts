import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileFilter } from '@wick/wire'
import fc from 'fast-check'
import { levelMilliseconds } from '../../storage/manifest.ts'
import { UnfilterableTime } from '../../storage/ports.ts'
import {
  forgetWindows,
  group,
  minute,
  noon,
  type OpenStore,
  send,
  storeBench,
  sumsOf,
} from '../testing/store-bench.ts'

/** Answers of a part of the fleet: by instance, host type, agent, label and thread state. */

const hour = 60 * minute

/** Who sends; numbers to make names of. */
interface Sender {
  readonly host: number
  readonly version: number
}

interface Report extends Sender {
  readonly end: number
  /** Frame and thread state → samples. */
  readonly counts: Readonly<Record<'parse' | 'wait', number>>
}

function bodyOf({ end, host, version, counts }: Report): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      start: end - minute,
      end,
      agentMetadata: {
        fleetInfo: { hostName: `host-${host}`, hostType: host % 2 === 0 ? 'large' : 'small' },
        agentInfo: { type: 'test', version: `1.${version}` },
        labels: { version: `v${version}`, zone: `${host % 3}` },
      },
      callgraph: {
        children: {
          main: {
            children: {
              parse: { counts: { RUNNABLE: counts.parse } },
              wait: { counts: { WAITING: counts.wait } },
            },
          },
        },
      },
    }),
  )
}

const everything: ProfileFilter = { instances: [], hostTypes: [], agents: [], labels: {}, counters: [] }

/** The reference: what each field of a filter says of a sender. */
function passes({ instances, hostTypes, agents, labels }: ProfileFilter, { host, version }: Sender): boolean {
  const own: Record<string, string> = { version: `v${version}`, zone: `${host % 3}` }
  return (
    (instances.length === 0 || instances.includes(`host-${host}`)) &&
    (hostTypes.length === 0 || hostTypes.includes(host % 2 === 0 ? 'large' : 'small')) &&
    (agents.length === 0 || agents.includes('test') || agents.includes(`test 1.${version}`)) &&
    Object.entries(labels).every(([key, value]) => own[key] === value)
  )
}

function some(...values: readonly string[]): fc.Arbitrary<string[]> {
  return fc.subarray([...values], { maxLength: 2 })
}

const filter: fc.Arbitrary<ProfileFilter> = fc.record({
  instances: some('host-0', 'host-1', 'host-2', 'nobody'),
  hostTypes: some('large', 'small'),
  agents: some('test', 'test 1.1', 'test 1.2', 'other'),
  labels: fc.constantFrom<Record<string, string>>(
    {},
    { version: 'v1' },
    { zone: '0' },
    { version: 'v2', zone: '1' },
    { __proto__: 'v1' },
  ),
  counters: some('RUNNABLE', 'WAITING'),
})

async function answered({ store }: OpenStore, from: number, to: number, wanted: ProfileFilter) {
  const profile = await store.profile({
    groupId: group.id,
    from,
    to,
    filter: wanted,
    maxDepth: null,
    encoding: 'json',
  })
  return profile === null ? new Map() : sumsOf([profile.body])
}

test('any filter over any time is the sum of the profiles that pass it: open, late, sealed, after restarts', async () => {
  const report = fc.record({
    back: fc.nat(40),
    host: fc.nat(3),
    version: fc.integer({ min: 1, max: 2 }),
    counts: fc.record({ parse: fc.nat(9), wait: fc.nat(9) }, { noNullPrototype: true }),
  })
  const steps = fc.array(
    fc.record({ reports: fc.array(report, { maxLength: 5 }), seals: fc.boolean(), reopens: fc.boolean() }),
    { minLength: 1, maxLength: 5 },
  )
  const range = fc.tuple(fc.nat(45), fc.integer({ min: 1, max: 30 }))
  const questions = fc.array(fc.tuple(filter, range), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(steps, questions, async (all, asked) => {
      const bench = storeBench()
      let open = await bench.open()
      const sent: Report[] = []
      for (const { reports, seals, reopens } of all) {
        for (const { back, ...rest } of reports) {
          const one = { end: bench.now - back * 5 * minute, ...rest }
          assert.equal((await send(open, bench.now, { body: bodyOf(one) })).kind, 'stored')
          sent.push(one)
        }
        bench.now += 6 * minute
        if (seals) await open.store.seal()
        if (!reopens) continue
        await open.store.close()
        open = await bench.open()
      }
      for (const [wanted, [back, length]] of asked) {
        const last = Math.floor(bench.now / (5 * minute)) * 5 * minute
        const from = last - back * 5 * minute
        const to = from + length * 5 * minute
        const inside = sent.filter((one) => one.end - 1 >= from && one.end - 1 < to && passes(wanted, one))
        const { counters } = wanted
        const expected = [...sumsOf(inside.map(bodyOf))].filter(
          ([key]) => counters.length === 0 || counters.some((counter) => key.endsWith(` ${counter}`)),
        )
        assert.deepEqual([...(await answered(open, from, to, wanted))], expected)
      }
      await open.store.close()
    }),
    { numRuns: 150 },
  )
})

test('where only sums over the fleet are left a filter is refused, and told from when on it can be answered', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const one: Report = { end: noon - 30 * minute, host: 1, version: 1, counts: { parse: 5, wait: 0 } }
  await send(open, bench.now, { body: bodyOf(one) })
  await send(open, bench.now, { body: bodyOf({ ...one, end: noon + minute }) })
  bench.now = noon + 2 * hour
  await open.store.seal()
  await forgetWindows(bench, noon)
  const onHost = { ...everything, instances: ['host-1'] }
  await assert.rejects(answered(open, noon - hour, noon + hour, onHost), (error) => {
    assert.ok(error instanceof UnfilterableTime)
    assert.match(error.message, /^Up to 2026-11-24T12:00:00.000Z only sums over the whole fleet are left/)
    return true
  })
  const later = await answered(open, noon, noon + levelMilliseconds.PT1H, onHost)
  assert.deepEqual([...later], [['["main","parse"] RUNNABLE', 5]])
  // Thread states are told apart in every sum.
  const running = await answered(open, noon - hour, noon + hour, { ...everything, counters: ['RUNNABLE'] })
  assert.deepEqual([...running], [['["main","parse"] RUNNABLE', 10]])
})

test('a series, and heaps, that are refused over several days say from when on all of them can be answered', async () => {
  const bench = storeBench()
  const open = await bench.open({ maxProfileAgeMilliseconds: 72 * hour })
  for (const back of [48, 24, 0]) {
    const one: Report = { end: noon - back * hour, host: 1, version: 1, counts: { parse: 5, wait: 0 } }
    await send(open, bench.now, { body: bodyOf(one) })
  }
  bench.now = noon + 2 * hour
  await open.store.seal()
  await forgetWindows(bench, noon - 12 * hour)
  const asked = {
    groupId: group.id,
    from: noon - 72 * hour,
    to: noon + hour,
    step: hour,
    filter: { ...everything, instances: ['host-1'] },
  }
  const until = { name: 'UnfilterableTime', message: /^Up to 2026-11-23T12:00:00.000Z/ }
  await assert.rejects(open.store.series({ ...asked, metrics: [] }), until)
  await assert.rejects(open.store.heap({ ...asked, maxTypes: 9 }), until)
  await open.store.close()
})
