import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signature } from './signing-key.ts'

/** AWS's published example of a signature. */
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const scope = { date: '20150830', region: 'us-east-1', service: 'iam' }
const text = `AWS4-HMAC-SHA256
20150830T123600Z
20150830/us-east-1/iam/aws4_request
f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59`
const published = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7'

const hex = (...input: Parameters<typeof signature>) => signature(...input).toString('hex')

test("AWS's published example is signed as published, the second time too", () => {
  assert.equal(hex(secret, scope, text), published)
  assert.equal(hex(secret, scope, text), published)
})

test('each part of the scope, the secret and the text make another signature', () => {
  const others = [
    hex(secret, { ...scope, date: '20150831' }, text),
    hex(secret, { ...scope, region: 'us-east-2' }, text),
    hex(secret, { ...scope, service: 'iam2' }, text),
    hex(`${secret}x`, scope, text),
    hex('', scope, text),
    hex(secret, scope, `${text}\n`),
    hex(secret, scope, ''),
  ]
  assert.equal(new Set([published, ...others]).size, others.length + 1)
})

test('a rotated secret signs anew, and going back to the old one is right again', () => {
  const rotated = hex('rotated', scope, text)
  assert.notEqual(rotated, published)
  assert.equal(hex(secret, scope, text), published)
  assert.equal(hex('rotated', scope, text), rotated)
})

test('more keys than are remembered are all right', () => {
  const round = () => Array.from({ length: 3000 }, (_, i) => hex(`secret ${i}`, scope, text))
  const first = round()
  assert.equal(new Set(first).size, 3000)
  assert.deepEqual(round(), first)
  assert.equal(hex(secret, scope, text), published)
})

test('a signature does not change under its holder', () => {
  signature(secret, scope, text).fill(0)
  assert.equal(hex(secret, scope, text), published)
})
