import { CallPathTrie } from './call-path-trie.ts'
import type { CallTree, CounterVector } from './call-tree.ts'
import { preorder } from './children.ts'
import type { NameInterner } from './name-interner.ts'
import type { NameTable } from './name-table.ts'
import { VectorAccumulator } from './vector-accumulator.ts'

/**
 * Adds trees up, oldest first: counts add, a node's file is the latest one known, its lines the union. The result is
 * in preorder without repeated siblings, its vectors are ascending, and its name tables hold what is used.
 */
export function mergeTrees(trees: readonly CallTree[]): CallTree {
  const trie = new CallPathTrie()
  const attributes = new NodeAttributes()
  const counters = new Map<string, VectorAccumulator>()
  for (const tree of trees) {
    const nodeOf = mapNodes(tree, trie)
    attributes.learn(tree, nodeOf, trie.files)
    for (const { name, nodes, counts } of tree.counters) {
      const sum = counters.get(name) ?? new VectorAccumulator()
      counters.set(name, sum)
      sum.add(
        nodes.map((node) => nodeOf[node]!),
        counts,
      )
    }
  }
  return build(trie, attributes, counters)
}

/** The tree's node ids as ids of the trie, which learns the paths it lacks. */
function mapNodes(tree: CallTree, trie: CallPathTrie): Int32Array {
  const nodeOf = new Int32Array(tree.parent.length)
  const frameOf = new Int32Array(tree.names.length).fill(-1)
  for (let node = 1; node < nodeOf.length; node++) {
    const frame = mapped(frameOf, tree.frame[node]!, tree.names, trie.frames)
    nodeOf[node] = trie.child(nodeOf[tree.parent[node]!]!, frame)
  }
  return nodeOf
}

/** Interns a name the first time it is met, so that names no node uses are left behind. */
function mapped(known: Int32Array, index: number, names: NameTable, interner: NameInterner): number {
  const found = known[index]!
  if (found >= 0) return found
  const made = interner.intern(names.bytes, names.offsets[index]!, names.offsets[index + 1]!)
  known[index] = made
  return made
}

/** File and lines by node of the trie. */
class NodeAttributes {
  file = new Int32Array(0)
  firstLine = new Int32Array(0)
  lastLine = new Int32Array(0)

  learn(tree: CallTree, nodeOf: Int32Array, files: NameInterner): void {
    const highest = nodeOf.reduce((most, node) => Math.max(most, node), 0)
    if (highest >= this.file.length) this.#grow(highest + 1)
    const fileOf = new Int32Array(tree.files.length).fill(-1)
    for (let i = 0; i < nodeOf.length; i++) {
      const node = nodeOf[i]!
      if (tree.file[i]! >= 0) this.file[node] = mapped(fileOf, tree.file[i]!, tree.files, files)
      if (tree.firstLine[i]! < 0) continue
      const isKnown = this.firstLine[node]! >= 0
      this.firstLine[node] = isKnown
        ? Math.min(this.firstLine[node]!, tree.firstLine[i]!)
        : tree.firstLine[i]!
      this.lastLine[node] = Math.max(this.lastLine[node]!, tree.lastLine[i]!)
    }
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.file.length * 2)
    this.file = extended(this.file, capacity)
    this.firstLine = extended(this.firstLine, capacity)
    this.lastLine = extended(this.lastLine, capacity)
  }
}

function extended(array: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(capacity).fill(-1, array.length)
  made.set(array)
  return made
}

/** Renumbers the trie's nodes in preorder. */
function build(trie: CallPathTrie, of: NodeAttributes, sums: Map<string, VectorAccumulator>): CallTree {
  const count = trie.nodeCount
  const order = preorder(trie.parent.subarray(0, count))
  const rank = new Int32Array(count)
  for (let at = 0; at < count; at++) rank[order[at]!] = at
  const pick = (column: Int32Array) => order.map((node) => (node < column.length ? column[node]! : -1))
  return {
    names: trie.frames.table(),
    files: trie.files.table(),
    parent: order.map((node) => (node === 0 ? -1 : rank[trie.parent[node]!]!)),
    frame: pick(trie.frame),
    file: pick(of.file),
    firstLine: pick(of.firstLine),
    lastLine: pick(of.lastLine),
    counters: [...sums].map(([name, sum]) => ascending(name, sum, rank)).filter((v) => v.nodes.length > 0),
  }
}

function ascending(name: string, sum: VectorAccumulator, rank: Int32Array): CounterVector {
  const dense = new Float64Array(rank.length)
  const { nodes, counts } = sum.vector()
  const sorted = nodes.map((node) => rank[node]!)
  for (let k = 0; k < sorted.length; k++) dense[sorted[k]!] = counts[k]!
  sorted.sort()
  return { name, nodes: sorted, counts: Float64Array.from(sorted, (node) => dense[node]!) }
}
