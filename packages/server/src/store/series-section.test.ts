import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FrameTotals } from './frame-totals.ts'
import { PayloadError } from './payload-codec.ts'
import { encodeSeries, type SeriesColumn, SeriesSection } from './series-section.ts'

const windowLength = 300_000
const noon = Date.UTC(2026, 10, 24, 12)

type Samples = Readonly<Record<number, number>>

function totalsOf(counters: Readonly<Record<number, Samples>>): FrameTotals {
  return new Map(
    Object.entries(counters).map(([counter, samples]) => {
      // Keys that are whole numbers ascend.
      const frames = Int32Array.from(Object.keys(samples), Number)
      const counts = Float64Array.from(Object.values(samples))
      return [Number(counter), { total: counts.reduce((sum, count) => sum + count, 0), frames, counts }]
    }),
  )
}

const count = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 300 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2 ** 31, 2 ** 32, 2 ** 45) },
)
const frame = fc.oneof(fc.nat(40), fc.nat(2 ** 31 - 1))
const samples: fc.Arbitrary<Samples> = fc.dictionary(frame.map(String), count, { maxKeys: 70 })
const column = fc.record({
  window: fc.nat(11),
  totals: fc.array(fc.dictionary(fc.nat(3).map(String), samples, { maxKeys: 3 }).map(totalsOf), {
    maxLength: 2,
  }),
})
const columns = fc
  .uniqueArray(column, { maxLength: 12, selector: ({ window }) => window })
  .map((some): SeriesColumn[] =>
    some
      .sort((a, b) => a.window - b.window)
      .map(({ window, totals }) => ({
        start: noon + window * windowLength,
        end: noon + (window + 1) * windowLength,
        totals,
      })),
  )

/** What the columns say of a frame, or of all (null); null where that is nothing. */
function expected(given: readonly SeriesColumn[], counter: number, of: number | null): number[] | null {
  const known = given.some(({ totals }) =>
    totals.some((some) => some.has(counter) && (of === null || some.get(counter)!.frames.includes(of))),
  )
  if (!known) return null
  return given.map(({ totals }) =>
    totals.reduce((sum, some) => {
      const list = some.get(counter)
      if (list === undefined) return sum
      return sum + (of === null ? list.total : (list.counts[list.frames.indexOf(of)] ?? 0))
    }, 0),
  )
}

test('every row and every total is read back, and frames that are not there have none', () => {
  fc.assert(
    fc.property(columns, fc.array(frame, { maxLength: 10 }), (given, others) => {
      const section = new SeriesSection(Uint8Array.from(encodeSeries(given)))
      assert.deepEqual(
        section.columns,
        given.map(({ start, end }) => ({ start, end })),
      )
      const frames = given.flatMap(({ totals }) =>
        totals.flatMap((some) => [...some.values()].flatMap((list) => [...list.frames])),
      )
      for (let counter = 0; counter < 5; counter++) {
        const totals = section.totals(counter)
        assert.deepEqual(totals && [...totals], expected(given, counter, null))
        const asked = Int32Array.from([...frames, ...others]).sort()
        const rows = new Map<number, number[]>()
        section.rows(counter, asked, (at, row) => rows.set(at, [...row]))
        for (const [at, one] of asked.entries())
          assert.deepEqual(
            rows.get(at) ?? null,
            expected(given, counter, one),
            `counter ${counter}, frame ${one}`,
          )
      }
    }),
  )
})

test('callers and callees that show the same take next to nothing', () => {
  const chain = (frames: number): number =>
    encodeSeries(
      Array.from({ length: 12 }, (_, window) => ({
        start: noon + window * windowLength,
        end: noon + (window + 1) * windowLength,
        totals: [
          totalsOf({
            0: Object.fromEntries(
              Array.from({ length: frames }, (_, at) => [at, 900 + ((window * 37) % 100)]),
            ),
          }),
        ],
      })),
    ).length
  assert.ok((chain(1600) - chain(800)) / 800 < 4)
})

test('a section that was cut off anywhere is refused, or says what it said', () => {
  const given: SeriesColumn[] = [0, 1].map((window) => ({
    start: noon + window * windowLength,
    end: noon + (window + 1) * windowLength,
    totals: [totalsOf({ 0: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at * 3, 5 + at])) })],
  }))
  const bytes = Uint8Array.from(encodeSeries(given))
  for (let length = 0; length < bytes.length; length++)
    assert.throws(() => new SeriesSection(bytes.subarray(0, length)), PayloadError)
})
