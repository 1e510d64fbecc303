/** What the server sends, as a call tree: what it left out below a node becomes a callee of that node. */
import {
  type CallTree,
  type CounterVector,
  NameInterner,
  type NameTable,
  type PrunedTree,
} from '@wick/profile'
import { restFrame } from './shape.ts'
import { ShapeBuilder } from './shape-builder.ts'

/** @param side of a tree that has two */
export function treeFrom(pruned: PrunedTree, side = 0): CallTree {
  const size = pruned.parent.length
  const columns = pruned.columns.filter((column) => column.side === side)
  /** By node: the callee that stands for what was left out; 0 where nothing was. */
  const restOf = new Int32Array(size)
  let count = size
  for (let node = 0; node < size; node++)
    if (columns.some(({ rest }) => rest[node]! > 0)) restOf[node] = count++
  const extended = (values: Int32Array, rest: (node: number) => number): Int32Array => {
    const made = new Int32Array(count)
    made.set(values)
    for (let node = 0; node < size; node++) if (restOf[node]! > 0) made[restOf[node]!] = rest(node)
    return made
  }
  const unknown = () => -1
  return {
    names: pruned.names,
    files: pruned.files,
    parent: extended(pruned.parent, (node) => node),
    frame: extended(pruned.frame, () => restFrame),
    file: extended(pruned.file, unknown),
    firstLine: extended(pruned.firstLine, unknown),
    lastLine: extended(pruned.lastLine, unknown),
    counters: columns.map(({ counter, self, rest }) => {
      const nodes: number[] = []
      const counts: number[] = []
      for (let node = 0; node < size; node++) {
        if (self[node]! > 0) {
          nodes.push(node)
          counts.push(self[node]!)
        }
        if (rest[node]! > 0) {
          nodes.push(restOf[node]!)
          counts.push(rest[node]!)
        }
      }
      return { name: counter, nodes: Int32Array.from(nodes), counts: Float64Array.from(counts) }
    }),
  }
}

/** The node at the end of a path of names; -1 where there is none. */
function nodeAt({ parent, frame }: CallTree, path: readonly number[]): number {
  let at = 0
  let done = 0
  for (let node = 1; done < path.length && node < parent.length; node++) {
    if (parent[node] !== at || frame[node] !== path[done]) continue
    at = node
    done++
  }
  return done === path.length ? at : -1
}

/**
 * A tree with the subtree at the end of `path` as another, finer tree has it. @param path frame names, told by bytes
 * @returns null where one of the trees does not have the path
 */
export function graft(tree: CallTree, finer: CallTree, path: readonly Uint8Array[]): CallTree | null {
  const names = new NameInterner()
  const files = new NameInterner()
  const here = { frames: internAll(names, tree.names), files: internAll(files, tree.files) }
  const there = { frames: internAll(names, finer.names), files: internAll(files, finer.files) }
  const wanted = path.map((name) => names.find(name, 0, name.length))
  const mine = renamed(tree, here)
  const theirs = renamed(finer, there)
  const top = nodeAt(mine, wanted)
  const finerTop = nodeAt(theirs, wanted)
  if (top < 0 || finerTop < 0) return null
  const isBelow = descendants(mine, top)
  const isTaken = descendants(theirs, finerTop)
  const both = concatenated(mine, theirs)
  // Nothing coincides: the two parts share only `top`, whose own callees are the finer tree's.
  const builder = new ShapeBuilder(both, new Uint8Array(both.parent.length))
  const { nodeOf } = builder
  nodeOf[0] = 0
  const size = mine.parent.length
  for (let node = 1; node < size; node++)
    if (node === top || isBelow[node] === 0) builder.put(node, nodeOf[mine.parent[node]!]!, mine.frame[node]!)
  for (let node = 0; node < theirs.parent.length; node++) {
    if (isTaken[node] === 0) continue
    if (node === finerTop) builder.join(size + node, nodeOf[top]!)
    else builder.put(size + node, nodeOf[size + theirs.parent[node]!]!, theirs.frame[node]!)
  }
  const { shape } = builder.finish()
  const counters = new Map<string, Float64Array>()
  const add = (vectors: readonly CounterVector[], offset: number, keep: (node: number) => boolean) => {
    for (const { name, nodes, counts } of vectors) {
      const sums = counters.get(name) ?? new Float64Array(shape.parent.length)
      counters.set(name, sums)
      for (let k = 0; k < nodes.length; k++)
        if (keep(nodes[k]!)) sums[nodeOf[offset + nodes[k]!]!]! += counts[k]!
    }
  }
  add(mine.counters, 0, (node) => isBelow[node] === 0)
  add(theirs.counters, size, (node) => isTaken[node] === 1)
  return {
    ...shape,
    names: names.table(),
    files: files.table(),
    counters: [...counters].map(([name, sums]) => {
      const nodes = Int32Array.from(sums.keys().filter((node) => sums[node]! > 0))
      return { name, nodes, counts: Float64Array.from(nodes, (node) => sums[node]!) }
    }),
  }
}

function internAll(interner: NameInterner, { bytes, offsets, length }: NameTable): Int32Array {
  return Int32Array.from({ length }, (_, name) => interner.intern(bytes, offsets[name]!, offsets[name + 1]!))
}

function renamed(tree: CallTree, numbers: { frames: Int32Array; files: Int32Array }): CallTree {
  return {
    ...tree,
    frame: tree.frame.map((frame) => (frame < 0 ? frame : numbers.frames[frame]!)),
    file: tree.file.map((file) => (file < 0 ? -1 : numbers.files[file]!)),
  }
}

/** 1 for a node and all below it. */
function descendants({ parent }: CallTree, top: number): Uint8Array {
  const found = new Uint8Array(parent.length)
  found[top] = 1
  for (let node = top + 1; node < parent.length; node++) found[node] = found[parent[node]!]!
  return found
}

/** Columns one after another; only what is known of nodes is read from it. */
function concatenated(first: CallTree, second: CallTree) {
  const column = (of: (tree: CallTree) => Int32Array): Int32Array => {
    const made = new Int32Array(first.parent.length + second.parent.length)
    made.set(of(first))
    made.set(of(second), first.parent.length)
    return made
  }
  return {
    parent: column((tree) => tree.parent),
    frame: column((tree) => tree.frame),
    file: column((tree) => tree.file),
    firstLine: column((tree) => tree.firstLine),
    lastLine: column((tree) => tree.lastLine),
  }
}
