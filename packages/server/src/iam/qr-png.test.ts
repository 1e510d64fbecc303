import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import decodeQR from 'qr/decode.js'
import { qrPng } from './qr-png.ts'

/** An image of one bit for each pixel, unfiltered: as every PNG reader sees it. */
function readPng(png: Buffer): { width: number; height: number; data: Uint8Array } {
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const header = chunks.get('IHDR')!
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const rows = inflateSync(chunks.get('IDAT')!)
  const stride = 1 + Math.ceil(width / 8)
  assert.equal(rows.length, stride * height)
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isWhite = (rows[y * stride + 1 + (x >> 3)]! >> (7 - (x & 7))) & 1
      data.fill(isWhite * 255, (y * width + x) * 4, (y * width + x) * 4 + 3)
      data[(y * width + x) * 4 + 3] = 255
    }
  return { width, height, data }
}

test('a QR code can be read back from its picture', () => {
  const uri = 'otpauth://totp/Wick:phone%40123456789012?issuer=Wick&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  const png = Buffer.from(qrPng(uri))
  assert.equal(png.toString('latin1', 0, 8), '\x89PNG\r\n\x1a\n')
  assert.equal(decodeQR(readPng(png)), uri)
})
