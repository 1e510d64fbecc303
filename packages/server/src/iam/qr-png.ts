/** QR codes as PNG images: black and white, one bit for each pixel. */
import { Buffer } from 'node:buffer'
import { crc32, deflateSync } from 'node:zlib'
import encodeQR from 'qr'

const pixelsPerModule = 5
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export function qrPng(text: string): Uint8Array {
  // Four modules around it, as the standard asks.
  return png(encodeQR(text, 'raw', { border: 4, scale: pixelsPerModule }))
}

/** @param rows pixels, true for black; all rows of the same length */
function png(rows: readonly (readonly boolean[])[]): Uint8Array {
  const width = rows[0]!.length
  const stride = 1 + Math.ceil(width / 8)
  // Each row begins with its filter: 0, none. White is 1.
  const pixels = Buffer.alloc(stride * rows.length)
  for (const [y, row] of rows.entries())
    for (const [x, isBlack] of row.entries())
      if (!isBlack) pixels[y * stride + 1 + (x >> 3)]! |= 0x80 >> (x & 7)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(rows.length, 4)
  // Bit depth 1, greyscale; then deflate, no filters beyond the rows' own, not interlaced.
  header[8] = 1
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
