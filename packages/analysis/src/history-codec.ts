import type { HistoryColumn } from './frame-history.ts'

/**
 * An hour of a frame history as bytes, format version 1, integers little-endian:
 *
 *     u8 version · u32 length of the head · head: JSON {hour, samples, rows, followed} · padding to a multiple of 4
 *     · by row, f32: shares · steps · surprises
 */
const version = 1
const headAt = 5
const columns = 3
const floatBytes = Float32Array.BYTES_PER_ELEMENT

export function encodeColumn({ shares, steps, surprises, ...rest }: HistoryColumn): Uint8Array {
  const rows = shares.length
  const head = new TextEncoder().encode(JSON.stringify({ ...rest, rows }))
  const floatsAt = aligned(headAt + head.length)
  const bytes = new Uint8Array(floatsAt + columns * floatBytes * rows)
  bytes[0] = version
  new DataView(bytes.buffer).setUint32(1, head.length, true)
  bytes.set(head, headAt)
  for (const [i, column] of [shares, steps, surprises].entries())
    new Float32Array(bytes.buffer, floatsAt + i * floatBytes * rows, rows).set(column)
  return bytes
}

/** @throws RangeError where it is not what `encodeColumn` writes, or of a later version */
export function decodeColumn(bytes: Uint8Array): HistoryColumn {
  if (bytes[0] !== version)
    throw new RangeError(`an hour of a history has format version ${bytes[0]}, known is ${version}`)
  const headLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true)
  const { rows, ...rest } = JSON.parse(new TextDecoder().decode(bytes.subarray(headAt, headAt + headLength)))
  const floatsAt = aligned(headAt + headLength)
  if (bytes.length !== floatsAt + columns * floatBytes * rows)
    throw new RangeError('an hour of a history is cut short')
  // A copy: floats lie at multiples of four, and these bytes may not.
  const floats = new Float32Array(new Uint8Array(bytes.subarray(floatsAt)).buffer)
  const column = (i: number): Float32Array => floats.subarray(i * rows, (i + 1) * rows)
  return { ...rest, shares: column(0), steps: column(1), surprises: column(2) }
}

function aligned(length: number): number {
  return Math.ceil(length / floatBytes) * floatBytes
}
