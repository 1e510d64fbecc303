import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BitReader, BitWriter, riceBits } from './series-bits.ts'

type Item =
  | { readonly kind: 'bits'; readonly value: number; readonly size: number }
  | { readonly kind: 'groups'; readonly value: number; readonly size: number }
  | { readonly kind: 'rice'; readonly value: number; readonly size: number }

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
    kind: fc.constant<'rice'>('rice'),
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
      for (let i = 0; i < 8; i++) out.rice(value, k)
      assert.equal(out.take().length, riceBits(value, k))
    }
  assert.equal(riceBits(Number.MAX_SAFE_INTEGER, 0), 73)
})

test('reading over the end is an error, never zeros', () => {
  assert.throws(() => new BitReader(new Uint8Array(1)).bits(9), /runs over the end/)
  assert.throws(() => new BitReader(Uint8Array.of(0xff)).rice(0), /runs over the end/)
  assert.throws(() => new BitReader(new Uint8Array(64).fill(0xff)).groups(4), /too long/)
})
