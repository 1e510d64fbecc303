import type { TokenList } from './token-list.ts'

/** The first 16 bits of a token's hash choose its run on a shelf, the next 24 tell it apart from the others there. */
const runCount = 65_536
/** What tells the lists of a shelf apart has 8 bits. */
const mostLists = 256
/** A shelf is written anew when a list comes or goes: that must not take long. */
const mostTokens = 1_048_576

/**
 * Which lists a token may be in, in 4 to 5 bytes for each token where there are many: told by the first 40 bits of its hash. Where a million
 * tokens are known, one new one in a million looks like one of them.
 */
export class TokenPrints {
  /** Oldest first. Lists are added to the last one. */
  #shelves: Shelf[] = []

  /** Bytes held. */
  get byteLength(): number {
    return this.#shelves.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** @param receivedAt when the last of its profiles was */
  add(list: TokenList, receivedAt: number): void {
    let last = this.#shelves.at(-1)
    if (last === undefined || !last.hasRoomFor(list)) {
      last?.settle()
      last = new Shelf()
      this.#shelves.push(last)
    }
    last.add(list, receivedAt)
  }

  /** Keys of the lists that the token may be in; it is in no other. */
  listsWith(tokenHash: Uint8Array): string[] {
    const keys: string[] = []
    for (let at = this.#shelves.length - 1; at >= 0; at--) this.#shelves[at]!.listsWith(tokenHash, keys)
    return keys
  }

  /** Lists whose last profile was received before the instant go. */
  forgetBefore(instant: number): void {
    for (const shelf of this.#shelves) shelf.forgetBefore(instant)
    this.#shelves = this.#shelves.filter(({ isEmpty }) => !isEmpty)
  }
}

interface ListedAt {
  readonly key: string
  readonly receivedAt: number
}

/** Of a list that came since the shelf was written: for each of its tokens. */
interface NewEntries {
  readonly runs: Uint16Array
  readonly entries: Uint32Array
}

/** Some lists, and an entry for each of their tokens: 24 bits of its hash, 8 bits for which list it is in. */
class Shelf {
  /** By number. Numbers are not used again. */
  readonly #lists = new Map<number, ListedAt>()
  #lastNumber = -1
  /** Where each run begins; where the last one ends. */
  #starts = new Uint32Array(runCount + 1)
  /** Run by run. */
  #entries = new Uint32Array(0)
  /** A start adds many lists before anything is looked for: they are sorted in at one go. */
  #new: NewEntries[] = []

  get byteLength(): number {
    const added = this.#new.reduce((sum, { runs, entries }) => sum + runs.byteLength + entries.byteLength, 0)
    return this.#starts.byteLength + this.#entries.byteLength + added
  }

  get isEmpty(): boolean {
    return this.#lists.size === 0
  }

  hasRoomFor({ length }: TokenList): boolean {
    const held = this.#new.reduce((sum, { entries }) => sum + entries.length, this.#entries.length)
    return this.#lastNumber + 1 < mostLists && held + length <= mostTokens
  }

  add(list: TokenList, receivedAt: number): void {
    const number = ++this.#lastNumber
    this.#lists.set(number, { key: list.key, receivedAt })
    const [runs, entries] = [new Uint16Array(list.length), new Uint32Array(list.length)]
    let i = 0
    list.forEachHash((bytes, at) => {
      runs[i] = runOf(bytes, at)
      entries[i++] = (printOf(bytes, at) << 8) | number
    })
    this.#new.push({ runs, entries })
  }

  forgetBefore(instant: number): void {
    const before = this.#lists.size
    for (const [number, { receivedAt }] of this.#lists) if (receivedAt < instant) this.#lists.delete(number)
    if (this.#lists.size < before && !this.isEmpty) this.#rewrite()
  }

  listsWith(tokenHash: Uint8Array, keys: string[]): void {
    this.settle()
    const run = runOf(tokenHash, 0)
    const print = printOf(tokenHash, 0)
    for (let at = this.#starts[run]!; at < this.#starts[run + 1]!; at++) {
      const entry = this.#entries[at]!
      if (entry >>> 8 !== print) continue
      const { key } = this.#lists.get(entry & 0xff)!
      if (!keys.includes(key)) keys.push(key)
    }
  }

  settle(): void {
    if (this.#new.length > 0) this.#rewrite()
  }

  /** Leaves out the entries of lists that are gone, and takes in the new ones. */
  #rewrite(): void {
    const isKept = Uint8Array.from({ length: mostLists }, (_, number) => Number(this.#lists.has(number)))
    const sources = [{ runs: this.#runs(), entries: this.#entries }, ...this.#new]
    const starts = new Uint32Array(runCount + 1)
    for (const from of sources) {
      for (let i = 0; i < from.entries.length; i++)
        starts[from.runs[i]! + 1]! += isKept[from.entries[i]! & 0xff]!
    }
    for (let run = 0; run < runCount; run++) starts[run + 1]! += starts[run]!
    const entries = new Uint32Array(starts[runCount]!)
    /** Where each run's next entry goes. */
    const next = starts.slice()
    for (const from of sources) {
      for (let i = 0; i < from.entries.length; i++) {
        const entry = from.entries[i]!
        if (isKept[entry & 0xff] === 1) entries[next[from.runs[i]!]!++] = entry
      }
    }
    this.#starts = starts
    this.#entries = entries
    this.#new = []
  }

  /** Of each entry. */
  #runs(): Uint16Array {
    const all = new Uint16Array(this.#entries.length)
    const starts = this.#starts
    for (let run = 0; run < runCount; run++)
      for (let at = starts[run]!; at < starts[run + 1]!; at++) all[at] = run
    return all
  }
}

function runOf(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

function printOf(bytes: Uint8Array, at: number): number {
  return (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!
}
