import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { beforeEach, test } from 'node:test'
import { openLocalJournal } from '../storage/files/local-journal.ts'
import { SimulatedDisk } from '../storage/files/simulated-files.ts'
import { type FoundRecord, type SegmentScan, scanSegment } from './scan-segment.ts'
import {
  encodeRecordHeader,
  encodeSegmentHeader,
  frameRecord,
  recordHeaderLength,
  segmentHeaderLength,
  tagLength,
} from './segment-format.ts'

const file = 'segments/s.wickseg'
const id = new Uint8Array(16).fill(4)
const createdAt = 1_764_000_000_000
const header = encodeSegmentHeader({ id, createdAt })

let disk: SimulatedDisk
beforeEach(() => {
  disk = new SimulatedDisk()
})

function record(ordinal: number, payloadLength = 20, window = createdAt + 300_000 * ordinal): Uint8Array {
  const head = encodeRecordHeader({
    form: 'packed',
    groupId: '0a0b0c0d-1111-4222-8333-444444444444',
    ordinal,
    window,
    receivedAt: createdAt + ordinal,
    tokenHash: new Uint8Array(16).fill(ordinal),
    bodyDigest: new Uint8Array(16),
  })
  return frameRecord([head, new Uint8Array(payloadLength + tagLength).fill(ordinal)])
}

const smallest = record(0).length

async function scan(bytes: Uint8Array): Promise<{ scan: SegmentScan; found: FoundRecord[] }> {
  disk.replace(file, bytes)
  const found: FoundRecord[] = []
  const journal = await openLocalJournal(disk.mount(), 'segments')
  return { scan: await scanSegment(journal, 's', (each) => found.push(each)), found }
}

function ordinals(found: readonly FoundRecord[]): number[] {
  return found.map(({ header: { ordinal } }) => ordinal)
}

test('every record is found, with its header and place', async () => {
  const records = [record(0, 0), record(1, 1000), record(2)]
  const { scan: result, found } = await scan(Buffer.concat([header, ...records]))
  const { size } = result
  assert.deepEqual(result, { header: { id, createdAt }, soundLength: size, size, damaged: [] })
  assert.deepEqual(ordinals(found), [0, 1, 2])
  let offset = segmentHeaderLength
  for (const [i, { length, offset: at }] of found.entries()) {
    assert.deepEqual([at, length], [offset, records[i]!.length])
    offset += length
  }
  assert.equal(found[1]!.header.receivedAt, createdAt + 1)
})

test('a segment of a header alone is sound and empty', async () => {
  const { scan: result, found } = await scan(header)
  assert.deepEqual([result.soundLength, result.damaged, found], [segmentHeaderLength, [], []])
})

test('a header cut off at any byte is none, and nothing of the segment is sound', async () => {
  for (let length = 0; length < segmentHeaderLength; length++) {
    const { scan: result } = await scan(header.subarray(0, length))
    assert.deepEqual(result, { header: null, soundLength: 0, size: length, damaged: [] })
  }
})

test('a segment cut off at any byte is sound up to its last whole record', async () => {
  const whole = Buffer.concat([header, record(0), record(1, 5), record(2)])
  const ends = [segmentHeaderLength, segmentHeaderLength + smallest, 2 * smallest + segmentHeaderLength - 15]
  for (let length = segmentHeaderLength; length <= whole.length; length++) {
    const { scan: result, found } = await scan(whole.subarray(0, length))
    const sound = length === whole.length ? length : ends.findLast((end) => end <= length)!
    assert.equal(result.soundLength, sound, `${length} bytes`)
    assert.deepEqual(result.damaged, [])
    assert.equal(found.length, length === whole.length ? 3 : ends.indexOf(sound))
  }
})

