import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { invalid } from '@wick/wire'

const gunzipAsync = promisify(gunzip)

/** Below this a high ratio says nothing: 1,000 nested frames of one name compress better than 100:1. */
const ratioCountsFromBytes = 1024 * 1024
const maxRatio = 100

/**
 * Undoes gzip, outside the event loop and never beyond the limits.
 *
 * @throws ApiError ValidationException naming the limit
 */
export async function inflate(body: Uint8Array, maxInflatedBytes: number): Promise<Uint8Array> {
  const ratioLimit = Math.max(ratioCountsFromBytes, body.length * maxRatio)
  const maxOutputLength = Math.min(maxInflatedBytes, ratioLimit)
  try {
    const inflated = await gunzipAsync(body, { maxOutputLength })
    return new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.byteLength)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') {
      throw invalid('The body is not valid gzip, as its Content-Encoding says it is.')
    }
    throw invalid(
      maxOutputLength === maxInflatedBytes
        ? `The body is larger than ${maxInflatedBytes} bytes once decompressed (maxInflatedBytes).`
        : `The body is compressed more than ${maxRatio}:1, which no profile is.`,
    )
  }
}
