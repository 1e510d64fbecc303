import { grown, Scratch } from '@wick/profile'
import {
  encodeAttributes,
  encodeProfiles,
  encodeSums,
  encodeVectors,
  nodeMajor,
  type ProfileNote,
  sumOf,
} from './block-sections.ts'
import type { Epoch } from './epoch.ts'
import type { EpochMap } from './epoch-map.ts'
import { encodeFleet } from './fleet-section.ts'
import { encodeHeaps } from './heap-section.ts'
import { NodeAttributes } from './node-attributes.ts'
import { type AttributeNews, newsBytes, newsOf, type SparseVector } from './record-content.ts'
import type { SectionKind } from './sealed-file.ts'
import { reportsOf } from './window-reports.ts'

/** One window's sections are made at a time, without a break. */
const scratch = new Scratch()

/** Of what is kept of a profile, beside its extras and cells. */
const noteBytes = 300
/** Of one cell: profile, node, count. */
const cellBytes = 16

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
  #byteLength = 0

  constructor(window: number, epoch: Epoch) {
    this.window = window
    this.#epoch = epoch
  }

  /** Held in memory, about. */
  get byteLength(): number {
    return this.#byteLength
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
    this.#byteLength += noteBytes + note.extras.length
    const { numbers } = map
    for (const { counter, nodes, counts } of vectors) {
      const cells = this.#cellsOf(map.counter(counter), nodes.length)
      const from = cells.length
      cells.count.set(counts, from)
      for (let i = 0; i < nodes.length; i++) {
        // Known from the profiles before, mostly.
        const known = numbers[nodes[i]!]!
        cells.node[from + i] = known === 0 ? map.node(nodes[i]!) : known - 1
      }
      cells.length += nodes.length
      if (map.hasRest) joinEqual(cells, from)
      cells.profile.fill(profile, from, cells.length)
      this.#byteLength += cellBytes * nodes.length
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

  /**
   * Adds what one segment's records said of nodes, of those that have samples here.
   *
   * @param map from the epoch of `news` to the day's
   */
  learn({ node, file, firstLine, lastLine }: AttributeNews, map: EpochMap): void {
    const { numbers } = map
    let size = 0
    for (let i = 0; i < node.length; i++) {
      const number = numbers[node[i]!]!
      if (number > 0 && !map.isRest(number - 1)) size++
    }
    // Kept sparse: one of many windows knows little of what a day does.
    const said = newsOf(size)
    for (let i = 0, at = 0; at < size; i++) {
      const number = numbers[node[i]!]!
      if (!(number > 0) || map.isRest(number - 1)) continue
      said.node[at] = number - 1
      said.file[at] = file[i] === 0 ? 0 : map.file(file[i]! - 1) + 1
      said.firstLine[at] = firstLine[i]!
      said.lastLine[at++] = lastLine[i]!
    }
    this.#said.push(said)
    this.#byteLength += newsBytes * size
  }

  sections(): (readonly [SectionKind, Uint8Array])[] {
    scratch.begin()
    const { trie } = this.#epoch
    const attributes = new NodeAttributes()
    attributes.reserve(trie.nodeCount)
    for (const news of this.#said) attributes.learnAll(news)
    const counters = [...this.#cells].map(([counter, { profile, node, count, length }]) =>
      nodeMajor(
        {
          counter,
          profile: profile.subarray(0, length),
          node: node.subarray(0, length),
          count: count.subarray(0, length),
        },
        scratch,
      ),
    )
    const sums = counters.map((cells) => sumOf(cells, scratch)).sort((a, b) => a.counter - b.counter)
    const reports = reportsOf(this.#notes)
    const heap = reports.heap()
    return [
      ['sums', encodeSums(sums)],
      ['attributes', encodeAttributes(attributes.news(), trie)],
      ['fleet', encodeFleet(this.window, reports.fleet())],
      ['heap', encodeHeaps(heap === null ? [] : [{ row: 0, heap }])],
      ['heaps', encodeHeaps(reports.heaps())],
      ['vectors', encodeVectors(this.profiles, counters, scratch)],
      ['profiles', encodeProfiles(this.window, this.#notes)],
    ]
  }
}

/** Adds up a profile's cells of one node: those of call paths that are not told apart. @param from its first cell */
function joinEqual(cells: GrowingCells, from: number): void {
  const { node, count } = cells
  const places = new Map<number, number>()
  let end = from
  for (let at = from; at < cells.length; at++) {
    const place = places.get(node[at]!)
    if (place !== undefined) {
      count[place]! += count[at]!
      continue
    }
    places.set(node[at]!, end)
    node[end] = node[at]!
    count[end++] = count[at]!
  }
  cells.length = end
}