test('a damaged record with sound ones behind it is passed over and told; any bit of what it says of itself counts', async () => {
  const whole = Buffer.concat([header, record(0), record(1), record(2)])
  const from = segmentHeaderLength + smallest
  // The length before the record decides where the next one begins: see below.
  for (let bit = (from + 4) * 8; bit < (from + smallest) * 8; bit++) {
    const bytes = Buffer.from(whole)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    const { scan: result, found } = await scan(bytes)
    assert.deepEqual(ordinals(found), [0, 2], `bit ${bit}`)
    assert.deepEqual(result.damaged, [{ offset: from, length: smallest }])
    assert.equal(result.soundLength, whole.length)
  }
})

test('where the length of a record is damaged, the next sound one is found, and nothing false is', async () => {
  const whole = Buffer.concat([header, record(0), record(1), record(2)])
  const from = segmentHeaderLength + smallest
  for (let bit = from * 8; bit < (from + 4) * 8; bit++) {
    const bytes = Buffer.from(whole)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    const { scan: result, found } = await scan(bytes)
    assert.deepEqual(ordinals(found), [0, 2], `bit ${bit}`)
    assert.deepEqual(result.damaged, [{ offset: from, length: smallest }])
    assert.equal(result.soundLength, whole.length)
  }
})

test('behind damage, records of profiles that are years old are found as well', async () => {
  const old = createdAt - 3 * 365 * 86_400_000
  const bytes = Buffer.concat([header, ...[0, 1, 2].map((ordinal) => record(ordinal, 20, old))])
  bytes[segmentHeaderLength + smallest]! ^= 1
  const { scan: result, found } = await scan(bytes)
  assert.deepEqual(ordinals(found), [0, 2])
  assert.equal(result.soundLength, result.size)
})

test('sound records are found behind bytes that went missing, were put in, or are noise, however many', async () => {
  const mebibyte = 1024 * 1024
  const noise = Buffer.alloc(9 * mebibyte, randomBytes(4096))
  for (const gap of [record(1).subarray(0, 50), record(1).subarray(1), Buffer.alloc(3, 1), noise]) {
    const bytes = Buffer.concat([header, record(0), gap, record(2, 9 * mebibyte), record(3)])
    const { scan: result, found } = await scan(bytes)
    assert.deepEqual(ordinals(found), [0, 2, 3], `${gap.length} bytes`)
    assert.deepEqual(result.damaged, [{ offset: segmentHeaderLength + smallest, length: gap.length }])
    assert.equal(result.soundLength, bytes.length)
  }
})

test('zeros or noise behind the last record are no records', async () => {
  const sound = Buffer.concat([header, record(0)])
  const tails = [Buffer.alloc(1), Buffer.alloc(5000), Buffer.alloc(5000, 0xff), Buffer.from('WICKSEG\0')]
  for (const tail of tails) {
    const { scan: result, found } = await scan(Buffer.concat([sound, tail]))
    assert.deepEqual([found.length, result.soundLength], [1, sound.length])
    assert.equal(result.size, sound.length + tail.length)
  }
})

test('a segment larger than what is read at a time is scanned whole, its records wherever they lie', async () => {
  const mebibyte = 1024 * 1024
  const sizes = [7 * mebibyte, 3 * mebibyte, 20, 9 * mebibyte, 100, 8 * mebibyte - recordHeaderLength, 50]
  const records = sizes.map((size, ordinal) => record(ordinal, size))
  const { scan: result, found } = await scan(Buffer.concat([header, ...records]))
  assert.deepEqual(ordinals(found), [0, 1, 2, 3, 4, 5, 6])
  assert.deepEqual([result.soundLength, result.damaged], [result.size, []])
})

test('damage of a record that is larger than what is read at a time is passed over, too', async () => {
  const bytes = Buffer.concat([
    header,
    record(0, 9 * 1024 * 1024),
    record(1),
    record(2, 9 * 1024 * 1024),
    record(3),
  ])
  bytes[segmentHeaderLength + 8_000_000]! ^= 1
  const { scan: result, found } = await scan(bytes)
  assert.deepEqual(ordinals(found), [1, 2, 3])
  assert.equal(result.damaged.length, 1)
  assert.equal(result.soundLength, bytes.length)
})
