import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { writeCreateProfilingGroup, writeDescribeProfilingGroup } from '@wick/wire'
import { type AdminClient, adminClient } from '../admin-client.ts'
import { readConfig } from '../read-config.ts'
import { untilStopped } from '../serve.ts'
import { type DemoProgram, demoPrograms } from './demo-programs.ts'
import { prepareProgram } from './profiled-program.ts'

/** Short cycles, so that a first picture is there in seconds; whoever sets these variables keeps their values. */
const shortCycles = {
  WICK_AGENT_PERIOD_SECONDS: '10',
  WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS: '100',
  WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS: '3000',
  // The CPU limit of an agent that samples as often as this.
  WICK_AGENT_MEMORY_USAGE_LIMIT_PERCENT: '80',
}
const usualPort = 8443

const say = (line: string): void => console.error(`wick: ${line}`)

export const demo = {
  help: (): string =>
    [
      'wick demo [--data DIR] [--listen HOST:PORT] [--insecure-http] [other flags of wick serve]',
      '',
      '  Runs a server and a small program each for Node.js, Python and Java (where they are there), profiled live by',
      '  Wick’s agents, and prints a one-time link to the console. Without --data everything is kept in a temporary',
      '  directory and removed at the end. Ctrl+C ends it all.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const names = new Set(args.map((arg) => arg.split('=', 1)[0]))
    const isGiven = (flag: string, variable: string): boolean =>
      names.has(flag) || process.env[variable] !== undefined
    const temporary = isGiven('--data', 'WICK_DATA') ? null : await mkdtemp(join(tmpdir(), 'wick-demo-'))
    const flags = [...args]
    if (temporary !== null) flags.push('--data', temporary)
    if (!isGiven('--listen', 'WICK_LISTEN')) flags.push('--listen', `127.0.0.1:${await freePort()}`)
    try {
      return await runDemo(flags)
    } finally {
      if (temporary !== null) await rm(temporary, { recursive: true, force: true })
    }
  },
}

async function runDemo(flags: readonly string[]): Promise<number> {
  const config = await readConfig(flags, { ...shortCycles, ...process.env })
  if (config === null) return 2
  const { startServer } = await import('@wick/server')
  const server = await startServer(config)
  const children: ChildProcess[] = []
  const stop = new AbortController()
  const ended = untilStopped(server, async () => {
    stop.abort()
    await Promise.all(children.map(ending))
  })
  process.stdout.write(`wick: listening on ${server.url}\n`)
  try {
    const client = await adminClient(config.dataDirectory)
    const groups = await startPrograms(client, children)
    introduce(await server.createSignInLink(), config.dataDirectory, groups, config.insecureHttp)
    void announceFirstProfile(client, groups[0]!.group, stop.signal)
  } catch (error) {
    say(`the demo cannot go on: ${(error as Error).message}`)
    process.kill(process.pid, 'SIGTERM')
    await ended
    return 1
  }
  return ended
}

/** @returns those whose runtime is there */
async function startPrograms(client: AdminClient, children: ChildProcess[]): Promise<readonly DemoProgram[]> {
  const started: DemoProgram[] = []
  for (const program of demoPrograms) {
    let start: Awaited<ReturnType<typeof prepareProgram>>
    try {
      start = await prepareProgram(program)
    } catch (error) {
      say(`${program.group} is left out: ${(error as Error).message}.`)
      continue
    }
    await createGroup(client, program.group)
    children.push(start(client))
    started.push(program)
  }
  return started
}

/** A group that is there already (a second demo on one directory) is used again. */
async function createGroup(client: AdminClient, profilingGroupName: string): Promise<void> {
  const input = {
    profilingGroupName,
    tags: {},
    clientToken: crypto.randomUUID(),
    computePlatform: 'Default',
    profilingEnabled: true,
  } as const
  const { method, target, body } = writeCreateProfilingGroup(input)
  const { status, body: answer } = await client.call(method, target, body ?? '')
  if (status !== 201 && status !== 409)
    throw new Error(`the group ${profilingGroupName} was refused: ${answer}`)
}

function introduce(link: string, directory: string, groups: readonly DemoProgram[], isPlain: boolean): void {
  const width = Math.max(...groups.map(({ group }) => group.length))
  const lines = [
    '',
    '  Open this link; it works once and signs you in:',
    '',
    `    ${link}`,
    '',
    ...(isPlain
      ? ['  (Plain HTTP, on this machine only, so that your browser asks nothing. wick serve uses TLS.)', '']
      : ['  (Your browser will warn: the certificate is from an authority made just now, tls/ca.pem.)', '']),
    ...groups.map(({ group, about }) => `  ${group.padEnd(width)}  ${about}`),
    '',
    `  Data and credentials: ${directory}     Stop: Ctrl+C`,
    '',
  ]
  console.log(lines.join('\n'))
}

async function announceFirstProfile(client: AdminClient, group: string, stopped: AbortSignal): Promise<void> {
  const { method, target } = writeDescribeProfilingGroup({ profilingGroupName: group })
  while (!stopped.aborted) {
    const { body } = await client.call(method, target).catch(() => ({ body: Buffer.from('{}') }))
    const { profilingStatus } = JSON.parse(body.toString()) as {
      profilingStatus?: { latestAgentProfileReportedAt?: string }
    }
    if (profilingStatus?.latestAgentProfileReportedAt !== undefined) {
      say(`the first profile of ${group} has arrived: its flame graph is there.`)
      return
    }
    await wait(1000, undefined, { signal: stopped }).catch(() => {})
  }
}

/** Ends a child, gently first. */
async function ending(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), 2000)
  await exited
  clearTimeout(hard)
}

/** The usual port, or any where it is taken. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(0))
    probe.listen(usualPort, '127.0.0.1', () => probe.close(() => resolve(usualPort)))
  })
}
