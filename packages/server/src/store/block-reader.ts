import { Scratch } from '@wick/profile'
import type { BlockRecord } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { BlockCache } from './block-cache.ts'
import { addContent, type BlockContent, contentOf, readBlockContent } from './block-content.ts'
import { addProfiles } from './block-sections.ts'
import { cover, profilesOf } from './cover.ts'
import { type DayEpochs, dayOf } from './day-epochs.ts'
import type { Epoch } from './epoch.ts'
import { EpochSums } from './epoch-sums.ts'
import { readFleet } from './fleet-section.ts'
import type { Admits } from './profile-filter.ts'
import { SealedFileDamaged } from './sealed-file.ts'
import { readSealed, sumParts, unlessDamaged } from './sum-parts.ts'

/** What blocks of a day add up to. */
export interface DaySum {
  /** Null where nothing of the day can be read. */
  readonly sums: EpochSums | null
  /** Those that were read. */
  readonly parts: readonly BlockRecord[]
  /** Whether it is all that the blocks hold: what could not be read was found in finer blocks. */
  readonly isWhole: boolean
}

/** Adds up blocks. What is not what was written is reported and left out; the rest is served. */
export class BlockReader {
  readonly #blobs: BlobStore
  readonly #epochs: DayEpochs
  readonly #cache: BlockCache<BlockContent>
  readonly #onDamage: (damage: Damage) => void

  /** @param cacheBytes of what was read last, decoded */
  constructor(blobs: BlobStore, epochs: DayEpochs, onDamage: (damage: Damage) => void, cacheBytes: number) {
    this.#cache = new BlockCache(cacheBytes)
    this.#blobs = blobs
    this.#epochs = epochs
    this.#onDamage = onDamage
  }

