/** The calls that an agent makes, signed. They are the public API's: the original service answers them too. */
import { sign } from '@wick/wire/sign'
import { retryAfter } from './backoff.ts'
import type { CredentialChain } from './credentials/chain.ts'
import type { Credentials } from './credentials/credentials.ts'
import type { Answer, HttpClient } from './http-exchange.ts'
import type { ServerClock } from './server-clock.ts'

export const requestMilliseconds = 15_000

/** The server said no. */
export class Refused extends Error {
  readonly status: number
  /** The API's name of the error; '' where the answer has none. */
  readonly code: string
  readonly retryAfterMilliseconds: number | null
  /** Of a redirect: scheme and host of another server than was asked; null where it names none. */
  readonly redirectsTo: string | null

  constructor(answer: Answer, endpoint: string) {
    const { code, message } = errorIn(answer)
    super(`the server answers ${answer.status}${code && ` ${code}`}${message && `: ${message}`}`)
    this.status = answer.status
    this.code = code
    this.retryAfterMilliseconds = retryAfter(answer.headers['retry-after'], Date.now())
    this.redirectsTo = this.isRedirect ? otherServer(answer.headers.location, endpoint) : null
  }

  /** Never followed: the signature is of the address that was asked. */
  get isRedirect(): boolean {
    return this.status >= 300 && this.status < 400
  }

  /** Whether the same may be answered otherwise soon. */
  get isTemporary(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408
  }

  /** Whether there is no such group: nothing is to be sent to it. */
  get isOfGroup(): boolean {
    return ['ResourceNotFoundException', 'ValidationException'].includes(this.code)
  }

  /** Whether other keys, or another clock, may help. */
  get isOfSender(): boolean {
    return [401, 403].includes(this.status) || (this.status === 400 && codesOfSender.has(this.code))
  }

  /**
   * Of a profile: whether it is what is refused, and would be however often it is sent. Without a name of the API it may be
   * somebody in between who refuses: a proxy, a balancer.
   */
  get isOfContent(): boolean {
    if (this.isTemporary || this.isRedirect || this.isOfSender || this.status === 404) return false
    return this.code.endsWith('Exception') || [402, 413].includes(this.status)
  }
}

/** What answers is something else: a page of a proxy, or of whoever signs people in. */
export class Foreign extends Error {}

export interface ServiceOptions {
  readonly http: HttpClient
  readonly endpoint: string
  readonly region: string
  readonly credentials: CredentialChain
  readonly clock: ServerClock
  /** Runs what takes time of this thread: to sign, and to begin a request. */
  readonly measure: <Result>(turn: () => Result) => Result
}

export class Service {
  readonly #options: ServiceOptions

  constructor(options: ServiceOptions) {
    this.#options = options
  }

  /** @returns what the body says; null where it is not JSON. @throws Refused, Unreachable, NoCredentials */
  async configureAgent(
    group: string,
    fleetInstanceId: string,
    metadata: Readonly<Record<string, string>>,
    milliseconds = requestMilliseconds,
  ): Promise<unknown> {
    const body = Buffer.from(JSON.stringify({ fleetInstanceId, metadata }))
    const answer = await this.#call(
      `/profilingGroups/${encodeURIComponent(group)}/configureAgent`,
      body,
      milliseconds,
    )
    try {
      return JSON.parse(answer.body.toString())
    } catch {
      return null
    }
  }

  /** @throws Refused, Foreign, Unreachable, NoCredentials */
  async postAgentProfile(
    group: string,
    token: string,
    body: Buffer,
    milliseconds = requestMilliseconds,
  ): Promise<void> {
    const path = `/profilingGroups/${encodeURIComponent(group)}/agentProfile?profileToken=${token}`
    const answer = await this.#call(path, body, milliseconds)
    if (!isOfService(answer)) throw new Foreign(`the server answers ${answer.status} with something foreign`)
  }

  /** On Lambda, where nobody made the group. @throws Refused, Unreachable, NoCredentials */
  async createProfilingGroup(group: string, clientToken: string): Promise<void> {
    const body = Buffer.from(JSON.stringify({ profilingGroupName: group, computePlatform: 'AWSLambda' }))
    await this.#call(`/profilingGroups?clientToken=${clientToken}`, body, requestMilliseconds)
  }

  async #call(path: string, body: Buffer, milliseconds: number): Promise<Answer> {
    const { clock, credentials, endpoint } = this.#options
    const deadline = performance.now() + milliseconds
    const keys = await credentials.get()
    const first = await this.#attempt(path, body, keys, milliseconds)
    if (first.status < 300) return first
    const refused = new Refused(first, endpoint)
    if (!refused.isOfSender) throw refused
    // Worth one more attempt: a clock that is off, or keys that have been changed.
    const isClockOff = clock.learns(first.headers.date)
    const newer = await credentials.newerThan(keys)
    if (!isClockOff && newer === null) throw refused
    const left = deadline - performance.now()
    const second = await this.#attempt(path, body, newer ?? keys, Math.max(left, 1))
    if (second.status < 300) return second
    throw new Refused(second, endpoint)
  }

  #attempt(path: string, body: Buffer, keys: Credentials, milliseconds: number): Promise<Answer> {
    return this.#options.measure(() => this.#signed(path, body, keys, milliseconds))
  }

  #signed(path: string, body: Buffer, keys: Credentials, milliseconds: number): Promise<Answer> {
    const { http, endpoint, region, clock } = this.#options
    const url = endpoint.replace(/\/+$/, '') + path
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      ...(keys.sessionToken !== null && { 'x-amz-security-token': keys.sessionToken }),
    }
    const signed = sign({
      method: 'POST',
      url,
      headers,
      body,
      accessKeyId: keys.accessKeyId,
      secretAccessKey: keys.secretAccessKey,
      region,
      service: 'codeguru-profiler',
      now: clock.now(),
    })
    return http.send({
      method: 'POST',
      url,
      headers: { ...headers, ...signed, 'user-agent': userAgent },
      body,
      milliseconds,
    })
  }
}

const userAgent = `wick-agent-node node/${process.versions.node}`

const codesOfSender: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidSignatureException',
])

/** The original service says nothing when it has taken a profile. */
function isOfService({ body }: Answer): boolean {
  return body.length === 0 || structIn(body) !== null
}

const maxServerLength = 200

/** Without user, path and query, which may hold secrets; a URL that is parsed holds no control characters. */
function otherServer(location: string | undefined, endpoint: string): string | null {
  try {
    const [from, to] = [new URL(endpoint), new URL(location ?? '', endpoint)]
    const isOther = to.protocol !== from.protocol || to.host !== from.host
    return isOther ? `${to.protocol}//${to.host}`.slice(0, maxServerLength) : null
  } catch {
    return null
  }
}

/** null where it is not a JSON object. */
function structIn(body: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(body.toString())
    return typeof parsed === 'object' && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown> | null)
      : null
  } catch {
    return null
  }
}

/** The name is in a header, or in the body, with something of no interest around it. */
function errorIn({ headers, body }: Answer): { code: string; message: string } {
  // Of a proxy's page the status says enough.
  const fields = structIn(body) ?? {}
  const named = headers['x-amzn-errortype'] ?? fields.__type ?? fields.code
  const code = typeof named === 'string' ? named.split(':')[0]!.split('#').at(-1)! : ''
  const said = fields.message ?? fields.Message
  return { code: code.slice(0, 80), message: typeof said === 'string' ? said.slice(0, 300) : '' }
}
