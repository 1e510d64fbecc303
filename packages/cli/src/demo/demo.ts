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
import { demoPrograms } from './demo-programs.ts'
import { installAgent, profileProgram } from './python-agent.ts'
import { replayRecording } from './replay.ts'

/** Short cycles, so that a first picture is there in seconds; whoever sets these variables keeps their values. */
const shortCycles = {
  WICK_AGENT_PERIOD_SECONDS: '10',
  WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS: '100',
  WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS: '3000',
  // The agent reads it as its CPU limit, which counts the program's own work while it waits: 10 would end it.
  WICK_AGENT_MEMORY_USAGE_LIMIT_PERCENT: '80',
}
const usualPort = 8443
const recordingGroup = 'demo-orders-recording'

const say = (line: string): void => console.error(`wick: ${line}`)

export const demo = {
  help: (): string =>
    [
      'wick demo [--data DIR] [--listen HOST:PORT] [--insecure-http] [other flags of wick serve]',
      '',
      '  Runs a server and two small Python programs, profiled live by the AWS Python agent, and prints a one-time',
      '  link to the console. Without --data everything is kept in a temporary directory and removed at the end.',
      '  Without python3 it replays a recording, and says so. Ctrl+C ends it all.',
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
  const ends: (() => void)[] = []
  const ended = untilStopped(server, async () => {
    for (const end of ends) end()
    await Promise.all(children.map(ending))
  })
  process.stdout.write(`wick: listening on ${server.url}\n`)
  try {
    const client = await adminClient(config.dataDirectory)
    const groups = await startProgramsOrReplay(client, children, ends)
    introduce(await server.createSignInLink(), config.dataDirectory, groups, config.insecureHttp)
    void announceFirstProfile(client, groups[0]!.group, ends)
  } catch (error) {
    say(`the demo cannot go on: ${(error as Error).message}`)
    process.kill(process.pid, 'SIGTERM')
    await ended
    return 1
  }
  return ended
}

interface Shown {
  readonly group: string
  readonly about: string
}

async function startProgramsOrReplay(
  client: AdminClient,
  children: ChildProcess[],
  ends: (() => void)[],
): Promise<readonly Shown[]> {
  let python: string
  try {
    python = await installAgent(say)
  } catch (error) {
    say(`${(error as Error).message}: showing a recording instead of live programs.`)
    await createGroup(client, recordingGroup, { source: 'recording' })
    ends.push(await replayRecording(recordingGroup, client))
    return [{ group: recordingGroup, about: 'RECORDING of the order service; look for price_order' }]
  }
  for (const program of demoPrograms) {
    await createGroup(client, program.group, {})
    children.push(profileProgram(python, program, client))
  }
  return demoPrograms
}

/** A group that is there already (a second demo on one directory) is used again. */
async function createGroup(
  client: AdminClient,
  profilingGroupName: string,
  tags: Record<string, string>,
): Promise<void> {
  const input = {
    profilingGroupName,
    tags,
    clientToken: crypto.randomUUID(),
    computePlatform: 'Default',
    profilingEnabled: true,
  } as const
  const { method, target, body } = writeCreateProfilingGroup(input)
  const { status, body: answer } = await client.call(method, target, body ?? '')
  if (status !== 201 && status !== 409)
    throw new Error(`the group ${profilingGroupName} was refused: ${answer}`)
}

function introduce(link: string, directory: string, groups: readonly Shown[], isPlain: boolean): void {
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

async function announceFirstProfile(client: AdminClient, group: string, ends: (() => void)[]): Promise<void> {
  const stop = new AbortController()
  ends.push(() => stop.abort())
  const { method, target } = writeDescribeProfilingGroup({ profilingGroupName: group })
  while (!stop.signal.aborted) {
    const { body } = await client.call(method, target).catch(() => ({ body: Buffer.from('{}') }))
    const { profilingStatus } = JSON.parse(body.toString()) as {
      profilingStatus?: { latestAgentProfileReportedAt?: string }
    }
    if (profilingStatus?.latestAgentProfileReportedAt !== undefined) {
      say(`the first profile of ${group} has arrived: its flame graph is there.`)
      return
    }
    await wait(1000, undefined, { signal: stop.signal }).catch(() => {})
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
