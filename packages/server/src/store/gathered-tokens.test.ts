import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatheredTokens } from './gathered-tokens.ts'

const token = (n: number, receivedAt = n) => {
  const tokenHash = new Uint8Array(16)
  new DataView(tokenHash.buffer).setUint32(0, n)
  return { tokenHash, bodyDigest: new Uint8Array(16).fill(n), receivedAt }
}

test('a post without a token adds nothing', () => {
  const gathered = new GatheredTokens(0)
  gathered.add(token(0, 5))
  assert.deepEqual(gathered.lists, [])
})

test('a list was received when the last of its tokens was, in whichever order they come', () => {
  const gathered = new GatheredTokens(0)
  for (const receivedAt of [5, 9, 7]) gathered.add(token(receivedAt))
  assert.deepEqual(
    gathered.lists.map(({ length, receivedAt }) => ({ length, receivedAt })),
    [{ length: 3, receivedAt: 9 }],
  )
})

test('tokens are remembered from their sealing on, where they are of profiles that were received long before', () => {
  const gathered = new GatheredTokens(8)
  for (const receivedAt of [5, 7]) gathered.add(token(receivedAt))
  assert.equal(gathered.lists[0]!.receivedAt, 8)
  gathered.add(token(9))
  assert.equal(gathered.lists[0]!.receivedAt, 9)
})

test('more tokens than a retry should read through become several lists, each with 40 bytes a token', () => {
  const gathered = new GatheredTokens(0)
  const count = 2 * 32_768 + 1
  for (let n = 1; n <= count; n++) gathered.add(token(n))
  assert.deepEqual(
    gathered.lists.map(({ length }) => length),
    [32_768, 32_768, 1],
  )
  for (const { length, entries } of gathered.lists) assert.equal(entries.length, 40 * length)
  const firsts = gathered.lists.map(({ entries }) => Buffer.from(entries).readUInt32BE(0))
  assert.deepEqual(firsts, [1, 32_769, count])
})
