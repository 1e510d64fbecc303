/** The tree is bounded in bytes, by an estimate that is held against what V8 really takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { CallTree, maxBytes, treeLimit } from './call-tree.ts'
import type { FrameNames } from './frame-names.ts'
import type { Slice } from './slice.ts'
import { atOnce } from './turns.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const names = {
  prepare: () => [],
  name: (name: string, file: string) => ({
    name: `${file}:${name}`,
    file,
    line: 1,
    lineOf: (line: number) => line,
  }),
} as unknown as FrameNames

/** Stacks of 50 frames, a millisecond each, that no other slice has. */
function sliceOfStacks({
  stacks,
  functions,
  seed,
}: {
  stacks: number
  functions: number
  seed: number
}): Slice {
  const count = 1 + stacks * 50
  let state = seed
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const isLeaf = (node: number): boolean => node > 0 && node % 50 === 0
  const list = Array.from({ length: functions }, (_, i) => i)
  return {
    threadId: 0,
    startedAt: 0,
    endedAt: 1,
    samples: stacks,
    frames: {
      functionName: list.map((i) => `handle${i}`),
      url: list.map((i) => `shop/src/module${i}.js`),
      line: list,
      column: list,
    },
    parent: Int32Array.from({ length: count }, (_, node) =>
      node === 0 ? -1 : node % 50 === 1 ? 0 : node - 1,
    ),
    frame: Int32Array.from({ length: count }, () => Math.floor(random() * functions)),
    micros: Float64Array.from({ length: count }, (_, node) => (isLeaf(node) ? 1000 : 0)),
    firstLine: new Int32Array(count).fill(2),
    lastLine: new Int32Array(count).fill(90),
  }
}

for (const functions of [500, 20_000]) {
  test(`bytes are estimated to within a half: ${functions} functions`, () => {
    collect()
    const before = process.memoryUsage().heapUsed
    const tree = new CallTree()
    for (let seed = 1; seed <= 40; seed++)
      atOnce(tree.add(sliceOfStacks({ stacks: 20, functions, seed }), names, 1000))
    collect()
    const taken = process.memoryUsage().heapUsed - before
    assert.ok(tree.parent.length > 30_000)
    assert.ok(tree.bytes > taken / 1.5 && tree.bytes < taken * 1.5, `${tree.bytes} told, ${taken} taken`)
  })
}

test('a full tree counts new paths with their nearest known caller, and loses no time', () => {
  const tree = new CallTree()
  let stacks = 0
  for (let seed = 1; !tree.isFull || seed % 20 !== 0; seed++) {
    atOnce(tree.add(sliceOfStacks({ stacks: 100, functions: 3000, seed }), names, 1000))
    stacks += 100
  }
  for (let seed = 1000; seed < 1100; seed++) {
    atOnce(tree.add(sliceOfStacks({ stacks: 100, functions: 30_000, seed }), names, 1000))
    stacks += 100
  }
  assert.ok(tree.bytes < 1.3 * maxBytes)
  assert.equal(
    tree.running.reduce((sum, micros) => sum + micros, 0),
    stacks * 1000,
  )
  assert.equal(tree.micros, stacks * 1000)
  assert.ok(tree.foldedMicros > 0)
  assert.ok(tree.names.includes('<other>'))
})

test('the length of names counts: a few frames with endless ones fill a tree', () => {
  const tree = new CallTree()
  const long = {
    prepare: () => [],
    name: (name: string) => ({ name: name.repeat(1000), file: '', line: 0, lineOf: () => 0 }),
  }
  const slice = sliceOfStacks({ stacks: 40, functions: 2000, seed: 7 })
  atOnce(tree.add(slice, long as unknown as FrameNames, 1000))
  assert.ok(tree.isFull)
  assert.ok(tree.parent.length < 3000)
})

test('in a small container the tree is smaller, down to a megabyte', () => {
  assert.equal(treeLimit(0), maxBytes)
  assert.equal(treeLimit(2 ** 63), maxBytes)
  assert.equal(treeLimit(128 * 1024 * 1024), 2 * 1024 * 1024)
  assert.equal(treeLimit(16 * 1024 * 1024), 1024 * 1024)
  const tree = new CallTree(treeLimit(128 * 1024 * 1024))
  for (let seed = 1; seed < 20; seed++) {
    atOnce(tree.add(sliceOfStacks({ stacks: 100, functions: 3000, seed }), names, 1000))
  }
  assert.ok(tree.isFull)
  assert.ok(tree.bytes < 1.3 * 2 * 1024 * 1024)
})
