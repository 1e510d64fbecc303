import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BitReader, BitWriter } from './bit-codec.ts'
import { PayloadError } from './payload-codec.ts'

const rice = fc.record({ kind: fc.constant('rice' as const), k: fc.nat(24), value: fc.nat(5000) })
const gamma = fc.record({
  kind: fc.constant('gamma' as const),
  value: fc.oneof(
    fc.integer({ min: 1, max: 9 }),
    fc.maxSafeNat().map((n) => n + 1),
    fc.nat(53).map((bits) => 2 ** bits),
    fc.integer({ min: 1, max: 53 }).map((bits) => 2 ** bits - 1),
  ),
})
const numbers = fc.array(fc.oneof(rice, gamma), { maxLength: 200 })

test('numbers are read back as they were written, in the order they were written', () => {
  fc.assert(
    fc.property(numbers, (written) => {
      const writer = new BitWriter()
      for (const one of written)
        if (one.kind === 'rice') writer.rice(one.value, one.k)
        else writer.gamma(one.value)
      const reader = new BitReader(writer.take().slice())
      for (const one of written)
        assert.equal(one.kind === 'rice' ? reader.rice(one.k) : reader.gamma(), one.value)
    }),
  )
})

test('a step as long as a dictionary is read back', () => {
  const writer = new BitWriter()
  for (const step of [0, 2 ** 20, 2 ** 31 - 1]) writer.rice(step, 24)
  const reader = new BitReader(writer.take())
  assert.deepEqual([reader.rice(24), reader.rice(24), reader.rice(24)], [0, 2 ** 20, 2 ** 31 - 1])
})

test('a few steps and counts of one are less than a byte each', () => {
  const writer = new BitWriter()
  for (let i = 0; i < 800; i++) writer.rice(i % 16, 3)
  for (let i = 0; i < 800; i++) writer.gamma(1)
  assert.ok(writer.take().length < 800)
})

test('bits that end too early are refused', () => {
  const writer = new BitWriter()
  writer.rice(1000, 2)
  writer.gamma(70_000)
  const bytes = writer.take().slice()
  for (let length = 0; length < bytes.length; length++) {
    const reader = new BitReader(bytes.subarray(0, length))
    assert.throws(() => {
      reader.rice(2)
      reader.gamma()
    }, PayloadError)
  }
})
