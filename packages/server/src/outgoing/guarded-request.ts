import { lookup as systemLookup } from 'node:dns'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-addresses.ts'

/** Why somebody else's server could not be asked. Its message is for the log, not for whoever named the URL. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
}

export interface GuardOptions {
  /** Whether the server may be on this machine and its own networks. */
  readonly allowsPrivate: boolean
  /** Authorities to be trusted, PEM; undefined: those that Node trusts. */
  readonly authorities?: readonly string[]
  readonly lookup?: LookupFunction
  readonly timeoutMilliseconds?: number
}

export interface Question {
  readonly method: 'GET' | 'POST'
  readonly headers: OutgoingHttpHeaders
  readonly body?: string
}

export interface GuardedAnswer {
  readonly status: number
  readonly body: string
}

const maxBytes = 64 * 1024
const standardTimeout = 5000

/**
 * Asks a server that somebody else named, without being led anywhere by it: by HTTPS only, no redirects, no credentials
 * of ours, at public addresses unless told otherwise, which are judged after their look-up and then connected to; its
 * answer has at most 64 kB and comes in a few seconds.
 *
 * @throws RequestFailed
 */
export async function guardedRequest(
  text: string,
  question: Question,
  options: GuardOptions,
): Promise<GuardedAnswer> {
  const url = guardedUrl(text)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // Node looks no addresses up.
  if (isIP(host) !== 0 && !options.allowsPrivate && !isPublicAddress(host))
    throw new RequestFailed(`${host} is no public address`)
  const signal = AbortSignal.timeout(options.timeoutMilliseconds ?? standardTimeout)
  try {
    const response = await ask(url, question, options, signal)
    return { status: response.statusCode!, body: await bodyOf(response) }
  } catch (error) {
    throw new RequestFailed((error as Error).message)
  }
}

/** @throws RequestFailed where it is none that may be asked, wherever it leads */
function guardedUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null) throw new RequestFailed('this is no URL')
  if (url.protocol !== 'https:') throw new RequestFailed(`${url.protocol} is not HTTPS`)
  if (url.username !== '' || url.password !== '') throw new RequestFailed('the URL holds credentials')
  return url
}

function ask(
  url: URL,
  { method, headers, body = '' }: Question,
  options: GuardOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { allowsPrivate, authorities, lookup = systemLookup as LookupFunction } = options
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method,
      headers: { ...headers, 'accept-encoding': 'identity' },
      agent: false,
      minVersion: 'TLSv1.2',
      signal,
      lookup: allowsPrivate ? lookup : publicLookup(lookup),
      ...(authorities !== undefined && { ca: [...authorities] }),
    })
    asked.once('error', reject)
    asked.once('response', resolve)
    asked.end(body)
  })
}

/** Fails where any of a name's addresses is not public; those that were judged are those that are connected to. */
function publicLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '')
      const found = Array.isArray(addresses) ? addresses : []
      const hidden = found.find(({ address }) => !isPublicAddress(address))
      if (hidden !== undefined) return callback(new Error(`${hidden.address} is no public address`), '')
      if (found.length === 0) return callback(new Error('the name has no address'), '')
      if (options.all === true) return callback(null, found)
      callback(null, found[0]!.address, found[0]!.family)
    })
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    // Leaving the loop ends the connection.
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
