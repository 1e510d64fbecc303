/**
 * What the server holds and how long it keeps others waiting under load: resident memory at a steady rate of posts over
 * many groups, and the longest time its HTTP thread was busy while large bodies arrive, long ranges are asked for and
 * windows are sealed. Prints JSON lines; asserts nothing about time.
 *
 *     RATE=500 GROUPS=200 SECONDS=45 MIX_SECONDS=20 node bench/pressure.ts
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { ServerProcess } from './server-process.ts'
import { postedIon, postedJson, syntheticProfile, syntheticProgram } from './synthetic-profile.ts'
import { type Answer, send, type Target, withWick } from './wick-server.ts'

const rate = Number(process.env.RATE ?? 500)
const groups = Number(process.env.GROUPS ?? 200)
const seconds = Number(process.env.SECONDS ?? 45)
const mixSeconds = Number(process.env.MIX_SECONDS ?? 20)
const hosts = 16
const mebibyte = 1024 * 1024
const connections = 24
/** What design.md asks for. */
const residentGoal = 256
const budgetGoal = 512
const busyGoal = 20

const program = syntheticProgram('jvm')
const profiles = Array.from({ length: hosts }, (_, host) => syntheticProfile(program, { seed: host + 1 }))

function bodiesOf(encode: typeof postedIon): Uint8Array[] {
  const end = Date.now()
  return profiles.map((profile) => encode({ ...profile, start: end - 300_000, end }))
}

function groupName(i: number): string {
  return `bench-${i}`
}

function post(
  target: Target,
  agent: Agent,
  group: number,
  body: Uint8Array,
  type = 'application/x-amzn-ion',
) {
  return send(target, agent, 'POST', `/profilingGroups/${groupName(group)}/agentProfile`, body, type)
}

async function makeGroups(target: Target, agent: Agent): Promise<void> {
  for (let i = 0; i < groups; i++) {
    const body = Buffer.from(JSON.stringify({ profilingGroupName: groupName(i) }))
    const path = `/profilingGroups?clientToken=bench-${i}`
    const { status } = await send(target, agent, 'POST', path, body, 'application/json')
    if (status !== 201) throw new Error(`the group was not created: ${status}`)
  }
}

/** Posts at the rate until the time is over, or as fast as it goes. @returns how many were acknowledged each second */
async function postSteadily(target: Target, agent: Agent): Promise<number> {
  const bodies = bodiesOf(postedIon)
  const start = performance.now()
  const end = start + seconds * 1000
  let sent = 0
  let kept = 0
  const poster = async (): Promise<void> => {
    for (;;) {
      const mine = sent++
      const due = start + (mine / rate) * 1000
      if (due > end) return
      if (due > performance.now()) await wait(due - performance.now())
      if (performance.now() > end) return
      const { status } = await post(target, agent, mine % groups, bodies[mine % hosts]!)
      if (status === 204) kept++
    }
  }
  await Promise.all(Array.from({ length: connections }, poster))
  return kept / ((performance.now() - start) / 1000)
}

/** Runs `work` and looks at the server's memory meanwhile. @returns most and last, MiB */
async function watched<T>(server: ServerProcess, work: () => Promise<T>): Promise<[T, number, number]> {
  let most = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      most = Math.max(most, await server.residentMebibytes())
      await wait(250)
    }
  })()
  const value = await work().finally(() => {
    isOver = true
  })
  await watching
  return [value, most, await server.residentMebibytes()]
}

function print(metric: string, value: number, unit: string, baseline: number | null): void {
  console.log(
    JSON.stringify({ bench: 'pressure', metric, value: Number(value.toPrecision(3)), unit, baseline }),
  )
}

/** A series of /metrics, as it is now; 0 where it is not there yet. */
async function metric(target: Target, series: string): Promise<number> {
  const text = await (await fetch(`${target.url}/metrics`)).text()
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
  return Number(line?.split(' ')[1] ?? 0)
}

/** What the probe in the server says since it was last asked. */
async function busy(server: ServerProcess): Promise<{ most: number; turns: number; long: number }> {
  const lines = async (): Promise<string[]> =>
    (await readFile(busyFile, 'utf8')).split('\n').filter((line) => line !== '')
  const before = (await lines()).length
  process.kill(server.pid, 'SIGUSR2')
  for (;;) {
    await wait(50)
    const now = await lines()
    if (now.length > before) return JSON.parse(now.at(-1)!)
  }
}

