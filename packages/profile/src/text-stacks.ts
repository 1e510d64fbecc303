/**
 * Call trees as one line of text, for tests: `main;parse 3 | main;parse;regex 1`. A path is frames joined by `;`,
 * then a count of WALL_TIME, or counts by name: `main;wait BLOCKED=2 RUNNABLE=1`. No file, no lines.
 */
import type { CallTree } from './call-tree.ts'
import { defaultLimits } from './limits.ts'
import { mergeTrees } from './merge.ts'
import { TreeBuilder } from './tree-builder.ts'
import { encodeName, nameAt } from './wtf8.ts'

const plainCounter = 'WALL_TIME'

export function stacks(text: string): CallTree {
  const builder = new TreeBuilder(defaultLimits)
  for (const stack of text.split('|').map((part) => part.trim())) {
    if (stack === '') continue
    const [path = '', ...amounts] = stack.split(' ').filter((word) => word !== '')
    let node = 0
    for (const [above, frame] of path.split(';').entries()) {
      const name = encodeName(frame)
      node = builder.child(node, builder.frame(name, 0, name.length), above + 1)
    }
    for (const amount of amounts) {
      const [first = '', second] = amount.split('=')
      builder.add(second === undefined ? plainCounter : first, node, Number(second ?? first))
    }
  }
  // Brings it into the order a merged tree has.
  return mergeTrees([builder.finish()])
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
