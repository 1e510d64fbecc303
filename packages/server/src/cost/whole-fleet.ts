import type { ProfileFilter } from '@wick/wire'
import type { ProfileStore } from '../storage/ports.ts'
import type { PricedInstance } from './fleet-cost.ts'

/** As many as a question about the whole fleet looks at: those heard of last. */
const maxInstances = 10_000

interface FleetAnswer {
  readonly instances: readonly {
    readonly hostTypes: readonly string[]
    readonly firstSeen: number
    readonly lastSeen: number
    readonly profiles: number
    readonly sampledInMs: number | null
    readonly overhead: { readonly timeShare: number | null; readonly memoryInMB: number }
  }[]
  readonly others: { readonly instances: number; readonly profiles: number } | null
  readonly unattributed: { readonly profiles: number } | null
}

export interface FleetMember extends PricedInstance {
  readonly profiles: number
  /** For how long its agents sampled, in milliseconds; null where none said so. */
  readonly sampled: number | null
  /** What they report of that to have needed for themselves. */
  readonly overhead: number
  readonly overheadInMB: number
}

export interface WholeFleet {
  readonly members: readonly FleetMember[]
  /** Instances beyond the bound. */
  readonly others: number
  /** Profiles of those, and of instances that are not known any more. */
  readonly otherProfiles: number
}

/**
 * The fleet of a time as figures: what it costs and how busy it is are made of them.
 *
 * @param range window borders
 */
export async function wholeFleet(
  { store }: { readonly store: Pick<ProfileStore, 'fleet'> },
  groupId: string,
  range: { readonly from: number; readonly to: number },
  filter?: ProfileFilter,
): Promise<WholeFleet> {
  const body = await store.fleet({
    groupId,
    ...range,
    ...(filter !== undefined && { filter }),
    maxInstances,
  })
  const { instances, others, unattributed }: FleetAnswer = JSON.parse(Buffer.from(body).toString())
  return {
    members: instances.map(({ hostTypes, firstSeen, lastSeen, profiles, sampledInMs, overhead }) => ({
      // One that was replaced under its name by another type counts as what it was first.
      hostType: hostTypes[0] ?? '',
      firstSeen,
      lastSeen,
      profiles,
      sampled: sampledInMs,
      overhead: (overhead.timeShare ?? 0) * (sampledInMs ?? 0),
      overheadInMB: overhead.memoryInMB,
    })),
    others: others?.instances ?? 0,
    otherProfiles: (others?.profiles ?? 0) + (unattributed?.profiles ?? 0),
  }
}
