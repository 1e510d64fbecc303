import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { EnvelopeError, envelope } from './envelope.ts'

const key = randomBytes(32)
const sealer = envelope(key)
const plain = Buffer.from('a secret\0of any bytes \u{1f511}')

test('what was sealed opens for the same purpose', () => {
  assert.deepEqual(Buffer.from(sealer.open('p', sealer.seal('p', plain))), plain)
  assert.deepEqual(envelope(key).open('p', sealer.seal('p', plain)), new Uint8Array(plain))
  assert.deepEqual(sealer.open('', sealer.seal('', new Uint8Array(0))), new Uint8Array(0))
})

test('sealing twice gives different bytes, none of them the text', () => {
  const [a, b] = [Buffer.from(sealer.seal('p', plain)), Buffer.from(sealer.seal('p', plain))]
  assert.notDeepEqual(a, b)
  assert.ok(!a.includes(plain.subarray(0, 6)))
  assert.equal(a.length, plain.length + 37)
})

test('it opens for no other purpose', () => {
  const sealed = sealer.seal('access-key:AKIA1', plain)
  for (const purpose of ['access-key:AKIA2', 'access-key:AKIA1 ', '', 'data-key:AKIA1'])
    assert.throws(() => sealer.open(purpose, sealed), EnvelopeError)
})

test('another key is told from damage', () => {
  const sealed = sealer.seal('p', plain)
  assert.throws(() => envelope(randomBytes(32)).open('p', sealed), /under another master key/)
  const damaged = sealed.with(30, sealed[30]! ^ 1)
  assert.throws(() => sealer.open('p', damaged), /was changed/)
})

test('a change of any bit is noticed', () => {
  const sealed = sealer.seal('p', plain)
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = sealed.with(bit >> 3, sealed[bit >> 3]! ^ (1 << (bit & 7)))
    assert.throws(() => sealer.open('p', changed), EnvelopeError, `bit ${bit}`)
  }
})

test('any truncation and any addition is noticed', () => {
  const sealed = sealer.seal('p', plain)
  for (let length = 0; length < sealed.length; length++)
    assert.throws(() => sealer.open('p', sealed.subarray(0, length)), EnvelopeError, `length ${length}`)
  assert.throws(() => sealer.open('p', Uint8Array.of(...sealed, 0)), EnvelopeError)
})

test('a later format is named', () => {
  const sealed = sealer.seal('p', plain).with(0, 2)
  assert.throws(() => sealer.open('p', sealed), /format 2/)
})

test('a key has 32 bytes', () => {
  for (const length of [0, 16, 31, 33]) assert.throws(() => envelope(randomBytes(length)), EnvelopeError)
})

test('neither errors nor inspection show the key or the text', () => {
  const sealed = sealer.seal('p', plain)
  const texts = [inspect(sealer, { depth: 9, showHidden: true }), JSON.stringify(sealer)]
  try {
    sealer.open('q', sealed)
  } catch (error) {
    texts.push(inspect(error))
  }
  assert.equal(texts.length, 3)
  for (const text of texts) {
    assert.ok(!text.includes(key.toString('hex')) && !text.includes('a secret'))
    assert.ok(!text.includes([...key.subarray(0, 4)].join(', ')))
  }
})
