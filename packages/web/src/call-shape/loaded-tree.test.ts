import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallTree, encodeName, nameAt, type PrunedTree } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import { graft, treeFrom } from './loaded-tree.ts'
import { restFrame } from './shape.ts'

/** `path count` for each node with samples, sorted; `…` for what was left out. */
function said(tree: CallTree): string[] {
  const paths: string[] = ['']
  for (let node = 1; node < tree.parent.length; node++) {
    const frame = tree.frame[node]!
    const name = frame === restFrame ? '…' : nameAt(tree.names, frame)
    const above = paths[tree.parent[node]!]!
    paths.push(above === '' ? name : `${above};${name}`)
  }
  return tree.counters
    .flatMap(({ name, nodes, counts }) => [...nodes].map((node, k) => `${paths[node]} ${name}=${counts[k]}`))
    .sort()
}

const tree = stacks('main;a RUNNABLE=2 | main;b RUNNABLE=5 BLOCKED=1')
const pruned: PrunedTree = {
  ...tree,
  sides: [{ start: 0, end: 1 }],
  hidden: Int32Array.of(0, 2, 0, 0),
  columns: tree.counters.map(({ name, nodes, counts }) => {
    const self = new Float64Array(4)
    nodes.forEach((node, k) => {
      self[node] = counts[k]!
    })
    return { side: 0, counter: name, self, rest: Float64Array.of(0, name === 'RUNNABLE' ? 7 : 0, 0, 0) }
  }),
}

test('what the server left out is a callee of its own, with its samples', () => {
  assert.deepEqual(said(treeFrom(pruned)), [
    'main;a RUNNABLE=2',
    'main;b BLOCKED=1',
    'main;b RUNNABLE=5',
    'main;… RUNNABLE=7',
  ])
})

const path = (...names: string[]) => names.map(encodeName)

test('a finer subtree takes the place of the coarse one; the rest of the tree stays', () => {
  const finer = stacks('main 9 | main;a RUNNABLE=1 | main;a;new RUNNABLE=1 | other 3')
  const grafted = graft(treeFrom(pruned), finer, path('main', 'a'))
  assert.deepEqual(said(grafted!), [
    'main;a RUNNABLE=1',
    'main;a;new RUNNABLE=1',
    'main;b BLOCKED=1',
    'main;b RUNNABLE=5',
    'main;… RUNNABLE=7',
  ])
})

test('a path that one of them does not have changes nothing', () => {
  assert.equal(graft(tree, stacks('main 1'), path('main', 'a')), null)
  assert.equal(graft(tree, stacks('x 1'), path('x')), null)
})
