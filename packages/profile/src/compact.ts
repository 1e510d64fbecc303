import type { CallTree } from './call-tree.ts'
import { preorder } from './children.ts'
import type { NameTable } from './name-table.ts'
import { Scratch } from './scratch.ts'

/**
 * The same tree in preorder, its vectors ascending, with the names that are used and no others. @param tree without
 * repeated siblings, its vectors without repeated nodes
 */
export function compact(tree: CallTree): CallTree {
  const order = preorder(tree.parent)
  const rank = new Int32Array(order.length)
  for (let at = 0; at < order.length; at++) rank[order[at]!] = at
  const frames = usedNames(
    tree.names,
    order.map((node) => tree.frame[node]!),
  )
  const files = usedNames(
    tree.files,
    order.map((node) => tree.file[node]!),
  )
  return {
    names: frames.table,
    files: files.table,
    parent: order.map((node) => (node === 0 ? -1 : rank[tree.parent[node]!]!)),
    frame: frames.index,
    file: files.index,
    firstLine: order.map((node) => tree.firstLine[node]!),
    lastLine: order.map((node) => tree.lastLine[node]!),
    counters: tree.counters.map(({ name, nodes, counts }) => {
      const by = new Float64Array(order.length)
      for (let i = 0; i < nodes.length; i++) by[rank[nodes[i]!]!] = counts[i]!
      const ascending = nodes.map((node) => rank[node]!).sort()
      return { name, nodes: ascending, counts: Float64Array.from(ascending, (node) => by[node]!) }
    }),
  }
}

/**
 * The names that are used, numbered in the order of their first use.
 *
 * @param used -1, no name, stays
 * @param scratch what the bytes and the index are in, too
 */
export function usedNames(
  { bytes, offsets, length }: NameTable,
  used: Int32Array,
  scratch = new Scratch(),
): { readonly table: NameTable; readonly index: Int32Array } {
  const numberOf = scratch.integers(length).fill(-1)
  const index = scratch.integers(used.length)
  const names = scratch.integers(length)
  let count = 0
  let size = 0
  for (let i = 0; i < used.length; i++) {
    const name = used[i]!
    if (name >= 0 && numberOf[name]! < 0) {
      names[count] = name
      numberOf[name] = count++
      size += offsets[name + 1]! - offsets[name]!
    }
    index[i] = name < 0 ? -1 : numberOf[name]!
  }
  const table = { bytes: scratch.bytes(size), offsets: new Uint32Array(count + 1), length: count }
  let to = 0
  for (let at = 0; at < count; at++) {
    // Names are short: a loop beats a view and a call for each.
    for (let from = offsets[names[at]!]!; from < offsets[names[at]! + 1]!; from++)
      table.bytes[to++] = bytes[from]!
    table.offsets[at + 1] = to
  }
  return { table, index }
}
