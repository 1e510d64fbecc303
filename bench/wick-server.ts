/** A Wick server under measurement, as the launcher starts it, with one group, and signed requests to it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { sign } from '@wick/wire/sigv4'
import { type ServerProcess, startServerProcess } from './server-process.ts'

export interface Target {
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly ca: string | null
}

export interface Answer {
  readonly status: number
  /** Milliseconds, as the server says in Server-Timing. */
  readonly milliseconds: number
  readonly bytes: number
}

/** A signed request. */
export function send(
  target: Target,
  agent: HttpAgent,
  method: string,
  path: string,
  body: Uint8Array,
  contentType: string,
  accept?: string,
): Promise<Answer> {
  const url = `${target.url}${path}`
  const headers = { 'content-type': contentType, ...(accept !== undefined && { accept }) }
  const signature = sign({
    ...target,
    method,
    url,
    headers,
    body,
    region: 'us-east-1',
    service: 'codeguru-profiler',
    now: Date.now(),
  })
  const options: RequestOptions & { ca?: string } = { method, agent, headers: { ...headers, ...signature } }
  if (target.ca !== null) options.ca = target.ca
  return new Promise((resolve, reject) => {
    const request = (target.ca === null ? httpRequest : httpsRequest)(url, options, (response) => {
      let bytes = 0
      response.on('data', (chunk: Uint8Array) => {
        bytes += chunk.length
      })
      response.once('end', () => {
        const timing = /dur=([\d.]+)/.exec(String(response.headers['server-timing']))?.[1]
        resolve({ status: response.statusCode ?? 0, milliseconds: Number(timing), bytes })
      })
    })
    request.once('error', reject)
    request.end(body)
  })
}

export interface WickOptions {
  readonly isTls: boolean
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Starts a server on a directory, and reads there how to speak to it. */
export async function startWick(
  directory: string,
  { isTls, flags: more = [], environment }: WickOptions,
): Promise<{ readonly server: ServerProcess; readonly target: Target }> {
  const flags = isTls ? [] : ['--insecure-http']
  const launcher = resolve(import.meta.dirname, '../wick')
  const args = ['serve', '--data', directory, '--listen', '127.0.0.1:0', ...flags, ...more]
  const server = await startServerProcess(launcher, args, environment)
  const credentials = await readFile(join(directory, 'credentials'), 'utf8')
  const read = (name: string): string => new RegExp(`${name} = (\\S+)`).exec(credentials)![1]!
  const target: Target = {
    url: server.url,
    accessKeyId: read('aws_access_key_id'),
    secretAccessKey: read('aws_secret_access_key'),
    ca: isTls ? await readFile(join(directory, 'tls/ca.pem'), 'utf8') : null,
  }
  return { server, target }
}

export async function createGroup(target: Target, profilingGroupName: string): Promise<void> {
  const body = Buffer.from(JSON.stringify({ profilingGroupName }))
  const agent = target.ca === null ? new HttpAgent() : new HttpsAgent()
  const path = '/profilingGroups?clientToken=bench'
  const { status } = await send(target, agent, 'POST', path, body, 'application/json')
  if (status !== 201) throw new Error(`the group was not created: ${status}`)
}

/** Starts a server on a directory of its own, makes the group, and takes it all away afterwards. */
export async function withWick(
  { group, ...options }: WickOptions & { readonly group: string },
  run: (server: ServerProcess, target: Target, directory: string) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'wick-bench-'))
  const { server, target } = await startWick(directory, options)
  try {
    await createGroup(target, group)
    await run(server, target, directory)
  } finally {
    await server.stop()
    await rm(directory, { recursive: true })
  }
}
