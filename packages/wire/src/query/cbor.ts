import { ApiError } from '../errors.ts'

/** CBOR (RFC 8949), as far as Smithy's RPC v2 uses it: what JSON has, instants and bytes. */

/** More than any operation has. */
const maxDepth = 16
/** A byte each at least: a body of a megabyte could hold as many. */
const maxItems = 100_000

const majors = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const
const indefinite = 31
const endOfIndefinite = 0xff
const instantTag = 1

/** A tagged instant, in seconds since 1970, is a number like any other: shapes know which are instants. */
export type CborValue = null | boolean | number | string | Uint8Array | readonly CborValue[] | CborObject
export interface CborObject {
  readonly [key: string]: CborValue
}

/** @throws ApiError SerializationException where the bytes are no CBOR, or something that no operation takes */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  let items = 0

  const take = (count: number): number => {
    if (count > bytes.length - at) throw notCbor('it ends in the midst of something')
    at += count
    return at - count
  }
  const isEnd = (): boolean => {
    if (bytes[take(1)] === endOfIndefinite) return true
    at -= 1
    return false
  }
  /** Length, count or value that stands behind the first byte. */
  const argument = (info: number): number => {
    if (info < 24) return info
    if (info === 24) return view.getUint8(take(1))
    if (info === 25) return view.getUint16(take(2))
    if (info === 26) return view.getUint32(take(4))
    const value = info === 27 ? Number(view.getBigUint64(take(8))) : Number.NaN
    if (!Number.isSafeInteger(value)) throw notCbor('it holds a number that is too large')
    return value
  }
  const slice = (info: number): Uint8Array => {
    const length = argument(info)
    const start = take(length)
    return bytes.subarray(start, start + length)
  }
  /** Pieces of the same kind until the end. */
  const pieces = (major: number): Uint8Array => {
    const found: Uint8Array[] = []
    while (!isEnd()) {
      count()
      const head = bytes[take(1)]!
      if (head >> 5 !== major || (head & 31) === indefinite)
        throw notCbor('a text or bytes in parts has another part')
      found.push(slice(head & 31))
    }
    return Buffer.concat(found)
  }
  const count = (): void => {
    items += 1
    if (items > maxItems) throw notCbor(`it holds more than ${maxItems} values`)
  }

  const list = (info: number, depth: number): CborValue[] => {
    const found: CborValue[] = []
    if (info === indefinite) while (!isEnd()) found.push(value(depth))
    else for (let left = argument(info); left > 0; left -= 1) found.push(value(depth))
    return found
  }
  const object = (info: number, depth: number): CborObject => {
    const found = new Map<string, CborValue>()
    const entry = (): void => {
      const key = value(depth)
      if (typeof key !== 'string') throw notCbor('it has a key that is no text')
      if (found.has(key)) throw notCbor(`it has the key '${key.slice(0, 64)}' twice`)
      found.set(key, value(depth))
    }
    if (info === indefinite) while (!isEnd()) entry()
    else for (let left = argument(info); left > 0; left -= 1) entry()
    // Own properties, whatever they are called.
    return Object.fromEntries(found)
  }
  const simple = (info: number): CborValue => {
    switch (info) {
      case 20:
        return false
      case 21:
        return true
      case 22:
      case 23:
        return null
      case 25:
        return halfFloat(view.getUint16(take(2)))
      case 26:
        return view.getFloat32(take(4))
      case 27:
        return view.getFloat64(take(8))
      default:
        throw notCbor('it holds something that is no value')
    }
  }

  const value = (depth: number): CborValue => {
    if (depth > maxDepth) throw notCbor('it is nested too deeply')
    count()
    const head = bytes[take(1)]!
    const info = head & 31
    switch (head >> 5) {
      case majors.unsigned:
        return argument(info)
      case majors.negative:
        return -1 - argument(info)
      case majors.bytes:
        return info === indefinite ? pieces(majors.bytes) : slice(info)
      case majors.text:
        return text(info === indefinite ? pieces(majors.text) : slice(info))
      case majors.array:
        return list(info, depth + 1)
      case majors.map:
        return object(info, depth + 1)
      case majors.tag:
        if (argument(info) !== instantTag) throw notCbor('it has a tag that nothing here has')
        return value(depth + 1)
      default:
        return simple(info)
    }
  }

  const decoded = value(0)
  if (at !== bytes.length) throw notCbor('something stands behind its end')
  return decoded
}

function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw notCbor('it holds text that is not UTF-8')
  }
}

/** Sign, five bits of exponent, ten of fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function notCbor(why: string): ApiError {
  return new ApiError('SerializationException', `The body is not valid CBOR: ${why}.`)
}

/** Writes values one after the other. */
export class CborWriter {
  readonly #parts: Uint8Array[] = []

  head(major: keyof typeof majors, argument: number): void {
    const first = majors[major] << 5
    if (argument < 24) this.#parts.push(Uint8Array.of(first | argument))
    else if (argument <= 0xffff_ffff) {
      const bytes = new DataView(new ArrayBuffer(5))
      bytes.setUint8(0, first | 26)
      bytes.setUint32(1, argument)
      this.#parts.push(new Uint8Array(bytes.buffer))
    } else {
      const bytes = new DataView(new ArrayBuffer(9))
      bytes.setUint8(0, first | 27)
      bytes.setBigUint64(1, BigInt(argument))
      this.#parts.push(new Uint8Array(bytes.buffer))
    }
  }

  integer(value: number): void {
    if (value >= 0) this.head('unsigned', value)
    else this.head('negative', -1 - value)
  }

  double(value: number): void {
    const bytes = new DataView(new ArrayBuffer(9))
    bytes.setUint8(0, (majors.simple << 5) | 27)
    bytes.setFloat64(1, value)
    this.#parts.push(new Uint8Array(bytes.buffer))
  }

  boolean(value: boolean): void {
    this.head('simple', value ? 21 : 20)
  }

  /** @param seconds since 1970 */
  instant(seconds: number): void {
    this.head('tag', instantTag)
    this.double(seconds)
  }

  text(value: string): void {
    const bytes = Buffer.from(value)
    this.head('text', bytes.length)
    this.#parts.push(bytes)
  }

  bytes(value: Uint8Array): void {
    this.head('bytes', value.length)
    this.#parts.push(value)
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}
