/**
 * One HTTP exchange with a deadline over all of it: a server that is slow, silent or endless costs no more than that.
 * Runs in the program's thread: with agents of its own that keep no connection, with requests that what a program does to
 * its `http.request` does not see, and with sockets that keep no process alive: only a connection that is being made, and
 * bytes that nobody takes, do so for some seconds.
 *
 * `http`, `https` and `tls` are loaded when an address needs them: they are megabytes in each process.
 */
import { readFileSync } from 'node:fs'
import type { ClientRequest, ClientRequestArgs, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Agent } from 'node:https'
import type { Socket } from 'node:net'
import type { ConnectionOptions, SecureContext } from 'node:tls'
import { urlToHttpOptions } from 'node:url'
import { load } from './beside.ts'
import { proxyFor } from './proxy.ts'

const http = (): typeof import('node:http') => load('node:http')
const https = (): typeof import('node:https') => load('node:https')
const tls = (): typeof import('node:tls') => load('node:tls')

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Exchange {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly milliseconds: number
}

/** No answer, or none that can be read. The message says why. */
export class Unreachable extends Error {}

const maxAnswerBytes = 1024 * 1024
/** Long enough for a second attempt of the system. */
const connectMilliseconds = 2000
/** Without a byte more that the other side takes. */
const stallMilliseconds = 4000

export interface HttpOptions {
  readonly caBundle?: string | null
  readonly clientCertificate?: string | null
  readonly clientKey?: string | null
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Metadata services are on this machine: no proxy leads to them. */
  readonly isDirect?: boolean
}

export class HttpClient {
  readonly #options: HttpOptions
  #way: TlsWay | null = null

  constructor(options: HttpOptions) {
    this.#options = options
  }

  /** @throws Unreachable */
  async send(exchange: Exchange): Promise<Answer> {
    const url = urlOf(exchange.url)
    const deadline = AbortSignal.timeout(Math.max(1, Math.round(exchange.milliseconds)))
    try {
      const proxy = this.#options.isDirect ? null : proxyFor(url, this.#options.environment)
      if (proxy === null) return await this.#exchange(exchange, url, deadline, {})
      if (url.protocol === 'http:') return await this.#throughForwarder(exchange, url, proxy, deadline)
      const socket = await this.#tunnel(url, proxy, deadline)
      return await this.#exchange(exchange, url, deadline, { agent: agentOver(socket) })
    } catch (error) {
      if (error instanceof Unreachable) throw error
      if (deadline.aborted)
        throw new Unreachable(
          `${url.host} did not answer within ${Math.round(exchange.milliseconds / 100) / 10} s`,
        )
      throw new Unreachable(`${url.host} cannot be reached: ${reasonOf(error)}`)
    }
  }

  #exchange(exchange: Exchange, url: URL, signal: AbortSignal, more: ClientRequestArgs): Promise<Answer> {
    const { method, headers = {}, body } = exchange
    return new Promise((resolve, reject) => {
      const request = requestTo(url, {
        ...(url.protocol === 'https:' && this.#tlsOptions(url)),
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-length': String(body.length) }) },
        signal,
        ...more,
      })
      request.on('response', (response) => readAll(response).then(resolve, reject))
      request.on('error', reject)
      request.end(body)
    })
  }

