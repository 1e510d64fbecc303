import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { AdminClient } from '../admin-client.ts'
import type { DemoProgram } from './demo-programs.ts'

const run = promisify(execFile)
const programs = resolve(import.meta.dirname, '../../demo')
/** Where people keep their caches if they say so, else inside the checkout, gone with it. */
const cache = process.env.XDG_CACHE_HOME
  ? join(process.env.XDG_CACHE_HOME, 'wick')
  : resolve(import.meta.dirname, '../../../../.cache')
const environment = join(cache, 'demo-venv')

/**
 * Makes a virtual environment with the AWS agent, once.
 *
 * @returns its python; @throws Error in plain words where there is no Python or no package index
 */
export async function installAgent(say: (line: string) => void): Promise<string> {
  const python = join(environment, 'bin/python')
  const wanted = join(programs, 'requirements.txt')
  const installed = join(environment, 'requirements.txt')
  const isInstalled =
    (await readFile(wanted, 'utf8')) === (await readFile(installed, 'utf8').catch(() => null))
  // An environment outlives the python3 it was made from: look whether it still runs.
  if (isInstalled && (await runs(python))) return python
  await run('python3', ['--version']).catch(() => {
    throw new Error('there is no python3')
  })
  say('installing the AWS Python agent (once) …')
  await mkdir(environment, { recursive: true })
  try {
    await run('python3', ['-m', 'venv', environment])
    await run(python, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--requirement',
      wanted,
    ])
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    throw new Error(
      `the AWS Python agent cannot be installed: ${(stderr || message).trim().split('\n').at(-1)}`,
    )
  }
  await copyFile(wanted, installed)
  return python
}

async function runs(python: string): Promise<boolean> {
  return run(python, ['--version']).then(
    () => true,
    () => false,
  )
}

/** Runs a program under the unmodified agent, which is told by environment alone where to report. */
export function profileProgram(
  python: string,
  { group, script }: DemoProgram,
  client: AdminClient,
): ChildProcess {
  return spawn(python, ['-m', 'codeguru_profiler_agent', '-p', group, '-r', client.region, script], {
    cwd: programs,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_ENDPOINT_URL_CODEGURUPROFILER: client.endpoint,
      AWS_ACCESS_KEY_ID: client.accessKeyId,
      AWS_SECRET_ACCESS_KEY: client.secretAccessKey,
      ...(client.caFile !== null && { AWS_CA_BUNDLE: client.caFile }),
    },
  })
}
