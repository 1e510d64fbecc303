import type { CallTree } from './call-tree.ts'
import { ProfileError } from './profile-error.ts'

/**
 * Formats that list stacks repeat every frame above a node, and others each name at every node, so a tree makes a file much
 * larger than itself.
 */
export const defaultMaxBytes = 256 * 1024 * 1024

/**
 * How many bytes all stacks with samples take, found in one pass before any of them is written.
 *
 * @param own bytes of each node's frame in a stack
 * @throws ProfileError where it is more than `maxBytes`: the tree is too deep and wide for this format
 */
export function stackBytes(
  { parent, counters }: CallTree,
  own: Int32Array,
  format: string,
  maxBytes: number = defaultMaxBytes,
): number {
  // Depth is bounded nowhere else here: doubles do not overflow.
  const path = new Float64Array(parent.length)
  for (let node = 1; node < parent.length; node++) path[node] = path[parent[node]!]! + own[node]!
  let sum = 0
  for (const { nodes } of counters) for (const node of nodes) sum += path[node]!
  if (sum <= maxBytes) return sum
  throw new ProfileError(
    'size',
    `The stacks of the profile take more than ${maxBytes} bytes as ${format}: ask for less, or for json or ion`,
  )
}
