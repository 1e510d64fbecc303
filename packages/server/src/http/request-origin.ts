import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { RequestOrigin } from '../access/request-origin.ts'
import { type Networks, plainAddress } from './networks.ts'

/** By which requests come to a listener. */
interface Way {
  /** Name of the listener. */
  readonly listener: string
  /** Whose headers about the way of a request are believed. */
  readonly isTrustedProxy: Networks
}

/** It is the same for all requests of a connection, unless a trusted proxy holds the connection. */
const peers = new WeakMap<Socket, RequestOrigin>()

/** Where the connection itself comes from. */
export function peerOrigin({ listener }: Pick<Way, 'listener'>, { socket }: IncomingMessage): RequestOrigin {
  const known = peers.get(socket)
  if (known !== undefined) return known
  const tls = (socket as Partial<TLSSocket>).encrypted === true ? (socket as TLSSocket) : null
  const origin: RequestOrigin = {
    // A socket that is gone already has none: whatever is answered, nobody gets it.
    sourceAddress: plainAddress(socket.remoteAddress) ?? '0.0.0.0',
    isSecureTransport: tls !== null,
    listener,
    tls: tls && { version: tls.getProtocol() ?? '', cipherSuite: tls.getCipher().standardName },
  }
  peers.set(socket, origin)
  return origin
}

/**
 * Where a request comes from: the peer, or, where that is a trusted proxy, the last address of X-Forwarded-For that is no
 * trusted proxy. What stands before it, the caller may have invented.
 *
 * @returns null where a trusted proxy passes on something that is no address: it can only be guessed who that is
 */
export function originOf(door: Way, request: IncomingMessage): RequestOrigin | null {
  const peer = peerOrigin(door, request)
  if (!door.isTrustedProxy(peer.sourceAddress)) return peer
  const { 'x-forwarded-for': addresses, 'x-forwarded-proto': protocols } = request.headers
  const sourceAddress = lastUntrusted(door, peer.sourceAddress, hopsOf(addresses))
  if (sourceAddress === null) return null
  const schemes = hopsOf(protocols)
  const isSecureTransport =
    schemes.length === 0
      ? peer.isSecureTransport
      : schemes.every((scheme) => scheme.toLowerCase() === 'https')
  return { ...peer, sourceAddress, isSecureTransport }
}

function lastUntrusted({ isTrustedProxy }: Way, peer: string, hops: readonly string[]): string | null {
  let address = peer
  for (const hop of hops.toReversed()) {
    if (!isTrustedProxy(address)) break
    const next = plainAddress(withoutPort(hop))
    if (next === null) return null
    address = next
  }
  return address
}

/** A header that came several times is one list. */
function hopsOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  return text === '' ? [] : text.split(',').map((hop) => hop.trim())
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write it. */
function withoutPort(hop: string): string {
  const [, bracketed, plain] =
    hop.length > 64 ? [] : (/^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(hop) ?? [])
  return bracketed ?? plain ?? hop
}
