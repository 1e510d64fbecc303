import type { Retention } from '../storage/catalog.ts'
import { type KeptSince, keptFromTheFirst } from '../storage/kept-since.ts'
import {
  type BlockLevel,
  type BlockRecord,
  levelMilliseconds,
  type Manifest,
  type RetentionClock,
} from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { firstClock, nextClock } from '../storage/retention-clock.ts'
import { dayOf } from './day-epochs.ts'
import type { RemoveBlocks } from './remove-blocks.ts'
import { SealedFile } from './sealed-file.ts'
import { unlessDamaged } from './sum-parts.ts'

const day = levelMilliseconds.P1D
const hour = levelMilliseconds.PT1H
/** How often is looked what has become too old. */
const betweenLooks = 10 * 60_000
/** Days of groups in one look: sealing waits meanwhile. */
const daysAtOnce = 64

/** What ended by these instants is too old. */
type Cutoffs = Readonly<Record<BlockLevel, number>>

/** What of one day is not kept any more. */
export interface Expired {
  readonly blocks: readonly BlockRecord[]
  readonly keptSince: KeptSince
  /** Roll-ups that keep what the others held: they must be readable. */
  readonly reliedOn: readonly BlockRecord[]
}

/**
 * Windows go by the hour and hours by the day, and only once the roll-ups that are left hold all they held; days go for
 * good. Pure.
 *
 * @param blocks every block of one group's UTC day
 * @param unsound roll-ups that cannot be read: what they are the sum of stays
 */
export function expired(
  blocks: readonly BlockRecord[],
  dayStart: number,
  cutoffs: Cutoffs,
  unsound: ReadonlySet<BlockRecord> = new Set(),
): Expired {
  if (dayStart + day <= cutoffs.P1D) {
    const since = dayStart + day
    return { blocks, keptSince: { windows: since, hours: since, days: since }, reliedOn: [] }
  }
  const daily = blocks.find(({ level }) => level === 'P1D')
  const hours = new Map(blocks.flatMap((block) => (block.level === 'PT1H' ? [[block.start, block]] : [])))
  const isDayPast = dayStart + day <= cutoffs.PT1H && !(daily !== undefined && unsound.has(daily))
  const gone: BlockRecord[] = []
  const reliedOn = new Set<BlockRecord>()
  let { windows: windowsSince, hours: hoursSince } = keptFromTheFirst
  for (const block of blocks) {
    if (block.level === 'P1D') continue
    const newest = block.level === 'PT1H' ? block.through : block.id
    const inDay = daily !== undefined && newest <= daily.through
    if (isDayPast && inDay) {
      gone.push(block)
      reliedOn.add(daily)
      hoursSince = dayStart + day
      windowsSince = dayStart + day
    } else if (block.level === 'PT5M') {
      const hourStart = block.start - (block.start % hour)
      const hourly = hours.get(hourStart)
      const inHour = hourly !== undefined && !unsound.has(hourly) && block.id <= hourly.through
      // A day's roll-up that does not have it yet takes it from here.
      if (hourStart + hour > cutoffs.PT5M || !inHour || !(daily === undefined || inDay)) continue
      gone.push(block)
      reliedOn.add(hourly)
      windowsSince = Math.max(windowsSince, hourStart + hour)
    }
  }
  return {
    blocks: gone,
    keptSince: { windows: windowsSince, hours: hoursSince, days: 0 },
    reliedOn: [...reliedOn],
  }
}

/**
 * The clock of a store that is opened, kept at once: the next start may come before the first look, with another clock.
 *
 * @param now what the clock shows; of a store that kept no clock yet, its profiles tell when it was used last
 */
export async function openingClock(manifest: Manifest, now: number): Promise<RetentionClock> {
  const kept = (await manifest.retentionClock()) ?? firstClock(await lastUse(manifest, now))
  const clock = nextClock(kept, now)
  // A full disk keeps nobody from what is there: it is tried again at the first look.
  await manifest.keepRetentionClock(clock).catch(() => {})
  return clock
}

async function lastUse(manifest: Manifest, now: number): Promise<number> {
  const latest = await manifest.latest()
  return latest.reduce((last, { receivedAt }) => Math.max(last, receivedAt), latest.length === 0 ? now : 0)
}

