/**
 * Profiles in Ion binary, read by the WebAssembly of assembly/ion-decoder.ts. What it leaves to IonReader, `read` answers with
 * null.
 */
import type { AgentProfile } from '../call-tree.ts'
import type { ProfileLimits } from '../limits.ts'
import { ExtrasText } from './extras-text.ts'
import { instant } from './ion-numbers.ts'
import { IonSource } from './ion-source.ts'
import { type SymbolTexts, systemNames } from './ion-symbols.ts'
import { IonTranscoder } from './ion-transcoder.ts'
import { fieldBit } from './schema.ts'
import { checkTimes } from './scratch.ts'
import type { WasmColumns } from './wasm-columns.ts'

export class WasmIonReader {
  readonly #columns: WasmColumns
  readonly #source = new IonSource()
  readonly #symbols: WasmSymbols
  readonly #extras: ExtrasText
  readonly #transcoder: IonTranscoder
  readonly #bodyAt: number
  readonly #others: Int32Array

  constructor(columns: WasmColumns, limits: ProfileLimits) {
    this.#columns = columns
    this.#bodyAt = columns.value('body')
    this.#others = columns.ints('others', 2 * columns.value('maxOthers'))
    const symbols = columns.value('maxSymbols')
    this.#symbols = new WasmSymbols(
      this.#source,
      this.#bodyAt,
      columns.ints('symbolFrom', symbols),
      columns.ints('symbolTo', symbols),
      columns.bytes('symbolField', symbols),
    )
    this.#extras = new ExtrasText(limits.maxExtrasBytes)
    this.#transcoder = new IonTranscoder(this.#source, this.#symbols, this.#extras, limits.maxDepth)
  }

  /** The profile as views of the WebAssembly's memory, valid until the next call; null where IonReader must read it. */
  read(body: Uint8Array): AgentProfile | null {
    const columns = this.#columns
    if (body.length > columns.maxBody) return null
    columns.body.set(body)
    if (!columns.decodeIon(body.length)) return null
    this.#source.load(body)
    this.#symbols.count = columns.value('symbolCount')
    const { start, end } = this.#readOthers(body.length)
    checkTimes(start, end)
    return { start, end, extras: this.#extras.finish(), ...columns.profile() }
  }

  /** Lets go of the body. */
  release(): void {
    this.#source.load(new Uint8Array(0))
  }

  /** The top-level fields beside the call graph, in their order. Missing times are -1. */
  #readOthers(limit: number): { readonly start: number; readonly end: number } {
    const source = this.#source
    this.#extras.begin()
    const times = { start: -1, end: -1 }
    const count = this.#columns.value('otherCount')
    for (let i = 0; i < count; i++) {
      const symbol = this.#others[2 * i]!
      const at = this.#others[2 * i + 1]! - this.#bodyAt
      const field = this.#symbols.field[symbol]
      if (field === fieldBit.start) times.start = instant(source, source.value(at, limit), 'start')
      else if (field === fieldBit.end) times.end = instant(source, source.value(at, limit), 'end')
      else this.#transcoder.addField(symbol, at, limit)
    }
    return times
  }
}

/** The symbols of the body that was decoded last. */
class WasmSymbols implements SymbolTexts {
  count = 0
  text: Uint8Array = new Uint8Array(0)
  textFrom = 0
  textTo = 0
  /** By symbol: a bit of `fieldBit`, or 0. */
  readonly field: Uint8Array
  readonly #source: IonSource
  /** Where the body starts in the WebAssembly's memory. */
  readonly #bodyAt: number
  readonly #from: Int32Array
  readonly #to: Int32Array

  constructor(source: IonSource, bodyAt: number, from: Int32Array, to: Int32Array, field: Uint8Array) {
    this.#source = source
    this.#bodyAt = bodyAt
    this.#from = from
    this.#to = to
    this.field = field
  }

  findText(symbol: number): boolean {
    if (symbol >= this.count || symbol === 0) return false
    const name = systemNames[symbol]
    this.text = name ?? this.#source.bytes
    this.textFrom = name === undefined ? this.#from[symbol]! - this.#bodyAt : 0
    this.textTo = name === undefined ? this.#to[symbol]! - this.#bodyAt : name.length
    return true
  }
}
