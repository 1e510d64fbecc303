import type { BlockRecord } from '../../storage/manifest.ts'
import type { GroupKey } from '../../storage/ports.ts'
import { type BlockContent, contentOf } from '../block-content.ts'
import type { BlockReader, DaySum } from '../block-reader.ts'
import { dayMilliseconds, dayOf } from '../day-epochs.ts'
import type { GroupEpoch } from './group-epochs.ts'
import { RunningSum } from './running-sum.ts'

/** Epoch milliseconds; `to` is not part of it. */
interface Range {
  readonly from: number
  readonly to: number
}

/** By the start of the day: all blocks of it. */
type Days = readonly (readonly [number, readonly BlockRecord[]])[]

/** What is sealed of a group in a time, day by day: a year is added up in the memory of a few days. */
export class SealedDays {
  readonly #blocks: BlockReader
  readonly #group: GroupKey
  readonly #days: Days

  /** @param sealed every block of the group that overlaps the times asked for */
  constructor(blocks: BlockReader, group: GroupKey, sealed: readonly BlockRecord[]) {
    this.#blocks = blocks
    this.#group = group
    this.#days = [...Map.groupBy(sealed, ({ start }) => dayOf(start))]
  }

  /** One sum after the other, oldest first, each in the numbers of its day. */
  async *sums(range: Range, days = this.#days): AsyncGenerator<DaySum> {
    for (const [day, blocks] of days)
      yield await this.#blocks.sum(this.#group, day, blocks, range.from, range.to)
  }

  /** @param mayBeOfDay whether one day may be added in its own numbers */
  async addTo(running: RunningSum, range: Range, mayBeOfDay: boolean): Promise<void> {
    if (this.#days.length > 1 || !mayBeOfDay) {
      running.addContent((await this.#inGroupNumbers(running.group, range, this.#days)).content)
      return
    }
    for await (const { sums } of this.sums(range)) if (sums !== null) running.add(sums)
  }

  /** What was added up before, or is now; remembered where it is all that the blocks hold. */
  async #inGroupNumbers(
    group: GroupEpoch,
    range: Range,
    days: Days,
  ): Promise<{ readonly content: BlockContent; readonly isWhole: boolean }> {
    const ids = days.flatMap(([, blocks]) => blocks.map(({ id }) => id))
    const key = `${range.from} ${range.to} ${ids.join(' ')}`
    const known = group.recall(key)
    if (known !== null) return { content: known, isWhole: true }
    const running = new RunningSum(group)
    let isWhole = true
    const { before, inner, after } = parted(days, range)
    const add = async (some: Days): Promise<void> => {
      for await (const day of this.sums(range, some)) {
        if (day.sums !== null) running.add(day.sums)
        isWhole &&= day.isWhole
      }
    }
    await add(before)
    if (inner.length > 0) {
      const within = await this.#inGroupNumbers(group, rangeOf(inner), inner)
      running.addContent(within.content)
      isWhole &&= within.isWhole
    }
    await add(after)
    const content = contentOf(running.inGroupNumbers())
    // What could not be read now may be read next time.
    if (isWhole) group.remember(key, content)
    return { content, isWhole }
  }
}

/**
 * The days that lie within a range with its ragged ends, apart from them where they are worth being remembered by themselves: a range that
 * ends now moves on, and they stay the same.
 */
function parted(days: Days, { from, to }: Range): { before: Days; inner: Days; after: Days } {
  const inner = days.filter(([day]) => from <= day && day + dayMilliseconds <= to)
  if (inner.length < 2 || inner.length === days.length) return { before: days, inner: [], after: [] }
  return {
    before: days.filter(([day]) => day < from),
    inner,
    after: days.filter(([day]) => day + dayMilliseconds > to),
  }
}

function rangeOf(days: Days): Range {
  return { from: days[0]![0], to: days.at(-1)![0] + dayMilliseconds }
}
