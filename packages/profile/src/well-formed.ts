import type { NameTable } from './name-table.ts'
import { encodeName, utf8SequenceLength } from './wtf8.ts'

/** For formats that have no lone surrogates: the same names with U+FFFD, which also takes three bytes, for each. */
export function withoutSurrogates(table: NameTable): NameTable {
  let bytes = table.bytes
  for (let i = bytes.indexOf(0xed); i >= 0; i = bytes.indexOf(0xed, i + 1)) {
    if (bytes[i + 1]! < 0xa0) continue
    if (bytes === table.bytes) bytes = table.bytes.slice()
    bytes.set([0xef, 0xbf, 0xbd], i)
  }
  return { ...table, bytes }
}

/** Whether bytes[from … to) are UTF-8; the three bytes behind them must be readable. */
export function isUtf8(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    if (bytes[at]! < 0x80) {
      at++
      continue
    }
    const length = utf8SequenceLength(bytes, at)
    if (length === 0 || at + length > to) return false
    at += length
  }
  return true
}

/** A foreign tool's text that is no UTF-8, with U+FFFD for what is wrong. */
export function repaired(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return encodeName(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, to)))
}
