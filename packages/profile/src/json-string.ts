import type { ByteWriter } from './byte-writer.ts'

/** Writes bytes[from … to), which are WTF-8, as a JSON string; lone surrogates become \u escapes. */
export function writeJsonString(writer: ByteWriter, bytes: Uint8Array, from: number, to: number): void {
  writer.reserve((to - from) * 6 + 2)
  const out = writer.bytes
  let at = writer.length
  out[at++] = 0x22
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (byte < 0x20) {
      at = writeEscape(out, at, byte)
    } else if (byte === 0x22 || byte === 0x5c) {
      out[at++] = 0x5c
      out[at++] = byte
    } else if (byte === 0xed && bytes[i + 1]! >= 0xa0) {
      // Only lone surrogates start so.
      at = writeEscape(out, at, 0xd000 | ((bytes[i + 1]! & 0x3f) << 6) | (bytes[i + 2]! & 0x3f))
      i += 2
    } else {
      out[at++] = byte
    }
  }
  out[at++] = 0x22
  writer.length = at
}

const hexDigits = '0123456789abcdef'

/** One UTF-16 unit as `\u` and four digits. @returns the place after it */
function writeEscape(out: Uint8Array, at: number, unit: number): number {
  out[at] = 0x5c
  out[at + 1] = 0x75
  for (let i = 0; i < 4; i++) out[at + 2 + i] = hexDigits.charCodeAt((unit >> (12 - 4 * i)) & 15)
  return at + 6
}
