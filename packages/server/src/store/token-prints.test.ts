import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { markOf, tokenList } from './testing/token-lists.ts'
import { TokenPrints } from './token-prints.ts'

const hashOf = (name: string): Uint8Array => markOf(name).tokenHash

test('a token leads to the list it is in, and another one hardly ever to any', () => {
  const prints = new TokenPrints()
  prints.add(tokenList('tokens/a', [markOf('1'), markOf('2')]), 0)
  prints.add(tokenList('tokens/b', [markOf('3')]), 0)
  assert.deepEqual(prints.listsWith(hashOf('2')), ['tokens/a'])
  assert.deepEqual(prints.listsWith(hashOf('3')), ['tokens/b'])
  assert.deepEqual(prints.listsWith(hashOf('4')), [])
})

test('a token that is like another one in its first 40 bits, and no fewer, leads to the list of that', () => {
  const prints = new TokenPrints()
  const known = markOf('known')
  prints.add(tokenList('tokens/a', [known]), 0)
  for (let byte = 0; byte < 16; byte++) {
    const like = Uint8Array.from(known.tokenHash)
    like[byte]! ^= 1
    assert.deepEqual(prints.listsWith(like), byte < 5 ? [] : ['tokens/a'], `byte ${byte}`)
  }
})

test('tokens that are alike lead to each of their lists, once, the latest first', () => {
  const prints = new TokenPrints()
  const known = markOf('known')
  const like = { ...known, tokenHash: Uint8Array.from(known.tokenHash) }
  like.tokenHash[15]! ^= 1
  // More lists than one shelf has.
  for (let i = 0; i < 300; i++) {
    const marks = i === 1 || i === 299 ? [known, like] : [markOf(`${i}`)]
    prints.add(tokenList(`tokens/${i}`, marks), i)
  }
  assert.deepEqual(prints.listsWith(known.tokenHash), ['tokens/299', 'tokens/1'])
})

test('lists go when their last profile is old enough, and their memory goes', () => {
  const prints = new TokenPrints()
  for (let i = 0; i < 600; i++) prints.add(tokenList(`tokens/${i}`, [markOf(`${i}`)]), i)
  prints.forgetBefore(300)
  const found = (i: number): boolean => prints.listsWith(hashOf(`${i}`)).length > 0
  for (let i = 0; i < 600; i++) assert.equal(found(i), i >= 300, `${i}`)
  prints.forgetBefore(600)
  assert.equal(prints.byteLength, 0)
})

test('a list without tokens, and one of tokens that all begin alike, are lists like others', () => {
  const prints = new TokenPrints()
  prints.add(tokenList('tokens/none', []), 0)
  const alike = Array.from({ length: 300 }, (_, i) => {
    const mark = markOf(`${i}`)
    return { ...mark, tokenHash: Uint8Array.from(mark.tokenHash).fill(0xff, 0, 3) }
  })
  prints.add(tokenList('tokens/alike', alike), 0)
  for (const { tokenHash } of alike) assert.deepEqual(prints.listsWith(tokenHash), ['tokens/alike'])
})

test('half a million tokens take less than five bytes each, and all are found', () => {
  const prints = new TokenPrints()
  const lists = Array.from({ length: 16 }, (_, list) => {
    const hashes = randomBytes(16 * 32_768)
    const marks = Array.from({ length: 32_768 }, (_, i) => {
      const tokenHash = hashes.subarray(16 * i, 16 * (i + 1))
      return { tokenHash, bodyDigest: tokenHash }
    })
    prints.add(tokenList(`tokens/${list}`, marks), 0)
    return marks
  })
  for (const [list, marks] of lists.entries())
    for (const { tokenHash } of marks) assert.ok(prints.listsWith(tokenHash).includes(`tokens/${list}`))
  assert.ok(prints.byteLength < 5 * 16 * 32_768, `${prints.byteLength} bytes`)
})

/** Few hashes, so that many are alike. */
const hash = fc
  .tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(3))
  .map(([run, print, low, rest]) => Uint8Array.of(0, run, print, 0, low, ...new Uint8Array(10), 1 + rest))
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ hashes: fc.array(hash, { maxLength: 12 }), age: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ forgetBefore: fc.nat(40) }) },
)

test('whatever comes and goes, a token leads to the lists with its first 40 bits, as a plain map has it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(hash, { maxLength: 10 }), (steps, asked) => {
      const prints = new TokenPrints()
      const naive = new Map<string, { receivedAt: number; prints: string[] }>()
      const printOf = (bytes: Uint8Array): string => bytes.subarray(0, 5).join()
      for (const [i, one] of steps.entries()) {
        if ('forgetBefore' in one) {
          prints.forgetBefore(one.forgetBefore)
          for (const [key, { receivedAt }] of naive) if (receivedAt < one.forgetBefore) naive.delete(key)
        } else {
          const key = `tokens/${i}`
          const receivedAt = i + one.age
          const marks = one.hashes.map((tokenHash) => ({ tokenHash, bodyDigest: new Uint8Array(16) }))
          prints.add(tokenList(key, marks), receivedAt)
          naive.set(key, { receivedAt, prints: one.hashes.map(printOf) })
        }
      }
      for (const bytes of asked) {
        const expected = [...naive].filter(([, list]) => list.prints.includes(printOf(bytes)))
        assert.deepEqual(prints.listsWith(bytes).sort(), expected.map(([key]) => key).sort())
      }
    }),
    { numRuns: 300 },
  )
})
