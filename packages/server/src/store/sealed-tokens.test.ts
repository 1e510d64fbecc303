import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SealedTokens } from './sealed-tokens.ts'
import { listsOnDisk, markOf, tokenList } from './testing/token-lists.ts'

const plentyOfBytes = 1024 * 1024
const a = tokenList('tokens/a', [markOf('1'), markOf('2')])
const b = tokenList('tokens/b', [markOf('3')])

/** The digest that is found, as hexadecimal digits. */
async function found(tokens: SealedTokens, name: string): Promise<string | null> {
  const digest = await tokens.find(markOf(name).tokenHash)
  return digest === null ? null : Buffer.from(digest).toString('hex')
}

const digestOf = (name: string): string => Buffer.from(markOf(name).bodyDigest).toString('hex')

test('a token is found in the list that has it, and one that is new reads none', async () => {
  const disk = listsOnDisk()
  const tokens = new SealedTokens(disk, plentyOfBytes)
  for (const list of [a, b]) {
    disk.put(list, 0)
    tokens.add(list, 0)
  }
  assert.equal(await found(tokens, '3'), digestOf('3'))
  assert.deepEqual(disk.read, ['tokens/b'])
  for (let i = 0; i < 1000; i++) assert.equal(await found(tokens, `new ${i}`), null)
  assert.deepEqual(disk.read, ['tokens/b'])
})

test('a start reads each list once, and finds what is in them', async () => {
  const disk = listsOnDisk()
  for (const list of [a, b]) disk.put(list, 0)
  const tokens = new SealedTokens(disk, plentyOfBytes)
  await tokens.recall()
  assert.deepEqual(disk.read, ['tokens/a', 'tokens/b'])
  for (const name of ['1', '2', '3']) assert.equal(await found(tokens, name), digestOf(name))
  assert.deepEqual(disk.damage, [])
})

test('a burst of repetitions reads their list once', async () => {
  const disk = listsOnDisk()
  const list = tokenList(
    'tokens/a',
    Array.from({ length: 100 }, (_, i) => markOf(`${i}`)),
  )
  disk.put(list, 0)
  const tokens = new SealedTokens(disk, plentyOfBytes)
  tokens.add(list, 0)
  const all = Array.from({ length: 100 }, (_, i) => `${i}`)
  assert.deepEqual(await Promise.all(all.map((name) => found(tokens, name))), all.map(digestOf))
  assert.deepEqual(disk.read, ['tokens/a'])
})

test('no more lists stay in memory than fit', async () => {
  const disk = listsOnDisk()
  const tokens = new SealedTokens(disk, a.byteLength + b.byteLength)
  const c = tokenList('tokens/c', [markOf('4')])
  for (const list of [a, b, c]) {
    disk.put(list, 0)
    tokens.add(list, 0)
  }
  for (const name of ['1', '3', '2', '4', '1', '3']) await found(tokens, name)
  assert.deepEqual(disk.read, ['tokens/a', 'tokens/b', 'tokens/c', 'tokens/b'])
})

test('a token that is only like a known one in its print is unknown, after a look into the list', async () => {
  const disk = listsOnDisk()
  disk.put(a, 0)
  const tokens = new SealedTokens(disk, plentyOfBytes)
  tokens.add(a, 0)
  const like = Uint8Array.from(markOf('1').tokenHash)
  like[15]! ^= 1
  assert.equal(await tokens.find(like), null)
  assert.deepEqual(disk.read, ['tokens/a'])
  assert.deepEqual(disk.damage, [])
})

test('two tokens that are alike in their prints have each its own digest, in whichever list', async () => {
  const [known, like] = [markOf('1'), markOf('2')]
  const likeHash = Uint8Array.from(known.tokenHash)
  likeHash[15]! ^= 1
  const other = tokenList('tokens/other', [{ ...like, tokenHash: likeHash }])
  const disk = listsOnDisk()
  const tokens = new SealedTokens(disk, plentyOfBytes)
  for (const list of [a, other]) {
    disk.put(list, 0)
    tokens.add(list, 0)
  }
  assert.equal(await found(tokens, '1'), digestOf('1'))
  assert.deepEqual([...(await tokens.find(likeHash))!], [...like.bodyDigest])
})

