import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PayloadError, PayloadReader, PayloadWriter } from './payload-codec.ts'

type Item =
  | { readonly kind: 'uint' | 'int'; readonly value: number }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }

const asLiterals = { noNullPrototype: true }
const edges = [0, 1, 127, 128, 16_383, 16_384, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 49, 2 ** 52, 2 ** 53 - 1]
const uint = fc.oneof(fc.constantFrom(...edges), fc.maxSafeNat())
const int = fc
  .oneof(fc.nat(2 ** 31), fc.constantFrom(0, 1, 63, 64, 2 ** 51))
  .chain((value) => fc.constantFrom(value, -value - 1))
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.record({ kind: fc.constant('uint' as const), value: uint }, asLiterals),
  fc.record({ kind: fc.constant('int' as const), value: int }, asLiterals),
  fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 300 }) }, asLiterals),
)

function encoded(items: readonly Item[]): Uint8Array {
  const writer = new PayloadWriter()
  for (const { kind, value } of items) {
    if (kind === 'bytes') writer.bytes(value)
    else writer[kind](value)
  }
  return Uint8Array.from(writer.take())
}

function decoded(bytes: Uint8Array, kinds: readonly Item['kind'][]): Item[] {
  const reader = new PayloadReader(bytes)
  return kinds.map((kind): Item => {
    if (kind !== 'bytes') return { kind, value: reader[kind]() }
    const { from, to } = reader.span()
    return { kind, value: bytes.slice(from, to) }
  })
}

test('what was written is read back, in its order', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 50 }), (items) => {
      assert.deepEqual(
        decoded(
          encoded(items),
          items.map(({ kind }) => kind),
        ),
        items,
      )
    }),
  )
})

test('small numbers take one byte, and each seven bits more another one', () => {
  const length = (value: number): number => encoded([{ kind: 'uint', value }]).length
  assert.deepEqual(
    [0, 127, 128, 2 ** 14 - 1, 2 ** 14, 2 ** 28, 2 ** 31, 2 ** 53 - 1].map(length),
    [1, 1, 2, 2, 3, 5, 5, 8],
  )
  assert.deepEqual([...encoded([{ kind: 'uint', value: 300 }])], [0xac, 0x02])
})

test('differences near zero are short, whichever way they go', () => {
  const length = (value: number): number => encoded([{ kind: 'int', value }]).length
  assert.deepEqual([0, -1, 63, -64, 64, -65].map(length), [1, 1, 1, 1, 2, 2])
})

test('a part of a byte string can be written', () => {
  const writer = new PayloadWriter()
  writer.bytes(Uint8Array.of(1, 2, 3, 4), 1, 3)
  assert.deepEqual([...writer.take()], [2, 2, 3])
})

test('a payload may outgrow the memory it began with, and the next one begins anew', () => {
  const writer = new PayloadWriter()
  const large = new Uint8Array(100_000).fill(7)
  writer.uint(5)
  writer.bytes(large)
  writer.uint(2 ** 53 - 1)
  const reader = new PayloadReader(Uint8Array.from(writer.take()))
  assert.equal(reader.uint(), 5)
  const { from, to } = reader.span()
  assert.deepEqual(reader.data.subarray(from, to), large)
  assert.equal(reader.uint(), 2 ** 53 - 1)
  writer.uint(9)
  assert.deepEqual([...writer.take()], [9])
})

test('a payload that ends early is refused at every byte', () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 10 }), (items) => {
      const bytes = encoded(items)
      const kinds = items.map(({ kind }) => kind)
      for (let length = 0; length < bytes.length; length++)
        assert.throws(() => decoded(bytes.slice(0, length), kinds), PayloadError)
    }),
  )
})

test('a number that does not end is refused, and none beyond what is exact is made', () => {
  assert.throws(() => new PayloadReader(new Uint8Array(100).fill(0xff)).uint(), PayloadError)
  assert.throws(() => new PayloadReader(Uint8Array.of(...new Array(8).fill(0x80), 1)).uint(), PayloadError)
})

test('a byte string whose length lies beyond the payload is refused', () => {
  const writer = new PayloadWriter()
  writer.uint(2 ** 40)
  assert.throws(() => new PayloadReader(Uint8Array.from(writer.take())).span(), PayloadError)
})
