import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { sign } from '@wick/wire/sigv4'
import { CommandError } from './command-error.ts'
import type { ServerAnswer } from './server-answer.ts'

/** The administrator of a data directory, calling its server: what DIR/credentials and DIR/config say is all it knows. */
export interface AdminClient {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly caFile: string | null
  /** @returns the answer, whatever its status; @throws CommandError where there is none */
  call(method: string, target: string, body?: string | Uint8Array, to?: Addressee): Promise<ServerAnswer>
}

/** Which of the endpoint's services a call is for, and what its body is. */
interface Addressee {
  readonly service: string
  readonly contentType: string
  /** Further ones, signed as well. */
  readonly headers?: Readonly<Record<string, string>>
}

const profiler: Addressee = { service: 'codeguru-profiler', contentType: 'application/json' }

/** @throws CommandError where the directory is not one of a server that was started */
export async function adminClient(directory: string): Promise<AdminClient> {
  const [credentials, config] = await Promise.all([read(directory, 'credentials'), read(directory, 'config')])
  const accessKeyId = credentials.get('aws_access_key_id') ?? ''
  const secretAccessKey = credentials.get('aws_secret_access_key') ?? ''
  const endpoint = config.get('endpoint_url') ?? ''
  const region = config.get('region') ?? ''
  const caFile = config.get('ca_bundle') ?? null
  const ca = caFile === null ? null : await readFile(caFile)

  const call: AdminClient['call'] = (
    method,
    target,
    body = '',
    { service, contentType, ...to } = profiler,
  ) => {
    const url = `${endpoint}${target}`
    const bytes = Buffer.from(body)
    const headers = { 'content-type': contentType, ...to.headers }
    const signature = sign({
      method,
      url,
      headers,
      body: bytes,
      accessKeyId,
      secretAccessKey,
      region,
      service,
      now: Date.now(),
    })
    const options = { method, headers: { ...headers, ...signature, 'content-length': bytes.length } }
    return new Promise((resolve, reject) => {
      const request = url.startsWith('https:')
        ? httpsRequest(url, { ...options, ...(ca !== null && { ca }) })
        : httpRequest(url, options)
      request.once('error', () =>
        reject(new CommandError(`No server answers at ${endpoint}. Is wick serve running on ${directory}?`)),
      )
      request.once('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
        response.once('error', reject)
      })
      request.end(bytes)
    })
  }
  return { endpoint, accessKeyId, secretAccessKey, region, caFile, call }
}

/** `key = value` lines of one of the two files; each holds one profile. */
async function read(directory: string, name: string): Promise<ReadonlyMap<string, string>> {
  const file = join(directory, name)
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandError(
      `There is no ${file}: start a server on this directory first (wick serve --data ${directory}).`,
    )
  })
  const pairs = text.split('\n').map((line) => line.split(' = ') as [string, string | undefined])
  return new Map(pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}
