import { type CallTree, nameAt } from '@wick/profile'
import { type FlameLayout, layOut } from '../flame-graph/layout.ts'
import { colourOfChange, goneColour, newColour } from '../flame-graph/palette.ts'
import { type Comparison, isNoise } from './comparison.ts'

/** The picture of two sides: a box is as wide as its shares of both together, so that what is gone keeps a place. */
export interface DiffLayout {
  /** All is 2 wide, where both sides have samples. */
  readonly layout: FlameLayout
  /** By box. */
  readonly nodeOf: Int32Array
}

export function diffLayout({ tree, before, after }: Comparison): DiffLayout {
  const nodes = tree.parent.length
  // What was left out below a node is room without a box: its own, for the layout.
  const own = new Float64Array(nodes)
  for (let node = 0; node < nodes; node++) own[node] = before.total[node]! + after.total[node]!
  for (let node = 1; node < nodes; node++)
    own[tree.parent[node]!]! -= before.total[node]! + after.total[node]!
  const counted: CallTree = {
    ...tree,
    // The layout carries the number of a node through as its first line.
    firstLine: Int32Array.from({ length: nodes }, (_, node) => node),
    counters: [
      { name: 'both', nodes: Int32Array.from(own.keys()), counts: own.map((share) => Math.max(0, share)) },
    ],
  }
  const layout = layOut(counted)
  return { layout, nodeOf: layout.firstLine }
}

/** The colour of each box's change, by its number in the flame graph's palette. */
export function diffColours({ before, after }: Comparison, nodeOf: Int32Array): Uint8Array {
  return Uint8Array.from(nodeOf, (node) => {
    const [was, is] = [before.total[node]!, after.total[node]!]
    if (isNoise(was, before.samples, is, after.samples)) return colourOfChange(0)
    if (was === 0) return newColour
    return is === 0 ? goneColour : colourOfChange(is / was - 1)
  })
}

/** Name of a frame, exactly as it came; '' for the root. */
export function nameOfFrame({ tree }: Comparison, frame: number): string {
  return frame < 0 ? '' : nameAt(tree.names, frame)
}
