/**
 * A server under measurement: a child process, its CPU time read from the operating system, so that neither the
 * load generator nor this process is counted. Linux only (/proc).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** USER_HZ: the kernel reports process times in hundredths of a second on every architecture Wick runs on. */
const ticksPerSecond = 100

export interface ServerProcess {
  readonly url: string
  /** CPU milliseconds (user and system, all threads) since the process started. */
  cpuMilliseconds(): Promise<number>
  readonly pid: number
  /** Resident memory in MiB. */
  residentMebibytes(): Promise<number>
  stop(): Promise<void>
}

/** Starts a command and waits for a stdout line that ends in the server's URL. */
export async function startServerProcess(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const env = { ...process.env, ...environment }
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  const url = await listeningUrl(child)
  return {
    url,
    pid: child.pid!,
    cpuMilliseconds: async () => {
      const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
    },
    residentMebibytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      const url = /listening on (https?:\/\/\S+)/.exec(seen)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)))
  })
}

/** Bytes of all files below a directory. */
export async function directoryBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) => stat(join(entry.parentPath, entry.name)))
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0)
}
