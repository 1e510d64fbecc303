import { createHash } from 'node:crypto'
import { type ApiError, invalid } from '@wick/wire'
import type { ByteBudget } from '../operations/byte-budget.ts'
import { CallerGone } from './error-answer.ts'
import type { Exchange } from './exchange.ts'

export interface Body {
  /** In a buffer of exactly its size. */
  readonly bytes: Uint8Array
  readonly sha256: Buffer
}

/**
 * Reads and hashes a body of at most `maxBytes`. What it took from the budget is given back when the exchange ends.
 *
 * @throws ValidationException naming the limit, ServiceUnavailableException, CallerGone
 */
export function readBody(exchange: Exchange, maxBytes: number, budget: ByteBudget): Promise<Body> {
  const { request, response, awaitsContinue } = exchange
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge(maxBytes))
  if (request.destroyed) return Promise.reject(new CallerGone())
  if (awaitsContinue) response.writeContinue()
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256')
    const chunks: Uint8Array[] = []
    let length = 0
    let taken = 0
    response.once('close', () => budget.giveBack(taken))

    const stop = (error: Error): void => {
      request.pause()
      request.removeAllListeners('data')
      chunks.length = 0
      reject(error)
    }
    request.on('data', (chunk: Uint8Array) => {
      length += chunk.length
      if (length > maxBytes) return stop(tooLarge(maxBytes))
      try {
        budget.take(chunk.length)
      } catch (error) {
        return stop(error as Error)
      }
      taken += chunk.length
      hash.update(chunk)
      chunks.push(chunk)
    })
    const giveUp = (): void => reject(new CallerGone())
    request.once('error', giveUp)
    request.once('close', giveUp)
    request.once('end', () => {
      // An error takes a stack trace to make: not for every request that ends well.
      request.off('close', giveUp)
      resolve({ bytes: joined(chunks, length), sha256: hash.digest() })
    })
  })
}

/** Not from Node's pool: the buffer goes to another thread as a whole. */
function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

function tooLarge(maxBytes: number): ApiError {
  return invalid(`The body is longer than ${maxBytes} bytes, the most that is allowed here.`)
}
