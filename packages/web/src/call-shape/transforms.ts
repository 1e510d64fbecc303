/**
 * What people do to a picture, as pure functions from shape to shape. `chosen` says by name which frames are meant: 1 for
 * those. Frames without a name (the root, rests) are never meant.
 */
import { joinCaller, regroup } from './regroup.ts'
import type { Reshaped, Shape } from './shape.ts'
import { ShapeBuilder } from './shape-builder.ts'
import { workspace } from './workspace.ts'

export type Chosen = Uint8Array

/** Stacks through a chosen frame are left out, with their samples. */
export function drop(shape: Shape, chosen: Chosen): Reshaped {
  return prune(shape, (frame) => chosen[frame] === 1, -1)
}

/** Chosen frames and all they call are not shown; their samples count as their caller's own. */
export function hide(shape: Shape, chosen: Chosen): Reshaped {
  return prune(shape, (frame) => chosen[frame] === 1, 0)
}

/** Chosen frames are not shown; what they call becomes a callee of their caller, which has their own samples. */
export function merge(shape: Shape, chosen: Chosen): Reshaped {
  const { frame } = shape
  return regroup(shape, (node) => (isChosen(chosen, frame[node]!) ? joinCaller : frame[node]!))
}

/** Only stacks through a chosen frame, each from its outermost one down. */
export function focus(shape: Shape, chosen: Chosen): Reshaped {
  const mixes = new Uint8Array(shape.parent.length)
  mixes[0] = 1
  const builder = new ShapeBuilder(shape, mixes)
  const { parent, frame } = shape
  const { nodeOf } = builder
  for (let node = 1; node < parent.length; node++) {
    const above = nodeOf[parent[node]!]!
    if (above > 0) builder.put(node, above, frame[node]!)
    else if (isChosen(chosen, frame[node]!)) builder.put(node, 0, frame[node]!)
  }
  return builder.finish()
}

/** A chosen frame below one of the same name becomes that one: what is called in any round stands side by side. */
export function collapseRecursion(shape: Shape, chosen: Chosen): Reshaped {
  const mixes = new Uint8Array(shape.frame.length)
  for (let node = 0; node < mixes.length; node++) if (isChosen(chosen, shape.frame[node]!)) mixes[node] = 1
  const builder = new ShapeBuilder(shape, mixes, shape.frame[0])
  const { parent, frame } = shape
  const { nodeOf } = builder
  nodeOf[0] = 0
  const memory = workspace.begin()
  /** The nearest node above (itself included) of the new shape that has a chosen frame; 0 if none has. */
  const chosenAt = memory.int32(parent.length)
  chosenAt[0] = 0
  /** By node of the new shape: the next one like that. */
  const chosenAbove = memory.int32(parent.length)
  const frameIn = memory.int32(parent.length)
  for (let node = 1; node < parent.length; node++) {
    const name = frame[node]!
    const above = nodeOf[parent[node]!]!
    let outer = 0
    if (isChosen(chosen, name)) {
      outer = chosenAt[above]!
      while (outer > 0 && frameIn[outer] !== name) outer = chosenAbove[outer]!
    }
    if (outer > 0) builder.join(node, outer)
    else {
      builder.put(node, above, name)
      const made = nodeOf[node]!
      frameIn[made] = name
      chosenAbove[made] = chosenAt[above]!
      chosenAt[made] = isChosen(chosen, name) ? made : chosenAt[above]!
    }
  }
  return builder.finish()
}

/** Frames that call themselves directly become one. */
export function collapseDirectRecursion(shape: Shape): Reshaped {
  const { frame, parent } = shape
  return regroup(shape, (node) => {
    const own = frame[node]!
    return own >= 0 && own === frame[parent[node]!] ? joinCaller : own
  })
}

/** Chosen frames that call each other become one frame. @param into its name */
export function collapseInto(shape: Shape, chosen: Chosen, into: number): Reshaped {
  const { frame, parent } = shape
  return regroup(shape, (node) => {
    if (!isChosen(chosen, frame[node]!)) return frame[node]!
    return isChosen(chosen, frame[parent[node]!]!) ? joinCaller : into
  })
}

/** Without whole subtrees: nothing merges, so nothing is looked up. @param keep 0: their caller has their samples; -1: nobody */
function prune(shape: Shape, isCut: (frame: number) => boolean, keep: 0 | -1): Reshaped {
  const { parent, frame } = shape
  const nodeOf = new Int32Array(parent.length)
  const memory = workspace.begin()
  const isGone = memory.int32(parent.length)
  const kept = memory.int32(parent.length)
  isGone[0] = kept[0] = 0
  let count = 1
  for (let node = 1; node < parent.length; node++) {
    const above = parent[node]!
    if (isGone[above] === 1 || (frame[node]! >= 0 && isCut(frame[node]!))) {
      isGone[node] = 1
      nodeOf[node] = keep === 0 ? nodeOf[above]! : -1
    } else {
      isGone[node] = 0
      nodeOf[node] = count
      kept[count++] = node
    }
  }
  const column = (values: Int32Array): Int32Array => {
    const made = new Int32Array(count)
    for (let node = 0; node < count; node++) made[node] = values[kept[node]!]!
    return made
  }
  const above = column(parent)
  for (let node = 1; node < count; node++) above[node] = nodeOf[above[node]!]!
  const { file, firstLine, lastLine } = shape
  return {
    shape: {
      parent: above,
      frame: column(frame),
      file: column(file),
      firstLine: column(firstLine),
      lastLine: column(lastLine),
    },
    nodeOf,
  }
}

function isChosen(chosen: Chosen, frame: number): boolean {
  return frame >= 0 && chosen[frame] === 1
}
