/**
 * What sealed profiles take on disk and what asking for them costs: a service of many hosts posts for some hours, is
 * sealed, and is asked for its flame graph. Prints JSON lines; asserts nothing about time. Beside it, in the same run, the
 * naive way: gzip of every body, and JSON.parse with Maps.
 *
 *     HOSTS=200 HOURS=2 CHURN=0.05 node bench/store.ts
 *
 * CHURN: the share of each profile's nodes that no profile has shown before.
 */
import { Agent } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { addInto } from './naive-sum.ts'
import { directoryBytes } from './server-process.ts'
import { postedJson, syntheticProfile, syntheticProgram } from './synthetic-profile.ts'
import { send, withWick } from './wick-server.ts'

const hosts = Number(process.env.HOSTS ?? 200)
const hours = Number(process.env.HOURS ?? 2)
const churn = Number(process.env.CHURN ?? 0)
const minute = 60_000
const windowLength = 5 * minute
const windows = hours * 12
const connections = 24
const group = 'bench'
const nothing = new Uint8Array(0)

const program = syntheticProgram('jvm')
const now = Date.now()
/** The latest complete windows. */
const end = Math.floor(now / windowLength) * windowLength

/** Enough different profiles that no two hosts of a window send the same. */
const bodies = Array.from({ length: hosts + 37 }, (_, seed) =>
  Buffer.from(postedJson(syntheticProfile(program, { seed: seed + 1 }))).toString(),
)

/** What a host posts for a window: one of the bodies, with its times. */
function bodyOf(host: number, window: number): Uint8Array {
  const ended = end - window * windowLength - 1 - ((host * 1009) % (windowLength - 1))
  const body = bodies[(host + window * 17) % bodies.length]!
  const times = `"start": ${ended - windowLength}, "end": ${ended}`
  const posted = body.replace(/"start": \d+, "end": \d+/, times)
  return Buffer.from(churn === 0 ? posted : churned(posted, `${window}_${host}`))
}

/** Gives some of the innermost functions names of their own. */
function churned(body: string, suffix: string): string {
  let left = Math.round(churn * 5000)
  return body.replace(
    /"([^"]+)": (?=\{(?:"counts": \{[^}]*\}, )?"file": "[^"]*", "line": \[[^\]]*\]\})/g,
    (all, name) => (left-- > 0 ? `"${name}_${suffix}_${left}": ` : all),
  )
}

function print(metric: string, value: number, unit: string, more: Record<string, number> = {}): void {
  const round = (number: number): number => Number(number.toPrecision(3))
  const rounded = Object.fromEntries(Object.entries(more).map(([name, number]) => [name, round(number)]))
  console.log(JSON.stringify({ bench: 'store', metric, value: round(value), unit, ...rounded }))
}

await withWick({ isTls: false, group }, async (server, target, directory) => {
  const agent = new Agent({ keepAlive: true })
  const naive = { bytes: 0, milliseconds: 0, bodies: 0 }
  const sums = new Map<string, number>()
  const total = windows * hosts
  let next = 0
  const poster = async (): Promise<void> => {
    while (next < total) {
      const at = next++
      const body = bodyOf(at % hosts, Math.floor(at / hosts))
      const path = `/profilingGroups/${group}/agentProfile?profileToken=t${at}`
      const { status } = await send(target, agent, 'POST', path, body, 'application/json')
      if (status !== 204) throw new Error(`a post was answered ${status}`)
      if (at % 50 !== 0) continue
      naive.bodies++
      naive.bytes += gzipSync(body).length
      const before = process.cpuUsage()
      addInto(sums, JSON.parse(new TextDecoder().decode(body)).callgraph, '')
      const { user, system } = process.cpuUsage(before)
      naive.milliseconds += (user + system) / 1000
    }
  }
  const started = await server.cpuMilliseconds()
  await Promise.all(Array.from({ length: connections }, poster))
  const ingested = await server.cpuMilliseconds()
  print('fresh_bytes_per_profile', (await directoryBytes(join(directory, 'profiles'))) / total, 'bytes', {
    baseline: naive.bytes / naive.bodies,
  })
  const { status } = await send(target, agent, 'POST', '/v1/store/seal', nothing, 'application/json')
  if (status !== 204) throw new Error(`sealing was answered ${status}`)
  const sealed = await server.cpuMilliseconds()
  print('sealed_bytes_per_profile', (await directoryBytes(join(directory, 'blocks'))) / total, 'bytes', {
    baseline: naive.bytes / naive.bodies,
  })
  print('seal_cpu_per_profile', (sealed - ingested) / total, 'ms', {
    ofIngest: (sealed - ingested) / (ingested - started),
  })

  const ask = async (metric: string, from: number, to: number): Promise<void> => {
    const range = `startTime=${new Date(from).toISOString()}&endTime=${new Date(to).toISOString()}`
    const path = `/profilingGroups/${group}/profile?${range.replaceAll(':', '%3A')}`
    const taken: number[] = []
    let bytes = 0
    for (let round = 0; round < 15; round++) {
      const answer = await send(target, agent, 'GET', path, nothing, 'application/json')
      if (answer.status !== 200) throw new Error(`a question was answered ${answer.status}`)
      taken.push(answer.milliseconds)
      bytes = answer.bytes
    }
    taken.sort((a, b) => a - b)
    print(metric, taken[7]!, 'ms', {
      least: taken[0]!,
      profiles: (hosts * (to - from)) / windowLength,
      answerBytes: bytes,
      baseline: (naive.milliseconds / naive.bodies) * ((hosts * (to - from)) / windowLength),
    })
  }
  await ask('get_profile_window', end - windowLength, end)
  await ask('get_profile_hour', end - 60 * minute, end)
  await ask('get_profile_all', end - windows * windowLength, end)
  print('resident', await server.residentMebibytes(), 'MiB')
  agent.destroy()
})
