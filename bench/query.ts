/**
 * What questions about a day cost, as the server itself measures them (Server-Timing): a service of many hosts has posted for
 * 24 hours and was sealed window by window. Prints JSON lines; asserts nothing about time. Beside each the naive way: JSON.parse of
 * every profile and Maps.
 *
 *     HOSTS=200 node bench/query.ts
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillStore, windowLength } from './filled-store.ts'
import { addInto } from './naive-sum.ts'
import { directoryBytes } from './server-process.ts'
import { syntheticProgram } from './synthetic-profile.ts'
import { createGroup, send, startWick, type Target } from './wick-server.ts'

const hosts = Number(process.env.HOSTS ?? 20)
const day = 24 * 60 * 60_000
const group = 'bench'
/** Most of the first ones run code that is not yet compiled. */
const rounds = 61

const program = syntheticProgram('jvm', { paths: 57_000 })
/** Functions from everywhere in the program, hot and cold. */
const functions = [...new Set(program.stacks.flatMap((stack) => stack.map(({ name }) => name)))]
const to = Math.floor(Date.now() / windowLength) * windowLength
const from = to - day

function print(metric: string, value: number, unit: string, more: Record<string, number> = {}): void {
  const round = (number: number): number => Number(number.toPrecision(3))
  const rounded = Object.fromEntries(Object.entries(more).map(([name, number]) => [name, round(number)]))
  console.log(JSON.stringify({ bench: 'query', metric, value: round(value), unit, hosts, ...rounded }))
}

/** Milliseconds that the server took for each of some questions, the same one again and again. */
async function ask(
  target: Target,
  agent: Agent,
  path: string,
  body: unknown,
  times: number,
): Promise<number[]> {
  const bytes = body === null ? new Uint8Array(0) : Buffer.from(JSON.stringify(body))
  const method = body === null ? 'GET' : 'POST'
  const taken: number[] = []
  for (let round = 0; round < times; round++) {
    const { status, milliseconds } = await send(
      target,
      agent,
      method,
      path,
      bytes,
      'application/json',
      accept,
    )
    if (status !== 200) throw new Error(`${path} was answered ${status}`)
    taken.push(milliseconds)
  }
  return taken.sort((a, b) => a - b)
}

/** What one profile costs the naive way, milliseconds. */
function naiveCost(bodies: readonly Uint8Array[]): number {
  const sums = new Map<string, number>()
  const some = bodies.slice(0, 20)
  const before = process.cpuUsage()
  for (const body of some) addInto(sums, JSON.parse(new TextDecoder().decode(body)).callgraph, '')
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / some.length
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** One question for series, for as many frames. */
function seriesOf(count: number): { readonly path: string; readonly body: object } {
  const frames = Array.from(
    { length: count },
    (_, i) => functions[Math.floor((i * functions.length) / count)]!,
  )
  if (count > 100) {
    const body = { startTime: instant(from), endTime: instant(to), frames }
    return { path: `/v1/profilingGroups/${group}/series`, body }
  }
  const range = `startTime=${instant(from)}&endTime=${instant(to)}`.replaceAll(':', '%3A')
  const threadStates = ['RUNNABLE', 'BLOCKED']
  const type = 'AggregatedRelativeTotalTime'
  const frameMetrics = frames.map((frameName) => ({ frameName, type, threadStates }))
  return { path: `/profilingGroups/${group}/frames/-/metrics?${range}`, body: { frameMetrics } }
}

/** Pruned trees as the console takes them; GetProfile answers Ion. */
const accept = 'application/vnd.wick.tree, application/x-amzn-ion'
const hour = 60 * 60_000

function time(start: number, end: number): { readonly startTime: string; readonly endTime: string } {
  return { startTime: instant(start), endTime: instant(end) }
}

const extension = `/v1/profilingGroups/${group}`
const others = [
  { metric: 'tree_24h', path: `${extension}/tree`, body: time(from, to) },
  { metric: 'tree_5min', path: `${extension}/tree`, body: time(to - windowLength, to) },
  {
    metric: 'diff_12h_12h',
    path: `${extension}/diff`,
    body: { before: time(from, to - 12 * hour), after: time(to - 12 * hour, to) },
  },
  { metric: 'search_24h', path: `${extension}/search`, body: { ...time(from, to), text: 'get' } },
  { metric: 'fleet_24h', path: `${extension}/fleet`, body: time(from, to) },
  {
    metric: 'tree_1h_one_host',
    path: `${extension}/tree`,
    body: { ...time(to - hour, to), filter: { instances: ['ip-10-0-0-3.ec2.internal'] } },
  },
  {
    metric: 'get_profile_24h',
    path: `/profilingGroups/${group}/profile?startTime=${instant(from)}&endTime=${instant(to)}`.replaceAll(
      ':',
      '%3A',
    ),
    body: null,
  },
]

const directory = await mkdtemp(join(tmpdir(), 'wick-bench-'))
const agent = new Agent({ keepAlive: true })
try {
  const empty = await startWick(directory, { isTls: false })
  await createGroup(empty.target, group)
  await empty.server.stop()
  const filled = await fillStore(directory, { program, hosts, from, to })
  const { profiles } = filled
  const baseline = naiveCost(filled.bodies) * profiles
  print('sealed_bytes_per_profile', (await directoryBytes(join(directory, 'blocks'))) / profiles, 'bytes')
  print('seal_cpu_per_profile', filled.sealing / profiles, 'ms')

  const { server, target } = await startWick(directory, { isTls: false })
  try {
    const first = seriesOf(10)
    const afterStart = await ask(target, agent, first.path, first.body, 1)
    print('series_24h_10_frames_first_after_start', afterStart[0]!, 'ms', { profiles, baseline })
    for (const frames of [1, 10, 100, 500]) {
      const { path, body } = seriesOf(frames)
      const taken = await ask(target, agent, path, body, rounds)
      const more = { least: taken[0]!, profiles, baseline }
      print(`series_24h_${frames}_frames`, taken[Math.floor(rounds / 2)]!, 'ms', more)
    }
    for (const { metric, path, body } of others) {
      const first = await ask(target, agent, path, body, 1)
      const taken = await ask(target, agent, path, body, rounds)
      const more = { least: taken[0]!, first: first[0]!, profiles, baseline }
      print(metric, taken[Math.floor(rounds / 2)]!, 'ms', more)
    }
    print('resident', await server.residentMebibytes(), 'MiB')
  } finally {
    await server.stop()
  }
} finally {
  agent.destroy()
  await rm(directory, { recursive: true })
}
