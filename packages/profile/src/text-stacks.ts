/**
 * Call trees as one line of text, for tests: `main;parse 3 | main;parse;regex 1`. A path is frames joined by `;`,
 * then a count of WALL_TIME, or counts by name: `main;wait BLOCKED=2 RUNNABLE=1`. No file, no lines.
 */
import { CallPathTrie } from './call-path-trie.ts'
import type { CallTree } from './call-tree.ts'
import { mergeTrees } from './merge.ts'
import { encodeName, nameAt } from './wtf8.ts'

const plainCounter = 'WALL_TIME'

export function stacks(text: string): CallTree {
  const trie = new CallPathTrie()
  const counters = new Map<string, Map<number, number>>()
  for (const stack of text.split('|').map((part) => part.trim())) {
    if (stack === '') continue
    const [path = '', ...amounts] = stack.split(' ').filter((word) => word !== '')
    let node = 0
    for (const frame of path.split(';')) {
      const name = encodeName(frame)
      node = trie.child(node, trie.frames.intern(name, 0, name.length))
    }
    for (const amount of amounts) {
      const [first = '', second] = amount.split('=')
      const name = second === undefined ? plainCounter : first
      const counts = counters.get(name) ?? new Map<number, number>()
      counters.set(name, counts.set(node, (counts.get(node) ?? 0) + Number(second ?? first)))
    }
  }
  const size = trie.nodeCount
  const unknown = new Int32Array(size).fill(-1)
  const tree: CallTree = {
    names: trie.frames.table(),
    files: trie.files.table(),
    parent: trie.parent.slice(0, size),
    frame: trie.frame.slice(0, size),
    file: unknown,
    firstLine: unknown,
    lastLine: unknown,
    counters: [...counters].map(([name, counts]) => ({
      name,
      nodes: Int32Array.from(counts.keys()),
      counts: Float64Array.from(counts.values()),
    })),
  }
  // Brings it into the order a merged tree has.
  return mergeTrees([tree])
}

/** The inverse: one entry for each node with counts, in the tree's order; WALL_TIME, then counters by name. */
export function showStacks(tree: CallTree): string {
  const amounts = new Map<number, string[]>()
  // The plain counter first, as `stacks` is usually written.
  const key = (name: string) => (name === plainCounter ? '' : name)
  for (const { name, nodes, counts } of [...tree.counters].sort((a, b) =>
    key(a.name) < key(b.name) ? -1 : 1,
  )) {
    for (const [k, node] of nodes.entries()) {
      const shown = name === plainCounter ? `${counts[k]}` : `${name}=${counts[k]}`
      amounts.set(node, [...(amounts.get(node) ?? []), shown])
    }
  }
  const paths: string[] = ['']
  for (let node = 1; node < tree.parent.length; node++) {
    const above = paths[tree.parent[node]!]!
    const name = nameAt(tree.names, tree.frame[node]!)
    paths.push(above === '' ? name : `${above};${name}`)
  }
  return [...paths.keys()]
    .filter((node) => amounts.has(node))
    .map((node) => [paths[node], ...amounts.get(node)!].join(' '))
    .join(' | ')
}
