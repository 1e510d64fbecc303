import { createHash } from 'node:crypto'
import { ApiError, invalid } from '@wick/wire'
import { type ByteBudget, smallBytes } from '../operations/byte-budget.ts'
import { bodyBuffer } from '../threads/body-buffer.ts'
import { letGo } from '../threads/let-go.ts'
import { CallerGone } from './error-answer.ts'
import type { Exchange } from './exchange.ts'

export interface Body {
  /** In a buffer of exactly its size. */
  readonly bytes: Uint8Array
  readonly sha256: Buffer
}

/** Slower senders lose their place where others need it; until then it costs nobody anything. */
const bytesPerMillisecond = 1024
const patienceMilliseconds = 5000

/** Slower than this nobody may be: it would hold a connection for the sake of holding it. */
interface Pace {
  readonly bytesPerSecond: number
  /** Time to begin with, and between two looks. */
  readonly graceMilliseconds: number
}

/** Of a body in one turn of the event loop: a socket that has more hands over two mebibytes, and there may be dozens. */
const bytesPerTurn = 512 * 1024

const leastPace: Pace = { bytesPerSecond: 1024, graceMilliseconds: 10_000 }

/**
 * Reads and hashes a body of at most `maxBytes`. What an announced length needs is taken from the budget before anything
 * is read, and given back when the exchange ends.
 *
 * @param caller whose doing it is when there is no room
 * @throws ValidationException naming the limit, ServiceUnavailableException, ThrottlingException, CallerGone
 */
export function readBody(
  exchange: Exchange,
  maxBytes: number,
  budget: ByteBudget,
  caller: string | null,
  pace = leastPace,
): Promise<Body> {
  const { request, response, awaitsContinue } = exchange
  const announced = announcedBytes(exchange)
  if (announced !== null && announced > maxBytes) return Promise.reject(tooLarge(maxBytes))
  if (request.destroyed) return Promise.reject(new CallerGone())
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256')
    const gathered = announced === null ? unknownLength() : knownLength(announced)
    let length = 0
    let taken = 0
    let pauseAt = bytesPerTurn
    let isOver = false
    const watch = setInterval(() => {
      const seconds = (performance.now() - exchange.startedAt) / 1000
      if (length < pace.bytesPerSecond * seconds) stop(tooSlow(pace))
    }, pace.graceMilliseconds)
    const end = (): void => {
      isOver = true
      clearInterval(watch)
    }

    const stop = (error: Error): void => {
      end()
      request.pause()
      request.removeAllListeners('data')
      gathered.forget()
      reject(error)
    }
    const holding = budget.open({
      caller,
      isSlow: () => {
        const elapsed = performance.now() - exchange.startedAt
        return !isOver && elapsed > patienceMilliseconds && length < elapsed * bytesPerMillisecond
      },
      cutOff: () => stop(new ApiError('ServiceUnavailableException', 'The body came too slowly.')),
    })
    response.once('close', () => holding.giveBack())
    const take = (bytes: number): boolean => {
      try {
        holding.take(bytes)
        taken += bytes
        return true
      } catch (error) {
        stop(error as Error)
        return false
      }
    }
    if (announced !== null && !take(announced)) return
    if (awaitsContinue) response.writeContinue()
    request.on('data', (chunk: Uint8Array) => {
      length += chunk.length
      if (length > maxBytes) return stop(tooLarge(maxBytes))
      // Who does not say how much is coming, and has sent much, may be about to send the most.
      const needed = length > smallBytes ? maxBytes : length
      if (needed > taken && !take(needed - taken)) return
      hash.update(chunk)
      gathered.add(chunk)
      if (length < pauseAt) return
      pauseAt = length + bytesPerTurn
      request.pause()
      setImmediate(() => {
        if (!isOver) request.resume()
      })
    })
    const giveUp = (): void => {
      end()
      reject(new CallerGone())
    }
    request.once('error', giveUp)
    request.once('close', giveUp)
    request.once('end', () => {
      end()
      // An error takes a stack trace to make: not for every request that ends well.
      request.off('close', giveUp)
      resolve({ bytes: gathered.bytes(), sha256: hash.digest() })
    })
  })
}

/** Null where the body comes in chunks. */
function announcedBytes({ request }: Exchange): number | null {
  if (request.headers['transfer-encoding'] !== undefined) return null
  return Number(request.headers['content-length'] ?? 0)
}

/** What has come of a body. Never in Node's pool: the buffer goes to another thread as a whole. */
interface Gathered {
  add(chunk: Uint8Array): void
  bytes(): Uint8Array
  forget(): void
}

/**
 * Each chunk goes to its place as it comes, so that a large body is never copied at one go, and is let go then: the garbage
 * collector would run for the sake of bodies.
 */
function knownLength(length: number): Gathered {
  let bytes: Buffer | null = null
  let at = 0
  /** The parser may still be at work on the chunk that came last. */
  let copied: Uint8Array = new Uint8Array(0)
  return {
    add: (chunk) => {
      letGo(copied)
      copied = chunk
      bytes ??= bodyBuffer(length)
      bytes.set(chunk, at)
      at += chunk.length
    },
    bytes: () => {
      letGo(copied)
      return bytes ?? new Uint8Array(0)
    },
    forget: () => {
      bytes = null
    },
  }
}

function unknownLength(): Gathered {
  const chunks: Uint8Array[] = []
  return {
    add: (chunk) => void chunks.push(chunk),
    bytes: () => {
      const joined = bodyBuffer(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
      let at = 0
      for (const chunk of chunks) {
        joined.set(chunk, at)
        at += chunk.length
        letGo(chunk)
      }
      return joined
    },
    forget: () => {
      chunks.length = 0
    },
  }
}

function tooSlow({ bytesPerSecond }: Pace): ApiError {
  return new ApiError(
    'ServiceUnavailableException',
    `The body comes with less than ${bytesPerSecond} bytes a second.`,
  )
}

function tooLarge(maxBytes: number): ApiError {
  return invalid(`The body is longer than ${maxBytes} bytes, the most that is allowed here.`)
}
