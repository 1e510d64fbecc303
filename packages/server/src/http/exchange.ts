import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestOrigin } from '../access/request-origin.ts'
import { CallerGone } from './error-answer.ts'

/** One request and its answer-to-be. Path and query are raw: what was signed is what is routed. */
export interface Exchange {
  /** Sent as x-amzn-RequestId, and in every log line about the request. */
  readonly id: string
  /** `performance.now()` at its head. */
  readonly startedAt: number
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly rawTarget: string
  readonly rawPath: string
  readonly rawQuery: string
  readonly origin: RequestOrigin
  /** The caller waits for permission to send the body (`Expect: 100-continue`). */
  readonly awaitsContinue: boolean
  /** Aborted with `CallerGone` where the connection ends before the answer is out. */
  readonly gone: AbortSignal
}

export function beginExchange(
  request: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
  origin: RequestOrigin,
): Exchange {
  const rawTarget = request.url ?? '/'
  const mark = rawTarget.indexOf('?')
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new CallerGone())
  })
  return {
    id: randomUUID(),
    startedAt: performance.now(),
    request,
    response,
    method: request.method ?? '',
    rawTarget,
    rawPath: mark < 0 ? rawTarget : rawTarget.slice(0, mark),
    rawQuery: mark < 0 ? '' : rawTarget.slice(mark + 1),
    origin,
    awaitsContinue,
    gone: gone.signal,
  }
}

/** A header by lower-case name; one that was sent more than once comes joined by commas. */
export function header({ request }: Exchange, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

export function milliseconds({ startedAt }: Exchange): number {
  return performance.now() - startedAt
}
