/**
 * What the server holds and how long it keeps others waiting under load: resident memory at a steady rate of posts over
 * many groups, and the longest time its HTTP thread was busy while large bodies arrive, long ranges are asked for and
 * windows are sealed. Prints JSON lines; asserts nothing about time.
 *
 *     RATE=500 GROUPS=200 SECONDS=45 node bench/pressure.ts
 */
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { ServerProcess } from './server-process.ts'
import { postedIon, syntheticProfile, syntheticProgram } from './synthetic-profile.ts'
import { send, type Target, withWick } from './wick-server.ts'

const rate = Number(process.env.RATE ?? 500)
const groups = Number(process.env.GROUPS ?? 200)
const seconds = Number(process.env.SECONDS ?? 45)
const hosts = 16
const connections = 24
/** What design.md asks for. */
const residentGoal = 256

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
  agent.destroy()
})
