/**
 * Takes out of a name what a runtime or library numbered or drew by lot, by the table in generated-names.ts. One pass
 * over the bytes, without going back further than one rule is long: hostile names cost no more than others.
 */
import { type Characters, type NameRule, nameRules, type Part } from './generated-names.ts'
import { encodeName } from './wtf8.ts'

/** A part: the bytes as they stand, or a bit of `kinds` with how many. */
type Step = Uint8Array | Run

interface Run {
  readonly bit: number
  readonly min: number
  readonly max: number
  /** Whether a word will not do. */
  readonly isRandom: boolean
}

interface CompiledRule {
  readonly before: number | null
  readonly keep: readonly Step[]
  readonly drop: readonly (readonly Step[])[]
}

const bits: Readonly<
  Record<Exclude<Characters, 'random'> | 'lower case' | 'start' | 'continuation', number>
> = {
  digit: 1,
  hexadecimal: 2,
  letter: 4,
  'letter or digit': 8,
  'lower case, digit or _': 16,
  separator: 32,
  'lower case': 64,
  /** A name begins after these. */
  start: 128,
  /** What goes does not end before these. */
  continuation: 256,
}

/** For each byte the bits of what it is. */
const kinds = Uint16Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  const isDigit = /[0-9]/.test(character)
  const isLetter = /[A-Za-z]/.test(character)
  let kind = 0
  if (isDigit) kind |= bits.digit
  if (/[0-9a-fA-F]/.test(character)) kind |= bits.hexadecimal
  if (isLetter) kind |= bits.letter
  if (isLetter || isDigit) kind |= bits['letter or digit']
  if (/[0-9a-z_]/.test(character)) kind |= bits['lower case, digit or _']
  if (/[/.+]/.test(character)) kind |= bits.separator
  if (/[a-z]/.test(character)) kind |= bits['lower case']
  if (/[/.:]/.test(character)) kind |= bits.start
  if (isLetter || isDigit || character === '_' || byte >= 0x80) kind |= bits.continuation
  return kind
})

const { lists, listOf } = indexed(nameRules)

/**
 * The rules by the two bytes they begin with: `lists[listOf[first << 8 | second]]`, in the order of the table. Hardly any
 * pair of bytes of an ordinary name begins one, so a name costs a look into `listOf` for each byte.
 */
function indexed(rules: readonly NameRule[]): { lists: CompiledRule[][]; listOf: Uint8Array } {
  const lists: CompiledRule[][] = [[]]
  const listOf = new Uint8Array(65_536)
  for (const { before, keep, drop } of rules) {
    const rule = {
      before: before === null ? null : bits[before],
      keep: keep.map(compile),
      drop: drop.map((parts) => parts.map(compile)),
    }
    for (const beginning of rule.keep.length > 0 ? [rule.keep] : rule.drop) {
      for (const pair of pairsOf(beginning)) {
        if (listOf[pair] === 0) listOf[pair] = lists.push([]) - 1
        lists[listOf[pair]!]!.push(rule)
      }
    }
  }
  return { lists, listOf }
}

/** The pairs of bytes that may be the first two. */
function pairsOf(steps: readonly Step[]): number[] {
  const [first, second] = steps
  if (first instanceof Uint8Array) return [(first[0]! << 8) | first[1]!]
  const bytes = [...kinds.keys()].filter((byte) => (kinds[byte]! & first!.bit) !== 0)
  return bytes.map((byte) => (byte << 8) | (second as Uint8Array)[0]!)
}

function compile(part: Part): Step {
  if (typeof part === 'string') return encodeName(part)
  const { of, min, max } = part
  return { bit: bits[of === 'random' ? 'letter or digit' : of], min, max, isRandom: of === 'random' }
}

/**
 * The name bytes[from … to) (WTF-8) without its generated parts; null where it has none. Never longer, never empty, and
 * itself without generated parts.
 */
export function normaliseName(bytes: Uint8Array, from: number, to: number): Uint8Array | null {
  let out: Uint8Array | null = null
  let length = 0
  /** What lies between here and `at` stays, and is not copied yet. */
  let copied = from
  for (let at = candidate(bytes, from, to); at < to; at = candidate(bytes, at, to)) {
    // The last byte that stays: a rule judges what will stand before it.
    const before = at > copied ? bytes[at - 1]! : length > 0 ? out![length - 1]! : -1
    const found = firstMatch(before, bytes, at, to)
    if (found === null) {
      at++
      continue
    }
    out ??= new Uint8Array(to - from)
    out.set(bytes.subarray(copied, found.keptTo), length)
    length += found.keptTo - copied
    copied = found.droppedTo
    at = found.droppedTo
  }
  if (out === null) return null
  out.set(bytes.subarray(copied, to), length)
  return out.slice(0, length + to - copied)
}

/** The first place from `at` on where a rule may begin; `to` where there is none. */
function candidate(bytes: Uint8Array, at: number, to: number): number {
  let pair = bytes[at]!
  for (let next = at + 1; next < to; next++) {
    pair = ((pair << 8) | bytes[next]!) & 0xffff
    if (listOf[pair] !== 0) return next - 1
  }
  return to
}

function firstMatch(
  before: number,
  bytes: Uint8Array,
  at: number,
  to: number,
): { readonly keptTo: number; readonly droppedTo: number } | null {
  for (const rule of lists[listOf[(bytes[at]! << 8) | bytes[at + 1]!]!]!) {
    if (rule.before !== null && !stands(rule.before, before)) continue
    const keptTo = matchAll(rule.keep, bytes, at, to)
    if (keptTo < 0) continue
    const droppedTo = dropAll(rule.drop, bytes, keptTo, to)
    if (droppedTo > keptTo) return { keptTo, droppedTo }
  }
  return null
}

function stands(bit: number, before: number): boolean {
  return before < 0 ? bit === bits.start : (kinds[before]! & bit) !== 0
}

function dropAll(alternatives: CompiledRule['drop'], bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; ; ) {
    const end = dropOne(alternatives, bytes, at, to)
    if (end < 0) return at
    at = end
  }
}

function dropOne(alternatives: CompiledRule['drop'], bytes: Uint8Array, at: number, to: number): number {
  for (const steps of alternatives) {
    const end = matchAll(steps, bytes, at, to)
    if (end >= 0 && (end === to || (kinds[bytes[end]!]! & bits.continuation) === 0)) return end
  }
  return -1
}

/** Where the steps end that begin at `at`; -1 where they do not fit. */
function matchAll(steps: readonly Step[], bytes: Uint8Array, at: number, to: number): number {
  let end = at
  for (const step of steps) {
    end = step instanceof Uint8Array ? matchText(step, bytes, end, to) : matchRun(step, bytes, end, to)
    if (end < 0) return -1
  }
  return end
}

function matchText(text: Uint8Array, bytes: Uint8Array, at: number, to: number): number {
  if (at + text.length > to) return -1
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return -1
  return at + text.length
}

function matchRun({ bit, min, max, isRandom }: Run, bytes: Uint8Array, at: number, to: number): number {
  const end = endOf(bit, bytes, at, Math.min(to, at + max))
  if (end - at < min) return -1
  return isRandom && endOf(bits['lower case'], bytes, at + 1, end) === end ? -1 : end
}

/** Where the bytes of a kind end. */
function endOf(bit: number, bytes: Uint8Array, at: number, to: number): number {
  let end = at
  while (end < to && (kinds[bytes[end]!]! & bit) !== 0) end++
  return end
}
