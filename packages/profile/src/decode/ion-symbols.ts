/**
 * The symbols of an Ion binary body: where each one's text stands, which schema field it names, and what it was
 * resolved to the first time it served as a frame or counter name. Columns by symbol id.
 */
import { malformed, ProfileError } from '../profile-error.ts'
import { encodeName, quoteForMessage } from '../wtf8.ts'
import { type IonSource, ionType } from './ion-source.ts'
import { fieldBit, schemaField } from './schema.ts'
import { systemSymbols } from './text-strings.ts'

/** Texts of the symbols that every document has. */
export const systemNames: readonly Uint8Array[] = systemSymbols.map(encodeName)
const sidSymbolTable = 3
const sidName = 4
const sidImports = 6
const sidSymbols = 7
const firstCapacity = 4096
const keptCapacity = 256 * 1024

/** What is needed to say what a symbol says. */
export type SymbolTexts = Pick<IonSymbols, 'count' | 'findText' | 'text' | 'textFrom' | 'textTo'>

export class IonSymbols {
  /** Symbols known; ids below it are valid. */
  count = 0
  /** A bit of `fieldBit` for names of the schema, else 0. */
  field = new Uint8Array(0)
  /** Frame, counter: the number given to the symbol's text, -1 before the first use. */
  frame = new Int32Array(0)
  counter = new Int32Array(0)
  /** Where the latest file of this frame stands, head included, and its number; fileTo is 0 before the first. */
  fileFrom = new Int32Array(0)
  fileTo = new Int32Array(0)
  fileIndex = new Int32Array(0)
  /** The text found last. */
  text: Uint8Array = new Uint8Array(0)
  textFrom = 0
  textTo = 0
  readonly #source: IonSource
  readonly #limit: number
  #from = new Int32Array(0)
  #to = new Int32Array(0)

  /** @param limit most symbols one body may declare */
  constructor(source: IonSource, limit: number) {
    this.#source = source
    this.#limit = limit
  }

  /** Back to the symbols every document has. */
  reset(): void {
    this.count = 0
    if (this.#from.length === 0 || this.#from.length > keptCapacity) this.#resize(firstCapacity)
    for (const _ of systemNames) this.#add(0, -1)
  }

  /** Finds a symbol's text: text[textFrom … textTo). False where it has none or the id is not known. */
  findText(symbol: number): boolean {
    if (symbol >= this.count || symbol === 0) return false
    const name = systemNames[symbol]
    this.text = name ?? this.#source.bytes
    this.textFrom = name === undefined ? this.#from[symbol]! : 0
    this.textTo = name === undefined ? this.#to[symbol]! : name.length
    return this.textTo >= 0
  }

  /** Reads a symbol table: the struct annotated $ion_symbol_table whose fields stand in [content, end). */
  readTable(content: number, end: number): void {
    const source = this.#source
    let imports = -1
    let symbols = -1
    for (let pos = content; pos < end; ) {
      pos = source.varUint(pos, end)
      const field = source.number
      const value = pos
      source.head(pos, end)
      pos = source.end
      if (source.type === ionType.null && !source.isNull) continue
      if (field === sidImports && imports >= 0) throw malformed(value, 'a symbol table with imports twice')
      if (field === sidSymbols && symbols >= 0) throw malformed(value, 'a symbol table with symbols twice')
      if (field === sidImports) imports = value
      if (field === sidSymbols) symbols = value
    }
    if (imports < 0 || !this.#isAppend(imports, end)) {
      this.reset()
      if (imports >= 0) this.#checkImports(imports, end)
    }
    if (symbols >= 0) this.#addAll(symbols, end)
  }

  /** Whether `imports` is the symbol $ion_symbol_table: the table in force goes on. */
  #isAppend(at: number, limit: number): boolean {
    const source = this.#source
    const content = source.head(at, limit)
    if (source.type !== ionType.symbol || source.isNull) return false
    return content + 1 === source.end && source.bytes[content] === sidSymbolTable
  }

  /** Shared tables live outside the body; the system's is the only one there is. */
  #checkImports(at: number, limit: number): void {
    const source = this.#source
    const content = source.value(at, limit)
    if (source.type !== ionType.list) return
    const end = source.end
    for (let pos = content; pos < end; ) {
      const table = source.value(pos, end)
      const tableEnd = source.end
      if (source.type === ionType.struct) this.#checkImport(table, tableEnd)
      pos = tableEnd
    }
  }

  #checkImport(from: number, end: number): void {
    const source = this.#source
    for (let pos = from; pos < end; ) {
      pos = source.varUint(pos, end)
      const field = source.number
      const content = source.value(pos, end)
      pos = source.end
      if (field !== sidName || source.type !== ionType.string || source.isNull) continue
      const name = quoteForMessage(source.bytes, content, pos)
      if (name !== '"$ion"') throw malformed(content, `the shared symbol table ${name} is not known here`)
    }
  }

  #addAll(at: number, limit: number): void {
    const source = this.#source
    let pos = source.value(at, limit)
    if (source.type !== ionType.list) return
    const end = source.end
    while (pos < end) {
      const content = source.value(pos, end)
      pos = source.end
      if (source.type === ionType.null && !source.isNull) continue
      if (this.count >= this.#limit) {
        throw new ProfileError('names', `The profile declares more than ${this.#limit} symbols`)
      }
      if (source.type === ionType.string && !source.isNull) {
        source.checkUtf8(content, pos)
        this.#add(content, pos)
      } else {
        this.#add(0, -1)
      }
    }
  }

  #add(from: number, to: number): void {
    const symbol = this.count++
    if (symbol === this.#from.length) this.#resize(symbol * 2)
    this.#from[symbol] = from
    this.#to[symbol] = to
    this.frame[symbol] = -1
    this.counter[symbol] = -1
    this.fileTo[symbol] = 0
    const size = to - from
    const field = size >= 3 && size <= 9 ? schemaField(this.#source.bytes, from, to) : null
    this.field[symbol] = field === null ? 0 : fieldBit[field]
  }

  #resize(capacity: number): void {
    const copied = (old: Int32Array) => {
      const made = new Int32Array(capacity)
      made.set(old.subarray(0, capacity))
      return made
    }
    const field = new Uint8Array(capacity)
    field.set(this.field.subarray(0, capacity))
    this.field = field
    this.frame = copied(this.frame)
    this.counter = copied(this.counter)
    this.fileFrom = copied(this.fileFrom)
    this.fileTo = copied(this.fileTo)
    this.fileIndex = copied(this.fileIndex)
    this.#from = copied(this.#from)
    this.#to = copied(this.#to)
  }
}
