import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { invalid } from '@wick/wire'

const gunzipAsync = promisify(gunzip)

/** Undoes gzip within limits. @throws ValidationException naming the limit */
export type Inflate = (body: Uint8Array) => Promise<Uint8Array>

/** Profiles compress 10 to 30 times; zeros compress 1,000 times. Below a mebibyte a high ratio says nothing. */
const maxRatio = 100
const ratioFreeBytes = 1024 * 1024

/** zlib has four threads: more at once would only hold more memory. */
const atOnce = 4

const minChunkBytes = 16 * 1024
/** Head and end of a gzip file of nothing. */
const emptyGzipBytes = 18

export function inflater(maxInflatedBytes: number): Inflate {
  // All that is under way may become `maxInflatedBytes` together: of the largest bodies there is one at a time.
  const share = shares(maxInflatedBytes)
  return async (body) => {
    const ratioBytes = Math.max(ratioFreeBytes, body.length * maxRatio)
    const maxOutputLength = Math.min(maxInflatedBytes, ratioBytes)
    const release = await share(Math.max(maxOutputLength, maxInflatedBytes / atOnce))
    try {
      return await gunzipAsync(body, {
        maxOutputLength,
        chunkSize: chunkBytes(body),
      })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE')
        throw invalid('The body is not valid gzip.')
      throw invalid(
        ratioBytes < maxInflatedBytes
          ? `The body inflates to more than ${maxRatio} times its size, the most that is allowed above ${ratioFreeBytes} bytes.`
          : `The body inflates to more than ${maxInflatedBytes} bytes, the most that is allowed.`,
      )
    } finally {
      release()
    }
  }
}

/** Whether the bytes are gzip: neither JSON nor Ion begins like it. */
export function isGzip(body: Uint8Array): boolean {
  return body[0] === 0x1f && body[1] === 0x8b
}

/** An honest body says at its end how long it was: one step instead of dozens. Others just take longer. */
function chunkBytes(body: Uint8Array): number {
  if (body.length < emptyGzipBytes) return minChunkBytes
  const declared = new DataView(body.buffer, body.byteOffset + body.length - 4, 4).getUint32(0, true)
  return Math.min(Math.max(declared, minChunkBytes), ratioFreeBytes)
}

/** Hands out shares of a whole, first come, first served; who cannot be served now waits. */
function shares(whole: number): (share: number) => Promise<() => void> {
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
    return () => {
      free += share
      serve()
    }
  }
}
