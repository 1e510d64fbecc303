import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldDepth } from './fold-depth.ts'
import { mergeTrees } from './merge.ts'
import { ProfileDecoder } from './profile-decoder.ts'
import { naiveFromTree } from './testing/naive.ts'
import { showStacks, stacks } from './text-stacks.ts'
import { selfCounts, totals } from './totals.ts'

function decoded(node: string) {
  const body = `{"start":1,"end":2,"callgraph":{"children":{"a":${node}}}}`
  return new ProfileDecoder().decode(new TextEncoder().encode(body)).tree
}

test('merging adds counts of equal paths and keeps the others', () => {
  const merged = mergeTrees([
    stacks('main;parse 3 | main;wait BLOCKED=2'),
    stacks('main;parse 1 | main 1 | other 5'),
  ])
  assert.equal(showStacks(merged), 'main 1 | main;parse 4 | main;wait BLOCKED=2 | other 5')
})

test('merging nothing gives a root alone', () => {
  assert.deepEqual([...mergeTrees([]).parent], [-1])
  assert.deepEqual(mergeTrees([]).counters, [])
})

test('a node has the latest file that is known and the union of all lines', () => {
  const oldest = decoded('{"file":"old.js","line":[10]}')
  const newer = decoded('{"file":"new.js","line":[5,7]}')
  const newest = decoded('{"line":[20]}')
  const merged = naiveFromTree(mergeTrees([oldest, newer, newest])).get('["a"]')
  assert.deepEqual(merged, { counts: new Map(), file: 'new.js', lines: [5, 20] })
})

test('a merged tree holds the names that are used and no others', () => {
  const folded = foldDepth(stacks('a;b;c 1 | a;d 1'), 1)
  assert.equal(folded.names.length, 4)
  assert.equal(mergeTrees([folded]).names.length, 1)
})

test('folding gives the samples below the cut to the frame at the cut', () => {
  const tree = stacks('a;b;c;d 3 | a;b;x 1 | a;y 2 | a 1 | z;b BLOCKED=4')
  assert.equal(showStacks(foldDepth(tree, 2)), 'a 1 | a;b 4 | a;y 2 | z;b BLOCKED=4')
  assert.equal(showStacks(foldDepth(tree, 9)), showStacks(tree))
  const root = foldDepth(tree, 0)
  assert.equal(root.parent.length, 1)
  assert.deepEqual([...totals(root)], [11])
})

test('totals are inclusive and may be limited to some counters', () => {
  const tree = stacks('a;b 3 | a;b BLOCKED=2 | a;c 1 | a 4')
  assert.deepEqual([...totals(tree)], [10, 10, 5, 1])
  assert.deepEqual([...totals(tree, new Set(['BLOCKED']))], [2, 2, 2, 0])
  assert.deepEqual([...selfCounts(tree)], [0, 4, 5, 1])
  assert.deepEqual([...selfCounts(tree, new Set(['none']))], [0, 0, 0, 0])
})
