import { wholeRange } from '../../storage/kept-since.ts'
import type { Selection } from '../../storage/ports.ts'
import { contentOf } from '../block-content.ts'
import { dayMilliseconds } from '../day-epochs.ts'
import { admissionOf } from '../profile-filter.ts'
import type { ReadGate } from '../read-gate.ts'
import { RunningSum } from './running-sum.ts'
import { SealedDays } from './sealed-days.ts'
import type { QuerySources } from './sum-selection.ts'

/** Whoever waits for the gate waits no longer than for so many days. */
const daysAtOnce = 8

/**
 * Adds up the days within a long time before the question about it is answered, some at a time behind the gate, so that sealings and other
 * questions get in between. The answer finds the sum remembered; where something has changed meanwhile it reads what it needs itself.
 */
export async function readAhead(
  sources: QuerySources,
  gate: ReadGate,
  { groupId, filter, ...asked }: Selection,
): Promise<void> {
  if (admissionOf(filter) !== null || asked.to - asked.from <= 2 * daysAtOnce * dayMilliseconds) return
  const { manifest, blocks, groups, epochs } = sources
  const days = async (from: number, to: number): Promise<SealedDays | null> => {
    const group = groups.get(groupId)
    if (group === undefined) return null
    return new SealedDays(blocks, group, await manifest.blocks({ groupId, from, to }), { from, to })
  }
  const within = await gate.read(async () => {
    const { from, to } = wholeRange(asked.from, asked.to, await manifest.keptSince(groupId))
    return (await days(from, to))?.parted().within ?? null
  })
  if (within === null || within.length <= daysAtOnce) return
  const group = epochs.get(groupId)
  if (group.isKnown(within.key)) return
  const running = new RunningSum(group)
  let isWhole = true
  for (const { range } of within.chunks(daysAtOnce)) {
    const isAll = await gate.read(async () => (await days(range.from, range.to))?.addAll(running))
    // The answer needs a numbering of its own.
    if (group.isFull) return
    isWhole &&= isAll === true
  }
  // Under what was there to begin with: if it is not what was added up, ids that are new name another sum.
  const { from, to } = within.range
  const added = await gate.read(() => days(from, to))
  if (added?.key === within.key)
    group.remember(within.key, { content: contentOf(running.inGroupNumbers()), isWhole })
}
