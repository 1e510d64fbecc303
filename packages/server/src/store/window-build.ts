import { grown } from '@wick/profile'
import {
  type Cells,
  encodeAttributes,
  encodeProfiles,
  encodeSums,
  encodeVectors,
  type ProfileNote,
} from './block-sections.ts'
import type { Epoch } from './epoch.ts'
import type { EpochMap } from './epoch-map.ts'
import { EpochSums } from './epoch-sums.ts'
import { encodeFleet } from './fleet-section.ts'
import { encodeHeaps } from './heap-section.ts'
import type { NodeAttributes } from './node-attributes.ts'
import type { AttributeNews, SparseVector } from './record-content.ts'
import type { SectionKind } from './sealed-file.ts'
import { reportsOf } from './window-reports.ts'

/** One counter's cells so far. */
interface GrowingCells {
  profile: Int32Array
  node: Int32Array
  count: Float64Array
  length: number
}

/** Gathers the profiles of one group's window, in the numbers of its day's epoch, into the sections of a block. */
export class WindowBuild {
  /** Start, epoch milliseconds. */
  readonly window: number
  readonly #epoch: Epoch
  readonly #notes: ProfileNote[] = []
  readonly #cells = new Map<number, GrowingCells>()
  readonly #said: AttributeNews[] = []

  constructor(window: number, epoch: Epoch) {
    this.window = window
    this.#epoch = epoch
  }

  get profiles(): number {
    return this.#notes.length
  }

  /** Of its profiles, when the last one was received. */
  get receivedAt(): number {
    return this.#notes.reduce((latest, { receivedAt }) => Math.max(latest, receivedAt), 0)
  }

  /** @param map from the epoch of `vectors` to the day's */
  add(note: ProfileNote, vectors: readonly SparseVector[], map: EpochMap): void {
    const profile = this.#notes.push(note) - 1
    const { numbers } = map
    for (const { counter, nodes, counts } of vectors) {
      const cells = this.#cellsOf(map.counter(counter), nodes.length)
      cells.profile.fill(profile, cells.length, cells.length + nodes.length)
      cells.count.set(counts, cells.length)
      for (let i = 0; i < nodes.length; i++) {
        // Known from the profiles before, mostly.
        const known = numbers[nodes[i]!]!
        cells.node[cells.length + i] = known === 0 ? map.node(nodes[i]!) : known - 1
      }
      cells.length += nodes.length
    }
  }

  #cellsOf(counter: number, more: number): GrowingCells {
    const cells = this.#cells.get(counter) ?? {
      profile: new Int32Array(0),
      node: new Int32Array(0),
      count: new Float64Array(0),
      length: 0,
    }
    this.#cells.set(counter, cells)
    cells.profile = grown(cells.profile, cells.length + more)
    cells.node = grown(cells.node, cells.length + more)
    cells.count = grown(cells.count, cells.length + more)
    return cells
  }

  /** Adds what one segment's records said of nodes, of those that have samples here. */
  learn({ file, firstLine, lastLine }: NodeAttributes, map: EpochMap): void {
    const { numbers } = map
    const isSaid = (node: number): boolean =>
      numbers[node]! !== 0 && (file.at(node) !== 0 || firstLine.at(node) !== 0)
    const most = Math.min(file.length, numbers.length)
    let size = 0
    for (let node = 1; node < most; node++) if (isSaid(node)) size++
    // Kept sparse: one of many windows knows little of what a day does.
    const said: AttributeNews = {
      node: new Int32Array(size),
      file: new Int32Array(size),
      firstLine: new Int32Array(size),
      lastLine: new Int32Array(size),
    }
    for (let node = 1, at = 0; node < most; node++) {
      if (!isSaid(node)) continue
      said.node[at] = numbers[node]! - 1
      said.file[at] = file.at(node) === 0 ? 0 : map.file(file.at(node) - 1) + 1
      said.firstLine[at] = firstLine.at(node)
      said.lastLine[at++] = lastLine.at(node)
    }
    this.#said.push(said)
  }

  sections(): (readonly [SectionKind, Uint8Array])[] {
    const sums = new EpochSums(this.#epoch)
    for (const news of this.#said) sums.attributes.learnAll(news)
    const counters: Cells[] = []
    for (const [counter, { profile, node, count, length }] of this.#cells) {
      const column = sums.column(counter)
      for (let i = 0; i < length; i++) column[node[i]!]! += count[i]!
      counters.push({
        counter,
        profile: profile.subarray(0, length),
        node: node.subarray(0, length),
        count: count.subarray(0, length),
      })
    }
    const reports = reportsOf(this.#notes)
    const heap = reports.heap()
    return [
      ['sums', encodeSums(sums)],
      ['attributes', encodeAttributes(sums)],
      ['fleet', encodeFleet(this.window, reports.fleet())],
      ['heap', encodeHeaps(heap === null ? [] : [{ row: 0, heap }])],
      ['heaps', encodeHeaps(reports.heaps())],
      ['vectors', encodeVectors(this.profiles, counters)],
      ['profiles', encodeProfiles(this.window, this.#notes)],
    ]
  }
}