  #throughForwarder(exchange: Exchange, url: URL, proxy: URL, signal: AbortSignal): Promise<Answer> {
    const headers = { ...exchange.headers, host: url.host, ...proxyAuthorization(proxy) }
    return this.#exchange({ ...exchange, headers }, proxy, signal, { path: url.href })
  }

  /** A proxy that connects to the server and then passes bytes: TLS is with the server. */
  #tunnel(url: URL, proxy: URL, signal: AbortSignal): Promise<Socket> {
    const target = `${url.hostname}:${url.port || 443}`
    return new Promise((resolve, reject) => {
      const headers = { host: target, ...proxyAuthorization(proxy) }
      const request = requestTo(proxy, {
        ...(proxy.protocol === 'https:' && this.#tlsOptions(proxy)),
        method: 'CONNECT',
        path: target,
        headers,
        signal,
      })
      request.on('error', reject)
      request.on('response', (response) => {
        response.resume()
        reject(new Unreachable(`the proxy ${proxy.host} answers ${response.statusCode}`))
      })
      request.on('connect', (response, socket) => {
        // An error that nobody listens for would end the program.
        socket.on('error', reject)
        if (response.statusCode !== 200) {
          socket.destroy()
          reject(new Unreachable(`the proxy ${proxy.host} answers ${response.statusCode}`))
          return
        }
        const secure = tls().connect({ socket, ...this.#tlsOptions(url) })
        signal.addEventListener('abort', () => secure.destroy(new Error('too late')), { once: true })
        secure.once('secureConnect', () => resolve(secure))
        secure.on('error', reject)
      })
      request.end()
    })
  }

  #tlsOptions(url: URL): ConnectionOptions & { agent: Agent } {
    const { context, agent } = this.#tlsWay()
    return {
      ...(isName(url) && { servername: url.hostname }),
      host: url.hostname.replace(/^\[|\]$/g, ''),
      secureContext: context,
      agent,
    }
  }

  /** Files are read anew each time: certificates are renewed while programs run. */
  #tlsWay(): TlsWay {
    const { caBundle, clientCertificate, clientKey } = this.#options
    const [ca, cert, key] = [
      caBundle,
      clientCertificate,
      clientCertificate && (clientKey ?? clientCertificate),
    ].map((file) => (file ? readFileSync(file, 'latin1') : '')) as [string, string, string]
    const pem = `${ca}\0${cert}\0${key}`
    if (this.#way?.pem !== pem) {
      const context = tls().createSecureContext({ ...(ca && { ca }), ...(cert && { cert, key }) })
      // With an agent of its own: it keeps sessions, which are of an identity.
      this.#way = { pem, context, agent: new (https().Agent)({ keepAlive: false }) }
    }
    return this.#way
  }
}

/** Making a context takes milliseconds, and memory outside of the heap. */
interface TlsWay {
  readonly pem: string
  readonly context: SecureContext
  readonly agent: Agent
}

/**
 * Not by `http.request`, which programs and their tools replace; with an agent of its own, since the global one is the
 * program's.
 */
function requestTo(url: URL, options: ClientRequestArgs): ClientRequest {
  const { Agent } = url.protocol === 'https:' ? https() : http()
  const agent = options.agent ?? new Agent({ keepAlive: false })
  const request = new (http().ClientRequest)({ ...urlToHttpOptions(url), ...options, agent })
  request.on('socket', (socket) => keepNothingAlive(socket, socket.connecting && isName(url)))
  return request
}

/**
 * A connection that is being made, and bytes that nobody takes, keep a process alive whatever `unref` says: they are given up
 * early. A name that is looked up cannot be.
 */
function keepNothingAlive(socket: Socket, isLookedUp: boolean): void {
  // Of each handle: Node takes another one for the next address of a name.
  const begin = (): void => {
    socket.unref().setTimeout(socket.connecting ? connectMilliseconds : stallMilliseconds)
  }
  socket.unref().on('connectionAttempt', begin).on('connect', begin)
  if (!isLookedUp) begin()
  socket.on('timeout', () => {
    if (socket.connecting) socket.destroy(new Error(`no connection within ${connectMilliseconds / 1000} s`))
    else if (socket.writableLength > 0)
      socket.destroy(new Error(`nothing was taken for ${stallMilliseconds / 1000} s`))
  })
}

/** Beside an agent Node does not look at a request's own `createConnection`. */
function agentOver(socket: Socket): Agent {
  return Object.assign(new (https().Agent)({ keepAlive: false }), { createConnection: () => socket })
}

function isName({ hostname }: URL): boolean {
  return !/^[\d.]+$|:/.test(hostname)
}

function urlOf(text: string): URL {
  try {
    const url = new URL(text)
    if (url.protocol === 'http:' || url.protocol === 'https:') return url
  } catch {
    // Said below.
  }
  throw new Unreachable(`'${shownAddress(text).slice(0, 200)}' is not an http:// or https:// address`)
}

/** For the log: without user, password and query, also where it is no address. */
export function shownAddress(text: string): string {
  return text.replace(/\/\/.*@/, '//').replace(/[?#].*/, '')
}

function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {}
  const text = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` }
}

async function readAll(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxAnswerBytes) throw new Unreachable(`the answer is longer than ${maxAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }
}

/** Refused on every address of a name: Node says so in a list without a message of its own. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message || first.name : String(first)
}
