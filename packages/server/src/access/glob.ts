/**
 * Matching with `*` (any run of characters, also none) and `?` (any one), without regular expressions. What stands between
 * two stars is looked for from left to right, and never again once found: what a star skips may always be the shortest.
 * Looking costs each character of the text at most pattern ÷ 32 steps (`Work`), whatever anybody writes into a policy.
 *
 * A pattern is a list of codes, because wildcards and characters must not be confused: a user whose name is `*`,
 * put into a pattern by a policy variable, is that name and no wildcard. Characters are UTF-16 code units.
 */

/** One UTF-16 code unit, or one of the two wildcards, which are no code units. */
export type Code = number
export const anyRun: Code = 0x1_0000
export const anyOne: Code = 0x1_0001

/** What stands between two stars: text, or codes where it holds a `?`. */
type Piece = string | readonly Code[]

/** The pieces in their order: one where there is no star. The first begins the text, the last ends it. */
export type Pattern = readonly Piece[]

/** Steps taken, counted where somebody asks. */
export interface Work {
  steps: number
}

export function patternOf(codes: readonly Code[]): Pattern {
  const pieces: Piece[] = []
  let start = 0
  for (let end = codes.indexOf(anyRun); end !== -1; end = codes.indexOf(anyRun, start)) {
    pieces.push(pieceOf(codes.slice(start, end)))
    start = end + 1
  }
  pieces.push(pieceOf(codes.slice(start)))
  return pieces
}

function pieceOf(codes: readonly Code[]): Piece {
  if (codes.includes(anyOne)) return codes
  let text = ''
  for (const code of codes) text += String.fromCharCode(code)
  return text
}

/** Text in which each `*` and `?` is a wildcard. */
export function codesOf(text: string): readonly Code[] {
  const codes: Code[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    codes.push(character === '*' ? anyRun : character === '?' ? anyOne : text.charCodeAt(i))
  }
  return codes
}

export function matches(pattern: Pattern, text: string, work?: Work): boolean {
  const first = pattern[0]!
  if (pattern.length === 1) return first.length === text.length && isAt(first, text, 0, work)
  const last = pattern[pattern.length - 1]!
  const end = text.length - last.length
  if (first.length > end || !isAt(first, text, 0, work) || !isAt(last, text, end, work)) return false
  let from = first.length
  for (let i = 1; i < pattern.length - 1; i++) {
    const piece = pattern[i]!
    const at = find(piece, text, from, end, work)
    if (at === -1) return false
    from = at + piece.length
  }
  return true
}

function isAt(piece: Piece, text: string, at: number, work?: Work): boolean {
  if (work !== undefined) work.steps += piece.length
  if (typeof piece === 'string') return text.startsWith(piece, at)
  for (let i = 0; i < piece.length; i++)
    if (piece[i] !== anyOne && piece[i] !== text.charCodeAt(at + i)) return false
  return true
}

/** So many codes are one step: the bits of a number. */
const wordBits = 32

/** Where the piece stands first in the text between `from` and `end`; -1 when it does not. */
function find(piece: Piece, text: string, from: number, end: number, work?: Work): number {
  if (piece.length > end - from) return -1
  // For longer ones the search that is built in can take piece × text steps.
  if (typeof piece !== 'string' || piece.length > wordBits) return findByBits(piece, text, from, end, work)
  const at = text.indexOf(piece, from)
  if (work !== undefined) work.steps += (at === -1 ? text.length : at) - from + piece.length
  return at > end - piece.length ? -1 : at
}

/** Shift-And: bit i of the state is set while the codes up to i are those just read. */
function findByBits(piece: Piece, text: string, from: number, end: number, work?: Work): number {
  const words = Math.ceil(piece.length / wordBits)
  const masks = masksOf(piece, words)
  const others = masks.get(anyOne)!
  const state = new Int32Array(words)
  const lastBit = (piece.length - 1) % wordBits
  if (work !== undefined) work.steps += piece.length + masks.size * words
  for (let at = from; at < end; at++) {
    if (work !== undefined) work.steps += words
    const mask = masks.get(text.charCodeAt(at)) ?? others
    let carry = 1
    for (let word = 0; word < words; word++) {
      const before = state[word]!
      state[word] = ((before << 1) | carry) & mask[word]!
      carry = before >>> (wordBits - 1)
    }
    if (((state[words - 1]! >>> lastBit) & 1) === 1) return at - piece.length + 1
  }
  return -1
}

/** For each code of the piece, the places that take it; under `anyOne` those that take every character. */
function masksOf(piece: Piece, words: number): ReadonlyMap<Code, Int32Array> {
  const codeAt = (i: number): Code => (typeof piece === 'string' ? piece.charCodeAt(i) : piece[i]!)
  const others = new Int32Array(words)
  const masks = new Map<Code, Int32Array>([[anyOne, others]])
  const mark = (mask: Int32Array, i: number): void => {
    mask[Math.floor(i / wordBits)]! |= 1 << (i % wordBits)
  }
  for (let i = 0; i < piece.length; i++) if (codeAt(i) === anyOne) mark(others, i)
  for (let i = 0; i < piece.length; i++) {
    const code = codeAt(i)
    if (code === anyOne) continue
    const mask = masks.get(code) ?? others.slice()
    mark(mask, i)
    masks.set(code, mask)
  }
  return masks
}