test('a list that is damaged or missing is reported, at a start and later, and what is in it is unknown', async () => {
  for (const isMissing of [false, true]) {
    const disk = listsOnDisk()
    for (const list of [a, b]) disk.put(list, 0)
    const tokens = new SealedTokens(disk, plentyOfBytes)
    await tokens.recall()
    if (isMissing) disk.files.delete('tokens/a')
    else disk.files.set('tokens/a', b.bytes)
    assert.equal(await found(tokens, '1'), null)
    assert.equal(await found(tokens, '3'), digestOf('3'))
    assert.deepEqual(
      disk.damage.map(({ file }) => file),
      ['tokens/a'],
    )
    const again = new SealedTokens(disk, plentyOfBytes)
    await again.recall()
    assert.equal(disk.damage.length, 2)
    assert.equal(await found(again, '1'), null)
    assert.equal(await found(again, '3'), digestOf('3'))
    assert.equal(disk.damage.length, 2, 'it is known to be of no use')
  }
})

test('a list that was forgotten meanwhile is no damage', async () => {
  const disk = listsOnDisk()
  disk.put(a, 0)
  const tokens = new SealedTokens(disk, plentyOfBytes)
  await tokens.recall()
  disk.files.clear()
  disk.named.clear()
  assert.equal(await found(tokens, '1'), null)
  assert.deepEqual(disk.damage, [])
})

test('that a list cannot be read now is no answer', async () => {
  const disk = listsOnDisk(async () => {
    throw new Error('EIO')
  })
  const tokens = new SealedTokens(disk, plentyOfBytes)
  tokens.add(a, 0)
  await assert.rejects(found(tokens, '1'), /EIO/)
})

test('what is forgotten is unknown and reads nothing', async () => {
  const disk = listsOnDisk()
  const tokens = new SealedTokens(disk, plentyOfBytes)
  tokens.add(a, 5)
  tokens.add(b, 6)
  tokens.forgetBefore(6)
  assert.equal(await found(tokens, '1'), null)
  assert.deepEqual(disk.read, [])
  tokens.forgetBefore(7)
  assert.equal(tokens.byteLength, 0)
})

test('lists that come, go and are read back in any order answer as a plain map does', async () => {
  const name = fc.nat(40).map(String)
  const step = fc.oneof(
    fc.record({ add: fc.uniqueArray(name, { maxLength: 8 }), age: fc.nat(10) }),
    fc.record({ forgetBefore: fc.nat(30) }),
    fc.constant('restart' as const),
    fc.record({ ask: fc.array(name, { maxLength: 5 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat(400), async (steps, mostReadBytes) => {
      const disk = listsOnDisk()
      let tokens = new SealedTokens(disk, mostReadBytes)
      /** By key of the list. */
      const naive = new Map<string, { receivedAt: number; names: readonly string[] }>()
      for (const [i, one] of steps.entries()) {
        if (one === 'restart') {
          tokens = new SealedTokens(disk, mostReadBytes)
          await tokens.recall()
        } else if ('add' in one) {
          const known = [...naive.values()].flatMap(({ names }) => names)
          const names = one.add.filter((each) => !known.includes(each))
          const list = tokenList(`tokens/${i}`, names.map(markOf))
          disk.put(list, i + one.age)
          tokens.add(list, i + one.age)
          naive.set(list.key, { receivedAt: i + one.age, names })
        } else if ('forgetBefore' in one) {
          tokens.forgetBefore(one.forgetBefore)
          for (const [key, { receivedAt }] of naive) {
            if (receivedAt >= one.forgetBefore) continue
            naive.delete(key)
            disk.named.delete(key)
            disk.files.delete(key)
          }
        } else {
          for (const each of one.ask) {
            const isKnown = [...naive.values()].some(({ names }) => names.includes(each))
            assert.equal(await found(tokens, each), isKnown ? digestOf(each) : null)
          }
        }
      }
      assert.deepEqual(disk.damage, [])
    }),
    { numRuns: 200 },
  )
})
