import { addContent, type BlockContent } from '../block-content.ts'
import { EpochSums } from '../epoch-sums.ts'
import type { GroupEpoch } from './group-epochs.ts'

/**
 * Adds up parts as they come, oldest first, each in the numbers of an epoch of its own: only one of them has to be in memory at a
 * time. One part alone stays in its own numbers; several are added up in those of the group.
 */
export class RunningSum {
  readonly group: GroupEpoch
  #sum: EpochSums | null = null

  constructor(group: GroupEpoch) {
    this.group = group
  }

  /** @param part not used by anybody else */
  add(part: EpochSums): void {
    if (this.#sum === null) this.#sum = part
    else this.inGroupNumbers().add(part, this.group.mapFrom(part.epoch))
  }

  /** @param content in the group's numbers */
  addContent(content: BlockContent): void {
    addContent(content, this.inGroupNumbers())
  }

  /** In the numbers of the only part there is, or of the group. */
  inOwnNumbers(): EpochSums {
    return this.#sum ?? this.inGroupNumbers()
  }

  inGroupNumbers(): EpochSums {
    const sum = this.#sum
    if (sum?.epoch === this.group.epoch) return sum
    const mapped = new EpochSums(this.group.epoch)
    if (sum !== null) mapped.add(sum, this.group.mapFrom(sum.epoch))
    this.#sum = mapped
    return mapped
  }
}
