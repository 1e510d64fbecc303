import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasToken, noMark, tokenHash } from './profile-token.ts'

test('tokens are scoped to their group, and the border between the two is no part of either', () => {
  const hashes = [
    ['g', 'a'],
    ['h', 'a'],
    ['g', 'b'],
    ['ga', ''],
    ['', 'ga'],
  ].map(([group = '', token = '']) => Buffer.from(tokenHash(group, token)).toString('hex'))
  assert.equal(new Set(hashes).size, hashes.length)
  for (const hash of hashes) assert.equal(hash.length, 32)
})

test('a post without a token has none', () => {
  assert.equal(hasToken(noMark), false)
  assert.equal(hasToken({ tokenHash: Uint8Array.of(...new Uint8Array(15), 1) }), true)
})
