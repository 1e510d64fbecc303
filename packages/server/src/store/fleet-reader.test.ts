import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openDirectoryBlobs } from '../storage/files/directory-blobs.ts'
import { levelMilliseconds } from '../storage/manifest.ts'
import { FleetReader } from './fleet-reader.ts'
import type { Fleet, FleetRow } from './fleet-sum.ts'
import { SealedFile } from './sealed-file.ts'
import { beforeFleets, keepSections } from './testing/older-blocks.ts'
import {
  forgetWindows,
  group,
  minute,
  noon,
  type StoreBench,
  send,
  storeBench,
} from './testing/store-bench.ts'

const hour = 60 * minute
const day = 24 * hour

/** What an agent posts; `host` and `version` are numbers to make names of. */
interface Report {
  readonly end: number
  readonly host: number
  readonly version: number
}

function bodyOf({ end, host, version }: Report): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      start: end - minute,
      end,
      agentMetadata: {
        durationInMs: 1000 + host,
        fleetInfo: { hostName: `host-${host}`, hostType: host % 2 === 0 ? 'large' : 'small' },
        agentInfo: { type: 'test', version: `${version}` },
        agentOverhead: { timeInMs: version, memoryInMB: host },
        labels: { zone: `${host % 3}` },
      },
      callgraph: { counts: { RUNNABLE: 1 } },
    }),
  )
}

/** The reference: rows by instance and version, as text. */
function expected(reports: readonly Report[]): string[] {
  const groups = Map.groupBy(reports, ({ host, version }) => `${host} ${version}`)
  return [...groups.values()]
    .map((some) => {
      const { host, version } = some[0]!
      return shownRow({
        origin: {
          instance: `host-${host}`,
          hostType: host % 2 === 0 ? 'large' : 'small',
          agent: 'test',
          agentVersion: `${version}`,
          runtime: '',
          labels: [['zone', `${host % 3}`]],
        },
        firstStart: Math.min(...some.map(({ end }) => end - minute)),
        lastEnd: Math.max(...some.map(({ end }) => end)),
        profiles: some.length,
        durationInMs: some.length * (1000 + host),
        overheadInMs: some.length * version,
        overheadInMB: host,
      })
    })
    .sort()
}

function shownRow({ origin, ...figures }: FleetRow): string {
  return JSON.stringify([Object.values(origin), figures])
}

function shown({ rows, rest }: Fleet): string[] {
  assert.equal(rest, null)
  return rows.map(shownRow).sort()
}

/** From what is sealed. */
async function fleetOf(bench: StoreBench, from: number, to: number): Promise<Fleet> {
  const blobs = await openDirectoryBlobs(bench.disk.mount({}), 'blocks')
  const reader = new FleetReader(blobs, ({ file }) => assert.fail(`damage in ${file}`))
  const blocks = await bench.manifest.blocks({ groupId: group.id, from, to })
  const { fleet, isWhole } = await reader.sum(group, blocks, from, to)
  assert.ok(isWhole)
  return fleet
}

test('random reports, late ones too, sealed step by step, are the fleet of the naive reference', async () => {
  const report = fc.record({ back: fc.nat(300), host: fc.nat(4), version: fc.integer({ min: 1, max: 2 }) })
  const steps = fc.array(fc.record({ reports: fc.array(report, { maxLength: 6 }), hours: fc.nat(9) }), {
    minLength: 1,
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (all, isOld) => {
      const bench = storeBench()
      const sent: Report[] = []
      for (const { reports, hours } of all) {
        const { store, ...open } = await bench.open()
        for (const { back, host, version } of reports) {
          const one = { end: bench.now - back * 4 * minute, host, version }
          assert.equal((await send({ store, ...open }, bench.now, { body: bodyOf(one) })).kind, 'stored')
          sent.push(one)
        }
        bench.now += hours * hour + 6 * minute
        await store.seal()
        await store.close()
        if (isOld) await keepSections(bench, beforeFleets)
      }
      for (const length of [5 * minute, hour, day, 1e15]) {
        const from = Math.floor((bench.now - 3 * hour) / length) * length
        const inside = sent.filter(({ end }) => end - 1 >= from && end - 1 < from + length)
        assert.deepEqual(shown(await fleetOf(bench, from, from + length)), expected(inside))
      }
    }),
    { numRuns: 60 },
  )
})

test('blocks from before fleets were sealed answer from their profiles, and their roll-ups from them', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const reports = [1, 2, 3].map((host) => ({ end: noon + host * 5 * minute, host, version: 1 }))
  bench.now = noon + 20 * minute
  for (const one of reports) await send(open, bench.now, { body: bodyOf(one) })
  bench.now = noon + 2 * hour
  await open.store.seal()
  await keepSections(bench, beforeFleets)
  assert.deepEqual(shown(await fleetOf(bench, noon, noon + hour)), expected(reports))
  // The next roll-up is made of old blocks and says who sent them.
  bench.now = noon + day
  await open.store.seal()
  const [rollUp] = (await bench.manifest.blocks({ groupId: group.id, from: noon, to: noon + hour })).filter(
    ({ level }) => level === 'P1D',
  )
  const blobs = await openDirectoryBlobs(bench.disk.mount({}), 'blocks')
  const file = await SealedFile.open(blobs, rollUp!.key, group.dataKey)
  assert.ok((await file.section('fleet')) !== null)
  assert.deepEqual(shown(await fleetOf(bench, noon - 12 * hour, noon + 12 * hour)), expected(reports))
})

test('profiles of a roll-up that does not say who sent them count in the rest, once their windows are gone', async () => {
  const bench = storeBench()
  const open = await bench.open()
  bench.now = noon + 20 * minute
  for (const host of [1, 2, 3])
    await send(open, bench.now, { body: bodyOf({ end: noon + host * minute, host, version: 1 }) })
  bench.now = noon + 2 * hour
  await open.store.seal()
  await keepSections(bench, beforeFleets)
  await forgetWindows(bench, noon + hour)
  const fleet = await fleetOf(bench, noon, noon + hour)
  assert.deepEqual(fleet, {
    rows: [],
    rest: {
      firstStart: noon,
      lastEnd: noon + levelMilliseconds.PT1H,
      profiles: 3,
      durationInMs: 0,
      overheadInMs: 0,
      overheadInMB: 0,
    },
  })
})
