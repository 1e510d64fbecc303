/** The packed package, installed as a user does, and programs run with it on each Node.js that it supports. */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Ended, ended } from '../../support/wick.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')

export const versions = ['20', '22', '24', '26'] as const
export type Version = (typeof versions)[number]

/** A program for Node of that version: the one in use for 26, else one of runtimes/package.json. */
function nodeOf(version: Version): string {
  if (version === '26') return process.execPath
  const name = `node${version}-${process.platform}-${process.arch}`
  return join(root, 'e2e/.cache/node-versions/node_modules', name, 'bin/node')
}

export interface Project {
  readonly directory: string
  remove(): Promise<void>
}

/** A directory with the programs beside this file and `@wick/agent` from its tarball, as npm installs it. */
export async function installedProject(): Promise<Project> {
  await run('sh', [join(root, 'scripts/build-agent-node.sh')])
  await run('sh', [join(root, 'scripts/setup-node-versions.sh')])
  const directory = await mkdtemp(join(tmpdir(), 'wick-e2e-node-agent-'))
  await run('npm', ['pack', '--pack-destination', directory, '--loglevel=error'], {
    cwd: join(root, 'packages/agent-node'),
  })
  await cp(join(import.meta.dirname, 'programs'), directory, { recursive: true })
  await writeFile(join(directory, 'package.json'), '{"name":"shop","private":true}')
  const tarball = (await readdir(directory)).find((name) => name.endsWith('.tgz'))!
  const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  await run('npm', ['install', ...flags, join(directory, tarball)], { cwd: directory })
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) }
}

/** The environment of a program whose agent reports to a server from its start on. */
export function reportingTo(url: string): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_CODEGURU_PROFILER_GROUP_NAME: 'guest',
    AWS_ENDPOINT_URL_CODEGURUPROFILER: url,
    WICK_INITIAL_DELAY_SECONDS: '0',
  }
}

/** A control group in which all processes together get a part of one processor. */
export interface Quota {
  readonly directory: string
  /** Where a container of that group sees it. */
  readonly root: string
  /** When no process is in it any more. */
  remove(): Promise<void>
}

const groups = '/sys/fs/cgroup'
const periodMicros = 100_000

/** @throws Error where this machine has no such groups for this user */
export async function cpuQuota(cores: number): Promise<Quota> {
  const isV1 = existsSync(join(groups, 'cpu/cpu.cfs_quota_us'))
  const root = isV1 ? join(groups, 'cpu') : groups
  const directory = await mkdtemp(join(root, 'wick-e2e-'))
  const remove = (): Promise<void> => rmdir(directory)
  try {
    if (isV1) await writeFile(join(directory, 'cpu.cfs_quota_us'), String(cores * periodMicros))
    else
      await writeFile(join(directory, 'cpu.max'), `${cores * periodMicros} ${periodMicros}`, { flag: 'r+' })
    // Who may make a group need not be allowed to mount it.
    await run('unshare', inside({ directory, root, remove }, ['true']).slice(1))
    return { directory, root, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** The group is what a container sees of all groups, in a mount namespace of its own. */
function inside({ directory, root }: Quota, command: readonly string[]): string[] {
  const script = 'echo $$ > "$0/cgroup.procs" && mount --bind "$0" "$1" && shift && exec "$@"'
  return ['unshare', '-m', 'sh', '-c', script, directory, root, ...command]
}

export interface Ran extends Ended {
  readonly milliseconds: number
  readonly signal: NodeJS.Signals | null
}

export interface Program {
  readonly project: Project
  readonly version: Version
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** On a file system that nothing can be written to, /tmp included; as root only. */
  readonly isReadOnly?: boolean
  readonly quota?: Quota
  /** Ends it so after a time. */
  readonly kill?: { readonly signal: NodeJS.Signals; readonly afterOutput: string }
}

/** A mount namespace of its own, in which the root is mounted anew. */
const readOnly = ['unshare', '-m', 'sh', '-c', 'mount -o remount,ro,bind / && exec "$0" "$@"']

/** Runs a program to its end. */
export async function runProgram({
  project,
  version,
  args,
  environment,
  isReadOnly,
  quota,
  kill,
}: Program): Promise<Ran> {
  const began = performance.now()
  const command = [nodeOf(version), ...args]
  const [file, ...rest] = isReadOnly
    ? [...readOnly, ...command]
    : quota !== undefined
      ? inside(quota, command)
      : command
  const child = spawn(file!, rest, {
    cwd: project.directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: project.directory, ...environment },
  })
  if (kill !== undefined) {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes(kill.afterOutput)) child.kill(kill.signal)
    })
  }
  const result = await ended(child)
  return { ...result, milliseconds: performance.now() - began, signal: child.signalCode }
}
