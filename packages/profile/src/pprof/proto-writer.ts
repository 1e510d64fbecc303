import { ByteWriter } from '../byte-writer.ts'

/** How a field's value is written. */
const varintType = 0
const lengthType = 2

/** Writes protocol buffers. Zero values, which readers assume, are left out. */
export class ProtoWriter extends ByteWriter {
  /** A whole number from 0 to 2^53, or one beyond as a bigint. */
  varint(value: number | bigint): void {
    this.reserve(10)
    let rest = value
    for (; typeof rest === 'bigint' && rest > 0xffff_ffffn; rest >>= 7n)
      this.byte(Number(rest & 0x7fn) | 0x80)
    let small = Number(rest)
    for (; small >= 0x80; small = Math.floor(small / 0x80)) this.bytes[this.length++] = (small % 0x80) | 0x80
    this.bytes[this.length++] = small
  }

  number(field: number, value: number | bigint): void {
    if (value === 0 || value === 0n) return
    this.varint(field * 8 + varintType)
    this.varint(value)
  }

  /** Announces a string, message or packed list of that many bytes. */
  head(field: number, length: number): void {
    this.varint(field * 8 + lengthType)
    this.varint(length)
  }

  text(field: number, bytes: Uint8Array, from: number, to: number): void {
    this.head(field, to - from)
    this.raw(bytes, from, to)
  }

  message(field: number, body: ProtoWriter): void {
    this.text(field, body.bytes, 0, body.length)
  }
}

/** Bytes of `varint(value)`. */
export function varintBytes(value: number): number {
  let size = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++
  return size
}
