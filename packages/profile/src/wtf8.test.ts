import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeName, encodeName, quoteForMessage, utf8SequenceLength } from './wtf8.ts'

const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units))

test('any string of 16-bit units comes back, lone surrogates included', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = encodeName(text)
      assert.equal(decodeName(bytes, 0, bytes.length), text)
    }),
  )
})

test('text without lone surrogates is encoded as UTF-8', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const wellFormed = text.toWellFormed()
      assert.deepEqual([...encodeName(wellFormed)], [...new TextEncoder().encode(wellFormed)])
    }),
  )
})

test('a long name comes back whole', () => {
  const text = 'añ😀'.repeat(20_000)
  assert.equal(decodeName(encodeName(text), 0, encodeName(text).length), text)
})

test('exactly the sequences that TextDecoder accepts are valid UTF-8', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const isValid = (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes).length > 0
    } catch {
      return false
    }
  }
  const edges = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]
  for (let first = 0x80; first <= 0xff; first++) {
    for (const second of edges) {
      for (const third of edges) {
        for (const fourth of edges) {
          const bytes = Uint8Array.of(first, second, third, fourth)
          const length = utf8SequenceLength(bytes, 0)
          const valid = [2, 3, 4].find((size) => isValid(bytes.subarray(0, size))) ?? 0
          assert.equal(length, valid, `${bytes}`)
        }
      }
    }
  }
})

test('text for messages is short, printable and quoted', () => {
  const bytes = encodeName(`<b>"\\\0é${'x'.repeat(100)}`)
  assert.equal(quoteForMessage(bytes, 0, bytes.length), `"<b>\\x22\\x5c\\x00\\xc3\\xa9${'x'.repeat(32)}…"`)
})
