import type { DenseColumn } from '@wick/profile'
import { otherCounter } from '../epoch-map.ts'
import type { EpochSums } from '../epoch-sums.ts'
import { SampleColumn } from '../sample-column.ts'

/** What the columns of a tree may take: they have an entry for every node while it is pruned. */
const mostBytes = 64 * 1024 * 1024
/** Agents report no more thread states than this: so many are told apart in any tree. */
const fewCounters = 16

/**
 * A column for each thread state of each side, as many as there is room for: the heaviest. What is left is one more, so that
 * totals are exact.
 *
 * @param sides in the numbers of one epoch
 */
export function treeColumns(sides: readonly EpochSums[]): DenseColumn[] {
  const told = toldApart(sides)
  return sides.flatMap((sums, side) => {
    const { epoch } = sums
    const [apart, rest] = parted(sums.counters(), (counter) => told.has(counter))
    const columns = apart.map((counter) => ({
      side,
      counter: epoch.counterName(counter),
      self: sums.column(counter),
    }))
    return rest.length === 0
      ? columns
      : [...columns, { side, counter: otherCounter, self: added(sums, rest) }]
  })
}

/** On whichever side. */
function toldApart(sides: readonly EpochSums[]): ReadonlySet<number> {
  const { epoch } = sides[0]!
  const all = new Set(sides.flatMap((sums) => sums.counters()))
  const room = Math.floor(mostBytes / (8 * epoch.trie.nodeCount * sides.length))
  const most = Math.max(fewCounters, room)
  if (all.size <= most) return all
  // Of the rest there is one already where the days had too many.
  all.delete(epoch.findCounter(otherCounter))
  const totals = new Map<number, number>()
  for (const sums of sides)
    for (const counter of sums.counters()) {
      const { counts } = sums.vector(counter)
      totals.set(
        counter,
        counts.reduce((sum, count) => sum + count, totals.get(counter) ?? 0),
      )
    }
  const heaviest = [...all].sort((a, b) => totals.get(b)! - totals.get(a)! || a - b)
  return new Set(heaviest.slice(0, most))
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}

function added(sums: EpochSums, counters: readonly number[]): Float64Array {
  const { nodeCount } = sums.epoch.trie
  const sum = new SampleColumn()
  for (const counter of counters) {
    const { nodes, counts } = sums.vector(counter)
    sum.add(nodes, counts, nodeCount)
  }
  return sum.dense(nodeCount)
}
