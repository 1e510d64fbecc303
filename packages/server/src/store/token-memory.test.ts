import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { TokenMemory, tokenHash } from './token-memory.ts'

const hour = 60 * 60 * 1000
const lifetime = 25 * hour
const start = Date.UTC(2026, 10, 24, 12, 34)

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 16)
}

function plain(bytes: Uint8Array | null): number[] | null {
  return bytes === null ? null : [...bytes]
}

test('a token is found with the digest it came with, and no other is', () => {
  const memory = new TokenMemory(lifetime)
  memory.remember(tokenHash('g', 'a'), digest('body'), start)
  assert.deepEqual(plain(memory.find(tokenHash('g', 'a'))), [...digest('body')])
  assert.equal(memory.find(tokenHash('g', 'b')), null)
})

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

test('a token is remembered for at least its lifetime, whenever in the hour it came', () => {
  for (const minutes of [0, 1, 30, 59]) {
    const memory = new TokenMemory(lifetime)
    const at = start + minutes * 60_000
    memory.remember(tokenHash('g', 'a'), digest('body'), at)
    memory.forgetBefore(at + lifetime)
    assert.notEqual(memory.find(tokenHash('g', 'a')), null)
  }
})

test('a token is forgotten an hour after that at the latest, and younger ones stay', () => {
  const memory = new TokenMemory(lifetime)
  memory.remember(tokenHash('g', 'old'), digest('1'), start)
  memory.remember(tokenHash('g', 'young'), digest('2'), start + 2 * hour)
  memory.forgetBefore(start + lifetime + hour + 1)
  assert.equal(memory.find(tokenHash('g', 'old')), null)
  assert.notEqual(memory.find(tokenHash('g', 'young')), null)
})

test('tokens come in any order of time, as a recovery reads them', () => {
  const memory = new TokenMemory(lifetime)
  const ages = [5, 1, 20, 3, 0, 24]
  for (const age of ages)
    memory.remember(tokenHash('g', String(age)), digest(String(age)), start - age * hour)
  memory.forgetBefore(start)
  for (const age of ages)
    assert.deepEqual(plain(memory.find(tokenHash('g', String(age)))), [...digest(String(age))])
})

test('many tokens are all found, and nothing that was not remembered', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.string(), (count, group) => {
      const memory = new TokenMemory(lifetime)
      for (let i = 0; i < count; i++)
        memory.remember(tokenHash(group, `t${i}`), digest(`b${i}`), start + (i % 3) * hour)
      for (let i = 0; i < count; i++)
        assert.deepEqual(plain(memory.find(tokenHash(group, `t${i}`))), [...digest(`b${i}`)])
      for (let i = count; i < count + 50; i++) assert.equal(memory.find(tokenHash(group, `t${i}`)), null)
    }),
    { numRuns: 20 },
  )
})

test('hashes that fall on the same place are told apart', () => {
  const memory = new TokenMemory(lifetime)
  const hash = (last: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? last : 7))
  for (let last = 0; last < 200; last++) memory.remember(hash(last), digest(String(last)), start)
  for (let last = 0; last < 200; last++)
    assert.deepEqual(plain(memory.find(hash(last))), [...digest(String(last))])
  assert.equal(memory.find(hash(201)), null)
})

test('a token remembered again in its hour has its latest digest, in a place of its own in memory', () => {
  const memory = new TokenMemory(lifetime)
  memory.remember(tokenHash('g', 'a'), digest('1'), start)
  memory.remember(tokenHash('g', 'a'), digest('2'), start)
  const found = memory.find(tokenHash('g', 'a'))!
  assert.deepEqual(plain(found), [...digest('2')])
  found.fill(0)
  assert.deepEqual(plain(memory.find(tokenHash('g', 'a'))), [...digest('2')])
})
