import { CallPathTrie } from './call-path-trie.ts'
import type { CallTree, CounterVector } from './call-tree.ts'
import { preorder } from './children.ts'
import { addMapped, takeVector } from './dense-vector.ts'
import type { NameInterner } from './name-interner.ts'
import type { NameTable } from './name-table.ts'

/**
 * Adds trees up, oldest first: counts add, a node's file is the latest one known, its lines the union. The result is
 * in preorder without repeated siblings, its vectors are ascending, and its name tables hold what is used.
 */
export function mergeTrees(trees: readonly CallTree[]): CallTree {
  const trie = new CallPathTrie()
  /** For each tree: its node ids as ids of the trie, then as ids of the merged tree. */
  const maps = trees.map((tree) => mapNodes(tree, trie))
  const count = trie.nodeCount
  const order = preorder(trie.parent.subarray(0, count))
  const rank = new Int32Array(count)
  for (let at = 0; at < count; at++) rank[order[at]!] = at
  for (const map of maps) for (let node = 0; node < map.length; node++) map[node] = rank[map[node]!]!
  const parent = new Int32Array(count).fill(-1)
  const frame = new Int32Array(count).fill(-1)
  for (let at = 1; at < count; at++) {
    parent[at] = rank[trie.parent[order[at]!]!]!
    frame[at] = trie.frame[order[at]!]!
  }
  const attributes = mergeAttributes(trees, maps, count, trie.files)
  const counters = mergeCounters(trees, maps, count)
  return { names: trie.frames.table(), files: trie.files.table(), parent, frame, ...attributes, counters }
}

/** The tree's node ids as ids of the trie, which learns the paths it lacks. */
function mapNodes(tree: CallTree, trie: CallPathTrie): Int32Array {
  const { parent, frame, names } = tree
  const nodeOf = new Int32Array(parent.length)
  const frameOf = new Int32Array(names.length).fill(-1)
  for (let node = 1; node < nodeOf.length; node++) {
    nodeOf[node] = trie.child(nodeOf[parent[node]!]!, mapped(frameOf, frame[node]!, names, trie.frames))
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

function mergeAttributes(
  trees: readonly CallTree[],
  maps: readonly Int32Array[],
  count: number,
  files: NameInterner,
): Pick<CallTree, 'file' | 'firstLine' | 'lastLine'> {
  const file = new Int32Array(count).fill(-1)
  const firstLine = new Int32Array(count).fill(-1)
  const lastLine = new Int32Array(count).fill(-1)
  for (const [t, tree] of trees.entries()) {
    const map = maps[t]!
    const fileOf = new Int32Array(tree.files.length).fill(-1)
    for (let i = 0; i < map.length; i++) {
      const node = map[i]!
      if (tree.file[i]! >= 0) file[node] = mapped(fileOf, tree.file[i]!, tree.files, files)
      const first = tree.firstLine[i]!
      if (first < 0) continue
      if (firstLine[node]! < 0 || first < firstLine[node]!) firstLine[node] = first
      if (tree.lastLine[i]! > lastLine[node]!) lastLine[node] = tree.lastLine[i]!
    }
  }
  return { file, firstLine, lastLine }
}

/** One counter after the other through one dense column, so memory does not grow with their number. */
function mergeCounters(
  trees: readonly CallTree[],
  maps: readonly Int32Array[],
  count: number,
): CounterVector[] {
  const dense = new Float64Array(count)
  const names = new Set(trees.flatMap((tree) => tree.counters.map((vector) => vector.name)))
  const vectors = [...names].map((name) => {
    let size = 0
    for (const [t, tree] of trees.entries()) {
      for (const vector of tree.counters) {
        if (vector.name === name) size += addMapped(vector, maps[t]!, dense)
      }
    }
    return takeVector(name, dense, size)
  })
  return vectors.filter((vector) => vector.nodes.length > 0)
}
