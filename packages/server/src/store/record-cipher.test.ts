import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RecordCipher } from './record-cipher.ts'
import { tagLength } from './segment-format.ts'

const dataKey = new Uint8Array(32).fill(1)
const segmentId = new Uint8Array(16).fill(2)
const cipher = new RecordCipher(dataKey, segmentId)
const header = Buffer.from('header')
const payload = Buffer.from('a payload of some bytes')

function sealed(ordinal = 0, head: Uint8Array = header, text: Uint8Array = payload): Buffer {
  return Buffer.concat(cipher.encrypt(ordinal, head, text))
}

test('what was encrypted is decrypted, with the tag as its only overhead', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), fc.uint8Array(), fc.uint8Array(), (ordinal, head, text) => {
      const bytes = sealed(ordinal, head, text)
      assert.equal(bytes.length, text.length + tagLength)
      assert.deepEqual(cipher.decrypt(ordinal, head, bytes), Buffer.from(text))
    }),
  )
})

test('any flipped bit of record or header is found', () => {
  const bytes = sealed()
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    assert.equal(cipher.decrypt(0, header, damaged), null, `bit ${bit}`)
  }
  for (let bit = 0; bit < header.length * 8; bit++) {
    const damaged = Buffer.from(header)
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    assert.equal(cipher.decrypt(0, damaged, bytes), null, `bit ${bit} of the header`)
  }
})

test('a record cut off at any byte that still has room for a tag is found', () => {
  const bytes = sealed()
  for (let length = tagLength; length < bytes.length; length++)
    assert.equal(cipher.decrypt(0, header, bytes.subarray(0, length)), null, `${length} bytes`)
})

test('a record opens at its own place only: not as another one, of another segment or group', () => {
  const bytes = sealed(5)
  assert.equal(cipher.decrypt(4, header, bytes), null)
  assert.equal(cipher.decrypt(6, header, bytes), null)
  assert.equal(new RecordCipher(dataKey, new Uint8Array(16).fill(3)).decrypt(5, header, bytes), null)
  assert.equal(new RecordCipher(new Uint8Array(32).fill(9), segmentId).decrypt(5, header, bytes), null)
  assert.deepEqual(new RecordCipher(dataKey, segmentId).decrypt(5, header, bytes), payload)
})

test('equal payloads look different in every record', () => {
  const texts = new Set<string>()
  for (let ordinal = 0; ordinal < 100; ordinal++) texts.add(sealed(ordinal).toString('hex'))
  texts.add(
    Buffer.concat(new RecordCipher(dataKey, new Uint8Array(16)).encrypt(0, header, payload)).toString('hex'),
  )
  assert.equal(texts.size, 101)
})

test('after a change of the data key, files under every earlier one open, and new ones are under the new one only', () => {
  const keys = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte))
  // As a group's key grows: the new one in front.
  const grown = [keys[0]!, Buffer.concat([keys[1]!, keys[0]!]), Buffer.concat([keys[2]!, keys[1]!, keys[0]!])]
  for (const [age, writer] of grown.entries()) {
    const bytes = Buffer.concat(new RecordCipher(writer, segmentId).encrypt(7, header, payload))
    for (const [later, reader] of grown.entries()) {
      const opens = new RecordCipher(reader, segmentId).decrypt(7, header, bytes)
      assert.deepEqual(
        opens,
        later >= age ? payload : null,
        `written with ${age + 1} keys, read with ${later + 1}`,
      )
    }
    assert.deepEqual(new RecordCipher(keys[age]!, segmentId).decrypt(7, header, bytes), payload)
  }
})

test('a file under an earlier key is read to its end, and damage in it is found, whether it comes first or later', () => {
  const [former, current] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const writer = new RecordCipher(former, segmentId)
  const records = [0, 1, 2, 3].map((ordinal) => Buffer.concat(writer.encrypt(ordinal, header, payload)))
  for (const damaged of [0, 2]) {
    const reader = new RecordCipher(Buffer.concat([current, former]), segmentId)
    for (const [ordinal, bytes] of records.entries()) {
      const read = Buffer.from(bytes)
      if (ordinal === damaged) read[3]! ^= 1
      assert.deepEqual(reader.decrypt(ordinal, header, read), ordinal === damaged ? null : payload)
    }
  }
})
