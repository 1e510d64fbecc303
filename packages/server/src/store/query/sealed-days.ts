import type { BlockRecord } from '../../storage/manifest.ts'
import type { GroupKey } from '../../storage/ports.ts'
import { contentOf } from '../block-content.ts'
import type { BlockReader, DaySum } from '../block-reader.ts'
import { dayMilliseconds, dayOf } from '../day-epochs.ts'
import type { GroupEpoch, RememberedSum } from './group-epochs.ts'
import { RunningSum } from './running-sum.ts'

/** Epoch milliseconds; `to` is not part of it. */
interface Range {
  readonly from: number
  readonly to: number
}

/** By the start of the day: all blocks of it. Oldest first. */
type Days = readonly (readonly [number, readonly BlockRecord[]])[]

/** What is sealed of a group in a time, day by day: a year is added up in the memory of a few days. */
export class SealedDays {
  readonly #blocks: BlockReader
  readonly #group: GroupKey
  readonly #days: Days
  readonly #range: Range

  /** @param sealed every block of the group that overlaps the range */
  constructor(blocks: BlockReader, group: GroupKey, sealed: readonly BlockRecord[], range: Range) {
    this.#blocks = blocks
    this.#group = group
    this.#days = [...Map.groupBy(sealed, ({ start }) => dayOf(start))].sort(([a], [b]) => a - b)
    this.#range = range
  }

  /** One sum after the other, oldest first, each in the numbers of its day. */
  async *sums(): AsyncGenerator<DaySum> {
    const { from, to } = this.#range
    for (const [day, blocks] of this.#days) yield await this.#blocks.sum(this.#group, day, blocks, from, to)
  }

  /** @param mayBeOfDay whether one day may be added in its own numbers */
  async addTo(running: RunningSum, mayBeOfDay: boolean): Promise<void> {
    if (this.#days.length > 1 || (this.#days.length === 1 && !mayBeOfDay)) {
      running.addContent((await this.#inGroupNumbers(running.group)).content)
      return
    }
    for await (const { sums } of this.sums()) if (sums !== null) running.add(sums)
  }

  /** What was added up before, or is now. */
  async #inGroupNumbers(group: GroupEpoch): Promise<RememberedSum> {
    const known = group.recall(this.key)
    if (known !== null) return known
    const running = new RunningSum(group)
    const { before, within, after } = this.parted()
    let isWhole = await before.addAll(running)
    if (!within.isEmpty) {
      const inner = group.recall(within.key) ?? (await within.#addedUp(group))
      running.addContent(inner.content)
      isWhole &&= inner.isWhole
    }
    isWhole = (await after.addAll(running)) && isWhole
    return this.#remember({ content: contentOf(running.inGroupNumbers()), isWhole }, group)
  }

  async #addedUp(group: GroupEpoch): Promise<RememberedSum> {
    const running = new RunningSum(group)
    const isWhole = await this.addAll(running)
    return this.#remember({ content: contentOf(running.inGroupNumbers()), isWhole }, group)
  }

  #remember(sum: RememberedSum, group: GroupEpoch): RememberedSum {
    if (sum.isWhole) group.remember(this.key, sum)
    return sum
  }

  /** @returns whether it was all that the blocks hold */
  async addAll(running: RunningSum): Promise<boolean> {
    let isAll = true
    for await (const { sums, isWhole } of this.sums()) {
      if (sums !== null) running.add(sums)
      isAll &&= isWhole
    }
    return isAll
  }

  /**
   * The whole days but for the last, and what is around them: a range that ends now moves on, and they stay the same. Where
   * there are fewer than two of them they are not worth a sum of their own.
   */
  parted(): { readonly before: SealedDays; readonly within: SealedDays; readonly after: SealedDays } {
    const days = this.#days
    const { from, to } = this.#range
    const first = days.findIndex(([day]) => day >= from)
    const end = days.findLastIndex(([day]) => day + dayMilliseconds <= to) + 1
    const last = Math.min(end, days.length - 1)
    const isWorth = first >= 0 && last - first >= 2
    const [begin, rest] = isWorth ? [first, last] : [0, 0]
    return {
      before: this.#of(days.slice(0, begin), this.#range),
      within: this.#of(days.slice(begin, rest), rangeOf(days.slice(begin, rest))),
      after: this.#of(days.slice(rest), this.#range),
    }
  }

  /** So many days at a time. */
  chunks(size: number): SealedDays[] {
    const chunks: SealedDays[] = []
    for (let at = 0; at < this.#days.length; at += size) {
      const days = this.#days.slice(at, at + size)
      chunks.push(this.#of(days, rangeOf(days)))
    }
    return chunks
  }

  get isEmpty(): boolean {
    return this.#days.length === 0
  }

  get length(): number {
    return this.#days.length
  }

  get range(): Range {
    return this.#range
  }

  /** Of what it is that is added up: blocks never change. */
  get key(): string {
    const ids = this.#days.flatMap(([, blocks]) => blocks.map(({ id }) => id))
    return `${this.#range.from} ${this.#range.to} ${ids.join(' ')}`
  }

  #of(days: Days, range: Range): SealedDays {
    return new SealedDays(
      this.#blocks,
      this.#group,
      days.flatMap(([, blocks]) => blocks),
      range,
    )
  }
}

function rangeOf(days: Days): Range {
  return days.length === 0 ? { from: 0, to: 0 } : { from: days[0]![0], to: days.at(-1)![0] + dayMilliseconds }
}
