/** Ion binary by hand, for what no library would write. */

export const ionMarker = Buffer.from([0xe0, 0x01, 0x00, 0xea])

export const ionType = { int: 2, string: 8, list: 11, struct: 13, annotation: 14 } as const

/** A value of a type, its length written as long as it needs. */
export function ionValue(type: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content)
  const short = Math.min(bytes.length, 14)
  const length = short === 14 ? varUInt(bytes.length) : Buffer.alloc(0)
  return Buffer.concat([Buffer.from([(type << 4) | short]), length, bytes])
}

export function ionField(symbol: number, value: Uint8Array): Buffer {
  return Buffer.concat([varUInt(symbol), value])
}

/** A symbol table: its names are the symbols from 10 on. */
export function ionSymbols(...names: readonly string[]): Buffer {
  const strings = names.map((name) => ionValue(ionType.string, Buffer.from(name)))
  const table = ionValue(ionType.struct, ionField(7, ionValue(ionType.list, ...strings)))
  return ionValue(ionType.annotation, Buffer.from([0x81, 0x83]), table)
}

export function ionInt(value: number): Buffer {
  const hex = value.toString(16)
  return ionValue(ionType.int, Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'))
}

/** Seven bits a byte, high ones first, the last byte marked. */
function varUInt(value: number): Buffer {
  const bytes = [(value & 0x7f) | 0x80]
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift(left & 0x7f)
  return Buffer.from(bytes)
}
