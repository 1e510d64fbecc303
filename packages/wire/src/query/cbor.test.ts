import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ApiError } from '../errors.ts'
import { type CborValue, decodeCbor } from './cbor.ts'
import { readCborInput, writeCborAnswer, writeCborError } from './cbor-message.ts'
import { readJsonInput } from './json-input.ts'
import { operation } from './operation.ts'
import {
  blob,
  boolean,
  double,
  integer,
  list,
  map,
  optional,
  string,
  structure,
  timestamp,
} from './shapes.ts'

const decode = (hex: string): CborValue => decodeCbor(Buffer.from(hex, 'hex'))

test('the examples of RFC 8949, as far as JSON has what they are', () => {
  const examples: readonly [hex: string, value: CborValue][] = [
    ['00', 0],
    ['01', 1],
    ['0a', 10],
    ['17', 23],
    ['1818', 24],
    ['1864', 100],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['29', -10],
    ['3863', -100],
    ['3903e7', -1000],
    ['f90000', 0],
    ['f98000', -0],
    ['f93c00', 1],
    ['fb3ff199999999999a', 1.1],
    ['f93e00', 1.5],
    ['f97bff', 65504],
    ['fa47c35000', 100_000],
    ['fa7f7fffff', 3.4028234663852886e38],
    ['fb7e37e43c8800759c', 1e300],
    ['f90001', 2 ** -24],
    ['f90400', 0.00006103515625],
    ['f9c400', -4],
    ['fbc010666666666666', -4.1],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['f97e00', Number.NaN],
    ['f9fc00', Number.NEGATIVE_INFINITY],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', null],
    ['c11a514b67b0', 1_363_896_240],
    ['c1fb41d452d9ec200000', 1_363_896_240.5],
    ['4401020304', Buffer.from([1, 2, 3, 4])],
    ['60', ''],
    ['6449455446', 'IETF'],
    ['62225c', '"\\'],
    ['62c3bc', 'ü'],
    ['64f0908591', '𐅑'],
    ['80', []],
    ['83010203', [1, 2, 3]],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a0', {}],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['826161a161626163', ['a', { b: 'c' }]],
    ['5f42010243030405ff', Buffer.from([1, 2, 3, 4, 5])],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9fff', []],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['bf6346756ef563416d7421ff', { Fun: true, Amt: -2 }],
  ]
  for (const [hex, value] of examples) assert.deepEqual(decode(hex), value, hex)
})

test('what is no CBOR, or nothing that an operation takes, is refused with the reason', () => {
  const wrong: readonly [hex: string, why: RegExp][] = [
    ['', /ends in the midst/],
    ['18', /ends in the midst/],
    ['6261', /ends in the midst/],
    ['8201', /ends in the midst/],
    ['9f01', /ends in the midst/],
    ['9bffffffffffffffff', /too large/],
    ['1bffffffffffffffff', /too large/],
    ['9a7fffffff', /ends in the midst/],
    ['5f6161ff', /another part/],
    ['7f7f6161ffff', /another part/],
    ['1c', /too large/],
    ['1f', /too large/],
    ['0000', /behind its end/],
    ['a10001', /no text/],
    ['a2616100616101', /'a' twice/],
    ['c000', /a tag/],
    ['c249010000000000000000', /a tag/],
    ['f0', /no value/],
    ['ff', /no value/],
    ['61ff', /not UTF-8/],
    ['81'.repeat(18), /too deeply/],
    ['c1'.repeat(18), /too deeply/],
    [`9f${'00'.repeat(100_000)}ff`, /more than 100000/],
    [`7f${'60'.repeat(100_001)}ff`, /more than 100000/],
  ]
  for (const [hex, why] of wrong)
    assert.throws(
      () => decode(hex),
      (error) => error instanceof ApiError && why.test(error.message),
      hex.slice(0, 40),
    )
})

test('whatever the bytes are, they are understood or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        decodeCbor(bytes)
      } catch (error) {
        assert.ok(error instanceof ApiError, String(error))
      }
    }),
    { numRuns: 20_000 },
  )
})

const everything = operation(
  {
    Name: string({ min: 1 }),
    Count: optional(integer()),
    Share: optional(double),
    IsOn: optional(boolean),
    At: optional(timestamp),
    Tags: optional(list(structure({ Key: string() }))),
  },
  {
    ...{
      Name: optional(string()),
      Count: optional(integer()),
      Share: optional(double),
      IsOn: optional(boolean),
    },
    ...{
      At: optional(timestamp),
      Tags: optional(list(structure({ Key: string() }))),
      By: optional(map(double)),
    },
    Raw: optional(blob),
  },
)

test('an answer comes back as it was written', () => {
  const value = {
    ...{
      Name: 'é🔥',
      Count: -(2 ** 40),
      Share: 0.1,
      IsOn: false,
      At: 1500,
      Tags: [{ Key: '' }, { Key: 'x' }],
    },
    ...{ By: { y: 1e300 }, Raw: Uint8Array.of(1, 2) },
  }
  assert.deepEqual(decodeCbor(writeCborAnswer(everything, value)), {
    ...value,
    At: 1.5,
    Raw: Buffer.from([1, 2]),
  })
  assert.equal(Buffer.from(writeCborAnswer(everything, null)).toString('hex'), 'a0')
  assert.equal(Buffer.from(writeCborAnswer(operation({}, null), null)).toString('hex'), 'a0')
  assert.deepEqual(decodeCbor(writeCborError('a#B', 'why')), { __type: 'a#B', message: 'why' })
})

test('an input is what the same in JSON is, and refused for the same', () => {
  const input = { Name: 'a', Count: 7, Share: 2, IsOn: true, At: 1500, Tags: [{ Key: 'k' }] }
  const bytes = writeCborAnswer(everything, input)
  const inJson = JSON.stringify({ ...input, At: 1.5, Other: 1 })
  assert.deepEqual(readCborInput(everything, bytes), readJsonInput(everything, Buffer.from(inJson)))
  assert.throws(() => readCborInput(everything, Buffer.from('a0', 'hex')), /'name' .* must not be null/)
  assert.throws(() => readCborInput(everything, new Uint8Array(0)), /'name' .* must not be null/)
  // Name: h'01', and Share: an infinite number.
  assert.throws(() => readCborInput(everything, Buffer.from('a1644e616d654101', 'hex')), /must be a string/)
  const infinite = Buffer.from('a2644e616d6561616553686172 65f97c00'.replace(' ', ''), 'hex')
  assert.throws(() => readCborInput(everything, infinite), /must be a number/)
  for (const hex of ['80', '01', '4101', 'f6'])
    assert.throws(() => readCborInput(everything, Buffer.from(hex, 'hex')), /must be a CBOR map/)
})
