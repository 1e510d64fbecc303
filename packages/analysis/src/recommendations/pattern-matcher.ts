import { type CallTree, childrenOf } from '@wick/profile'
import { FrameGlobs } from './frame-globs.ts'
import { anyFrames, type FrameSequence, type Pattern } from './pattern.ts'

/** Where a pattern matches: the node of the last frame of one of its sequences, none of its matches above it. */
export interface Place {
  /** Index into the matcher's patterns. */
  readonly pattern: number
  /** Index into the pattern's target frames: the first that ends here. */
  readonly sequence: number
  readonly node: number
}

/** Bits of a word: a sequence stands in one word. */
const wordBits = 32

/**
 * Finds all patterns in one walk over a tree. Every frame of every sequence is a bit that says "matched up to here"; going
 * to a callee shifts all of them by one and keeps those that the callee's name allows (Shift-And, with gaps). What is held
 * is a few words for each depth; names are judged once each.
 */
export class PatternMatcher {
  readonly #globs: FrameGlobs
  /** By glob: the bits of the frames that it stands for, as word × 32 + bit. */
  readonly #bitsOfGlob: readonly (readonly number[])[]
  readonly #words: number
  /** By word: first frames of sequences, frames that `…` follows, last frames. */
  readonly #first: Int32Array
  readonly #gap: Int32Array
  readonly #last: Int32Array
  /** By word and bit, for last frames: whose they are. */
  readonly #ends = new Map<number, { readonly pattern: number; readonly sequence: number }>()
  readonly #patterns: number

  constructor(patterns: readonly Pick<Pattern, 'targetFrames' | 'notUnder'>[]) {
    const globs = new Map<string, number[]>()
    const first: number[] = []
    const gap: number[] = []
    const last: number[] = []
    let next = 0
    const add = (pattern: number, sequence: number, frames: FrameSequence): void => {
      const length = frames.filter((frame) => frame !== anyFrames).length
      if (Math.floor(next / wordBits) !== Math.floor((next + length - 1) / wordBits))
        next = Math.ceil(next / wordBits) * wordBits
      first.push(next)
      for (const [i, frame] of frames.entries()) {
        if (frame === anyFrames) continue
        const known = globs.get(frame)
        if (known === undefined) globs.set(frame, [next])
        else known.push(next)
        if (frames[i + 1] === anyFrames) gap.push(next)
        next++
      }
      last.push(next - 1)
      this.#ends.set(next - 1, { pattern, sequence })
    }
    for (const [index, { targetFrames, notUnder }] of patterns.entries()) {
      // Lower bits are looked at first: what forbids a match is known before the match.
      for (const frames of notUnder) add(index, -1, frames)
      for (const [sequence, frames] of targetFrames.entries()) add(index, sequence, frames)
    }
    this.#patterns = patterns.length
    this.#words = Math.ceil(next / wordBits)
    this.#first = this.#mask(first)
    this.#gap = this.#mask(gap)
    this.#last = this.#mask(last)
    this.#globs = new FrameGlobs([...globs.keys()])
    this.#bitsOfGlob = [...globs.values()]
  }

  /** Every place, callers before what they call. */
  match(tree: CallTree): Place[] {
    const places: Place[] = []
    const { parent, frame } = tree
    if (parent.length < 2 || this.#words === 0) return places
    const { first, next } = childrenOf(parent)
    const allowed = this.#judgeNames(tree)
    const words = this.#words
    const closedWords = Math.ceil(this.#patterns / wordBits)
    /** By depth: the bits of what is matched so far, and of the patterns that cannot match any more. */
    let matched = new Int32Array(words * 64)
    let closed = new Int32Array(closedWords * 64)
    let depth = 1
    let node = first[0]!
    while (node > 0) {
      if ((depth + 1) * words > matched.length) {
        matched = doubled(matched)
        closed = doubled(closed)
      }
      const at = depth * words
      const row = allowed.rows[frame[node]!]! * words
      const closedAt = depth * closedWords
      closed.copyWithin(closedAt, closedAt - closedWords, closedAt)
      for (let word = 0; word < words; word++) {
        const above = matched[at - words + word]!
        const reached = ((above << 1) | this.#first[word]!) & allowed.masks[row + word]!
        matched[at + word] = reached | (above & this.#gap[word]!)
        for (let ended = reached & this.#last[word]!; ended !== 0; ended &= ended - 1) {
          const bit = 31 - Math.clz32(ended & -ended)
          const { pattern, sequence } = this.#ends.get(word * wordBits + bit)!
          const flag = 1 << (pattern % wordBits)
          const flags = closedAt + Math.floor(pattern / wordBits)
          if ((closed[flags]! & flag) !== 0) continue
          closed[flags]! |= flag
          if (sequence >= 0) places.push({ pattern, sequence, node })
        }
      }
      if (first[node]! > 0) {
        node = first[node]!
        depth++
        continue
      }
      while (node > 0 && next[node]! < 0) {
        node = parent[node]!
        depth--
      }
      node = node > 0 ? next[node]! : -1
    }
    return places
  }

  /** Which bits each name allows: a row of words for names that any frame matches, and row 0 for all others. */
  #judgeNames({ names }: CallTree): { rows: Int32Array; masks: Int32Array } {
    const rows = new Int32Array(names.length)
    let masks = new Int32Array(this.#words * 64)
    let row = 0
    for (let name = 0; name < names.length; name++) {
      const found = this.#globs.matching(names.bytes, names.offsets[name]!, names.offsets[name + 1]!)
      if (found.length === 0) continue
      rows[name] = ++row
      if ((row + 1) * this.#words > masks.length) masks = doubled(masks)
      for (const glob of found)
        for (const bit of this.#bitsOfGlob[glob]!)
          masks[row * this.#words + Math.floor(bit / wordBits)]! |= 1 << (bit % wordBits)
    }
    return { rows, masks }
  }

  #mask(bits: readonly number[]): Int32Array {
    const mask = new Int32Array(this.#words)
    for (const bit of bits) mask[Math.floor(bit / wordBits)]! |= 1 << (bit % wordBits)
    return mask
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const made = new Int32Array(array.length * 2)
  made.set(array)
  return made
}
