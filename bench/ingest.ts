/**
 * What one acknowledged profile of 5,000 nodes costs the server: CPU milliseconds of its process (all threads,
 * signature, decoding, encryption and durability included) and bytes on disk. Rows for Ion and JSON over plain HTTP and
 * for Ion over TLS, each beside the naive server in the same run. Prints JSON lines; asserts nothing about time.
 *
 *     POSTS=600 HOSTS=32 node bench/ingest.ts
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { directoryBytes, type ServerProcess, startServerProcess } from './server-process.ts'
import { postedIon, postedJson, syntheticProfile, syntheticProgram } from './synthetic-profile.ts'
import { send, type Target, withWick } from './wick-server.ts'

const posts = Number(process.env.POSTS ?? 600)
const hosts = Number(process.env.HOSTS ?? 32)
const connections = 24
const group = 'bench'
const naiveServer = resolve(import.meta.dirname, 'naive-server.ts')

type BodyType = 'ion' | 'json'

const contentTypes = { ion: 'application/x-amzn-ion', json: 'application/json' } as const
const program = syntheticProgram('jvm')
const bodies = { ion: makeBodies(postedIon), json: makeBodies(postedJson) }

function makeBodies(encode: typeof postedIon): Uint8Array[] {
  return Array.from({ length: hosts }, (_, host) => {
    const profile = syntheticProfile(program, { seed: host + 1 })
    return encode({ ...profile, start: Date.now() - 300_000, end: Date.now() })
  })
}

/** Posts `count` bodies over some connections; every one must be acknowledged. */
async function postAll(target: Target, type: BodyType, count: number): Promise<void> {
  const agent = target.ca === null ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true })
  let next = 0
  const poster = async (): Promise<void> => {
    while (next < count) {
      const body = bodies[type][next++ % hosts]!
      const path = `/profilingGroups/${group}/agentProfile`
      const { status } = await send(target, agent, 'POST', path, body, contentTypes[type])
      if (status !== 204) throw new Error(`a post was answered ${status}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, poster))
  agent.destroy()
}

interface Cost {
  /** CPU milliseconds for each acknowledged post, after a warm-up. */
  readonly cpu: number
  /** Bytes on disk for each acknowledged post, the warm-up's included. */
  readonly bytes: number
}

async function measure(
  server: ServerProcess,
  target: Target,
  type: BodyType,
  directory: string,
  count = posts,
): Promise<Cost> {
  const warmUp = Math.ceil(count / 2)
  await postAll(target, type, warmUp)
  const before = await server.cpuMilliseconds()
  await postAll(target, type, count)
  const cpu = ((await server.cpuMilliseconds()) - before) / count
  return { cpu, bytes: (await directoryBytes(directory)) / (warmUp + count) }
}

/** The naive server is slow enough for a few posts to tell. */
async function naive(type: BodyType): Promise<Cost> {
  const directory = await mkdtemp(join(tmpdir(), 'wick-bench-naive-'))
  const server = await startServerProcess(process.execPath, [naiveServer, directory, 'secret'])
  try {
    const target: Target = { url: server.url, accessKeyId: 'naive', secretAccessKey: 'secret', ca: null }
    return await measure(server, target, type, directory, Math.ceil(posts / 6))
  } finally {
    await server.stop()
    await rm(directory, { recursive: true })
  }
}

function print(metric: string, value: number, unit: string, baseline: number): void {
  const round = (number: number): number => Number(number.toPrecision(3))
  console.log(
    JSON.stringify({ bench: 'ingest', metric, value: round(value), unit, baseline: round(baseline) }),
  )
}

const baselines = { ion: await naive('ion'), json: await naive('json') }
for (const type of ['ion', 'json'] as const) {
  await withWick({ isTls: false, group }, async (server, target, directory) => {
    const cost = await measure(server, target, type, join(directory, 'profiles'))
    print(`cpu_per_profile_${type}_http`, cost.cpu, 'ms', baselines[type].cpu)
    print(`disk_per_profile_${type}`, cost.bytes, 'bytes', baselines[type].bytes)
    console.log(
      JSON.stringify({
        bench: 'ingest',
        metric: `resident_${type}`,
        value: Math.round(await server.residentMebibytes()),
        unit: 'MiB',
      }),
    )
  })
}
await withWick({ isTls: true, group }, async (server, target, directory) => {
  const cost = await measure(server, target, 'ion', join(directory, 'profiles'))
  print('cpu_per_profile_ion_https', cost.cpu, 'ms', baselines.ion.cpu)
})
