/**
 * The bytes of a text body with the places of the lexer. Behind the body are eight zero bytes: loops end at the zero
 * (no text may hold one unescaped), so the hot ones need no bounds check, and four-byte reads stay inside. Most bodies are
 * copied in front of them; a large one that has them is read where it is.
 */
import { malformed, type ProfileError } from '../profile-error.ts'
import { utf8SequenceLength } from '../wtf8.ts'

const firstCapacity = 64 * 1024
/** A larger copy of a body is given back once it is read. */
const keptCapacity = 8 * 1024 * 1024
/** So many zero bytes are behind a body, bytes. */
export const roomBehind = 8

export class TextSource {
  bytes: Uint8Array = new Uint8Array(firstCapacity)
  view = new DataView(this.bytes.buffer)
  /** Length of the body; bytes[end] is zero. */
  end = 0
  /** The text read last: text[textFrom … textTo) as WTF-8. Valid until the next text is read. */
  text: Uint8Array = this.bytes
  textFrom = 0
  textTo = 0
  /** Where texts with escapes are put together. */
  unescaped = new Uint8Array(1024)
  /** The number read last: ≥ 0, or a code of `notWhole`. */
  number = 0
  /** Whether $0, a symbol without text, may stand where a text does; it is read as the empty one. */
  allowsSymbolZero = false

  /** @param memory where bodies are to be copied to, as far as they fit */
  load(body: Uint8Array, memory: Uint8Array | null = null): void {
    this.end = body.length
    const needed = body.length + roomBehind
    if (needed > keptCapacity && hasRoomBehind(body)) {
      this.#use(new Uint8Array(body.buffer, body.byteOffset, needed))
      return
    }
    if (memory !== null && memory.length >= needed) {
      this.#use(memory)
    } else if (this.bytes === memory || this.bytes.length < needed) {
      this.#use(new Uint8Array(Math.max(needed, Math.min(body.length * 2, keptCapacity))))
    }
    this.bytes.set(body)
    this.bytes.fill(0, body.length, needed)
  }

  /** Gives back the memory of an unusually large body. */
  release(): void {
    if (this.end + roomBehind > keptCapacity) this.#use(new Uint8Array(firstCapacity))
    this.end = 0
    if (this.unescaped.length > firstCapacity) this.unescaped = new Uint8Array(1024)
    this.text = this.bytes
  }

  #use(bytes: Uint8Array): void {
    if (this.bytes === bytes) return
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The error for something unexpected at `at`. */
  problem(at: number, problem: string): ProfileError {
    return malformed(Math.min(at, this.end), at >= this.end ? `the body ends too early; ${problem}` : problem)
  }
}

/** Whoever they belong to: nobody writes there. */
function hasRoomBehind({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  const end = byteOffset + byteLength
  if (buffer.byteLength < end + roomBehind) return false
  return new Uint8Array(buffer, end, roomBehind).every((byte) => byte === 0)
}

/** Skips white space and comments. */
export function space(source: TextSource, at: number): number {
  const bytes = source.bytes
  for (let pos = at; ; ) {
    const byte = bytes[pos]!
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) pos++
    else if (byte === 0x2f && bytes[pos + 1] === 0x2f) pos = lineComment(source, pos + 2)
    else if (byte === 0x2f && bytes[pos + 1] === 0x2a) pos = blockComment(source, pos + 2)
    else return pos
  }
}

function lineComment(source: TextSource, at: number): number {
  let pos = at
  while (pos < source.end && source.bytes[pos] !== 0x0a && source.bytes[pos] !== 0x0d) {
    pos = anyCharacter(source, pos)
  }
  return pos
}

function blockComment(source: TextSource, at: number): number {
  let pos = at
  while (source.bytes[pos] !== 0x2a || source.bytes[pos + 1] !== 0x2f) {
    if (pos >= source.end) throw source.problem(pos, 'expected the end of a comment')
    pos = anyCharacter(source, pos)
  }
  return pos + 2
}

/** Steps over one character, which must be valid UTF-8. */
export function anyCharacter(source: TextSource, at: number): number {
  if (source.bytes[at]! < 0x80) return at + 1
  const length = utf8SequenceLength(source.bytes, at)
  if (length === 0) throw source.problem(at, 'invalid UTF-8')
  return at + length
}

/** Whether a number or keyword may end before this byte. */
export function isStop(byte: number): boolean {
  if (byte <= 0x20) return true
  // , ] } ) [ { ( " ' /
  return (
    byte === 0x2c ||
    byte === 0x5d ||
    byte === 0x7d ||
    byte === 0x29 ||
    byte === 0x5b ||
    byte === 0x7b ||
    byte === 0x28 ||
    byte === 0x22 ||
    byte === 0x27 ||
    byte === 0x2f
  )
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isIdentifierStart(byte: number): boolean {
  const letter = byte | 0x20
  return (letter >= 0x61 && letter <= 0x7a) || byte === 0x5f || byte === 0x24
}

/** The end of the identifier at `at`; `at` itself where there is none. */
export function identifierEnd(source: TextSource, at: number): number {
  if (!isIdentifierStart(source.bytes[at]!)) return at
  let pos = at + 1
  while (isIdentifierStart(source.bytes[pos]!) || isDigit(source.bytes[pos]!)) pos++
  return pos
}

/** Whether source[from … to) is this ASCII word. */
export function isWord(source: TextSource, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false
  for (let i = 0; i < word.length; i++) if (source.bytes[from + i] !== word.charCodeAt(i)) return false
  return true
}