/** Everything at one time: ordinary posts, the largest ones, gzip that becomes large, whole days asked for, sealing. */
async function mix(target: Target, agent: Agent): Promise<Map<string, number>> {
  const end = performance.now() + mixSeconds * 1000
  const ordinary = bodiesOf(postedIon)
  const small = postedJson({ ...profiles[0]!, start: Date.now() - 300_000, end: Date.now() })
  const large = Buffer.concat([small, Buffer.alloc(32 * mebibyte - small.length, ' ')])
  // White space that gzip makes about 30 times smaller, as it does profiles.
  const space = Buffer.alloc(mebibyte, ' ')
  for (const [i, byte] of randomBytes(mebibyte / 8).entries()) space[i] = ' \t\n\r'.charCodeAt(byte & 3)
  const spaces = Array.from({ length: 126 }, () => space)
  const packed = gzipSync(Buffer.concat([small, ...spaces]), { level: 1 })
  const statuses = new Map<string, number>()
  const repeat = async (what: string, ask: (turn: number) => Promise<Answer>): Promise<void> => {
    for (let turn = 0; performance.now() < end; turn++) {
      const { status } = await ask(turn)
      const key = `${what} ${status}`
      statuses.set(key, (statuses.get(key) ?? 0) + 1)
    }
  }
  const get = (path: string): Promise<Answer> =>
    send(target, agent, 'GET', path, new Uint8Array(0), 'application/json')
  await Promise.all([
    ...Array.from({ length: 4 }, () =>
      repeat('post', (turn) => post(target, agent, turn % groups, ordinary[turn % hosts]!)),
    ),
    repeat('large', () => post(target, agent, 0, large, 'application/json')),
    repeat('packed', () => post(target, agent, 1, packed, 'application/json')),
    repeat('question', (turn) => get(`/profilingGroups/${groupName(turn % groups)}/profile?period=P1D`)),
    repeat('seal', async () => {
      await wait(1000)
      return send(target, agent, 'POST', '/v1/store/seal', new Uint8Array(0), 'application/json')
    }),
  ])
  return statuses
}

const busyFile = join(await mkdtemp(join(tmpdir(), 'wick-busy-')), 'busy')
await writeFile(busyFile, '')
process.env.BUSY_FILE = busyFile
process.env.NODE_OPTIONS = `--import=${pathToFileURL(join(import.meta.dirname, 'busy-probe.ts'))}`
// What is compiled at a first start stays in memory: a server in use has it from a cache.
await withWick({ isTls: false, group: 'bench' }, async () => {})

await withWick({ isTls: false, group: 'bench' }, async (server, target) => {
  const agent = new Agent({ keepAlive: true })
  await makeGroups(target, agent)
  print('resident_idle', await server.residentMebibytes(), 'MiB', residentGoal)
  const before = await server.cpuMilliseconds()
  const [perSecond, most, last] = await watched(server, () => postSteadily(target, agent))
  const cpu = (await server.cpuMilliseconds()) - before
  print('posts_per_second', perSecond, '1/s', rate)
  print('cpu_per_profile', cpu / (perSecond * seconds), 'ms', null)
  print('resident_most', most, 'MiB', residentGoal)
  print('resident_last', last, 'MiB', residentGoal)
  print(
    'dictionaries',
    (await metric(target, 'wick_memory_bytes{part="dictionaries"}')) / mebibyte,
    'MiB',
    null,
  )
  await busy(server)
  const [statuses, mixed] = await watched(server, () => mix(target, agent))
  const { most: busiest, long } = await busy(server)
  print('busy_most', busiest, 'ms CPU', busyGoal)
  print('busy_longer_than_goal', long, 'times', 0)
  print('resident_mixed', mixed, 'MiB', budgetGoal)
  console.log(
    JSON.stringify({ bench: 'pressure', metric: 'mix', answers: Object.fromEntries([...statuses].sort()) }),
  )
  agent.destroy()
})
await rm(dirname(busyFile), { recursive: true })
