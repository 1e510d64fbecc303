/** Signed requests to a server, as raw as a test needs them: every header of the answer, every way to sign wrongly. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { sign } from '../../packages/wire/src/sigv4/index.ts'
import type { ProfileBody } from './call-paths.ts'
import type { Wick } from './wick.ts'

export interface Call {
  readonly method?: string
  /** Path and query. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Without announcing its length. */
  readonly isChunked?: boolean
  /** Null: unsigned. Else what differs from the administrator's signature of now. */
  readonly signature?: Partial<Signature> | null
}

interface Signature {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
  /** Epoch milliseconds. */
  readonly now: number
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Caller {
  /** @returns the answer, whatever its status; rejects where there is none */
  send(call: Call): Promise<Answer>
  /** The headers that sign a call, for requests made by hand. */
  signed(call: Call): Record<string, string>
  createGroup(name: string): Promise<void>
  post(group: string, body: string | Uint8Array, options?: PostOptions): Promise<Answer>
  /** Everything a group holds of today and yesterday; null where that is nothing. */
  profile(group: string): Promise<ProfileBody | null>
  /** The value of one series of /metrics, `wick_ready` or `wick_requests_total{operation="GetProfile",…}`. */
  metric(series: string): Promise<number>
}

interface PostOptions extends Omit<Call, 'target' | 'body'> {
  readonly token?: string
}

export async function startCaller({ url, directory, credentials }: Wick): Promise<Caller> {
  const isTls = url.startsWith('https:')
  const ca = isTls ? await readFile(join(directory, 'tls/ca.pem')) : ''
  const agent = isTls ? new TlsAgent({ keepAlive: true, ca }) : new PlainAgent({ keepAlive: true })
  const request = isTls ? tlsRequest : plainRequest

  const signed: Caller['signed'] = ({ method = 'GET', target, headers = {}, body = '', signature = {} }) => {
    if (signature === null) return { ...headers }
    const standard = { ...credentials, region: 'us-east-1', service: 'codeguru-profiler', now: Date.now() }
    const bytes = Buffer.from(body)
    return {
      ...headers,
      ...sign({ method, url: url + target, headers, body: bytes, ...standard, ...signature }),
    }
  }

  const send: Caller['send'] = (call) => {
    const { method = 'GET', target, body = '', isChunked = false } = call
    const length = isChunked
      ? { 'transfer-encoding': 'chunked' }
      : { 'content-length': Buffer.byteLength(body) }
    const headers = { ...signed(call), ...length }
    return new Promise((resolve, reject) => {
      // The request line goes out as it is written here: URL parsers would tidy it up.
      const { hostname, port } = new URL(url)
      const outgoing = request({
        host: hostname.replace(/[[\]]/g, ''),
        port,
        method,
        path: target,
        headers,
        agent,
      })
      outgoing.on('error', reject)
      outgoing.on('response', (incoming) => {
        const { statusCode: status = 0, headers: answered } = incoming
        buffer(incoming).then((bytes) => resolve({ status, headers: answered, body: bytes }), reject)
      })
      outgoing.end(body)
    })
  }

  const profile: Caller['profile'] = async (group) => {
    const [start, end] = [-24 * 60, 15].map((minutes) =>
      new Date(Date.now() + minutes * 60_000).toISOString(),
    )
    const target = `/profilingGroups/${group}/profile?startTime=${encodeURIComponent(start!)}&endTime=${encodeURIComponent(end!)}`
    const { status, body } = await send({ target, headers: { accept: 'application/json' } })
    if (status === 404) return null
    assert.equal(status, 200, body.toString())
    return JSON.parse(body.toString())
  }

  return {
    send,
    signed,
    profile,
    createGroup: async (profilingGroupName) => {
      const body = JSON.stringify({ profilingGroupName })
      const target = `/profilingGroups?clientToken=${profilingGroupName}`
      const { status } = await send({ method: 'POST', target, body })
      assert.equal(status, 201)
    },
    post: (group, body, { token, ...options } = {}) =>
      send({
        method: 'POST',
        target: `/profilingGroups/${group}/agentProfile${token === undefined ? '' : `?profileToken=${token}`}`,
        body,
        ...options,
      }),
    metric: async (series) => {
      const { body } = await send({ target: '/metrics', signature: null })
      const line = body
        .toString()
        .split('\n')
        .find((text) => text.startsWith(`${series} `))
      return Number(line?.slice(series.length))
    },
  }
}
