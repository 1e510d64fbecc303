import { readFile } from 'node:fs/promises'
import type { Evidence, PublicKey } from '@wick/server'
import { type AdminClient, adminClient } from './admin-client.ts'
import { readConfig } from './read-config.ts'
import { patiently, succeeded } from './server-answer.ts'
import { UsageError } from './usage-error.ts'

interface AuditRecord {
  readonly sequence: number
  readonly record: string
}

type Log = Evidence['log']
type Head = Awaited<ReturnType<Log['auditHead']>>

interface Chain {
  readonly digests: Awaited<ReturnType<Log['auditDigests']>>
  readonly start: Head
  readonly head: Head
  /** PEM, the one in use last. */
  readonly publicKeys: readonly string[]
}

/** The trail of the server that runs on a directory, as it tells it. */
export interface RunningTrail extends Log {
  /** As it was when it was first asked for; only the head is asked for anew. */
  chain(): Promise<Chain>
}

export async function runningTrail(data: string): Promise<RunningTrail> {
  const client = await adminClient(data)
  const chain = (): Promise<Chain> => asked(client, '/v1/audit/chain')
  let told: Promise<Chain> | null = null
  const first = (): Promise<Chain> => {
    told ??= chain()
    return told
  }
  return {
    chain: first,
    auditDigests: async () => (await first()).digests,
    auditStart: async () => (await first()).start,
    auditHead: async () => (await chain()).head,
    recordsAfter: async (sequence) => {
      const after = Math.max(0, sequence)
      const { records } = await asked<{ records: AuditRecord[] }>(client, `/v1/audit/records?after=${after}`)
      return records
    },
  }
}

async function asked<T>(client: AdminClient, target: string): Promise<T> {
  const { body } = succeeded(await patiently(() => client.call('GET', target)))
  return JSON.parse(body.toString()) as T
}

/** The settings that say where the directory and its master key are. @throws UsageError */
export async function trailConfig(data: string, masterKeyFile: string | undefined) {
  const flags = masterKeyFile === undefined ? [] : ['--master-key-file', masterKeyFile]
  const config = await readConfig(['--data', data, ...flags], process.env)
  if (config === null) throw new UsageError('The settings are not valid.')
  return config
}

/** @throws UsageError */
export async function readPublicKeys(file: string): Promise<readonly PublicKey[]> {
  const { publicKeysInPem } = await import('@wick/server')
  try {
    return publicKeysInPem(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`--public-key ${file} cannot be used: ${(error as Error).message}.`)
  }
}
