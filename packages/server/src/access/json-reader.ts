/**
 * Reads JSON so that a person can be told where it is wrong: every value knows its line, a name that stands twice in one
 * object is an error (JSON.parse would silently keep the last), and nesting is bounded. Members are a list, never
 * properties of an object, so `__proto__` is a name like any other.
 */

export type JsonNode =
  | { readonly kind: 'object'; readonly line: number; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly line: number; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly line: number; readonly value: string }
  /** `text` as it was written: no precision is lost before somebody asks for a number. */
  | { readonly kind: 'number'; readonly line: number; readonly text: string }
  | { readonly kind: 'boolean'; readonly line: number; readonly value: boolean }
  | { readonly kind: 'null'; readonly line: number }

export interface JsonMember {
  readonly name: string
  /** Of the name. Lines count from 1. */
  readonly line: number
  readonly value: JsonNode
}

/** Text that is not the JSON that was asked for; `line` says where it stops being it. */
export class JsonError extends Error {
  readonly line: number
  constructor(line: number, reason: string) {
    super(reason)
    this.line = line
  }
}

/** One JSON value, nested at most `maxDepth` deep, and nothing after it. Throws JsonError. */
export function readJson(text: string, maxDepth: number): JsonNode {
  return new Reader(text, maxDepth).readAll()
}

const escapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

class Reader {
  readonly #text: string
  readonly #maxDepth: number
  #at = 0
  #line = 1

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  readAll(): JsonNode {
    const node = this.#value(1)
    this.#skipSpace()
    if (this.#at < this.#text.length) throw this.#error('there is text after the end of the JSON value')
    return node
  }

  #value(depth: number): JsonNode {
    this.#skipSpace()
    const line = this.#line
    const character = this.#text[this.#at]
    if (character === '{' || character === '[') {
      if (depth > this.#maxDepth) throw this.#error(`nested more than ${this.#maxDepth} deep`)
      return character === '{' ? this.#object(depth, line) : this.#array(depth, line)
    }
    if (character === '"') return { kind: 'string', line, value: this.#string() }
    if (character === '-' || isDigit(character)) return { kind: 'number', line, text: this.#number() }
    if (this.#takeWord('true')) return { kind: 'boolean', line, value: true }
    if (this.#takeWord('false')) return { kind: 'boolean', line, value: false }
    if (this.#takeWord('null')) return { kind: 'null', line }
    throw this.#unexpected('a value')
  }

  #object(depth: number, line: number): JsonNode {
    const members: JsonMember[] = []
    const names = new Set<string>()
    this.#at++
    if (this.#take('}')) return { kind: 'object', line, members }
    do {
      this.#skipSpace()
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a name in double quotes')
      const nameLine = this.#line
      const name = this.#string()
      if (names.has(name)) throw new JsonError(nameLine, `"${name}" stands twice in one object`)
      names.add(name)
      if (!this.#take(':')) throw this.#unexpected('a colon')
      members.push({ name, line: nameLine, value: this.#value(depth + 1) })
    } while (this.#take(','))
    if (!this.#take('}')) throw this.#unexpected('a comma or }')
    return { kind: 'object', line, members }
  }

  #array(depth: number, line: number): JsonNode {
    const items: JsonNode[] = []
    this.#at++
    if (this.#take(']')) return { kind: 'array', line, items }
    do items.push(this.#value(depth + 1))
    while (this.#take(','))
    if (!this.#take(']')) throw this.#unexpected('a comma or ]')
    return { kind: 'array', line, items }
  }

  /** From the opening quote to behind the closing one. */
  #string(): string {
    let value = ''
    this.#at++
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined || character < ' ')
        throw this.#error('a string does not end on the line it begins')
      this.#at++
      if (character === '"') return value
      value += character === '\\' ? this.#escape() : character
    }
  }

  /** What stands after a backslash. */
  #escape(): string {
    const letter = this.#text[this.#at++] ?? ''
    const simple = escapes.get(letter)
    if (simple !== undefined) return simple
    const digits = this.#text.slice(this.#at, this.#at + 4)
    if (letter !== 'u' || digits.length < 4 || [...digits].some((digit) => !isHexDigit(digit)))
      throw this.#error('a backslash begins no escape that JSON knows')
    this.#at += 4
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  /** RFC 8259 section 6: no leading zeros, digits on both sides of the point. */
  #number(): string {
    const start = this.#at
    if (this.#text[this.#at] === '-') this.#at++
    if (this.#text[this.#at] === '0') this.#at++
    else this.#digits()
    if (this.#text[this.#at] === '.') {
      this.#at++
      this.#digits()
    }
    if (this.#text[this.#at] === 'e' || this.#text[this.#at] === 'E') {
      this.#at++
      if (this.#text[this.#at] === '+' || this.#text[this.#at] === '-') this.#at++
      this.#digits()
    }
    return this.#text.slice(start, this.#at)
  }

  #digits(): void {
    if (!isDigit(this.#text[this.#at])) throw this.#unexpected('a digit')
    while (isDigit(this.#text[this.#at])) this.#at++
  }

  /** Whether this is the next character that is not white space; it is passed if so. */
  #take(character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #takeWord(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  #skipSpace(): void {
    for (; ; this.#at++) {
      const character = this.#text[this.#at]
      if (character === '\n') this.#line++
      else if (character !== ' ' && character !== '\t' && character !== '\r') return
    }
  }

  #unexpected(wanted: string): JsonError {
    const found = this.#text[this.#at]
    return this.#error(
      found === undefined
        ? `the text ends where ${wanted} was expected`
        : `${wanted} was expected, not ${JSON.stringify(found)}`,
    )
  }

  #error(reason: string): JsonError {
    return new JsonError(this.#line, reason)
  }
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9'
}

function isHexDigit(character: string): boolean {
  const lower = character.toLowerCase()
  return isDigit(lower) || (lower >= 'a' && lower <= 'f')
}
