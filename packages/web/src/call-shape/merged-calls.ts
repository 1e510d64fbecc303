/** One function with all its occurrences merged: what it calls, and who calls it. Recursion counts once. */
import { invert } from './invert.ts'
import { outermost } from './occurrences.ts'
import type { Reshaped, Shape } from './shape.ts'
import { ShapeBuilder } from './shape-builder.ts'
import type { Chosen } from './transforms.ts'

/** The root is the function. @param frame its name, for the root */
export function calleesOf(shape: Shape, chosen: Chosen, frame: number): Reshaped {
  const at = outermost(shape, chosen)
  const builder = new ShapeBuilder(shape, new Uint8Array(shape.parent.length).fill(1, 0, 1), frame)
  const { nodeOf } = builder
  for (let node = 1; node < shape.parent.length; node++) {
    if (at[node] === node) builder.join(node, 0)
    else if (at[node]! >= 0) builder.put(node, nodeOf[shape.parent[node]!]!, shape.frame[node]!)
  }
  return builder.finish()
}

/** The root is the function, its callers stand below it. @param self samples whose innermost frame is the node */
export function callersOf(
  shape: Shape,
  chosen: Chosen,
  frame: number,
  self: Float64Array,
  finer: readonly number[],
): Reshaped {
  const at = outermost(shape, chosen)
  const weight = new Float64Array(self.length)
  for (let node = 1; node < self.length; node++) if (at[node]! >= 0) weight[at[node]!]! += self[node]!
  const inverted = invert(shape, weight, { rootFrame: frame, startsAbove: true, finer })
  return {
    shape: inverted.shape,
    nodeOf: at.map((node) => (node < 0 ? -1 : inverted.nodeOf[node]!)),
  }
}
