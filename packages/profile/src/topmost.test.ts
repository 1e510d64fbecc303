import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stacks } from './text-stacks.ts'
import { topmostNodes } from './topmost.ts'
import { nameAt } from './wtf8.ts'

test('of a recursion only the outermost call is topmost', () => {
  const tree = stacks('main;walk;walk;leaf;walk 1 | main;leaf 2')
  const topmost = topmostNodes(tree.parent, tree.frame, tree.names.length)
  const shown = Array.from(
    tree.frame,
    (frame, node) => `${frame < 0 ? 'ALL' : nameAt(tree.names, frame)} ${topmost[node]}`,
  )
  assert.deepEqual(shown.sort(), ['ALL 0', 'leaf 1', 'leaf 1', 'main 1', 'walk 0', 'walk 0', 'walk 1'])
})

test('it is what looking up from each node says', () => {
  const columns = fc.array(fc.tuple(fc.nat(), fc.nat(3)), { maxLength: 60 }).map((rows) => ({
    parent: Int32Array.from([-1, ...rows.map(([any], i) => any % (i + 1))]),
    frame: Int32Array.from([-1, ...rows.map(([, frame]) => frame)]),
  }))
  fc.assert(
    fc.property(columns, ({ parent, frame }) => {
      const looked = Array.from(parent, (_, node) => {
        if (node === 0) return 0
        for (let above = parent[node]!; above > 0; above = parent[above]!)
          if (frame[above] === frame[node]) return 0
        return 1
      })
      assert.deepEqual([...topmostNodes(parent, frame, 4)], looked)
    }),
  )
})
