import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PagedNumbers } from './paged-numbers.ts'

/** Small, around what two bytes hold, and the largest there is. */
const number = fc.oneof(
  fc.nat(3),
  fc.integer({ min: 0xfffd, max: 0x10002 }),
  fc.integer({ min: 0x7fff_fff0, max: 0x7fff_ffff }),
)
const step = fc.oneof(fc.record({ room: fc.nat(20_000) }), fc.record({ index: fc.nat(), number }))

test('it is a list of numbers, zeros at first, however it grows and whatever size the numbers have', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const numbers = new PagedNumbers()
      const naive: number[] = []
      for (const one of steps) {
        if ('room' in one) {
          numbers.reserve(one.room)
          assert.ok(numbers.length >= one.room)
          while (naive.length < numbers.length) naive.push(0)
        } else if (naive.length > 0) {
          numbers.put(one.index % naive.length, one.number)
          naive[one.index % naive.length] = one.number
        }
      }
      assert.equal(numbers.length, naive.length)
      assert.deepEqual(
        naive.map((_, index) => numbers.at(index)),
        naive,
      )
    }),
  )
})

test('a page takes no memory before a number is in it, then two bytes for each until one needs four', () => {
  const numbers = new PagedNumbers(10)
  assert.equal(numbers.byteLength, 2 * 64)
  numbers.reserve(10_000)
  assert.equal(numbers.byteLength, 2 * 4096)
  numbers.put(5000, 0x10000)
  assert.equal(numbers.byteLength, 2 * 4096 + 4 * 4096)
  numbers.put(9000, 1)
  assert.equal(numbers.byteLength, 2 * 2 * 4096 + 4 * 4096)
})