export interface RetentionSources {
  readonly manifest: Manifest
  readonly groups: ReadonlyMap<string, GroupKey>
  readonly blobs: BlobStore
  readonly onDamage: (damage: Damage) => void
  readonly remove: RemoveBlocks
  readonly isStopping: () => boolean
  readonly clock: RetentionClock
  /** Of groups without a rule of their own. */
  readonly standard: Retention
  /** Nothing goes that would still be accepted. */
  readonly maxProfileAgeMilliseconds: number
  readonly onNotice: (message: string) => void
  /** Whether nothing of the group may go just now. */
  readonly isHeld: (groupId: string) => boolean
}

/** Lets go what groups keep no longer, a day of a group at a time. Cut off at any moment, it goes on from there. */
export class Retainer {
  readonly #sources: RetentionSources
  #clock: RetentionClock
  #lookedAt = Number.NEGATIVE_INFINITY
  #isWaiting = false

  constructor(sources: RetentionSources) {
    this.#sources = sources
    this.#clock = sources.clock
  }

  /** The time that ages are measured by, epoch milliseconds. */
  get trusted(): number {
    return this.#clock.trusted
  }

  /** To be called every few seconds, between sealings. */
  async step(now: number): Promise<void> {
    if (now >= this.#lookedAt && now < this.#lookedAt + betweenLooks) return
    const trusted = await this.#trustedClock(now)
    const isDone = await this.#dropExpired(trusted)
    // Where there is more, the next call goes on.
    if (isDone) this.#lookedAt = now
  }

  async #trustedClock(now: number): Promise<number> {
    const { manifest, onNotice } = this.#sources
    const clock = nextClock(this.#clock, now)
    await manifest.keepRetentionClock(clock)
    this.#clock = clock
    const isWaiting = clock.trusted < now
    if (isWaiting && !this.#isWaiting)
      onNotice(
        `the clock is ${Math.round((now - clock.trusted) / day)} days ahead of where it was: ` +
          'no profile is dropped for its age until it has stood for a day',
      )
    this.#isWaiting = isWaiting
    return clock.trusted
  }

  /** @returns whether nothing is left to do */
  async #dropExpired(now: number): Promise<boolean> {
    const { manifest, groups, isStopping, isHeld } = this.#sources
    const own = new Map((await manifest.retentions()).map(({ groupId, retention }) => [groupId, retention]))
    let left = daysAtOnce
    let failure: Error | null = null
    for (const group of [...groups.values()]) {
      // Its turn comes with a later look.
      if (isHeld(group.id)) continue
      const cutoffs = this.#cutoffs(own.get(group.id) ?? this.#sources.standard, now)
      for (const level of ['P1D', 'PT1H', 'PT5M'] as const) {
        let start = await manifest.firstBlock(group.id, level, 0)
        while (start !== null && start + levelMilliseconds[level] <= cutoffs[level]) {
          if (isStopping()) return false
          const dayStart = dayOf(start)
          try {
            if (await this.#dropOf(group, dayStart, cutoffs)) left--
          } catch (error) {
            failure ??= error as Error
          }
          if (left === 0) return false
          start = await manifest.firstBlock(group.id, level, dayStart + day)
        }
      }
    }
    if (failure !== null) throw failure
    return true
  }

  #cutoffs({ fiveMinuteDays, hourlyDays, dailyDays }: Retention, now: number): Cutoffs {
    return {
      PT5M: now - fiveMinuteDays * day,
      PT1H: now - hourlyDays * day,
      P1D: now - Math.max(dailyDays * day, this.#sources.maxProfileAgeMilliseconds),
    }
  }

  /** @returns whether there was something to drop */
  async #dropOf(group: GroupKey, dayStart: number, cutoffs: Cutoffs): Promise<boolean> {
    const { manifest, remove } = this.#sources
    const known = await manifest.blocks({ groupId: group.id, from: dayStart, to: dayStart + day })
    let found = expired(known, dayStart, cutoffs)
    const unsound = new Set<BlockRecord>()
    for (const rollUp of found.reliedOn) if (!(await this.#isSound(group, rollUp))) unsound.add(rollUp)
    if (unsound.size > 0) found = expired(known, dayStart, cutoffs, unsound)
    if (found.blocks.length === 0) return false
    await remove({
      groupId: group.id,
      blocks: found.blocks.map(({ id }) => id),
      keptSince: found.keptSince,
      deleted: null,
      due: [],
    })
    return true
  }

  async #isSound({ dataKey }: GroupKey, { key, profiles }: BlockRecord): Promise<boolean> {
    const { blobs, onDamage } = this.#sources
    const lost = `nothing yet: what ${profiles} profiles of one group are the sum of is kept on`
    const read = await unlessDamaged(onDamage, lost, async () => {
      await (await SealedFile.open(blobs, key, dataKey)).check()
      return true
    })
    return read !== null
  }
}
