import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compact } from './compact.ts'
import { mergeTrees } from './merge.ts'
import type { NameTable } from './name-table.ts'
import { arbitraryTree } from './testing/arbitrary-profile.ts'
import { naiveFromTree } from './testing/naive.ts'
import { nameAt } from './wtf8.ts'

test('a compact tree says the same, in preorder and with the names it uses', () => {
  fc.assert(
    fc.property(arbitraryTree(), fc.array(fc.string()), (tree, others) => {
      const extra = others.map((name) => Buffer.from(`unused ${name}`))
      const bytes = Buffer.concat([...extra, tree.names.bytes])
      const shift = extra.reduce((sum, { length }) => sum + length, 0)
      const starts = extra.map((_, i) => extra.slice(0, i).reduce((sum, { length }) => sum + length, 0))
      const names = {
        bytes,
        offsets: Uint32Array.from([...starts, ...[...tree.names.offsets].map((offset) => offset + shift)]),
        length: extra.length + tree.names.length,
      }
      const frame = tree.frame.map((name) => (name < 0 ? -1 : name + extra.length))
      const found = compact({ ...tree, names, frame })
      assert.deepEqual(naiveFromTree(found), naiveFromTree(tree))
      const merged = mergeTrees([tree])
      assert.deepEqual(found.parent, merged.parent)
      const texts = (table: NameTable): string[] =>
        Array.from({ length: table.length }, (_, name) => nameAt(table, name)).sort()
      assert.deepEqual(texts(found.names), texts(merged.names))
      for (const { nodes } of found.counters) assert.deepEqual(nodes, nodes.toSorted())
    }),
  )
})
