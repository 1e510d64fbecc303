import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { GatheredTokens } from './gathered-tokens.ts'
import { group, minute, noon, send, storeBench } from './testing/store-bench.ts'
import { decodeTokenList, encodeTokenList } from './token-list.ts'

interface Token {
  readonly tokenHash: Uint8Array
  readonly bodyDigest: Uint8Array
  readonly receivedAt: number
}

function listOf(tokens: readonly Token[]): Uint8Array {
  const gathered = new GatheredTokens(0)
  for (const token of tokens) gathered.add(token)
  return encodeTokenList('tokens/a', gathered.lists[0]!).bytes
}

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 })
const token = fc.record({
  tokenHash: bytes16.filter((hash) => hash.some((byte) => byte !== 0)),
  bodyDigest: bytes16,
  receivedAt: fc.nat(2 ** 31),
})
const several = fc.uniqueArray(token, {
  minLength: 1,
  maxLength: 20,
  selector: ({ tokenHash }) => tokenHash.join(),
})

test('what is written is read: each token has the digest it came with, others have none', () => {
  fc.assert(
    fc.property(several, ([other, ...tokens]) => {
      fc.pre(tokens.length > 0)
      const list = decodeTokenList('tokens/a', listOf(tokens))!
      assert.equal(list.length, tokens.length)
      assert.equal(list.receivedAt, Math.max(...tokens.map(({ receivedAt }) => receivedAt)))
      for (const { tokenHash, bodyDigest } of tokens)
        assert.deepEqual([...list.digestOf(tokenHash)!], [...bodyDigest])
      assert.equal(list.digestOf(other!.tokenHash), null)
      const hashes: number[][] = []
      list.forEachHash((bytes, at) => hashes.push([...bytes.subarray(at, at + 16)]))
      assert.deepEqual(
        hashes,
        tokens.map(({ tokenHash }) => [...tokenHash]),
      )
    }),
  )
})

test('a list says when its tokens were received', () => {
  const list = Buffer.from(listOf([{ tokenHash: bytes(1), bodyDigest: bytes(2), receivedAt: 12.5 }]))
  assert.equal(list.readDoubleLE(14 + 32), 12.5)
})

function bytes(value: number): Uint8Array {
  return new Uint8Array(16).fill(value)
}

test('a list that is cut, longer or changed anywhere is not what was written', () => {
  const tokens = [1, 2].map((n) => ({
    tokenHash: bytes(n),
    bodyDigest: bytes(n + 4),
    receivedAt: n,
  }))
  const list = listOf(tokens)
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
  const list = Buffer.from(listOf([{ tokenHash: bytes(1), bodyDigest: bytes(2), receivedAt: 3 }]))
  list.writeUInt32LE(2 ** 32 - 1, 10)
  list.writeUInt32LE(crc32(list.subarray(0, -4), crc32('tokens/a')), list.length - 4)
  assert.equal(decodeTokenList('tokens/a', list), null)
})

test('the list of another key is not what was written; one of version 1 knew no key', () => {
  const list = Buffer.from(listOf([{ tokenHash: bytes(1), bodyDigest: bytes(2), receivedAt: 7 }]))
  assert.equal(decodeTokenList('tokens/b', list), null)
  list.writeUInt16LE(1, 8)
  assert.equal(decodeTokenList('tokens/a', list), null, 'not by its number alone')
  list.writeUInt32LE(crc32(list.subarray(0, -4)), list.length - 4)
  assert.deepEqual([...decodeTokenList('tokens/b', list)!.digestOf(bytes(1))!], [...bytes(2)])
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
