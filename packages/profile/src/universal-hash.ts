/**
 * Multilinear hashing (Carter and Wegman): the sum of 16-bit words times secret random 32-bit keys. For any two
 * different inputs, whoever chose them, the upper 17 bits collide with probability 2^-17 over the keys, so hostile
 * names cannot be made to share a slot. A seeded FNV or Murmur has no such promise: inputs that collide under
 * every seed are known for them. The multiplications do not depend on each other, which is also why it is fast.
 */

let keys = randomKeys(2 * 1024 + 4)

function randomKeys(length: number): Int32Array {
  const made = new Int32Array(length)
  // getRandomValues fills at most 64 KiB at once.
  for (let at = 0; at < length; at += 16384) crypto.getRandomValues(made.subarray(at, at + 16384))
  return made
}

/** Extends the keys so that `byteLength` bytes can be hashed; the first ones never change. */
function ensureKeys(byteLength: number): void {
  const needed = (byteLength >> 1) + 4
  if (needed <= keys.length) return
  const more = randomKeys(Math.max(needed, keys.length * 2))
  more.set(keys)
  keys = more
}

/** Hash of view[from … to); take its upper bits. */
export function hashBytes(view: DataView, from: number, to: number): number {
  if (to - from > (keys.length - 4) * 2) ensureKeys(to - from)
  const key = keys
  let hash = Math.imul(to - from, key[0]!)
  let at = from
  let k = 2
  for (const last = to - 4; at <= last; at += 4) {
    const word = view.getInt32(at, true)
    hash = (hash + Math.imul(word & 0xffff, key[k]!) + Math.imul(word >>> 16, key[k + 1]!)) | 0
    k += 2
  }
  const rest = restOf(view, from, at, to)
  return (hash + Math.imul(rest & 0xffff, key[k]!) + Math.imul(rest >>> 16, key[1]!)) | 0
}

/** The up to three bytes at `at`, before `to`, as a number; without a loop where four can be read. */
function restOf(view: DataView, from: number, at: number, to: number): number {
  if (at === to) return 0
  if (to - from >= 4) return view.getInt32(to - 4, true) >>> ((4 - to + at) << 3)
  let rest = 0
  for (let i = at; i < to; i++) rest |= view.getUint8(i) << ((i - at) << 3)
  return rest
}

/** Hash of two non-negative integers; take its upper bits. */
export function hashPair(a: number, b: number): number {
  const key = keys
  const low = Math.imul(a & 0xffff, key[0]!) + Math.imul(a >>> 16, key[1]!)
  return (low + Math.imul(b & 0xffff, key[2]!) + Math.imul(b >>> 16, key[3]!)) | 0
}
