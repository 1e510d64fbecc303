import { CallPathTrie, type NameTable } from '@wick/profile'
import { PayloadError, type PayloadReader, type PayloadWriter } from './payload-codec.ts'

/** How much of an epoch there is: what comes later is beyond these numbers. */
export interface EpochSize {
  readonly frames: number
  readonly files: number
  readonly counters: number
  /** The root included. */
  readonly nodes: number
}

/** Of an epoch that holds nothing yet. */
export const emptyEpoch: EpochSize = { frames: 0, files: 0, counters: 0, nodes: 1 }

/**
 * The dictionary of one group's profiles over a segment or a day: names, counters and call paths, each a number from
 * its first use on. Append-only, so it can be written piece by piece and read back in the same order.
 *
 *     piece   new frames · new files · new counters · new nodes (distance to the parent, frame)
 */
export class Epoch {
  readonly trie = new CallPathTrie()
  readonly #counterIds = new Map<string, number>()
  readonly #counterNames: string[] = []

  get size(): EpochSize {
    const { frames, files, nodeCount } = this.trie
    return {
      frames: frames.length,
      files: files.length,
      counters: this.#counterNames.length,
      nodes: nodeCount,
    }
  }

  get byteLength(): number {
    return this.trie.byteLength
  }

  /** The number of a counter (thread state), old or new. */
  counter(name: string): number {
    const known = this.#counterIds.get(name)
    if (known !== undefined) return known
    this.#counterIds.set(name, this.#counterNames.length)
    return this.#counterNames.push(name) - 1
  }

  /** The number of a counter; -1 where there is none. */
  findCounter(name: string): number {
    return this.#counterIds.get(name) ?? -1
  }

  counterName(counter: number): string {
    return this.#counterNames[counter]!
  }

  /** Writes what came since `before`. */
  write(out: PayloadWriter, before: EpochSize): void {
    const { trie } = this
    writeNames(out, trie.frames.table(), before.frames)
    writeNames(out, trie.files.table(), before.files)
    writeCounters(out, this.#counterNames.slice(before.counters))
    writeNodes(out, trie, before.nodes)
  }

  /**
   * Learns a piece: the next one, or one of which a part is known. @param before the epoch's size where the piece begins
   *
   * @throws PayloadError where what it says would get other numbers than it had
   */
  read(input: PayloadReader, before: EpochSize = this.size): void {
    const { trie } = this
    const { frames, files, counters, nodes } = this.size
    if (frames < before.frames || files < before.files || counters < before.counters || nodes < before.nodes)
      throw new PayloadError('what comes before a piece of a dictionary is missing')
    for (const [names, from] of [
      [trie.frames, before.frames],
      [trie.files, before.files],
    ] as const) {
      for (let next = from, end = from + input.uint(); next < end; next++) {
        const { from: start, to } = input.span()
        numbered(names.intern(input.data, start, to), next)
      }
    }
    for (let next = before.counters, end = next + input.uint(); next < end; next++) {
      const { from, to } = input.span()
      numbered(this.counter(JSON.parse(Buffer.from(input.data.subarray(from, to)).toString())), next)
    }
    for (let next = before.nodes, end = next + input.uint(); next < end; next++)
      numbered(trie.child(next - input.uint(), input.uint()), next)
  }
}

/** Steps over a piece that nobody needs. @throws PayloadError */
export function skipPiece(input: PayloadReader): void {
  for (const _ of ['frames', 'files', 'counters'])
    for (let left = input.uint(); left > 0; left--) input.span()
  for (let left = 2 * input.uint(); left > 0; left--) input.uint()
}

function numbered(number: number, expected: number): void {
  if (number !== expected) throw new PayloadError('a piece of a dictionary does not fit what comes before it')
}

function writeNames(out: PayloadWriter, { bytes, offsets, length }: NameTable, from: number): void {
  out.uint(length - from)
  for (let name = from; name < length; name++) out.bytes(bytes, offsets[name]!, offsets[name + 1]!)
}

export function writeCounters(out: PayloadWriter, names: readonly string[]): void {
  out.uint(names.length)
  // JSON holds whatever a name may hold, lone surrogates included.
  for (const name of names) out.bytes(Buffer.from(JSON.stringify(name)))
}

/** Call paths as columns, however these are kept. */
interface PathColumns {
  readonly nodeCount: number
  readonly parent: { at(node: number): number | undefined }
  readonly frame: { at(node: number): number | undefined }
}

export function writeNodes(
  out: PayloadWriter,
  { nodeCount, parent, frame }: PathColumns,
  from: number,
): void {
  out.uint(nodeCount - from)
  for (let node = from; node < nodeCount; node++) {
    out.uint(node - parent.at(node)!)
    out.uint(frame.at(node)!)
  }
}
