import { childrenOf } from '@wick/profile'
import { changeOf, type SideBySide } from './frames-side-by-side.ts'
import { clustering } from './judge-frame.ts'

/** Where a frame's change comes from. */
export interface Cause {
  /** Index into the names of the comparison: the deepest frame that explains the change. */
  readonly frame: number
  /** From the changed frame down to the cause, both included. */
  readonly path: readonly number[]
  /** Change of the cause's share, in shares of `before`. */
  readonly change: number
  /**
   * Set where as much cost went away elsewhere: code was renamed, or moved, or is called from another place. Nothing
   * became more expensive.
   */
  readonly shifted: boolean
}

/** A callee explains its caller's change if so much of it is below that callee. */
const explains = 0.7
/** A change is a shift if so much of it is made up for by what went away. */
const madeUp = 0.7
/** Only code that gained or lost so much of itself counts: noise takes a few per cent of everything. */
const moved = 0.3

/**
 * Follows the change of a frame down its callees as long as one of them holds most of it.
 *
 * @param frame index into `names`
 */
export function findCause(sides: SideBySide, frame: number): Cause {
  const path = new Set([frame])
  let cause = frame
  let nodes = topmostNodesOf(sides, frame)
  let change = changeOf(sides, 'inclusive', nodes)
  const children = childrenOf(sides.parent)
  // Each round is one call deeper, so it ends, in recursion as well.
  for (;;) {
    const heaviest = heaviestCallee(sides, children, nodes)
    if (heaviest === null || heaviest.change < explains * change) break
    const whole = changeOf(sides, 'totalByFrame', heaviest.frame)
    // The callee as a whole costs what it did: it is only called from here more than before, and from elsewhere less.
    if (whole < heaviest.change / 2) return { frame: cause, path: [...path], change, shifted: true }
    cause = heaviest.frame
    nodes = heaviest.nodes
    change = heaviest.change
    path.add(cause)
  }
  return { frame: cause, path: [...path], change, shifted: isMadeUp(sides, nodes, change) }
}

/** A frame whose own cost changed is its own cause. */
export function ownCause(sides: SideBySide, frame: number): Cause {
  const change = changeOf(sides, 'selfByFrame', frame)
  return { frame, path: [frame], change, shifted: isMadeUp(sides, topmostNodesOf(sides, frame), change) }
}

function topmostNodesOf({ frame: frames, topmost }: SideBySide, frame: number): number[] {
  const nodes: number[] = []
  for (let node = 1; node < frames.length; node++) {
    if (frames[node] === frame && topmost[node] === 1) nodes.push(node)
  }
  return nodes
}

/** Of the frames that these nodes call directly: the one whose share grew most below them. */
function heaviestCallee(
  sides: SideBySide,
  { first, next }: ReturnType<typeof childrenOf>,
  nodes: readonly number[],
) {
  const byFrame = new Map<number, number[]>()
  for (const node of nodes) {
    for (let child = first[node]!; child >= 0; child = next[child]!) {
      const known = byFrame.get(sides.frame[child]!)
      if (known === undefined) byFrame.set(sides.frame[child]!, [child])
      else known.push(child)
    }
  }
  let best: { frame: number; change: number; nodes: number[] } | null = null
  for (const [frame, below] of byFrame) {
    const change = changeOf(sides, 'inclusive', below)
    if (best === null || change > best.change) best = { frame, change, nodes: below }
  }
  return best
}

/**
 * Whether below some frame on the way to the change as much went away as came: cost that moved within one request
 * handler, say, costs nobody anything.
 */
function isMadeUp(sides: SideBySide, nodes: readonly number[], change: number): boolean {
  const { parent } = sides
  const { gained, lost } = movedBelow(sides)
  let heaviest = nodes[0] ?? 0
  for (const node of nodes) {
    if (changeOf(sides, 'inclusive', node) > changeOf(sides, 'inclusive', heaviest)) heaviest = node
  }
  for (let node = parent[heaviest]!; node >= 0; node = parent[node]!) {
    if (lost[node]! >= madeUp * change && Math.abs(gained[node]! - lost[node]!) <= (1 - madeUp) * change)
      return true
  }
  return false
}

/** By node: the self shares at and below it that came and that went away, of code that gained or lost a good part. */
function movedBelow(sides: SideBySide): { gained: Float64Array; lost: Float64Array } {
  const { parent, before, after } = sides
  const [gained, lost] = [new Float64Array(parent.length), new Float64Array(parent.length)]
  for (let node = parent.length - 1; node >= 0; node--) {
    const change = changeOf(sides, 'self', node)
    const is = after.self[node]!
    const more = Math.max(is, is - change)
    // Four deviations of a count drawn twice: fewer samples than that come and go by chance.
    const chance = 4 * Math.sqrt((clustering * more) / Math.min(before[0]!.samples, after.samples))
    if (Math.abs(change) > moved * more && Math.abs(change) > chance) {
      if (change > 0) gained[node]! += change
      else lost[node]! -= change
    }
    if (node === 0) break
    gained[parent[node]!]! += gained[node]!
    lost[parent[node]!]! += lost[node]!
  }
  return { gained, lost }
}
