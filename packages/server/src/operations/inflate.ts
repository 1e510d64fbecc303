import { createGunzip } from 'node:zlib'
import { type ApiError, invalid } from '@wick/wire'

/** Undoes gzip within limits. @throws ValidationException naming the limit */
export type Inflate = (body: Uint8Array) => Promise<Inflated>

interface Inflated {
  /** In a buffer of exactly its size. */
  readonly bytes: Uint8Array
  /** The bytes are needed no more. */
  giveBack(): void
}

/** Profiles compress 10 to 30 times; zeros compress 1,000 times. Below a mebibyte a high ratio says nothing. */
const maxRatio = 100
const ratioFreeBytes = 1024 * 1024

/** zlib has four threads: more at once would only hold more memory. */
const atOnce = 4

const minChunkBytes = 16 * 1024
/** Head and end of a gzip file of nothing. */
const emptyGzipBytes = 18

/** @param maxInflatedBytes of one body, and of all together that are not given back: who comes then waits its turn */
export function inflater(maxInflatedBytes: number): Inflate {
  const share = shares(maxInflatedBytes)
  return async (body) => {
    const ratioBytes = Math.max(ratioFreeBytes, body.length * maxRatio)
    const limit = Math.min(maxInflatedBytes, ratioBytes)
    const held = await share(Math.max(limit, Math.floor(maxInflatedBytes / atOnce)))
    try {
      const bytes = await gunzip(body, limit, () =>
        invalid(
          ratioBytes < maxInflatedBytes
            ? `The body inflates to more than ${maxRatio} times its size, the most that is allowed above ${ratioFreeBytes} bytes.`
            : `The body inflates to more than ${maxInflatedBytes} bytes, the most that is allowed.`,
        ),
      )
      held.shrinkTo(bytes.length)
      return { bytes, giveBack: () => held.shrinkTo(0) }
    } catch (error) {
      held.shrinkTo(0)
      throw error
    }
  }
}

/** Whether the bytes are gzip: neither JSON nor Ion begins like it. */
export function isGzip(body: Uint8Array): boolean {
  return body[0] === 0x1f && body[1] === 0x8b
}

/**
 * Piece by piece into its place, so that a large body keeps this thread for no longer than a piece takes to copy; zlib
 * works in threads of its own.
 */
function gunzip(body: Uint8Array, limit: number, tooLong: () => ApiError): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // An honest body says at its end how long it was. Untouched memory costs nothing.
    const expected = Math.min(limit, declaredBytes(body))
    const stream = createGunzip({ chunkSize: Math.min(Math.max(expected, minChunkBytes), ratioFreeBytes) })
    let target = Buffer.allocUnsafeSlow(expected)
    let length = 0
    stream.on('data', (piece: Uint8Array) => {
      const end = length + piece.length
      if (end > limit) {
        stream.destroy()
        reject(tooLong())
        return
      }
      if (end > target.length)
        target = grown(target.subarray(0, length), Math.min(limit, Math.max(end, 2 * target.length)))
      target.set(piece, length)
      length = end
    })
    stream.once('error', () => reject(invalid('The body is not valid gzip.')))
    stream.once('end', () =>
      resolve(length === target.length ? target : grown(target.subarray(0, length), length)),
    )
    stream.end(body)
  })
}

function declaredBytes(body: Uint8Array): number {
  if (body.length < emptyGzipBytes) return minChunkBytes
  return new DataView(body.buffer, body.byteOffset + body.length - 4, 4).getUint32(0, true)
}

function grown(bytes: Uint8Array, length: number): Buffer<ArrayBuffer> {
  const made = Buffer.allocUnsafeSlow(length)
  made.set(bytes)
  return made
}

interface Share {
  /** Gives back all but so much. */
  shrinkTo(bytes: number): void
}

/** Hands out shares of a whole, first come, first served; who cannot be served now waits. */
function shares(whole: number): (share: number) => Promise<Share> {
  let free = whole
  const waiting: { readonly share: number; readonly begin: () => void }[] = []
  const serve = (): void => {
    while (waiting.length > 0 && waiting[0]!.share <= free) {
      const { share, begin } = waiting.shift()!
      free -= share
      begin()
    }
  }
  return async (share) => {
    await new Promise<void>((begin) => {
      waiting.push({ share, begin })
      serve()
    })
    let held = share
    return {
      shrinkTo: (bytes) => {
        free += held - Math.min(held, bytes)
        held = Math.min(held, bytes)
        serve()
      },
    }
  }
}
