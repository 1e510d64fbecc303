import { constants } from 'node:crypto'
import {
  createServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import { type AddressInfo, isIPv6, type Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import type { ListenAddress } from '../config/setting-types.ts'
import type { TlsMaterial } from '../identity/tls-material.ts'
import { StartupError } from '../startup-error.ts'
import type { ConnectionGate } from './connection-gate.ts'
import type { RequestHandler } from './request-handler.ts'

export interface ListenerOptions {
  readonly listen: ListenAddress
  /** Null for plain HTTP. */
  readonly tls: Pick<TlsMaterial, 'certificate' | 'key'> | null
  readonly handler: RequestHandler
  readonly timeouts?: Partial<Timeouts>
  /** Whether clients may show a certificate. None is judged here: who shows one has its key, and that is all. */
  readonly asksForCertificates?: boolean
  /** Everybody may connect where left out. */
  readonly gate?: Pick<ConnectionGate, 'guard'>
}

/** Milliseconds. */
export interface Timeouts {
  /** For the head of a request. */
  readonly headers: number
  /** For a request as a whole. */
  readonly request: number
  /** Between two requests: agents come back every five minutes and keep their connection. */
  readonly keepAlive: number
  /** How often the first two are looked at. */
  readonly check: number
}

const standardTimeouts: Timeouts = { headers: 10_000, request: 60_000, keepAlive: 330_000, check: 1000 }

const maxHeaderBytes = 16 * 1024
const maxConnections = 10_000
const handshakeTimeout = 10_000

/** Forward secrecy and authenticated encryption only. */
const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/**
 * Any certificate may be shown: those of an empty list of authorities. Connections are not resumed, because what was shown
 * beside the certificate, to lead from it to an authority, is forgotten then.
 */
const askingForCertificates: SecureContextOptions = { ca: [], secureOptions: constants.SSL_OP_NO_TICKET }

export interface Listener {
  /** `https://127.0.0.1:8443`, with the port that was found free */
  readonly url: string
  /** For new connections; those that are open go on with what they have. Nothing happens on plain HTTP. */
  setTls(material: Pick<TlsMaterial, 'certificate' | 'key'>): void
  /** Takes no new connections, lets the open requests finish for `graceMilliseconds`, then cuts them off. */
  close(graceMilliseconds: number): Promise<void>
}

/** @throws StartupError where the address cannot be had */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const { listen, tls, handler, asksForCertificates = false } = options
  const timeouts = { ...standardTimeouts, ...options.timeouts }
  const serverOptions: ServerOptions = {
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    connectionsCheckingInterval: timeouts.check,
    maxHeaderSize: maxHeaderBytes,
    // Refused below: Node's own answer lacks what all of ours carry.
    requireHostHeader: false,
  }
  const server =
    tls === null
      ? createServer(serverOptions)
      : createTlsServer({
          ...serverOptions,
          ...secureContext(tls, asksForCertificates),
          handshakeTimeout,
          requestCert: asksForCertificates,
          rejectUnauthorized: false,
        })
  server.maxConnections = maxConnections
  options.gate?.guard(server)
  /** By connection: the answers that are not at their end. */
  const answers = new WeakMap<Socket, Set<ServerResponse>>()
  const handle =
    (awaitsContinue: boolean): RequestListener =>
    (request, response) => {
      const { socket } = request
      const those = answers.get(socket) ?? new Set()
      answers.set(socket, those.add(response))
      response.once('close', () => those.delete(response))
      // A large answer's pipeline has eight, and we have one in each file that looks for its end.
      response.setMaxListeners(20)
      const { headers, httpVersion } = request
      // Node takes `HTTP/2.0` in a line of HTTP 1 for a version like others.
      const isUnderstood = httpVersion === '1.0' || (httpVersion === '1.1' && headers.host !== undefined)
      if (isUnderstood) void handler(request, response, awaitsContinue)
      else refuse(socket, '400 Bad Request')
    }
  server.on('request', handle(false))
  server.on('checkContinue', handle(true))
  // Node would answer other expectations by itself, past the one way of all requests.
  server.on('checkExpectation', handle(false))
  server.on('clientError', (error, socket) => {
    // What is said now would stand in the middle of another answer.
    const isAnswering = answers
      .get(socket as Socket)
      ?.values()
      .some(({ headersSent }) => headersSent)
    if (isAnswering) socket.destroy()
    else refuseMalformed(error, socket as Socket)
  })
  await bind(server, listen)
  const { port } = server.address() as AddressInfo
  const scheme = tls === null ? 'http' : 'https'
  const host = isIPv6(listen.host) ? `[${listen.host}]` : listen.host
  return {
    url: `${scheme}://${host}:${port}`,
    setTls: (material) => {
      if (server instanceof TlsServer) server.setSecureContext(secureContext(material, asksForCertificates))
    },
    close: (grace) => closeGracefully(server, grace),
  }
}

function secureContext(
  { certificate, key }: Pick<TlsMaterial, 'certificate' | 'key'>,
  asksForCertificates: boolean,
): SecureContextOptions {
  const own = { cert: certificate, key, minVersion: 'TLSv1.2', ciphers, honorCipherOrder: true } as const
  return asksForCertificates ? { ...own, ...askingForCertificates } : own
}

/**
 * What Node could not parse: answered by hand, as there is no response object, and cut off. Nothing is said where it is not
 * about HTTP: in a handshake of TLS that does not end, an answer would wait for its end and keep the connection for ever.
 */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  const isAboutHttp = /^(HPE|ERR_HTTP)_/.test(error.code ?? '')
  if (!socket.writable || !isAboutHttp) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  refuse(socket, status)
}

/** For the answer to get through. */
const lingerMilliseconds = 1000

function refuse(socket: Socket, status: string): void {
  // No timer of HTTP's looks at it any more: who keeps his side open would hold the connection for as long as he likes.
  const cutOff = setTimeout(() => socket.destroy(), lingerMilliseconds).unref()
  socket.once('close', () => clearTimeout(cutOff))
  socket.end(
    `HTTP/1.1 ${status}\r\nx-amzn-requestid: ${crypto.randomUUID()}\r\nserver-timing: total;dur=0\r\n` +
      `date: ${new Date().toUTCString()}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
  )
}

function bind(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, host, port)))
    server.listen({ host, port }, resolve)
  })
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there. Stop it, or choose another port with --listen.',
  EACCES: 'this user may not listen there; ports below 1024 need a privilege. Choose another with --listen.',
  EADDRNOTAVAIL: 'this machine has no such address. Choose another with --listen.',
  ENOTFOUND: 'the host name is not known. Choose another with --listen.',
  EAI_AGAIN: 'the host name cannot be looked up now. Give an address with --listen.',
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  return new StartupError(`Cannot listen on ${host}:${port}: ${reasons[error.code ?? ''] ?? error.message}`)
}

async function closeGracefully(server: Server, graceMilliseconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // Connections whose request ends from now on become idle one by one.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), graceMilliseconds)
  server.closeIdleConnections()
  await closed
  clearInterval(sweep)
  clearTimeout(cut)
}
