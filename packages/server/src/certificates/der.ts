/**
 * Reads DER (ITU-T X.690) strictly: lengths definite and shortest, tags of one byte, nothing behind what was read. What is
 * needed of certificates and revocation lists beyond what the platform tells: their extensions and the parts of their names.
 */

/** Not a certificate or list as we take it. `message` is for whoever sent it. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

export interface Element {
  readonly tag: number
  readonly content: Buffer
  /** With tag and length. */
  readonly whole: Buffer
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

const contextBit = 0x80
const constructedBit = 0x20

/** Tag of `[number]` that holds other elements. */
export function constructed(number: number): number {
  return contextBit | constructedBit | number
}

/** Tag of `[number]` that holds a value. */
export function primitive(number: number): number {
  return contextBit | number
}

/** The one element that the bytes are. @throws CertificateError */
export function only(bytes: Buffer): Element {
  const [element, ...more] = elements(bytes)
  if (element === undefined || more.length > 0) throw malformed()
  return element
}

/** The elements that follow one another in the bytes. @throws CertificateError */
export function elements(bytes: Buffer): Element[] {
  const found: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at)
    found.push(element)
    at += element.whole.length
  }
  return found
}

/** What an element of this tag consists of. @throws CertificateError where it is another or missing */
export function parts(element: Element | undefined, tag: number): Element[] {
  return elements(contentOf(element, tag))
}

/** @throws CertificateError where it is another or missing */
export function contentOf(element: Element | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw malformed()
  return element.content
}

function elementAt(bytes: Buffer, start: number): Element {
  const tag = bytes[start]!
  // Tags above 30 take more bytes; nothing here has one.
  if ((tag & 0x1f) === 0x1f) throw malformed()
  const first = bytes[start + 1] ?? 0xff
  let length = first
  let at = start + 2
  if (first >= 0x80) {
    const count = first & 0x7f
    // 0 would be the indefinite form; more than three bytes is more than anything here is long.
    if (count === 0 || count > 3 || at + count > bytes.length) throw malformed()
    length = bytes.readUIntBE(at, count)
    at += count
    const isShortest = length >= 0x80 && length >= 2 ** (8 * (count - 1))
    if (!isShortest) throw malformed()
  }
  if (at + length > bytes.length) throw malformed()
  return { tag, content: bytes.subarray(at, at + length), whole: bytes.subarray(start, at + length) }
}

/** `2.5.29.15`. @throws CertificateError */
export function oidOf(element: Element | undefined): string {
  const bytes = contentOf(element, tags.oid)
  if (bytes.length === 0 || bytes.length > maxOidBytes || bytes.at(-1)! >= 0x80) throw malformed()
  const numbers: number[] = []
  let value = 0
  let isFirst = true
  for (const byte of bytes) {
    if (isFirst && byte === 0x80) throw malformed()
    value = value * 128 + (byte & 0x7f)
    if (value > Number.MAX_SAFE_INTEGER / 128) throw malformed()
    isFirst = byte < 0x80
    if (!isFirst) continue
    if (numbers.length === 0) {
      const top = Math.min(Math.floor(value / 40), 2)
      numbers.push(top, value - 40 * top)
    } else numbers.push(value)
    value = 0
  }
  return numbers.join('.')
}

const maxOidBytes = 64

/** Not negative. @throws CertificateError */
export function integerOf(element: Element | undefined): bigint {
  const bytes = contentOf(element, tags.integer)
  const isShortest = bytes.length === 1 || bytes[0] !== 0 || bytes[1]! >= 0x80
  if (bytes.length === 0 || !isShortest) throw malformed()
  if (bytes[0]! >= 0x80) throw new CertificateError('The certificate holds a negative number.')
  return BigInt(`0x${bytes.toString('hex')}`)
}

/** @throws CertificateError */
export function booleanOf(element: Element | undefined): boolean {
  const bytes = contentOf(element, tags.boolean)
  if (bytes.length !== 1 || (bytes[0] !== 0 && bytes[0] !== 0xff)) throw malformed()
  return bytes[0] === 0xff
}

/** The bits as bytes; the first bit is the highest of the first byte. @throws CertificateError */
export function bitsOf(element: Element | undefined): Buffer {
  const bytes = contentOf(element, tags.bitString)
  const unused = bytes[0] ?? 8
  if (unused > 7 || (unused > 0 && bytes.length === 1)) throw malformed()
  // Bits that do not count are zero.
  if (unused > 0 && bytes.at(-1)! & ((1 << unused) - 1)) throw malformed()
  return bytes.subarray(1)
}

/** Bits that are whole bytes. @throws CertificateError */
export function octetsOf(element: Element | undefined): Buffer {
  const octets = bitsOf(element)
  if (element!.content[0] !== 0) throw malformed()
  return octets
}

/** UTCTime or GeneralizedTime in the forms of RFC 5280 4.1.2.5, in epoch milliseconds. @throws CertificateError */
export function timeOf(element: Element | undefined): number {
  const text = element?.content.toString('latin1') ?? ''
  const isShort = element?.tag === tags.utcTime
  if (!isShort && element?.tag !== tags.generalizedTime) throw malformed()
  if (text.length !== (isShort ? 13 : 15)) throw malformed()
  const digits = isShort ? `${text.slice(0, 2) < '50' ? '20' : '19'}${text}` : text
  const at = (from: number, to: number) => digits.slice(from, to)
  const iso = `${at(0, 4)}-${at(4, 6)}-${at(6, 8)}T${at(8, 10)}:${at(10, 12)}:${at(12, 14)}.000${at(14, 15)}`
  const time = Date.parse(iso)
  // What Date rolls over or reads more loosely reads back differently.
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso) throw malformed()
  return time
}

/** Text of a name, in any of the encodings that authorities use. @throws CertificateError */
export function textOf({ tag, content }: Element): string {
  const decode = textDecoders[tag]
  if (decode === undefined) throw malformed()
  const text = decode(content)
  if (text === '' || !isPrintable(text)) throw malformed()
  return text
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const ascii = (bytes: Buffer): string => {
  if (bytes.some((byte) => byte >= 0x80)) throw malformed()
  return bytes.toString('latin1')
}
const textDecoders: Readonly<Record<number, (bytes: Buffer) => string>> = {
  [tags.utf8String]: (bytes) => {
    try {
      return utf8.decode(bytes)
    } catch {
      throw malformed()
    }
  },
  [tags.printableString]: ascii,
  [tags.ia5String]: ascii,
  [tags.teletexString]: ascii,
  [tags.bmpString]: (bytes) => {
    if (bytes.length % 2 !== 0) throw malformed()
    return Buffer.from(bytes).swap16().toString('utf16le')
  },
}

/** No control characters: a NUL or a line break in a name is there to deceive whoever reads it. */
export function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 32 || (code >= 127 && code < 160)) return false
  }
  return text.isWellFormed()
}

export function malformed(): CertificateError {
  return new CertificateError('The certificate or list cannot be read: it is not the DER of RFC 5280.')
}
