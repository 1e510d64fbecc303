/**
 * Two profiles beside each other, as shares of their own samples, so that sides of different length and size can be
 * compared. From a pruned tree of two sides; all passes are linear but for recursion, which is looked for upwards.
 */
import { nameAt, type PrunedTree } from '@wick/profile'

/** Shares of the samples of a side, 0 … 1, by node. */
interface Side {
  /** All samples of the chosen thread states. */
  readonly samples: number
  readonly self: Float64Array
  /** With everything below, also what was left out. */
  readonly total: Float64Array
}

export interface Comparison {
  readonly tree: PrunedTree
  readonly before: Side
  readonly after: Side
}

/** One function, wherever it stands. Shares of the samples of each side. */
export interface ComparedFunction {
  readonly name: string
  readonly before: number
  readonly after: number
  readonly change: number
  /** Whether a change of this size can be chance, as few samples as there are. */
  readonly isNoise: boolean
}

/** @param counters thread states that count */
export function compareSides(tree: PrunedTree, counters: ReadonlySet<string>): Comparison {
  return { tree, before: sideOf(tree, 0, counters), after: sideOf(tree, 1, counters) }
}

function sideOf(tree: PrunedTree, side: number, counters: ReadonlySet<string>): Side {
  const nodes = tree.parent.length
  const self = new Float64Array(nodes)
  const total = new Float64Array(nodes)
  for (const column of tree.columns) {
    if (column.side !== side || !counters.has(column.counter)) continue
    for (let node = 0; node < nodes; node++) {
      self[node]! += column.self[node]!
      total[node]! += column.self[node]! + column.rest[node]!
    }
  }
  for (let node = nodes - 1; node > 0; node--) total[tree.parent[node]!]! += total[node]!
  const samples = total[0] ?? 0
  if (samples > 0)
    for (let node = 0; node < nodes; node++) {
      self[node]! /= samples
      total[node]! /= samples
    }
  return { samples, self, total }
}

/** Every function with samples on either side, by how much it changed: the greatest change first. */
export function comparedFunctions(
  { tree, before, after }: Comparison,
  by: 'self' | 'total',
): ComparedFunction[] {
  const frames = tree.names.length
  const earlier = new Float64Array(frames)
  const later = new Float64Array(frames)
  for (let node = 1; node < tree.parent.length; node++) {
    const frame = tree.frame[node]!
    // Recursion counts once: at the topmost occurrence.
    if (by === 'total' && isBelowItself(tree, node)) continue
    earlier[frame]! += before[by][node]!
    later[frame]! += after[by][node]!
  }
  const found: ComparedFunction[] = []
  for (let frame = 0; frame < frames; frame++) {
    const [was, is] = [earlier[frame]!, later[frame]!]
    if (was === 0 && is === 0) continue
    found.push({
      name: nameAt(tree.names, frame),
      before: was,
      after: is,
      change: is - was,
      isNoise: isNoise(was, before.samples, is, after.samples),
    })
  }
  return found.sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || b.after - a.after)
}

function isBelowItself({ parent, frame }: PrunedTree, node: number): boolean {
  for (let at = parent[node]!; at > 0; at = parent[at]!) if (frame[at] === frame[node]) return true
  return false
}

/**
 * Two shares that were sampled: whether their difference is within three standard errors, or too small to matter. Samples
 * of one moment are not independent, so this is a floor and no proof.
 */
export function isNoise(was: number, samplesBefore: number, is: number, samplesAfter: number): boolean {
  const change = Math.abs(is - was)
  if (change < 0.001) return true
  if (samplesBefore === 0 || samplesAfter === 0) return false
  const share = (was * samplesBefore + is * samplesAfter) / (samplesBefore + samplesAfter)
  const error = Math.sqrt(share * (1 - share) * (1 / samplesBefore + 1 / samplesAfter))
  return change <= 3 * error
}
