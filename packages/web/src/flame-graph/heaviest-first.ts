const digits = 65_536

/**
 * The indices 0 … n - 1 by weight, heaviest first; equal weights keep their order. Weights are ≥ 0.
 *
 * A radix sort over the bits of the doubles (those of numbers ≥ 0 sort like unsigned integers), 16 at a time.
 * Sample counts are small whole numbers whose low bits are zero, so usually one or two of the four passes run.
 */
export function heaviestFirst(weights: Float64Array): Int32Array {
  const bits = new Uint16Array(weights.buffer, weights.byteOffset, weights.length * 4)
  let order = new Int32Array(weights.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  let spare = new Int32Array(weights.length)
  const counts = new Int32Array(digits)
  for (let digit = 0; digit < 4; digit++) {
    counts.fill(0)
    for (let i = digit; i < bits.length; i += 4) counts[bits[i]!]!++
    if (counts.includes(weights.length)) continue
    // Descending: the largest digit comes first.
    for (let value = digits - 1, at = 0; value >= 0; value--) {
      const here = counts[value]!
      counts[value] = at
      at += here
    }
    for (let k = 0; k < order.length; k++) {
      const i = order[k]!
      spare[counts[bits[i * 4 + digit]!]!++] = i
    }
    const sorted = spare
    spare = order
    order = sorted
  }
  return order
}
