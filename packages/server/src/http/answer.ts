import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import type { Principal } from '../iam/principal.ts'
import { type Exchange, milliseconds } from './exchange.ts'

/** An answer as a value; `send` is the only thing that writes to a response. */
export interface Answer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: string | Uint8Array
  /** Of a public route that has records. */
  readonly audited?: AuditNote
}

/** What the audit trail is told of a call that needs no identity, where it came to an end. */
export type AuditNote =
  | { readonly kind: 'signed-in'; readonly principal: Principal }
  | { readonly kind: 'not-signed-in'; readonly why: string }
  /** Credentials were given; ARNs of what they were given by. */
  | {
      readonly kind: 'credentials'
      /** Of the service, as CloudTrail writes it. */
      readonly source: string
      readonly name: string
      readonly resources: readonly string[]
    }

/** What is left of an unwanted body is read for so long, so that the caller comes to see the answer. */
const drainMilliseconds = 10_000
const drainBytes = 256 * 1024 * 1024
/** A rest this small is read silently and the connection kept. */
const smallRest = 64 * 1024
const pieceBytes = 256 * 1024
/** Who takes nothing of an answer for so long never comes back for it: until then it would be kept in memory. */
const patienceMilliseconds = 30_000

export function send(
  exchange: Exchange,
  { status, headers, body }: Answer,
  isDraining: boolean,
  patience = patienceMilliseconds,
): void {
  const { request, response, id } = exchange
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const isUnread = hasUnreadBody(exchange)
  const closes = isDraining || (isUnread && !isSmall(request.headers['content-length']))
  response.writeHead(status, {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
    ...(status !== 204 && status !== 304 && { 'content-length': bytes.byteLength }),
    ...(closes && { connection: 'close' }),
    'x-amzn-requestid': id,
    'server-timing': `total;dur=${milliseconds(exchange).toFixed(2)}`,
  })
  // Of the socket, which also looks whether what is written moves on. Between two requests it has another one.
  response.setTimeout(patience, () => response.destroy())
  if (!isUnread || exchange.awaitsContinue) {
    if (bytes.byteLength > pieceBytes) endInPieces(response, bytes)
    else response.end(bytes)
    return
  }
  // Closing a connection that still holds unread bytes resets it, and the answer would be lost on the way: it goes
  // out whole, and the response ends when the caller has finished sending.
  if (bytes.byteLength > 0) response.write(bytes)
  drain(exchange)
}

/** As fast as the caller takes it. Encrypting a large answer at one go would keep all others waiting. */
function endInPieces(response: ServerResponse, bytes: Uint8Array): void {
  const pieces = function* (): Generator<Uint8Array> {
    for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
  }
  // Who goes away before the end is nobody's trouble.
  pipeline(Readable.from(pieces()), response, () => {})
}

function hasUnreadBody({ request }: Exchange): boolean {
  const isAnnounced =
    request.headers['transfer-encoding'] !== undefined || (request.headers['content-length'] ?? '0') !== '0'
  return isAnnounced && !request.complete
}

function isSmall(contentLength: string | undefined): boolean {
  return contentLength !== undefined && Number(contentLength) <= smallRest
}

function drain({ request, response }: Exchange): void {
  let left = drainBytes
  const giveUp = (): void => void request.socket.destroy()
  const timer = setTimeout(giveUp, drainMilliseconds)
  request.removeAllListeners('data')
  request.on('data', (chunk: Uint8Array) => {
    left -= chunk.length
    if (left < 0) giveUp()
  })
  request.on('end', () => response.end())
  request.on('error', giveUp)
  response.on('close', () => clearTimeout(timer))
  request.resume()
}
