import { lookup as systemLookup } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-addresses.ts'

/** Why a document could not be had. Its message is for the log, not for whoever named the URL. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed'
}

export interface FetchOptions {
  /** Whether the document may come from this machine and its own networks. */
  readonly allowsPrivate: boolean
  /** Authorities to be trusted, PEM; undefined: those that Node trusts. */
  readonly authorities?: readonly string[]
  readonly lookup?: LookupFunction
  readonly timeoutMilliseconds?: number
}

const maxBytes = 64 * 1024
const standardTimeout = 5000

/**
 * Gets a JSON document that somebody else named, without being led anywhere by it: by HTTPS only, no redirects, no
 * credentials, from public addresses unless told otherwise, which are judged after their look-up and then connected to;
 * of at most 64 kB, in a few seconds.
 *
 * @throws FetchFailed
 */
export async function fetchJson(text: string, options: FetchOptions): Promise<unknown> {
  const url = parseUrl(text)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // Node looks no addresses up.
  if (isIP(host) !== 0 && !options.allowsPrivate && !isPublicAddress(host))
    throw new FetchFailed(`${host} is no public address`)
  const signal = AbortSignal.timeout(options.timeoutMilliseconds ?? standardTimeout)
  try {
    const response = await get(url, options, signal)
    return JSON.parse(await bodyOf(response))
  } catch (error) {
    throw new FetchFailed(`${url.origin}${url.pathname}: ${(error as Error).message}`)
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null) throw new FetchFailed('this is no URL')
  if (url.protocol !== 'https:') throw new FetchFailed(`${url.protocol} is not HTTPS`)
  if (url.username !== '' || url.password !== '') throw new FetchFailed('the URL holds credentials')
  return url
}

function get(url: URL, options: FetchOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const { allowsPrivate, authorities, lookup = systemLookup as LookupFunction } = options
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      agent: false,
      minVersion: 'TLSv1.2',
      signal,
      lookup: allowsPrivate ? lookup : publicLookup(lookup),
      ...(authorities !== undefined && { ca: [...authorities] }),
    })
    asked.once('error', reject)
    asked.once('response', resolve)
    asked.end()
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
  if (response.statusCode !== 200) {
    response.destroy()
    throw new Error(`answered ${response.statusCode}`)
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    // Leaving the loop ends the connection.
    if (length > maxBytes) throw new Error(`the document is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
