import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { tokenHash } from './profile-token.ts'
import { UnsealedTokens } from './unsealed-tokens.ts'

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 16)
}

function plain(bytes: Uint8Array | null): number[] | null {
  return bytes === null ? null : [...bytes]
}

test('a token is found with the digest it came with, and no other is', () => {
  const tokens = new UnsealedTokens()
  tokens.remember('s', { tokenHash: tokenHash('g', 'a'), bodyDigest: digest('body') })
  assert.deepEqual(plain(tokens.find(tokenHash('g', 'a'))), [...digest('body')])
  assert.equal(tokens.find(tokenHash('g', 'b')), null)
})

test('tokens go with their segment, and with their memory', () => {
  const tokens = new UnsealedTokens()
  tokens.remember('s', { tokenHash: tokenHash('g', 'a'), bodyDigest: digest('1') })
  tokens.remember('t', { tokenHash: tokenHash('g', 'b'), bodyDigest: digest('2') })
  tokens.forget('s')
  assert.equal(tokens.find(tokenHash('g', 'a')), null)
  assert.deepEqual(plain(tokens.find(tokenHash('g', 'b'))), [...digest('2')])
  tokens.forget('t')
  tokens.forget('u')
  assert.equal(tokens.byteLength, 0)
})

test('of a segment that is sealed in part, what is left is kept', () => {
  const tokens = new UnsealedTokens()
  const [a, b, c] = ['a', 'b', 'c'].map((token) => ({
    tokenHash: tokenHash('g', token),
    bodyDigest: digest(token),
  }))
  for (const mark of [a!, b!]) tokens.remember('s', mark)
  tokens.remember('t', c!)
  tokens.keepOnly('s', [b!])
  assert.equal(tokens.find(a!.tokenHash), null)
  assert.deepEqual(plain(tokens.find(b!.tokenHash)), [...b!.bodyDigest])
  assert.deepEqual(plain(tokens.find(c!.tokenHash)), [...c!.bodyDigest])
  tokens.keepOnly('s', [])
  assert.equal(tokens.find(b!.tokenHash), null)
})

test('many tokens are all found, and nothing that was not remembered, in 64 to 128 bytes each', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.string(), (count, group) => {
      const tokens = new UnsealedTokens()
      for (let i = 0; i < count; i++) {
        const mark = { tokenHash: tokenHash(group, `t${i}`), bodyDigest: digest(`b${i}`) }
        tokens.remember(`segment ${i % 3}`, mark)
      }
      for (let i = 0; i < count; i++)
        assert.deepEqual(plain(tokens.find(tokenHash(group, `t${i}`))), [...digest(`b${i}`)])
      for (let i = count; i < count + 50; i++) assert.equal(tokens.find(tokenHash(group, `t${i}`)), null)
      assert.ok(tokens.byteLength >= 64 * count && tokens.byteLength <= Math.max(128 * (count + 3), 3 * 2048))
    }),
    { numRuns: 20 },
  )
})

test('hashes that fall on the same place are told apart', () => {
  const tokens = new UnsealedTokens()
  const hash = (last: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? last : 7))
  for (let last = 0; last < 200; last++)
    tokens.remember('s', { tokenHash: hash(last), bodyDigest: digest(String(last)) })
  for (let last = 0; last < 200; last++)
    assert.deepEqual(plain(tokens.find(hash(last))), [...digest(String(last))])
  assert.equal(tokens.find(hash(201)), null)
})

test('a token remembered again has its latest digest, in a place of its own in memory', () => {
  const tokens = new UnsealedTokens()
  for (const body of ['1', '2'])
    tokens.remember('s', { tokenHash: tokenHash('g', 'a'), bodyDigest: digest(body) })
  const found = tokens.find(tokenHash('g', 'a'))!
  assert.deepEqual(plain(found), [...digest('2')])
  found.fill(0)
  assert.deepEqual(plain(tokens.find(tokenHash('g', 'a'))), [...digest('2')])
})
