import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import {
  decodeRecordHeader,
  decodeSegmentHeader,
  encodeRecordHeader,
  encodeSegmentHeader,
  framedLength,
  frameLength,
  frameRecord,
  maxRecordLength,
  type RecordHeader,
  recordHeaderLength,
  SegmentFormatError,
  segmentHeaderLength,
  segmentVersion,
  soundRecordLength,
  tagLength,
} from './segment-format.ts'

const asLiterals = { noNullPrototype: true }
const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 })
const segmentHeader = fc.record({ id: sixteen, createdAt: fc.nat(8.64e15) }, asLiterals)
const recordHeader: fc.Arbitrary<RecordHeader> = fc.record(
  {
    form: fc.constantFrom('plain', 'packed'),
    groupId: fc.uuid(),
    ordinal: fc.nat(2 ** 32 - 1),
    window: fc.nat(2 ** 32 - 1).map((number) => number * 300_000),
    receivedAt: fc.nat(8.64e15),
    tokenHash: sixteen,
    bodyDigest: sixteen,
  },
  asLiterals,
)
const shortest = recordHeaderLength + tagLength
const content = fc.uint8Array({ minLength: shortest, maxLength: shortest + 200 })

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const damaged = Uint8Array.from(bytes)
  damaged[bit >> 3]! ^= 1 << (bit & 7)
  return damaged
}

test('a segment header is read as it was written, wherever it lies in memory', () => {
  fc.assert(
    fc.property(segmentHeader, (header) => {
      const bytes = encodeSegmentHeader(header)
      assert.equal(bytes.length, segmentHeaderLength)
      assert.deepEqual(decodeSegmentHeader(bytes), header)
      const inside = Buffer.concat([Buffer.alloc(7), bytes, Buffer.alloc(9)])
      assert.deepEqual(decodeSegmentHeader(inside.subarray(7)), header)
    }),
  )
})

test('the format is this one, to the byte: other versions of Wick read it', () => {
  const id = Uint8Array.from({ length: 16 }, (_, i) => i)
  const header = Buffer.from(encodeSegmentHeader({ id, createdAt: 1_764_000_000_000 }))
  assert.equal(
    header.toString('hex'),
    '5749434b534547000200000102030405060708090a0b0c0d0e0f0000807e69ab7942d361ef41',
  )
  assert.equal(header.readUInt32LE(34), crc32(header.subarray(0, 34)))
  const first = Buffer.from(
    '5749434b534547000100000102030405060708090a0b0c0d0e0f0000807e69ab79422b8cb8b3',
    'hex',
  )
  assert.deepEqual(decodeSegmentHeader(first), { id, createdAt: 1_764_000_000_000 }, 'as version 1 wrote it')
})

test('a segment header that is cut off, or has any bit flipped, is none', () => {
  fc.assert(
    fc.property(segmentHeader, fc.nat(segmentHeaderLength * 8 - 1), (header, bit) => {
      assert.equal(decodeSegmentHeader(flipped(encodeSegmentHeader(header), bit)), null)
    }),
  )
  const bytes = encodeSegmentHeader({ id: new Uint8Array(16), createdAt: 1 })
  for (let length = 0; length < bytes.length; length++)
    assert.equal(decodeSegmentHeader(bytes.subarray(0, length)), null)
})

test('another version is refused by name, and only where it is really one', () => {
  const header = Buffer.from(encodeSegmentHeader({ id: new Uint8Array(16), createdAt: 1 }))
  header.writeUInt16LE(segmentVersion + 1, 8)
  assert.equal(decodeSegmentHeader(header), null, 'its checksum is wrong: it is damage')
  header.writeUInt32LE(crc32(header.subarray(0, 34)), 34)
  assert.throws(
    () => decodeSegmentHeader(header),
    (error: Error) => {
      assert.ok(error instanceof SegmentFormatError)
      assert.equal(
        error.message,
        `it has format version ${segmentVersion + 1}; this version of Wick reads ${segmentVersion}`,
      )
      return true
    },
  )
})

test('a record header is read as it was written', () => {
  fc.assert(
    fc.property(recordHeader, (header) => {
      const bytes = encodeRecordHeader(header)
      assert.equal(bytes.length, recordHeaderLength)
      assert.deepEqual(decodeRecordHeader(bytes), header)
      const inside = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)])
      assert.deepEqual(decodeRecordHeader(inside.subarray(3)), header)
    }),
  )
})

test('a framed record is sound, at its whole length, and so is the one behind it', () => {
  fc.assert(
    fc.property(content, content, fc.nat(20), (first, second, before) => {
      const records = [frameRecord([first.subarray(0, 10), first.subarray(10)]), frameRecord([second])]
      const bytes = Buffer.concat([Buffer.alloc(before), ...records])
      const end = before + frameLength + first.length
      assert.equal(soundRecordLength(bytes, before), frameLength + first.length)
      assert.equal(framedLength(bytes, before), frameLength + first.length)
      assert.equal(soundRecordLength(bytes, end), frameLength + second.length)
      assert.deepEqual(bytes.subarray(before + frameLength, end), Buffer.from(first))
    }),
  )
})

test('a record cut off at any byte is not sound', () => {
  const record = frameRecord([new Uint8Array(shortest + 20).fill(3)])
  for (let length = 0; length < record.length; length++)
    assert.equal(soundRecordLength(record.subarray(0, length), 0), null, `${length} bytes`)
})

test('a record with any bit flipped is not sound', () => {
  const record = frameRecord([Uint8Array.from({ length: shortest + 20 }, (_, i) => i)])
  for (let bit = 0; bit < record.length * 8; bit++)
    assert.equal(soundRecordLength(flipped(record, bit), 0), null, `bit ${bit}`)
})

test('any other damage of a few bytes is found, too', () => {
  const change = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) })
  fc.assert(
    fc.property(content, change, (bytes, { at, bytes: damage }) => {
      const record = Uint8Array.from(frameRecord([bytes]))
      const damaged = Uint8Array.from(record)
      damaged.set(damage.subarray(0, record.length - (at % record.length)), at % record.length)
      fc.pre(Buffer.compare(record, damaged) !== 0)
      assert.equal(soundRecordLength(damaged, 0), null)
    }),
  )
})

test('a length that no record has is damage, and no reason to read so much', () => {
  const frame = (length: number): number | null => {
    const bytes = Buffer.alloc(frameLength)
    bytes.writeUInt32LE(length, 0)
    return framedLength(bytes, 0)
  }
  assert.equal(frame(shortest), frameLength + shortest)
  assert.equal(frame(maxRecordLength), frameLength + maxRecordLength)
  for (const length of [0, 1, shortest - 1, maxRecordLength + 1, 2 ** 32 - 1])
    assert.equal(frame(length), null, String(length))
})