  /** What the blocks of a day are in the numbers of; null, and reported, where it is not what was written. */
  async epoch(group: GroupKey, day: number): Promise<Epoch | null> {
    const known = await this.#sound('all that is sealed of a day of one group', () =>
      this.#epochs.get(group, day),
    )
    return known?.epoch ?? null
  }

  /** The part of one day in [from, to). @param blocks every block of the day that overlaps it */
  async sum(
    group: GroupKey,
    day: number,
    blocks: readonly BlockRecord[],
    from: number,
    to: number,
  ): Promise<DaySum> {
    const epoch = await this.epoch(group, day)
    if (epoch === null) return { sums: null, parts: [], isWhole: false }
    const runs = runsOf(cover(blocks, from, to))
    /** Each is read once: one that is misread only now must not be left out here and count there. */
    const ofRuns = new Map<readonly BlockRecord[], BlockContent | null>()
    const { sum, parts, unread } = await sumParts(
      blocks,
      from,
      to,
      () => new EpochSums(epoch),
      async (sums, part) => {
        const run = runs.get(part)
        if (run !== undefined) {
          if (!ofRuns.has(run)) ofRuns.set(run, await this.#run(group, run, epoch))
          const content = ofRuns.get(run)!
          if (content !== null) {
            if (run[0] === part) addContent(content, sums)
            return true
          }
        }
        const lost = `${part.profiles} profiles of one group`
        return (await this.#sound(lost, () => this.#add(group, part.key, sums))) !== null
      },
    )
    const read = parts.filter((part) => !unread.has(part))
    return { sums: sum, parts: read, isWhole: profilesOf(read) === profilesOf(cover(blocks, from, to)) }
  }

  /** What a block holds, where it was read not long ago. */
  remembered(key: string): BlockContent | null {
    return this.#cache.find(key)
  }

  /** The group is gone. */
  forget(groupId: string): void {
    this.#cache.forget(groupId)
  }

  /**
   * The samples of profiles from some origins only: from the windows' blocks, because roll-ups do not tell profiles apart.
   *
   * @returns also the windows in which there are any
   */
  async filteredSums(
    group: GroupKey,
    blocks: readonly BlockRecord[],
    admits: Admits,
  ): Promise<{ readonly sums: EpochSums[]; readonly windows: number[] }> {
    const days: EpochSums[] = []
    const windows: number[] = []
    const ofWindows = blocks.filter(({ level }) => level === 'PT5M')
    for (const [day, ofDay] of Map.groupBy(ofWindows, ({ start }) => dayOf(start))) {
      const epoch = await this.epoch(group, day)
      if (epoch === null) continue
      const sums = new EpochSums(epoch)
      for (const { key, start, profiles } of ofDay) {
        const lost = `${profiles} profiles of one group`
        const isThere = await this.#sound(lost, () => this.#addFiltered(group, key, start, sums, admits))
        if (isThere === true) windows.push(start)
      }
      days.push(sums)
    }
    return { sums: days, windows }
  }

  /** @returns whether the block has a profile from there */
  async #addFiltered(
    group: GroupKey,
    key: string,
    start: number,
    sums: EpochSums,
    admits: Admits,
  ): Promise<boolean> {
    return readSealed(this.#blobs, group, key, async (file) => {
      const sealed = await readFleet(file, start)
      if (sealed?.rowOf == null) return false
      const isWanted = sealed.fleet.rows.map(({ origin }) => admits(origin))
      if (!isWanted.includes(true)) return false
      const vectors = await file.section('vectors')
      const ofProfile = Uint8Array.from(sealed.rowOf, (row) => (isWanted[row] ? 1 : 0))
      if (vectors !== null) addProfiles(vectors, ofProfile, sums)
      return true
    })
  }

  /** The sum of roll-ups, remembered as one: the next question is often about nearly the same time. Null where one is damaged. */
  async #run(group: GroupKey, run: readonly BlockRecord[], epoch: Epoch): Promise<BlockContent | null> {
    const key = `${group.id}/${run.map((part) => part.key).join(' ')}`
    const known = this.#cache.find(key)
    if (known !== null) return known
    const sums = new EpochSums(epoch)
    try {
      for await (const content of this.#contents(group, run, epoch)) addContent(content, sums)
    } catch (error) {
      if (error instanceof SealedFileDamaged) return null
      throw error
    }
    const content = contentOf(sums)
    this.#cache.keep(key, content)
    return content
  }

  async #add(group: GroupKey, key: string, sums: EpochSums): Promise<true> {
    const content = await this.#read(group, key, sums.epoch)
    this.#cache.keep(key, content)
    addContent(content, sums)
    return true
  }

  /** Of one block after the other; the next is read from disk meanwhile. Each is valid until the next is asked for. */
  async *#contents(
    group: GroupKey,
    blocks: readonly BlockRecord[],
    epoch: Epoch,
  ): AsyncGenerator<BlockContent> {
    const scratches = [new Scratch(), new Scratch()]
    const begun: Promise<BlockContent>[] = []
    for (let at = 0; at < blocks.length; at++) {
      for (let next = at + begun.length; next < Math.min(at + 2, blocks.length); next++) {
        const { key } = blocks[next]!
        const scratch = scratches[next % 2]!
        scratch.begin()
        const content = this.#read(group, key, epoch, scratch)
        // Thrown when its turn comes, if it does.
        content.catch(() => {})
        begun.push(content)
      }
      yield await begun.shift()!
    }
  }

  async #read(group: GroupKey, key: string, epoch: Epoch, scratch = new Scratch()): Promise<BlockContent> {
    const known = this.#cache.find(key)
    if (known !== null) return known
    return readSealed(this.#blobs, group, key, (file) => readBlockContent(file, epoch, scratch))
  }

  #sound<T>(lost: string, read: () => Promise<T>): Promise<T | null> {
    return unlessDamaged(this.#onDamage, lost, read)
  }
}

/** Roll-ups that follow each other in the cover of a time, by each of them: three or more are worth being one. */
function runsOf(parts: readonly BlockRecord[]): ReadonlyMap<BlockRecord, readonly BlockRecord[]> {
  const runs = new Map<BlockRecord, readonly BlockRecord[]>()
  let run: BlockRecord[] = []
  const end = (): void => {
    if (run.length >= 3) for (const part of run) runs.set(part, run)
    run = []
  }
  for (const part of parts) {
    if (part.level === 'PT5M') end()
    else run.push(part)
  }
  end()
  return runs
}
