import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { openDirectoryBlobs } from '../storage/files/directory-blobs.ts'
import { SimulatedDisk } from '../storage/files/simulated-files.ts'
import { encodeSealedFile, SealedFile, SealedFileDamaged, type SectionKind } from './sealed-file.ts'

const name = 'g/file-0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0'
const dataKey = new Uint8Array(32).fill(7)
const sections: readonly (readonly [SectionKind, Uint8Array])[] = [
  ['sums', Uint8Array.of(1, 2, 3)],
  ['attributes', new Uint8Array(0)],
  ['vectors', new Uint8Array(200_000).map((_, i) => (i * i) % 251)],
]

async function stored(bytes: Uint8Array, key = dataKey): Promise<SealedFile> {
  const blobs = await openDirectoryBlobs(new SimulatedDisk().mount(), 'blobs')
  await blobs.put(name, bytes)
  return SealedFile.open(blobs, name, key)
}

test('sections are read back one by one, in any order', async () => {
  const file = await stored(encodeSealedFile(dataKey, name, sections))
  for (const [kind, bytes] of sections.toReversed())
    assert.deepEqual(new Uint8Array((await file.section(kind))!), bytes)
  assert.equal(await file.section('profiles'), null)
})

const parts = [3, 70_000, 0, 5].map((length, part) => new Uint8Array(length).fill(part + 1))

test('of a kind that comes in parts any are read in one go, in the order asked for', async () => {
  const disk = new SimulatedDisk()
  const blobs = await openDirectoryBlobs(disk.mount(), 'blobs')
  const numbered = parts.map((bytes, part) => ['seriesPart', bytes, part] as const)
  await blobs.put(name, encodeSealedFile(dataKey, name, [...sections, ...numbered]))
  let reads = 0
  const get: typeof blobs.get = (...range) => {
    reads++
    return blobs.get(...range)
  }
  const file = await SealedFile.open({ ...blobs, get }, name, dataKey, 200)
  for (const asked of [[0], [3, 1], [0, 1, 2, 3], [2]]) {
    reads = 0
    const read = await file.parts('seriesPart', asked)
    assert.deepEqual(
      read.map((bytes) => new Uint8Array(bytes)),
      asked.map((part) => parts[part]),
    )
    assert.equal(reads, 1)
  }
  await assert.rejects(file.parts('seriesPart', [4]), SealedFileDamaged)
  assert.deepEqual(
    new Uint8Array((await file.section('sums'))!),
    sections[0]![1],
    'also beyond the first bytes',
  )
})

test('the same content under another key is another file, and none that may take its place', async () => {
  const other = 'g/file-1f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0'
  const bytes = encodeSealedFile(dataKey, other, sections)
  assert.notDeepEqual(bytes, encodeSealedFile(dataKey, name, sections))
  await assert.rejects(stored(bytes), SealedFileDamaged)
  assert.throws(() => encodeSealedFile(dataKey, 'g/file', sections), /no UUID/)
})

test('a file that is missing, or of another group, is damage', async () => {
  const blobs = await openDirectoryBlobs(new SimulatedDisk().mount(), 'blobs')
  await assert.rejects(SealedFile.open(blobs, 'g/none', dataKey), SealedFileDamaged)
  const other = await stored(encodeSealedFile(dataKey, name, sections), new Uint8Array(32).fill(8))
  await assert.rejects(other.section('sums'), SealedFileDamaged)
})

/** Reads everything; throws SealedFileDamaged or gives what was written. */
async function readAll(bytes: Uint8Array): Promise<void> {
  const file = await stored(bytes)
  for (const [kind, expected] of sections) {
    const section = await file.section(kind)
    assert.deepEqual(section === null ? null : new Uint8Array(section), expected)
  }
}

test('a file cut off at any length is damage', async () => {
  const whole = encodeSealedFile(dataKey, name, sections.slice(0, 2))
  for (let length = 0; length < whole.length; length++) {
    const file = stored(whole.subarray(0, length)).then(async (opened) => {
      await opened.section('sums')
      await opened.section('attributes')
    })
    await assert.rejects(file, SealedFileDamaged, `${length} bytes`)
  }
})

test('a flipped bit anywhere is damage, never another section', async () => {
  const whole = encodeSealedFile(dataKey, name, sections)
  for (let at = 0; at < whole.length; at += at < 200 ? 1 : 997) {
    const bytes = Uint8Array.from(whole)
    bytes[at]! ^= 1 << (at % 8)
    await assert.rejects(readAll(bytes), SealedFileDamaged, `byte ${at}`)
  }
})

test('a file of a later format version is refused by name', async () => {
  const bytes = Buffer.from(encodeSealedFile(dataKey, name, sections.slice(0, 1)))
  bytes.writeUInt16LE(9, 8)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 42)), 42)
  await assert.rejects(stored(bytes), /format version 9; this version of Wick reads up to 2/)
})
