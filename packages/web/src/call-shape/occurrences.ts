import type { Shape } from './shape.ts'
import type { Chosen } from './transforms.ts'

/**
 * The outermost chosen frame of every stack. @returns by node: the node of that frame at or above it; -1 where there is
 * none
 */
export function outermost({ parent, frame }: Shape, chosen: Chosen): Int32Array {
  const found = new Int32Array(parent.length).fill(-1)
  for (let node = 1; node < parent.length; node++) {
    const above = found[parent[node]!]!
    found[node] = above >= 0 ? above : frame[node]! >= 0 && chosen[frame[node]!] === 1 ? node : -1
  }
  return found
}
