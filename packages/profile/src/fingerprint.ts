/**
 * Fingerprints: 64 bits by which a name is known without being looked at again. Multilinear hashing (Lemire and Kaser,
 * "Strongly universal string hashing is fast"): a secret random number, and the name's length and 32-bit words times others,
 * summed up modulo 2^64, of which the upper half is taken; twice, with keys of their own. For any two different names, whoever chose
 * them, the probability that they get one fingerprint is 2^-64 over the keys: for a program of 100,000 names that meets ten
 * million others, one in ten million. assembly/columns.ts computes the same.
 */
import type { NameTable } from './name-table.ts'

/** For each word, the one before the length being 1, four: the two keys, low halves first. */
let keys = randomKeys(1024)

/** How many of the products below add up exactly. */
const exactWords = 30

function randomKeys(words: number): Uint32Array<ArrayBuffer> {
  const made = new Uint32Array(4 * words)
  // getRandomValues fills at most 64 KiB at once.
  for (let at = 0; at < made.length; at += 16384) crypto.getRandomValues(made.subarray(at, at + 16384))
  return made
}

/** Makes keys for so many words; the first ones never change. */
function ensureKeys(words: number): void {
  if (4 * words <= keys.length) return
  const more = randomKeys(Math.max(words, keys.length / 2))
  more.set(keys)
  keys = more
}

/** The keys of so many words: for whoever computes the same elsewhere in this thread. */
export function fingerprintKeys(words: number): Uint32Array {
  ensureKeys(words)
  return keys.subarray(0, 4 * words)
}

/** Of each name two numbers, one behind the other. They mean something in this thread only. */
export function fingerprints({ bytes, offsets, length }: NameTable): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const prints = new Int32Array(2 * length)
  for (let name = 0; name < length; name++) {
    const from = offsets[name]!
    const to = offsets[name + 1]!
    ensureKeys(2 + ((to - from + 3) >> 2))
    prints[2 * name] = upperHalf(0, view, from, to)
    prints[2 * name + 1] = upperHalf(2, view, from, to)
  }
  return prints
}

/** The upper half of a sum modulo 2^64: in columns of 16 bits, each exact in a double. @param first 0 or 2: which of the keys */
function upperHalf(first: number, view: DataView, from: number, to: number): number {
  const key = keys
  const size = to - from
  let low = key[first]! + key[4 + first]! * (size & 0xffff)
  let middle = key[4 + first]! * (size >>> 16)
  let high = (key[first + 1]! + Math.imul(key[4 + first + 1]!, size)) | 0
  let k = 8 + first
  for (let at = from; at < to; ) {
    for (const end = Math.min(at + 4 * exactWords, to); at < end; at += 4) {
      const value = at + 4 <= to ? view.getInt32(at, true) : endOf(view, at, to)
      low += key[k]! * (value & 0xffff)
      middle += key[k]! * (value >>> 16)
      high = (high + Math.imul(key[k + 1]!, value)) | 0
      k += 4
    }
    middle += Math.floor(low / 65536)
    low %= 65536
    high = (high + Math.floor(middle / 65536)) | 0
    middle %= 65536
  }
  return (high + Math.floor((middle + Math.floor(low / 65536)) / 65536)) | 0
}

/** The last one to three bytes, little-endian. */
function endOf(view: DataView, at: number, to: number): number {
  let word = 0
  for (let i = at; i < to; i++) word |= view.getUint8(i) << ((i - at) << 3)
  return word
}
