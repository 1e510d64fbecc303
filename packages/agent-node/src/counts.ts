/**
 * From time to counts. One count is one thread during one configured sampling interval (a second, unless told otherwise),
 * whoever samples how often, so that hosts weigh alike and profiles of both vendors' agents add up.
 */

/**
 * Whole numbers that stand to each other as `micros`, with the sum of all time ÷ `intervalMicros`, rounded, and at least 1.
 *
 * Each is the share rounded down or up. Running sums are rounded, not single shares, so neighbours share what is lost: with
 * entries in the order of a walk through a tree every *subtree* keeps its sum to within one count, and a function that is
 * spread over a thousand paths of a thousandth each is not lost, as it would be where the largest remainders win. The
 * point to round at is drawn by lot, so that over many profiles everybody gets exactly what is due.
 *
 * @param lot from 0 up to 1
 */
export function toCounts(micros: readonly number[], intervalMicros: number, lot: number): number[] {
  const sum = micros.reduce((total, value) => total + value, 0)
  if (sum <= 0) return micros.map(() => 0)
  const total = Math.max(1, Math.round(sum / intervalMicros))
  let running = 0
  let given = 0
  return micros.map((value) => {
    running += value
    // At the end the running sum is the sum, whatever the lot: rounding errors of its own must not lose one.
    const until = running >= sum ? total : Math.min(total, Math.floor((running / sum) * total + lot))
    const count = Math.max(0, until - given)
    given += count
    return count
  })
}
