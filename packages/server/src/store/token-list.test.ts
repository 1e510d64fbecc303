import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { group, minute, noon, send, storeBench } from './testing/store-bench.ts'
import { decodeTokenList, encodeTokenList, hasToken } from './token-list.ts'

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 })
const token = fc.record(
  { tokenHash: bytes16, bodyDigest: bytes16, receivedAt: fc.nat(2 ** 31) },
  { noNullPrototype: true },
)

test('what is written is read', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 20 }), (tokens) => {
      assert.deepEqual(decodeTokenList('tokens/a', encodeTokenList('tokens/a', tokens)), tokens)
    }),
  )
})

test('a list that is cut, longer or changed anywhere is not what was written', () => {
  const tokens = [1, 2].map((n) => ({
    tokenHash: new Uint8Array(16).fill(n),
    bodyDigest: new Uint8Array(16).fill(n + 4),
    receivedAt: n,
  }))
  const list = encodeTokenList('tokens/a', tokens)
  for (let length = 0; length < list.length; length++)
    assert.equal(decodeTokenList('tokens/a', list.subarray(0, length)), null)
  assert.equal(decodeTokenList('tokens/a', Buffer.concat([list, Buffer.alloc(40)])), null)
  for (let at = 0; at < list.length; at++) {
    const changed = Uint8Array.from(list)
    changed[at]! ^= 1 << (at % 8)
    assert.equal(decodeTokenList('tokens/a', changed), null, `byte ${at}`)
  }
})

test('a list of more tokens than it has is not what was written, whatever its checksum says', () => {
  const list = Buffer.from(encodeTokenList('tokens/a', []))
  list.writeUInt32LE(2 ** 32 - 1, 10)
  list.writeUInt32LE(crc32(list.subarray(0, -4), crc32('tokens/a')), list.length - 4)
  assert.equal(decodeTokenList('tokens/a', list), null)
})

test('the list of another key is not what was written; one of version 1 knew no key', () => {
  const tokens = [{ tokenHash: new Uint8Array(16), bodyDigest: new Uint8Array(16), receivedAt: 7 }]
  const list = Buffer.from(encodeTokenList('tokens/a', tokens))
  assert.equal(decodeTokenList('tokens/b', list), null)
  list.writeUInt16LE(1, 8)
  assert.equal(decodeTokenList('tokens/a', list), null, 'not by its number alone')
  list.writeUInt32LE(crc32(list.subarray(0, -4)), list.length - 4)
  assert.deepEqual(decodeTokenList('tokens/b', list), tokens)
})

test('a post without a token has none', () => {
  assert.equal(hasToken(new Uint8Array(16)), false)
  assert.equal(hasToken(Uint8Array.of(...new Uint8Array(15), 1)), true)
})

test('a store with a list of a later format version is not opened, and says which it is', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const body = Buffer.from(
    JSON.stringify({ start: noon, end: noon + minute, callgraph: { counts: { R: 1 } } }),
  )
  await send(open, bench.now, { body, token: 'a', groupId: group.id })
  bench.now = noon + 10 * minute
  await open.store.seal()
  await open.store.close()
  const file = bench.disk.files.find((name) => name.startsWith('blocks/tokens/'))!
  const list = Buffer.from(bench.disk.contents(file))
  list.writeUInt16LE(9, 8)
  list.writeUInt32LE(crc32(list.subarray(0, -4), crc32(file.replace('blocks/', ''))), list.length - 4)
  bench.disk.replace(file, list)
  await assert.rejects(bench.open(), /tokens\/\S+ has format version 9; this version of Wick reads 1 to 2/)
})
