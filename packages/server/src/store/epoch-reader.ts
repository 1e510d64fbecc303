import { VectorAccumulator } from '@wick/profile'
import { Epoch } from './epoch.ts'
import { EpochSums } from './epoch-sums.ts'
import { originOf } from './origin.ts'
import type { Admits } from './profile-filter.ts'
import { readRecord } from './record-content.ts'
import type { RecordHeader } from './segment-format.ts'
import { WindowAttributes } from './window-attributes.ts'

/** One window's sums in one epoch. */
interface WindowSums {
  /** By counter id. */
  readonly vectors: Map<number, VectorAccumulator>
  readonly attributes: WindowAttributes
}

/**
 * The records of one group in one segment, in their order, summed by window. It can be fed further records later.
 */
export class EpochReader {
  readonly #epoch = new Epoch()
  readonly #windows = new Map<number, WindowSums>()

  get byteLength(): number {
    let sum = this.#epoch.byteLength
    for (const { vectors, attributes } of this.#windows.values()) {
      sum += attributes.byteLength
      for (const vector of vectors.values()) sum += vector.byteLength
    }
    return sum
  }

  /**
   * @param header the record's
   * @param admits whether its samples count; what it says of call paths is known in any case
   * @returns whether they do
   * @throws PayloadError
   */
  apply(
    header: Pick<RecordHeader, 'window' | 'form'>,
    payload: Uint8Array,
    admits: Admits | null = null,
  ): boolean {
    const { news, vectors, extras } = readRecord(this.#epoch, payload, header.form)
    const sums = this.#windowSums(header.window)
    sums.attributes.learn(news, this.#epoch.trie.nodeCount)
    if (admits !== null && !admits(originOf(extras()))) return false
    for (const { counter, nodes, counts } of vectors) {
      const vector = sums.vectors.get(counter) ?? new VectorAccumulator()
      sums.vectors.set(counter, vector)
      vector.add(nodes, counts)
    }
    return true
  }

  #windowSums(window: number): WindowSums {
    const known = this.#windows.get(window)
    if (known !== undefined) return known
    const made = { vectors: new Map<number, VectorAccumulator>(), attributes: new WindowAttributes() }
    this.#windows.set(window, made)
    return made
  }

  /** Starts of the windows in [from, to), ascending. */
  windows(from: number, to: number): number[] {
    return [...this.#windows.keys()].filter((start) => start >= from && start < to).sort((a, b) => a - b)
  }

  /** The sum of the windows in [from, to). Null where there are none. */
  sums(from: number, to: number): EpochSums | null {
    const windows = this.windows(from, to)
    if (windows.length === 0) return null
    const sums = new EpochSums(this.#epoch)
    for (const window of windows) {
      const { vectors, attributes } = this.#windows.get(window)!
      for (const [counter, vector] of vectors) sums.addSamples({ counter, ...vector.vector() })
      const { attributes: ofAll } = sums
      for (const news of attributes.all()) ofAll.learnAll(news)
    }
    return sums
  }
}
