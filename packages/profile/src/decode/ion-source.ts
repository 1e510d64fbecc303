/** The bytes of an Ion binary body and the places of its reader; every length is checked before it is believed. */
import { malformed } from '../profile-error.ts'
import { utf8SequenceLength } from '../wtf8.ts'

/** Type codes of Ion binary 1.0: the upper half of a value's first byte. */
export const ionType = {
  null: 0,
  bool: 1,
  positiveInt: 2,
  negativeInt: 3,
  float: 4,
  decimal: 5,
  timestamp: 6,
  symbol: 7,
  string: 8,
  clob: 9,
  blob: 10,
  list: 11,
  sexp: 12,
  struct: 13,
  annotation: 14,
}

const nullLength = 15
/** Lengths and symbol ids beyond this cannot be real: no body is that long. */
const largest = 0x7fffffff

export class IonSource {
  bytes: Uint8Array = new Uint8Array(0)
  view: DataView = new DataView(new ArrayBuffer(0))
  /** Of the value whose head was read last: its type, whether it is null, and where it ends. */
  type = 0
  isNull = false
  end = 0
  /** The variable-length number read last. */
  number = 0

  load(body: Uint8Array): void {
    this.bytes = body
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  }

  /** Reads a VarUInt into `number`; returns the place after it. */
  varUint(at: number, limit: number): number {
    const byte = at < limit ? this.bytes[at]! : 0
    if (byte >= 0x80) {
      this.number = byte & 0x7f
      return at + 1
    }
    return this.#longVarUint(at, limit)
  }

  #longVarUint(at: number, limit: number): number {
    let value = 0
    for (let pos = at; ; pos++) {
      if (pos >= limit) throw malformed(pos, 'a number does not end inside its container')
      const byte = this.bytes[pos]!
      value = value * 128 + (byte & 0x7f)
      if (value > largest) throw malformed(at, 'a length or symbol id is too large')
      if (byte >= 0x80) {
        this.number = value
        return pos + 1
      }
    }
  }

  /** Reads a VarInt into `number` (-0 where the sign of zero is set); returns the place after it. */
  varInt(at: number, limit: number): number {
    if (at >= limit) throw malformed(at, 'a number does not end inside its container')
    const first = this.bytes[at]!
    let value = first & 0x3f
    let pos = at
    for (let byte = first; byte < 0x80; ) {
      pos++
      if (pos >= limit) throw malformed(pos, 'a number does not end inside its container')
      byte = this.bytes[pos]!
      value = value * 128 + (byte & 0x7f)
      if (value > largest) throw malformed(at, 'a number is too large')
    }
    this.number = (first & 0x40) !== 0 ? -value : value
    return pos + 1
  }

  /** Reads the head of the value at `at` into `type`, `isNull` and `end`; returns where its content starts. */
  head(at: number, limit: number): number {
    if (at >= limit) throw malformed(at, 'expected a value')
    const descriptor = this.bytes[at]!
    const type = descriptor >> 4
    const short = descriptor & 15
    let content = at + 1
    let length = short
    this.type = type
    this.isNull = short === nullLength
    if (short === nullLength || type === ionType.bool) {
      this.#checkEmpty(at, type, short)
      length = 0
    } else if (short === 14 || (short === 1 && type === ionType.struct)) {
      content = this.varUint(content, limit)
      length = this.number
      if (short === 1 && length === 0) throw malformed(at, 'a sorted struct must not be empty')
    }
    if (type === ionType.annotation && short < 3) throw malformed(at, 'an impossible annotation')
    if (type === 15) throw malformed(at, 'a reserved type')
    this.end = content + length
    if (this.end > limit) throw malformed(at, 'a value is longer than what holds it')
    return content
  }

  /** As `head`, for the value inside when there are annotations, which are passed over. */
  value(at: number, limit: number): number {
    const content = this.head(at, limit)
    if (this.type !== ionType.annotation) return content
    const end = this.end
    const inner = this.head(this.annotations(content, end), end)
    if (this.type === ionType.annotation) throw malformed(at, 'an annotation must not hold an annotation')
    if (this.type === ionType.null && !this.isNull) throw malformed(at, 'an annotation must hold a value')
    if (this.end !== end) throw malformed(at, 'an annotated value has the wrong length')
    return inner
  }

  /** The place after an annotation wrapper's symbols, which start at `content`. */
  annotations(content: number, end: number): number {
    const from = this.varUint(content, end)
    const to = from + this.number
    if (this.number === 0 || to >= end) throw malformed(content, 'an impossible annotation')
    for (let pos = from; pos < to; ) pos = this.varUint(pos, to)
    return to
  }

  #checkEmpty(at: number, type: number, short: number): void {
    if (type === ionType.bool && short > 1 && short !== nullLength)
      throw malformed(at, 'an impossible boolean')
    if (type === ionType.annotation) throw malformed(at, 'an impossible annotation')
  }

  /** Refuses bytes that are no UTF-8. */
  checkUtf8(from: number, to: number): void {
    const { bytes, view } = this
    if (to - from >= 4) {
      let bits = view.getInt32(to - 4)
      for (let pos = from; pos < to - 4; pos += 4) bits |= view.getInt32(pos)
      if ((bits & 0x80808080) === 0) return
    }
    let pos = from
    while (pos < to) {
      if (bytes[pos]! < 0x80) {
        pos++
        continue
      }
      const length = utf8SequenceLength(bytes, pos)
      if (length === 0 || pos + length > to) throw malformed(pos, 'invalid UTF-8')
      pos += length
    }
  }
}
