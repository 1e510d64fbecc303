/**
 * From time to counts. One count is one thread during one configured sampling interval (a second, unless told otherwise),
 * whoever samples how often, so that hosts weigh alike and profiles of both vendors' agents add up.
 */

/**
 * Whole numbers that stand to each other as times, with the sum of all time ÷ `intervalMicros`, rounded, and at least 1.
 *
 * Each is the share rounded down or up. Running sums are rounded, not single shares, so neighbours share what is lost: with
 * entries in the order of a walk through a tree every *subtree* keeps its sum to within one count, and a function that is
 * spread over a thousand paths of a thousandth each is not lost, as it would be where the largest remainders win. The
 * point to round at is drawn by lot, so that over many profiles everybody gets exactly what is due.
 */
export class Sharing {
  readonly #micros: number
  readonly #total: number
  readonly #lot: number
  #running = 0
  #given = 0

  /** @param micros the sum of all that will be shared; `lot`: from 0 up to 1 */
  constructor(micros: number, intervalMicros: number, lot: number) {
    this.#micros = micros
    this.#total = Math.max(1, Math.round(micros / intervalMicros))
    this.#lot = lot
  }

  /** @returns what is due to the next */
  countOf(micros: number): number {
    if (this.#micros <= 0) return 0
    this.#running += micros
    // At the end the running sum is the sum, whatever the lot: rounding errors of its own must not lose one.
    const until =
      this.#running >= this.#micros
        ? this.#total
        : Math.min(this.#total, Math.floor((this.#running / this.#micros) * this.#total + this.#lot))
    const count = Math.max(0, until - this.#given)
    this.#given += count
    return count
  }
}
