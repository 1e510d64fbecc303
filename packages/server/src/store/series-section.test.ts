import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FrameTotals } from './frame-totals.ts'
import { PayloadError } from './payload-codec.ts'
import { encodeSeries, type SeriesColumn, SeriesIndex, SeriesPart } from './series-section.ts'

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

/** Written and read back. */
class ReadBack {
  readonly index: SeriesIndex
  readonly parts: readonly SeriesPart[]

  constructor(given: readonly SeriesColumn[]) {
    const { index, parts } = encodeSeries(given)
    this.index = new SeriesIndex(Uint8Array.from(index))
    this.parts = parts.map((part) => new SeriesPart(Uint8Array.from(part), given.length))
  }

  rows(counter: number, frames: Int32Array): Map<number, number[]> {
    const rows = new Map<number, number[]>()
    for (const [number, part] of this.parts.entries()) {
      const ofPart = frames.filter((frame) => this.index.partOf(frame) === number)
      part.rows(counter, ofPart, (at, row) => rows.set(ofPart[at]!, [...row]))
    }
    return rows
  }
}

function assertReadBack(given: readonly SeriesColumn[], others: readonly number[]): ReadBack {
  const back = new ReadBack(given)
  assert.deepEqual(
    back.index.columns,
    given.map(({ start, end }) => ({ start, end })),
  )
  const frames = given.flatMap(({ totals }) =>
    totals.flatMap((some) => [...some.values()].flatMap((list) => [...list.frames])),
  )
  const asked = Int32Array.from([...frames, ...others]).sort()
  for (let counter = 0; counter < 5; counter++) {
    const totals = back.index.totals(counter)
    assert.deepEqual(totals && [...totals], expected(given, counter, null))
    const rows = back.rows(counter, asked)
    for (const one of asked)
      assert.deepEqual(
        rows.get(one) ?? null,
        expected(given, counter, one),
        `counter ${counter}, frame ${one}`,
      )
  }
  return back
}

test('every row and every total is read back, and frames that are not there have none', () => {
  fc.assert(
    fc.property(columns, fc.array(frame, { maxLength: 10 }), (given, others) => {
      assertReadBack(given, others)
    }),
  )
})

/** Frames from 0 on, each with samples of its own in both counters. */
const many = (frames: number): SeriesColumn[] =>
  [0, 1].map((window) => ({
    start: noon + window * windowLength,
    end: noon + (window + 1) * windowLength,
    totals: [
      totalsOf(
        Object.fromEntries(
          [0, 1].map((counter) => [
            counter,
            Object.fromEntries(
              Array.from({ length: frames }, (_, at) => [at * 2, 1 + ((at * 7919 + window + counter) % 50)]),
            ),
          ]),
        ),
      ),
    ],
  }))

test('many frames are in parts of about the same size, few in one', () => {
  const { parts } = assertReadBack(many(2500), [1, 4999, 5000, 2 ** 31 - 1])
  assert.equal(parts.length, 5)
  const sizes = encodeSeries(many(2500)).parts.map(({ length }) => length)
  assert.ok(Math.max(...sizes) < 1.2 * Math.min(...sizes), sizes.join())
  assert.equal(encodeSeries(many(400)).parts.length, 1)
  assert.equal(encodeSeries(many(40_000)).parts.length, 32)
  assert.equal(encodeSeries([]).parts.length, 0)
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
    ).parts[0]!.length
  assert.ok((chain(900) - chain(450)) / 450 < 4)
})

test('what was cut off anywhere is refused', () => {
  const { index, parts } = encodeSeries(many(40))
  for (let length = 0; length < index.length; length++)
    assert.throws(() => new SeriesIndex(index.subarray(0, length)), PayloadError)
  for (let length = 0; length < parts[0]!.length; length++)
    assert.throws(() => new SeriesPart(parts[0]!.subarray(0, length), 2), PayloadError)
})

test('verifying reads to the end of every page', () => {
  const { parts } = encodeSeries(many(40))
  new SeriesPart(Uint8Array.from(parts[0]!), 2).verify()
  // The last row asks for more bits than there are.
  const bytes = Uint8Array.from(parts[0]!)
  bytes.fill(0xff, -2)
  assert.throws(() => new SeriesPart(bytes, 2).verify(), PayloadError)
})
