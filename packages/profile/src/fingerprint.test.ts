import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fingerprintKeys, fingerprints } from './fingerprint.ts'
import { NameInterner } from './name-interner.ts'
import { encodeName } from './wtf8.ts'

/** The definition, in whole numbers as long as they have to be. */
function byDefinition(name: Uint8Array): number[] {
  const padded = new Uint8Array((name.length + 3) & ~3)
  padded.set(name)
  const words = [1, name.length, ...new Uint32Array(padded.buffer)]
  const keys = fingerprintKeys(words.length)
  return [0, 2].map((first) => {
    const sum = words.reduce((before, word, i) => {
      const key = (BigInt(keys[4 * i + first + 1]!) << 32n) | BigInt(keys[4 * i + first]!)
      return before + BigInt(word) * key
    }, 0n)
    return Number(BigInt.asIntN(32, sum >> 32n))
  })
}

function printOf(bytes: Uint8Array): number[] {
  return [...fingerprints({ bytes, offsets: Uint32Array.of(0, bytes.length), length: 1 })]
}

test('a fingerprint is what it is defined to be, for names of every length', () => {
  for (let size = 0; size < 300; size++) {
    const bytes = Uint8Array.from({ length: size }, () => Math.floor(Math.random() * 256))
    assert.deepEqual(printOf(bytes), byDefinition(bytes), `${size} bytes`)
    assert.deepEqual(printOf(bytes.fill(255)), byDefinition(bytes), `${size} bytes, all bits set`)
  }
  const long = new Uint8Array(100_001).fill(255)
  assert.deepEqual(printOf(long), byDefinition(long))
})

test('a table has the fingerprints of its names, wherever they stand in it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 50 }), (names) => {
      const interner = new NameInterner()
      for (const name of names) interner.intern(encodeName(name), 0, encodeName(name).length)
      const expected = names.flatMap((name) => printOf(encodeName(name)))
      assert.deepEqual([...fingerprints(interner.table())], expected)
    }),
  )
})

test('names that differ in their ends, in zeros or in one bit have fingerprints of their own', () => {
  const names = ['', '\0', '\0\0', '\0\0\0\0', '\0\0\0\0\0', 'a', 'a\0', 'aaaa', 'aaaa\0', 'aaab', 'aaaaaaaa']
  assert.equal(new Set(names.map((name) => printOf(encodeName(name)).join())).size, names.length)
})
