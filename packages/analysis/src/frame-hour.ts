import { type CallTree, nameAt, selfCounts, topmostNodes, totals } from '@wick/profile'
import { FrameHistory, type FrameHour, type HistoryLimits } from './frame-history.ts'

/**
 * A group's frames by what they cost with all they call and by what they cost themselves. The first is what people ask
 * about; in the second a change of a few lines stands out that drowns in the rhythm of all that is called.
 */
export interface Histories {
  readonly total: FrameHistory
  readonly self: FrameHistory
}

export function emptyHistories(limits?: HistoryLimits): Histories {
  return { total: new FrameHistory(limits), self: new FrameHistory(limits) }
}

/** @param hour whole hours since 1970, after all appended before */
export function appendHour(
  histories: Histories,
  hour: number,
  tree: CallTree,
  counters?: ReadonlySet<string>,
): void {
  const names = Array.from({ length: tree.names.length }, (_, name) => nameAt(tree.names, name))
  const [inclusive, own] = [totals(tree, counters), selfCounts(tree, counters)]
  const topmost = topmostNodes(tree.parent, tree.frame, names.length)
  const [total, self] = [new Float64Array(names.length), new Float64Array(names.length)]
  for (let node = 1; node < own.length; node++) {
    const frame = tree.frame[node]!
    self[frame]! += own[node]!
    if (topmost[node] === 1) total[frame]! += inclusive[node]!
  }
  const base: Omit<FrameHour, 'counts'> = { hour, samples: inclusive[0]!, names }
  histories.total.append({ ...base, counts: total })
  histories.self.append({ ...base, counts: self })
}
