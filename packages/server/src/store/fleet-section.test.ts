import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeFleet, encodeFleet } from './fleet-section.ts'
import { type FleetRow, FleetSum, type SealedFleet } from './fleet-sum.ts'
import type { Origin } from './origin.ts'
import { PayloadError } from './payload-codec.ts'
import { reportsOf } from './window-reports.ts'

const base = Date.UTC(2026, 10, 24, 12)

const text = fc.constantFrom('', 'a', 'b', 'ü', '\ud800', '__proto__')
const origin: fc.Arbitrary<Origin> = fc.record({
  instance: text,
  hostType: text,
  agent: text,
  agentVersion: text,
  runtime: text,
  labels: fc.array(fc.tuple(text, text), { maxLength: 3 }),
})
const figures = {
  firstStart: fc.integer({ min: 0, max: 2 ** 45 }),
  lastEnd: fc.integer({ min: 2 ** 45, max: 2 ** 46 }),
  profiles: fc.integer({ min: 1, max: 2 ** 40 }),
  durationInMs: fc.nat(2 ** 40),
  overheadInMs: fc.nat(2 ** 40),
  overheadInMB: fc.nat(2 ** 31),
}
const anyRow: fc.Arbitrary<FleetRow> = fc.record({ origin, ...figures }, { noNullPrototype: true })

function plain(sealed: SealedFleet): unknown {
  return JSON.parse(JSON.stringify({ ...sealed, rowOf: sealed.rowOf && [...sealed.rowOf] }))
}

test('a fleet is read back as it was written', () => {
  const rest = fc.option(fc.record(figures, { noNullPrototype: true }))
  fc.assert(
    fc.property(fc.array(anyRow), rest, fc.array(fc.nat(), { maxLength: 9 }), (rows, other, places) => {
      const rowOf = rows.length === 0 ? [] : places.map((place) => place % rows.length)
      const sealed = {
        fleet: { rows, rest: other },
        rowOf: rowOf.length === 0 ? null : Int32Array.from(rowOf),
      }
      assert.deepEqual(plain(decodeFleet(base, encodeFleet(base, sealed))), plain(sealed))
    }),
  )
})

test('a section that is cut is refused', () => {
  const row = fc.sample(anyRow, { numRuns: 1, seed: 7 })[0]!
  const section = Uint8Array.from(
    encodeFleet(base, { fleet: { rows: [row], rest: null }, rowOf: Int32Array.of(0, 0) }),
  )
  for (let length = 0; length < section.length; length++)
    assert.throws(() => decodeFleet(base, section.subarray(0, length)), PayloadError)
  assert.throws(
    () => decodeFleet(base, encodeFleet(base, { fleet: { rows: [], rest: null }, rowOf: Int32Array.of(0) })),
    PayloadError,
  )
})

test('profiles of one origin are one row, and each profile knows its row', () => {
  const note = (start: number, instance: string, timeInMs: number) => ({
    start,
    end: start + 1000,
    receivedAt: 0,
    extras: Buffer.from(
      JSON.stringify({
        agentMetadata: { durationInMs: 900, fleetInfo: { id: instance }, agentOverhead: { timeInMs } },
      }),
    ),
  })
  const { fleet, rowOf } = reportsOf([
    note(base, 'a', 5),
    note(base + 9, 'b', 6),
    note(base + 7, 'a', 7),
  ]).fleet()
  assert.deepEqual([...rowOf!], [0, 1, 0])
  const [a] = fleet.rows
  assert.equal(a!.origin.instance, 'a')
  assert.deepEqual(
    { ...a, origin: null },
    {
      origin: null,
      firstStart: base,
      lastEnd: base + 1007,
      profiles: 2,
      durationInMs: 1800,
      overheadInMs: 12,
      overheadInMB: 0,
    },
  )
})

/** What must come out the same in whatever order it was added. */
function shown(sum: FleetSum): string[] {
  return sum
    .fleet()
    .rows.map((row) => JSON.stringify(row))
    .sort()
}

test('sums of sums are the sum of all', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyRow, { maxLength: 6 }), { maxLength: 4 }), (parts) => {
      const all = new FleetSum({ isBounded: true })
      for (const row of parts.flat()) all.add(row)
      const ofSums = new FleetSum({ isBounded: true })
      for (const part of parts.reverse()) {
        const sum = new FleetSum({ isBounded: true })
        for (const row of part) sum.add(row)
        ofSums.addAll(sum.fleet())
      }
      assert.deepEqual(shown(ofSums), shown(all))
      assert.equal(all.fleet().rest, null)
    }),
  )
})

test('of a great many origins those with most profiles stay, and the rest is counted', () => {
  const row = (i: number, profiles: number, size = 1): FleetRow => ({
    origin: {
      instance: `${i}`.padEnd(size, '-'),
      hostType: '',
      agent: '',
      agentVersion: '',
      runtime: '',
      labels: [],
    },
    firstStart: base + i,
    lastEnd: base + i + 10,
    profiles,
    durationInMs: 3,
    overheadInMs: 2,
    overheadInMB: i,
  })
  const sum = new FleetSum({ isBounded: true })
  for (let i = 0; i < 50_000; i++) sum.add(row(i, i === 17 ? 5 : 1))
  const { rows, rest } = sum.fleet()
  assert.equal(rows.length, 10_000)
  assert.ok(rows.some(({ origin: { instance } }) => instance === '17'))
  assert.ok(rows.some(({ origin: { instance } }) => instance === '49999'))
  assert.deepEqual(rest, {
    firstStart: base,
    lastEnd: base + 40_010,
    profiles: 40_000,
    durationInMs: 120_000,
    overheadInMs: 80_000,
    overheadInMB: 40_000,
  })
  const long = new FleetSum({ isBounded: true })
  for (let i = 0; i < 9000; i++) long.add(row(i, 1, 1000))
  const kept = long.fleet()
  assert.ok(kept.rows.length > 4000 && kept.rows.length < 4300, `${kept.rows.length}`)
  assert.equal(kept.rows.length + kept.rest!.profiles, 9000)
})
