import {
  type CallTree,
  type CounterVector,
  mergeTrees,
  nameAt,
  selfCounts,
  topmostNodes,
} from '@wick/profile'

/** Profiles in which a change is looked for. */
export interface Profiles {
  /** The same hours of like days, each by itself: an old incident sets one of them apart, not all. */
  readonly before: readonly CallTree[]
  /** The two hours judged. */
  readonly after: CallTree
  /** Their last minutes: is it still so? */
  readonly latest: CallTree
  /** The thread states looked at; all without. */
  readonly counters?: ReadonlySet<string>
}

/** Several profiles over one set of call paths. Shares are of a profile's samples in the states looked at, 0 to 1. */
export interface SideBySide {
  readonly names: readonly string[]
  /** By node, as in CallTree. */
  readonly parent: Int32Array
  readonly frame: Int32Array
  /** 1 where no frame of the same name stands above. */
  readonly topmost: Uint8Array
  readonly before: readonly Side[]
  readonly after: Side
  readonly latest: Side
}

interface Side {
  readonly samples: number
  /** Self share of each node. */
  readonly self: Float64Array
  /** Share of each node and all below it. */
  readonly inclusive: Float64Array
  /** Share of each frame (index into `names`) and all it calls, counted once per sample. */
  readonly totalByFrame: Float64Array
  /** Share of each frame by itself. */
  readonly selfByFrame: Float64Array
  /**
   * What a share of this side has become in `after` where nothing was changed: 0.8 where something new takes a fifth of
   * the whole. Shares of `after` are to be divided by it before they are compared with this side's.
   */
  readonly scale: number
}

/** @returns null where there is nothing to compare: no samples now, or in none of the sides before */
export function sideBySide({ before, after, latest, counters }: Profiles): SideBySide | null {
  const named = [after, latest, ...before].map((tree, i) => asSide(tree, `${i}`, counters))
  const tree = mergeTrees(named)
  const topmost = topmostNodes(tree.parent, tree.frame, tree.names.length)
  const [now, last, ...past] = named.map((_, i) => sideOf(tree, `${i}`, topmost))
  const known = past.filter((side) => side.samples > 0)
  if (now!.samples === 0 || last!.samples === 0 || known.length === 0) return null
  return {
    names: Array.from({ length: tree.names.length }, (_, name) => nameAt(tree.names, name)),
    parent: tree.parent,
    frame: tree.frame,
    topmost,
    before: known.map((side) => ({ ...side, scale: commonScale(side, now!) })),
    after: now!,
    latest: last!,
  }
}

/**
 * How much more of the whole something takes than before, in one column at some places together: the middle of what the
 * sides before say, or 0, if they are two that do not agree.
 */
export function changeOf(
  sides: SideBySide,
  column: 'self' | 'inclusive' | 'selfByFrame' | 'totalByFrame',
  at: number | readonly number[],
): number {
  const changes = sides.before.map((side) => {
    let change = 0
    for (const one of typeof at === 'number' ? [at] : at) {
      change += sides.after[column][one]! / side.scale - side[column][one]!
    }
    return change
  })
  if (changes.length % 2 === 0) changes.push(0)
  return changes.sort((a, b) => a - b)[changes.length >> 1]!
}

/** The states looked at as one counter named after the side, so that merging keeps the sides apart. */
function asSide(tree: CallTree, side: string, counters?: ReadonlySet<string>): CallTree {
  const self = selfCounts(tree, counters)
  const nodes = Int32Array.from(self.keys().filter((node) => self[node]! > 0))
  const vector: CounterVector = { name: side, nodes, counts: Float64Array.from(nodes, (node) => self[node]!) }
  return { ...tree, counters: [vector] }
}

function sideOf(tree: CallTree, side: string, topmost: Uint8Array): Side {
  const self = selfCounts(tree, new Set([side]))
  const samples = self.reduce((sum, one) => sum + one, 0)
  if (samples > 0) for (let node = 0; node < self.length; node++) self[node]! /= samples
  const inclusive = self.slice()
  for (let node = inclusive.length - 1; node > 0; node--) inclusive[tree.parent[node]!]! += inclusive[node]!
  const totalByFrame = new Float64Array(tree.names.length)
  const selfByFrame = new Float64Array(tree.names.length)
  for (let node = 1; node < inclusive.length; node++) {
    selfByFrame[tree.frame[node]!]! += self[node]!
    if (topmost[node] === 1) totalByFrame[tree.frame[node]!]! += inclusive[node]!
  }
  return { samples, self, inclusive, totalByFrame, selfByFrame, scale: 1 }
}

/**
 * Shares are parts of a whole: what grows makes all others shrink. Most code is not changed by a change, so the ratio
 * after ÷ before in the middle of all frames' self shares (weighted by them) is that of code that was left alone.
 */
function commonScale(before: Side, after: Side): number {
  const [self, selfAfter] = [before.selfByFrame, after.selfByFrame]
  // What takes more than half of one of the two sides is the change itself: the lesser share weighs.
  const weight = (name: number) => Math.min(self[name]!, selfAfter[name]!)
  const known = Array.from(self.keys()).filter((name) => weight(name) > 0)
  known.sort((a, b) => selfAfter[a]! / self[a]! - selfAfter[b]! / self[b]!)
  const half = known.reduce((sum, name) => sum + weight(name), 0) / 2
  let sum = 0
  for (const name of known) {
    sum += weight(name)
    if (sum >= half) return selfAfter[name]! / self[name]!
  }
  return 1
}
