import { createGunzip } from 'node:zlib'
import { ApiError, invalid } from '@wick/wire'
import { bodyBuffer } from '../threads/body-buffer.ts'
import { letGo } from '../threads/let-go.ts'

/** Undoes gzip within limits. @throws ValidationException naming the limit */
export type Inflate = (body: Uint8Array) => Promise<Inflated>

interface Inflated {
  /** In a buffer of its own. */
  readonly bytes: Uint8Array
  /** The bytes are needed no more. */
  giveBack(): void
}

/** Profiles compress 10 to 30 times; zeros compress 1,000 times. Below a mebibyte a high ratio says nothing. */
const maxRatio = 100
const ratioFreeBytes = 1024 * 1024

const minChunkBytes = 16 * 1024
/** Head and end of a gzip file of nothing. */
const emptyGzipBytes = 18

/**
 * @param maxInflatedBytes of one body
 * @param room for all together that are not given back, at the moment: who comes then waits its turn
 */
export function inflater(maxInflatedBytes: number, room: () => number = () => maxInflatedBytes): Inflate {
  const share = shares(room)
  const within = async (body: Uint8Array, limit: number): Promise<Inflated | null> => {
    const held = await share(limit)
    try {
      const bytes = await gunzip(body, limit)
      held.shrinkTo(bytes?.length ?? 0)
      return bytes && { bytes, giveBack: () => held.shrinkTo(0) }
    } catch (error) {
      held.shrinkTo(0)
      throw error
    }
  }
  return async (body) => {
    const ratioBytes = Math.max(ratioFreeBytes, body.length * maxRatio)
    const limit = Math.min(maxInflatedBytes, ratioBytes)
    const expected = Math.min(limit, declaredBytes(body))
    const inflated = (await within(body, expected)) ?? (expected < limit ? await within(body, limit) : null)
    if (inflated !== null) return inflated
    throw invalid(
      ratioBytes < maxInflatedBytes
        ? `The body inflates to more than ${maxRatio} times its size, the most that is allowed above ${ratioFreeBytes} bytes.`
        : `The body inflates to more than ${maxInflatedBytes} bytes, the most that is allowed.`,
    )
  }
}

/** Whether the bytes are gzip: neither JSON nor Ion begins like it. */
export function isGzip(body: Uint8Array): boolean {
  return body[0] === 0x1f && body[1] === 0x8b
}

/**
 * Piece by piece into its place, so that a large body keeps this thread for no longer than a piece takes to copy; zlib
 * works in threads of its own. Null where it is longer than `limit`.
 */
function gunzip(body: Uint8Array, limit: number): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    const stream = createGunzip({ chunkSize: Math.min(Math.max(limit, minChunkBytes), ratioFreeBytes) })
    // Untouched memory costs nothing.
    const target = bodyBuffer(limit)
    let length = 0
    stream.on('data', (piece: Uint8Array) => {
      const end = length + piece.length
      if (end > limit) {
        stream.destroy()
        resolve(null)
        return
      }
      target.set(piece, length)
      length = end
      // A full one zlib leaves for another; a hundred of them would wait for the garbage collector.
      if (piece.byteLength === piece.buffer.byteLength) letGo(piece)
    })
    stream.once('error', () => reject(invalid('The body is not valid gzip.')))
    // What is shorter than expected is copied, so that nobody holds the rest.
    stream.once('end', () => {
      if (length === limit) return resolve(target)
      const exact = bodyBuffer(length)
      exact.set(target.subarray(0, length))
      resolve(exact)
    })
    stream.end(body)
  })
}

/** What a body says at its end: the length of all that is not a file behind another one. */
function declaredBytes(body: Uint8Array): number {
  if (body.length < emptyGzipBytes) return minChunkBytes
  return new DataView(body.buffer, body.byteOffset + body.length - 4, 4).getUint32(0, true)
}

interface Share {
  /** Gives back all but so much. */
  shrinkTo(bytes: number): void
}

/** Hands out shares of a whole, first come, first served; who cannot be served now waits, unless it is more than there is. */
function shares(whole: () => number): (share: number) => Promise<Share> {
  let taken = 0
  const waiting: {
    readonly share: number
    readonly begin: () => void
    readonly refuse: (error: Error) => void
  }[] = []
  const serve = (): void => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const { share, begin, refuse } = first
      const most = whole()
      if (share <= most && taken + share > most) return
      waiting.shift()
      if (share > most) {
        refuse(
          new ApiError('ServiceUnavailableException', 'There is no room to inflate the body at the moment.'),
        )
        continue
      }
      taken += share
      begin()
    }
  }
  return async (share) => {
    await new Promise<void>((begin, refuse) => {
      waiting.push({ share, begin, refuse })
      serve()
    })
    let held = share
    return {
      shrinkTo: (bytes) => {
        taken -= held - Math.min(held, bytes)
        held = Math.min(held, bytes)
        serve()
      },
    }
  }
}
