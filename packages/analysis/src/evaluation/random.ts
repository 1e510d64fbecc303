/** Numbers by lot that a seed repeats (mulberry32), and the distributions drawn from them. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to below 1. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit()
  }

  /** As likely in 0.1 to 1 as in 1 to 10. */
  logBetween(low: number, high: number): number {
    return Math.exp(this.between(Math.log(low), Math.log(high)))
  }

  /** A whole number from 0 to below `size`. */
  below(size: number): number {
    return Math.floor(this.unit() * size)
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit())
  }

  poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()))
    const least = Math.exp(-mean)
    let count = 0
    for (let product = this.unit(); product > least; product *= this.unit()) count++
    return count
  }
}

/** A value that wanders about 1: `deviation` is its own, `memory` how much of the last hour's is left in the next. */
export class Wander {
  readonly #random: Random
  readonly #deviation: number
  readonly #memory: number
  #offset: number

  constructor(random: Random, deviation: number, memory: number) {
    this.#random = random
    this.#deviation = deviation
    this.#memory = memory
    this.#offset = deviation * random.normal()
  }

  next(): number {
    const fresh = Math.sqrt(1 - this.#memory ** 2) * this.#deviation * this.#random.normal()
    this.#offset = this.#memory * this.#offset + fresh
    return Math.exp(this.#offset)
  }
}
