/**
 * Memory that a pass over a large tree needs for itself, used again by the next one. A browser zeroes fresh pages, which
 * takes half a millisecond for each megabyte: longer than most passes over them.
 */
export class Workspace {
  #buffer = new ArrayBuffer(0)
  #used = 0

  /** Whoever begins may use it until somebody else does; nothing of it is part of a result. */
  begin(): this {
    // What did not fit the last time will.
    if (this.#used > this.#buffer.byteLength) this.#buffer = new ArrayBuffer(this.#used)
    this.#used = 0
    return this
  }

  /** Holds whatever was left there. */
  int32(length: number): Int32Array<ArrayBuffer> {
    const from = this.#take(length * 4)
    return from < 0 ? new Int32Array(length) : new Int32Array(this.#buffer, from, length)
  }

  /** Holds whatever was left there. */
  float64(length: number): Float64Array<ArrayBuffer> {
    const from = this.#take(length * 8)
    return from < 0 ? new Float64Array(length) : new Float64Array(this.#buffer, from, length)
  }

  /** @returns where there is room; -1 if there is none */
  #take(bytes: number): number {
    const from = this.#used
    this.#used += Math.ceil(bytes / 8) * 8
    return this.#used > this.#buffer.byteLength ? -1 : from
  }
}

/** That of this thread. */
export const workspace = new Workspace()
