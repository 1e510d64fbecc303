/** A real `wick serve` in a process of its own, on a directory and a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
const main = join(root, 'packages/cli/src/main.ts')

export interface Wick {
  readonly url: string
  readonly directory: string
  /** What an AWS tool needs in its environment to call this server as its administrator, and nothing else. */
  readonly awsEnvironment: Readonly<Record<string, string>>
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly process: ChildProcess
  /** Everything written to stdout so far. */
  printed(): string
  /** Everything written to stderr so far. */
  said(): string
  /** Ends the server (SIGTERM unless told otherwise). @returns its exit code, null after a signal */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface WickOptions {
  readonly directory: string
  /** Any free port unless told otherwise. */
  readonly listen?: string
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** What was started and has not ended. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
// A test that fails before it stops its server fails: it does not keep the whole run waiting as well.
if (process.env.NODE_TEST_CONTEXT !== undefined)
  after(() => {
    for (const child of running) letGo(child)
  })

/** Keeps this process from ending no longer. */
function letGo(child: ChildProcess): void {
  child.unref()
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref()
}

/** Starts a server and waits for its line on stdout; rejects with what it said when it ends before. */
export async function startWick(options: WickOptions): Promise<Wick> {
  const { directory, listen = '127.0.0.1:0', flags = [], environment = {} } = options
  const child = runWick(['serve', '--data', directory, '--listen', listen, ...flags], environment)
  running.add(child)
  child.once('exit', () => running.delete(child))
  let output = ''
  let errors = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    output += chunk
  })
  child.stderr!.on('data', (chunk: Buffer) => {
    errors += chunk
  })
  const { url, credentials } = await address(child, () => output)
    .then(async (url) => ({ url, credentials: await readCredentials(directory) }))
    .catch((error: Error) => {
      // Left running it would keep the test from ending.
      child.kill('SIGKILL')
      throw new Error(`${error.message}: ${errors}`)
    })
  return {
    url,
    directory,
    credentials,
    awsEnvironment: {
      PATH: process.env.PATH!,
      HOME: directory,
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
      AWS_CONFIG_FILE: join(directory, 'config'),
      AWS_PROFILE: 'wick-admin',
      AWS_ENDPOINT_URL: url,
      ...(url.startsWith('https:') && { AWS_CA_BUNDLE: join(directory, 'tls/ca.pem') }),
    },
    process: child,
    printed: () => output,
    said: () => errors,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const end = once(child, 'exit')
      child.ref()
      child.kill(signal)
      await end
      return child.exitCode
    },
  }
}

/** What the line on stdout says; a server that neither says it nor ends is given up. */
function address(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((found, failed) => {
    const patience = setTimeout(() => failed(new Error('wick serve does not say where it listens')), 60_000)
    const look = (): void => {
      const url = /^wick: listening on (\S+)\n/m.exec(output())?.[1]
      if (url === undefined) return
      clearTimeout(patience)
      found(url)
    }
    child.stdout!.on('data', look)
    child.once('exit', (code) => {
      clearTimeout(patience)
      failed(new Error(`wick serve ended with ${code}`))
    })
  })
}

/** The command line as a user has it, without the launcher's set-up. */
export function runWick(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: compileCache, ...environment },
  })
}

/** By a user whom permission bits bind: root is one as well once it has no capabilities. */
export function runWickAsPlainUser(args: readonly string[]): ChildProcess {
  if (process.getuid?.() !== 0) return runWick(args)
  const bare = ['--bounding-set=-all', '--inh-caps=-all', process.execPath, main, ...args]
  return spawn('setpriv', bare, { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** As the launcher sets it. */
const compileCache = join(root, 'node_modules/.cache/wick')

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Waits for a command that is to end by itself; one that does not is ended, with exit code null. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')])
  clearTimeout(timer)
  return { exitCode: child.exitCode, stdout, stderr }
}

/** An empty directory that is removed when the test ends. */
export async function temporaryDirectory(test: { after(done: () => Promise<void>): void }): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wick-e2e-'))
  test.after(() => rm(directory, { recursive: true, force: true, maxRetries: 10 }))
  return directory
}

async function readCredentials(directory: string): Promise<Wick['credentials']> {
  const file = await readFile(join(directory, 'credentials'), 'utf8')
  const value = (key: string) => new RegExp(`^${key} *= *(\\S+)$`, 'm').exec(file)![1]!
  return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') }
}
