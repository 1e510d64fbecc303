/** A store on a simulated disk, and the naive reference it is compared with. For tests. */
import { createHash } from 'node:crypto'
import { defaultLimits } from '@wick/profile'
import { naiveFromJson } from '@wick/profile/testing'
import { openLocalJournal } from '../../storage/files/local-journal.ts'
import { SimulatedDisk, type SimulationOptions } from '../../storage/files/simulated-files.ts'
import type { Damage, GroupKey, PostOutcome, ProfileStore } from '../../storage/ports.ts'
import { openProfileStore } from '../profile-store.ts'

export const group: GroupKey = {
  id: '0a0b0c0d-1111-4222-8333-444444444444',
  dataKey: new Uint8Array(32).fill(7),
}
export const otherGroup: GroupKey = {
  id: '5a5b5c5d-1111-4222-8333-444444444444',
  dataKey: new Uint8Array(32).fill(9),
}

/** A window border, 2026-11-24T12:00:00Z. */
export const noon = Date.UTC(2026, 10, 24, 12)
export const minute = 60_000

export interface OpenStore {
  readonly store: ProfileStore
  readonly damage: Damage[]
  readonly fatal: Error[]
}

export interface StoreBench {
  readonly disk: SimulatedDisk
  now: number
  open(
    options?: SimulationOptions & {
      readonly maxSegmentBytes?: number
      readonly groups?: readonly GroupKey[]
    },
  ): Promise<OpenStore>
}

export function storeBench(): StoreBench {
  const disk = new SimulatedDisk()
  const bench: StoreBench = {
    disk,
    now: noon + 4 * minute,
    open: async ({ maxSegmentBytes, groups = [group, otherGroup], ...simulation } = {}) => {
      const damage: Damage[] = []
      const fatal: Error[] = []
      const store = await openProfileStore({
        journal: await openLocalJournal(disk.mount(simulation), 'segments'),
        groups,
        limits: defaultLimits,
        maxProfileAgeMilliseconds: 24 * 60 * minute,
        ...(maxSegmentBytes !== undefined && { maxSegmentBytes }),
        now: () => bench.now,
        onDamage: (found) => damage.push(found),
        onFatal: (error) => fatal.push(error),
      })
      return { store, damage, fatal }
    },
  }
  return bench
}

interface JsonNode {
  counts?: Record<string, number>
  file?: string
  line?: number[]
  children?: Record<string, JsonNode>
}

/** A body as an agent posts it. */
export function body(callgraph: JsonNode, end: number, start = end - 5 * minute): Uint8Array {
  return Buffer.from(
    JSON.stringify({ start, end, agentMetadata: { agentInfo: { type: 'test' } }, callgraph }),
  )
}

export interface Sent {
  readonly body: Uint8Array
  readonly token?: string | null
  readonly groupId?: string
}

export function send(
  { store }: OpenStore,
  receivedAt: number,
  { body: bytes, token = null, groupId = group.id }: Sent,
): Promise<PostOutcome> {
  const bodySha256 = createHash('sha256').update(bytes).digest()
  return store.post({ groupId, token, body: Uint8Array.from(bytes), bodySha256, receivedAt })
}

/** What GetProfile's JSON says: call path and counter → samples. */
export type Sums = Map<string, number>

/** The store's answer for a range, as sums; empty where it has none. */
export async function answered(
  { store }: OpenStore,
  from: number,
  to: number,
  groupId = group.id,
): Promise<Sums> {
  const profile = await store.profile({ groupId, from, to, maxDepth: null, encoding: 'json' })
  return profile === null ? new Map() : sumsOf([profile.body])
}

/** The reference: JSON.parse and Maps, added up. */
export function sumsOf(bodies: readonly Uint8Array[]): Sums {
  const sums: Sums = new Map()
  for (const bytes of bodies) {
    for (const [path, { counts }] of naiveFromJson(bytes)) {
      for (const [counter, count] of counts) {
        const key = `${path} ${counter}`
        sums.set(key, (sums.get(key) ?? 0) + count)
      }
    }
  }
  return new Map([...sums].sort())
}
