import { ByteWriter } from '../byte-writer.ts'
import type { CallTree } from '../call-tree.ts'
import { defaultLimits, type ProfileLimits } from '../limits.ts'
import { malformed } from '../profile-error.ts'
import { TreeBuilder } from '../tree-builder.ts'
import { isUtf8, repaired } from '../well-formed.ts'
import { decodeName } from '../wtf8.ts'

export interface CollapsedReading {
  /** The counter of all samples, or that each line's first frame is one. */
  readonly counter: { readonly name: string } | 'first-frame'
  readonly limits?: ProfileLimits
}

const newline = 0x0a
const carriageReturn = 0x0d
const space = 0x20
const semicolon = 0x3b
const percent = 0x25
/** More than any count that is accepted; keeps the sum of digits exact. */
const maxDigits = 15

/**
 * Reads collapsed stacks, Wick's and other tools': see encode-collapsed.ts. What is no UTF-8 becomes U+FFFD.
 *
 * @throws ProfileError
 */
export function decodeCollapsed(
  body: Uint8Array,
  { counter, limits = defaultLimits }: CollapsedReading,
): CallTree {
  const reader = new LineReader(body, counter, limits)
  for (let at = 0; at < body.length; ) {
    const found = body.indexOf(newline, at)
    const end = found < 0 ? body.length : found
    reader.line(at, body[end - 1] === carriageReturn && end > at ? end - 1 : end)
    at = end + 1
  }
  return reader.builder.finish()
}

class LineReader {
  readonly builder: TreeBuilder
  readonly #body: Uint8Array
  readonly #counter: CollapsedReading['counter']
  readonly #name = new ByteWriter()

  constructor(body: Uint8Array, counter: CollapsedReading['counter'], limits: ProfileLimits) {
    this.builder = new TreeBuilder(limits)
    this.#body = body
    this.#counter = counter
  }

  line(from: number, to: number): void {
    if (from === to) return
    const body = this.#body
    let digits = to
    while (digits > from && body[digits - 1]! >= 0x30 && body[digits - 1]! <= 0x39) digits--
    if (digits === to || digits === from || body[digits - 1] !== space)
      throw malformed(from, 'a line must end in a space and a whole number')
    if (to - digits > maxDigits) throw malformed(digits, 'the number is too large')
    let count = 0
    for (let i = digits; i < to; i++) count = count * 10 + body[i]! - 0x30
    this.#path(from, digits - 1, count)
  }

  /** A path without a character is the root's. */
  #path(from: number, to: number, count: number): void {
    let node = 0
    let depth = 0
    let counter = this.#counter === 'first-frame' ? null : this.#counter.name
    for (let at = from; at <= to && from < to; ) {
      // Not `indexOf`: it would look for a semicolon through all lines that follow.
      let end = at
      while (end < to && this.#body[end] !== semicolon) end++
      const name = this.#nameOf(at, end)
      if (counter === null) counter = decodeName(name, 0, name.length)
      else node = this.builder.child(node, this.builder.frame(name, 0, name.length), ++depth)
      at = end + 1
    }
    if (counter === null) throw malformed(from, 'a line must begin with the name of a counter')
    this.builder.add(counter, node, count)
  }

  /** One frame's name, its escapes undone. */
  #nameOf(from: number, to: number): Uint8Array {
    const body = this.#body
    const out = this.#name
    out.length = 0
    for (let i = from; i < to; i++) {
      const plain = body[i] === percent ? escapeAt(body, i, to) : -1
      out.byte(plain >= 0 ? plain : body[i]!)
      if (plain >= 0) i += 2
    }
    const isEmpty = to - from === 2 && body[from] === percent && body[from + 1] === 0x2e
    const name = isEmpty ? new Uint8Array(0) : out.finish()
    return isUtf8(name, 0, name.length) ? name : repaired(name, 0, name.length)
  }
}

/** The byte that the escape at `at` stands for; -1 where it is none: other tools write `%` as it is. */
function escapeAt(body: Uint8Array, at: number, to: number): number {
  if (at + 3 > to) return -1
  const [first, second] = [body[at + 1], body[at + 2]]
  if (first === 0x33 && second === 0x42) return semicolon
  if (first === 0x30 && second === 0x41) return newline
  if (first === 0x30 && second === 0x44) return carriageReturn
  return first === 0x32 && second === 0x35 ? percent : -1
}
