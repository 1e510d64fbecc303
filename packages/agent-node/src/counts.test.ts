import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Sharing } from './counts.ts'

const times = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 200 })
const lot = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function toCounts(micros: readonly number[], intervalMicros: number, at: number): number[] {
  const sharing = new Sharing(sum(micros), intervalMicros, at)
  return micros.map((value) => sharing.countOf(value))
}

test('counts are whole, and add up to the time in units of the interval', () => {
  fc.assert(
    fc.property(times, lot, (micros, at) => {
      const counts = toCounts(micros, 10_000, at)
      assert.ok(counts.every((count) => Number.isInteger(count) && count >= 0))
      assert.equal(sum(counts), sum(micros) === 0 ? 0 : Math.max(1, Math.round(sum(micros) / 10_000)))
    }),
  )
})

test('every run of neighbours, and so every subtree, keeps its sum to within one count', () => {
  fc.assert(
    fc.property(times, lot, fc.nat(199), fc.nat(199), (micros, at, a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const counts = toCounts(micros, 10_000, at)
      if (sum(micros) === 0) return
      const scale = sum(counts) / sum(micros)
      const exact = sum(micros.slice(from, to)) * scale
      assert.ok(Math.abs(sum(counts.slice(from, to)) - exact) < 1.000_001)
    }),
  )
})

test('many small shares are not lost: over all lots each gets what is due', () => {
  const micros = Array.from({ length: 1000 }, () => 100)
  const got = new Array<number>(1000).fill(0)
  for (let lots = 0; lots < 1000; lots++) {
    toCounts(micros, 1000, lots / 1000).forEach((count, i) => {
      got[i]! += count
    })
  }
  assert.ok(got.every((count) => Math.abs(count - 100) <= 1))
})
