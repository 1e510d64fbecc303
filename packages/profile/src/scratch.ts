/** Larger pieces of work have memory of their own, in part. */
const mostKeptBytes = 16 * 1024 * 1024

/**
 * Memory for the columns of one piece of work after another. Made anew for each, they cost more than what is done with
 * them: the kernel zeroes every page, and the garbage collector is set off by their size.
 */
export class Scratch {
  #memory = new ArrayBuffer(0)
  /** Bytes asked for since `begin`; what did not fit into the memory is in arrays of its own. */
  #asked = 0

  /** For the next piece of work: columns handed out before must not be used any more. */
  begin(): void {
    const wanted = Math.min(this.#asked, mostKeptBytes)
    if (wanted > this.#memory.byteLength) this.#memory = new ArrayBuffer(wanted)
    this.#asked = 0
  }

  /** Zeros. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#place(length)
    return at < 0 ? new Uint8Array(length) : new Uint8Array(this.#memory, at, length).fill(0)
  }

  /** Zeros. */
  integers(length: number): Int32Array<ArrayBuffer> {
    const at = this.#place(4 * length)
    return at < 0 ? new Int32Array(length) : new Int32Array(this.#memory, at, length).fill(0)
  }

  /** Zeros. */
  numbers(length: number): Float64Array<ArrayBuffer> {
    const at = this.#place(8 * length)
    return at < 0 ? new Float64Array(length) : new Float64Array(this.#memory, at, length).fill(0)
  }

  /** Where so many bytes are free; -1 where there is no room for them. */
  #place(size: number): number {
    const at = this.#asked
    // Aligned for whatever comes next.
    this.#asked += 8 * Math.ceil(size / 8)
    return this.#asked <= this.#memory.byteLength ? at : -1
  }
}
