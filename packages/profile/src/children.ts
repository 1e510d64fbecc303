/** The tree seen from above: lists of children as two columns. Siblings keep the order of their ids. */
export interface Children {
  /** First child of a node, -1 for a leaf. */
  readonly first: Int32Array
  /** Next sibling of a node, -1 for the last one. */
  readonly next: Int32Array
}

export function childrenOf(parent: Int32Array): Children {
  const first = new Int32Array(parent.length).fill(-1)
  const next = new Int32Array(parent.length).fill(-1)
  for (let node = parent.length - 1; node > 0; node--) {
    next[node] = first[parent[node]!]!
    first[parent[node]!] = node
  }
  return { first, next }
}

/** The nodes in preorder: every node directly before its first child, siblings in the order of their ids. */
export function preorder(parent: Int32Array): Int32Array {
  const { first, next } = childrenOf(parent)
  const order = new Int32Array(parent.length)
  let node = 0
  for (let at = 0; at < order.length; at++) {
    order[at] = node
    if (first[node]! >= 0) {
      node = first[node]!
    } else {
      while (node > 0 && next[node]! < 0) node = parent[node]!
      node = next[node]!
    }
  }
  return order
}
