import type { BlockRecord } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { cover, endOf, profilesOf } from './cover.ts'
import { readFleet } from './fleet-section.ts'
import { type Fleet, type FleetFigures, FleetSum, noFigures, type SealedFleet } from './fleet-sum.ts'
import { readSealed, sumSaid, unlessDamaged } from './sum-parts.ts'

/** Who sent what is sealed, from blocks of any age. */
export class FleetReader {
  readonly #blobs: BlobStore
  readonly #onDamage: (damage: Damage) => void

  constructor(blobs: BlobStore, onDamage: (damage: Damage) => void) {
    this.#blobs = blobs
    this.#onDamage = onDamage
  }

  /**
   * The fleet of [from, to), bounded. Every profile counts: those of a roll-up that does not say who sent them (it is older
   * than its section, and its windows are gone) are in the rest.
   *
   * @param blocks every block of the group that overlaps [from, to)
   */
  async sum(
    group: GroupKey,
    blocks: readonly BlockRecord[],
    from: number,
    to: number,
  ): Promise<{ readonly fleet: Fleet; readonly isWhole: boolean }> {
    const { sum, parts, isWhole } = await sumSaid(
      blocks,
      from,
      to,
      () => new FleetSum({ isBounded: true }),
      (part) => this.#read(group, part),
      (fleets, { fleet }) => fleets.addAll(fleet),
    )
    const silent = silentFigures(cover(blocks, from, to), parts)
    if (silent !== null) sum.addRest(silent)
    return { fleet: sum.fleet(), isWhole }
  }

  /** Null where it is not what was written. */
  #read(
    group: GroupKey,
    { key, start, profiles }: BlockRecord,
  ): Promise<{ readonly said: SealedFleet | null } | null> {
    return unlessDamaged(this.#onDamage, `who sent ${profiles} profiles of one group`, () =>
      readSealed(this.#blobs, group, key, async (file) => ({ said: await readFleet(file, start) })),
    )
  }
}

/** Of the profiles that the parts lack. @param whole the parts there would be if each roll-up said who sent it */
function silentFigures(whole: readonly BlockRecord[], parts: readonly BlockRecord[]): FleetFigures | null {
  const profiles = profilesOf(whole) - profilesOf(parts)
  if (profiles === 0) return null
  const there = new Set(parts)
  let [firstStart, lastEnd] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const part of whole) {
    if (there.has(part)) continue
    firstStart = Math.min(firstStart, part.start)
    lastEnd = Math.max(lastEnd, endOf(part))
  }
  return { ...noFigures, firstStart, lastEnd, profiles }
}
