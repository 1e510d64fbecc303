/**
 * What one acknowledged profile of 5,000 nodes costs the server: CPU milliseconds of its process (all threads,
 * signature, decoding, encryption and durability included) and bytes on disk, each beside the naive server in the same
 * run. What can be told apart has rows of its own: TLS (the difference), encryption (the records' cipher alone), and the
 * floor (a server that only receives and hashes). Prints JSON lines; asserts nothing about time.
 *
 *     POSTS=600 HOSTS=32 node bench/ingest.ts
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { RecordCipher } from '../packages/server/src/store/record-cipher.ts'
import { directoryBytes, type ServerProcess, startServerProcess } from './server-process.ts'
import { postedIon, postedJson, syntheticProfile, syntheticProgram } from './synthetic-profile.ts'
import { send, type Target, withWick } from './wick-server.ts'

const posts = Number(process.env.POSTS ?? 600)
const auditRounds = Number(process.env.AUDIT_ROUNDS ?? 3)
const hosts = Number(process.env.HOSTS ?? 32)
const connections = 24
const group = 'bench'

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
      // Agents send a token with each profile, so that a retry is counted once.
      const path = `/profilingGroups/${group}/agentProfile?profileToken=${randomUUID()}`
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

/** A server of this folder instead of Wick's. */
async function simple(file: string, type: BodyType, count: number): Promise<Cost> {
  const directory = await mkdtemp(join(tmpdir(), 'wick-bench-'))
  const server = await startServerProcess(process.execPath, [
    resolve(import.meta.dirname, file),
    directory,
    'secret',
  ])
  try {
    const target: Target = { url: server.url, accessKeyId: 'simple', secretAccessKey: 'secret', ca: null }
    return await measure(server, target, type, directory, count)
  } finally {
    await server.stop()
    await rm(directory, { recursive: true })
  }
}

/** CPU milliseconds to encrypt one record of so many bytes, and to encrypt a whole body packed as the naive server packs it. */
function encryption(recordBytes: number): { readonly record: number; readonly packedBody: number } {
  const cipher = new RecordCipher(new Uint8Array(32), new Uint8Array(16))
  const header = new Uint8Array(65)
  const cost = (bytes: Uint8Array): number => {
    const times = 3000
    let before = process.cpuUsage()
    for (let i = 0; i < 2 * times; i++) {
      if (i === times) before = process.cpuUsage()
      cipher.encrypt(i, header, bytes)
    }
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000 / times
  }
  return { record: cost(new Uint8Array(recordBytes)), packedBody: cost(gzipSync(bodies.ion[0]!)) }
}

function print(
  metric: string,
  value: number | null,
  unit: string,
  baseline: number | null,
  note?: string,
): void {
  const round = (number: number | null): number | null =>
    number === null ? null : Number(number.toPrecision(3))
  const row = { bench: 'ingest', metric, value: round(value), unit, baseline: round(baseline) }
  console.log(JSON.stringify(note === undefined ? row : { ...row, note }))
}

// The naive server is slow enough for a few posts to tell.
const few = Math.ceil(posts / 6)
const baselines = {
  ion: await simple('naive-server.ts', 'ion', few),
  json: await simple('naive-server.ts', 'json', few),
}
const costs = { ion: 0, json: 0 }
let recordBytes = 0
for (const type of ['ion', 'json'] as const) {
  const floor = await simple('floor-server.ts', type, posts)
  await withWick({ isTls: false, group }, async (server, target, directory) => {
    const cost = await measure(server, target, type, join(directory, 'profiles'))
    costs[type] = cost.cpu
    recordBytes = Math.round(cost.bytes)
    print(`cpu_per_profile_${type}_http`, cost.cpu, 'ms', baselines[type].cpu)
    print(`cpu_floor_${type}_http`, floor.cpu, 'ms', baselines[type].cpu, 'receiving and SHA-256 alone')
    print(`disk_per_profile_${type}`, cost.bytes, 'bytes', baselines[type].bytes)
    print(`resident_${type}`, await server.residentMebibytes(), 'MiB', null)
  })
}
await withWick({ isTls: true, group }, async (server, target, directory) => {
  const { cpu } = await measure(server, target, 'ion', join(directory, 'profiles'))
  print('cpu_per_profile_ion_https', cpu, 'ms', baselines.ion.cpu)
  print('cpu_tls_ion', cpu - costs.ion, 'ms', null, 'the difference of two rows; the naive server has no TLS')
})
const { record, packedBody } = encryption(recordBytes)
print('cpu_encryption', record, 'ms', packedBody, 'in the rows above; the baseline is a whole body, gzipped')

/** What recording calls costs: servers with and without it by turns, the least of each, since the rest of the machine adds. */
const auditModes = {
  off: { environment: { NODE_OPTIONS: `--import=${new URL('./without-audit.ts', import.meta.url)}` } },
  minute: {},
  each: { flags: ['--audit-data-events', 'each'] },
} as const
const audited: Record<keyof typeof auditModes, number> = { off: Infinity, minute: Infinity, each: Infinity }
for (let round = 0; round < auditRounds; round++) {
  for (const mode of ['off', 'minute', 'each'] as const) {
    await withWick({ isTls: false, group, ...auditModes[mode] }, async (server, target, directory) => {
      const { cpu } = await measure(server, target, 'ion', join(directory, 'profiles'))
      audited[mode] = Math.min(audited[mode], cpu)
    })
  }
}
for (const mode of ['minute', 'each'] as const) {
  const percent = (100 * (audited[mode] - audited.off)) / audited.off
  const note = `${percent.toFixed(1)} % more than without; the baseline is a server without a trail`
  print(`cpu_per_profile_audit_${mode}`, audited[mode], 'ms', audited.off, note)
}
