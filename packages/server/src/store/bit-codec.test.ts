import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BitReader, BitWriter, boundedRiceBits } from './bit-codec.ts'
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

type Item =
  | { readonly kind: 'bits'; readonly value: number; readonly size: number }
  | { readonly kind: 'groups'; readonly value: number; readonly size: number }
  | { readonly kind: 'boundedRice'; readonly value: number; readonly size: number }

const whole = fc.oneof(
  fc.nat(40),
  fc.nat(100_000),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1),
  fc.maxSafeNat(),
)
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.integer({ min: 1, max: 53 }).chain((size) =>
    fc.record({
      kind: fc.constant<'bits'>('bits'),
      value: fc.maxSafeNat().map((value) => value % 2 ** size),
      size: fc.constant(size),
    }),
  ),
  fc.record({
    kind: fc.constant<'groups'>('groups'),
    value: whole,
    size: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({
    kind: fc.constant<'boundedRice'>('boundedRice'),
    value: whole,
    size: fc.integer({ min: 0, max: 24 }),
  }),
)

test('what is written is read back, whatever the codes and their order', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 200 }), (items) => {
      const out = new BitWriter()
      for (const { kind, value, size } of items) out[kind](value, size)
      const input = new BitReader(Uint8Array.from(out.take()))
      for (const { kind, value, size } of items)
        assert.equal(kind === 'bits' ? input.bits(size) : input[kind](size), value)
    }),
  )
})

test('a Rice code is as long as is said, and the farthest outlier takes 73 bits', () => {
  for (const k of [0, 3, 24])
    for (const value of [0, 1, 5, 160, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
      const out = new BitWriter()
      for (let i = 0; i < 8; i++) out.boundedRice(value, k)
      assert.equal(out.take().length, boundedRiceBits(value, k))
    }
  assert.equal(boundedRiceBits(Number.MAX_SAFE_INTEGER, 0), 73)
})

test('reading over the end is an error, never zeros', () => {
  assert.throws(() => new BitReader(new Uint8Array(1)).bits(9), /runs over the end/)
  assert.throws(() => new BitReader(Uint8Array.of(0xff)).boundedRice(0), /runs over the end/)
  assert.throws(() => new BitReader(new Uint8Array(64).fill(0xff)).groups(4), /too long/)
})
