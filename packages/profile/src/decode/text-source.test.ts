import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProfileDecoder } from '../profile-decoder.ts'
import { naiveFromTree } from '../testing/naive.ts'
import { roomBehind, TextSource } from './text-source.ts'

const mebibyte = 1024 * 1024
const profile = '{"start":1,"end":2,"callgraph":{"children":{"a\\tb":{"counts":{"R":3}}}}}'

/** A body in the middle of a buffer whose other bytes are all `around`. */
function body(length: number, around: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length + 2 * roomBehind).fill(around)
  const text = whole.subarray(roomBehind, roomBehind + length)
  text.fill(0x20)
  text.set(Buffer.from(profile), length - profile.length)
  return text
}

test('a large body with zeros behind it is read where it is, others are copied in front of zeros', () => {
  const source = new TextSource()
  for (const [length, around, isCopied] of [
    [9 * mebibyte, 0, false],
    [9 * mebibyte, 0x7d, true],
    [mebibyte, 0, true],
  ] as const) {
    const given = body(length, around)
    source.load(given)
    assert.equal(source.bytes.buffer !== given.buffer, isCopied)
    assert.deepEqual(source.bytes.subarray(0, length), given)
    assert.deepEqual([...source.bytes.subarray(length, length + roomBehind)], Array(roomBehind).fill(0))
    source.release()
    assert.notEqual(source.bytes.buffer, given.buffer)
  }
})

test('wherever it is read, a large body is the same profile, and stays as it was', () => {
  const decoder = new ProfileDecoder()
  const expected = naiveFromTree(decoder.decode(Buffer.from(profile)).tree)
  for (const around of [0, 0x7d]) {
    const given = body(9 * mebibyte, around)
    const whole = Buffer.from(given.buffer.slice(0))
    const { tree } = decoder.decode(given)
    assert.ok(whole.equals(Buffer.from(given.buffer)))
    given.buffer.transfer(0)
    assert.deepEqual(naiveFromTree(tree), expected)
  }
})
