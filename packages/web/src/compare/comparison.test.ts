import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PrunedTree } from '@wick/profile'
import { colourOfChange, goneColour, newColour } from '../flame-graph/palette.ts'
import { comparedFunctions, compareSides, isNoise } from './comparison.ts'
import { diffColours, diffLayout } from './diff-layout.ts'

const none = (length: number) => new Int32Array(length).fill(-1)

/** names[i] is the frame of node i + 1. */
function tree(
  names: readonly string[],
  parent: readonly number[],
  columns: readonly { side: number; counter: string; self: readonly number[]; rest?: readonly number[] }[],
): PrunedTree {
  const distinct = [...new Set(names)]
  const bytes = new TextEncoder().encode(distinct.join(''))
  const offsets = new Uint32Array(distinct.length + 1)
  for (const [i, name] of distinct.entries()) offsets[i + 1] = offsets[i]! + name.length
  const nodes = parent.length
  return {
    sides: [
      { start: 0, end: 1 },
      { start: 1, end: 2 },
    ],
    names: { bytes, offsets, length: distinct.length },
    files: { bytes: new Uint8Array(0), offsets: new Uint32Array(1), length: 0 },
    parent: Int32Array.from(parent),
    frame: Int32Array.from([-1, ...names.map((name) => distinct.indexOf(name))]),
    file: none(nodes),
    firstLine: none(nodes),
    lastLine: none(nodes),
    hidden: new Int32Array(nodes),
    columns: columns.map(({ side, counter, self, rest = [] }) => ({
      side,
      counter,
      self: Float64Array.from(self),
      rest: Float64Array.from({ length: nodes }, (_, i) => rest[i] ?? 0),
    })),
  }
}

// main → price → price (it calls itself), main → log
const shop = tree(
  ['main', 'price', 'price', 'log'],
  [-1, 0, 1, 2, 1],
  [
    { side: 0, counter: 'RUNNABLE', self: [0, 10, 20, 30, 40] },
    { side: 0, counter: 'WAITING', self: [0, 0, 0, 0, 900] },
    { side: 1, counter: 'RUNNABLE', self: [0, 100, 500, 100, 200], rest: [0, 0, 0, 0, 100] },
  ],
)
const cpu = new Set(['RUNNABLE'])

test('each side is measured by its own samples; other thread states do not count', () => {
  const { before, after } = compareSides(shop, cpu)
  assert.deepEqual([before.samples, after.samples], [100, 1000])
  assert.deepEqual([...before.total], [1, 1, 0.5, 0.3, 0.4])
  assert.deepEqual([...after.total], [1, 1, 0.6, 0.1, 0.3])
  assert.equal(after.self[4], 0.2)
})

test('functions come by their change, recursion counted once', () => {
  const round = (by: 'self' | 'total') =>
    comparedFunctions(compareSides(shop, cpu), by).map(({ name, change }) => [
      name,
      Number(change.toFixed(3)),
    ])
  assert.deepEqual(Object.fromEntries(round('total')), { price: 0.1, log: -0.1, main: 0 })
  assert.deepEqual(round('self'), [
    ['log', -0.2],
    ['price', 0.1],
    ['main', 0],
  ])
})

test('a change that few samples explain is noise, the same of many is none', () => {
  assert.equal(isNoise(0.1, 100, 0.15, 100), true)
  assert.equal(isNoise(0.1, 10_000, 0.15, 10_000), false)
  assert.equal(isNoise(0.1, 1e9, 0.1005, 1e9), true)
  assert.equal(isNoise(0, 0, 0.5, 10), false)
})

test('a side without samples has shares of nothing', () => {
  const { before } = compareSides(shop, new Set(['BLOCKED']))
  assert.deepEqual([before.samples, [...before.total]], [0, [0, 0, 0, 0, 0]])
})

test('the picture of both is as wide as both, the heaviest first, and what is gone keeps a place', () => {
  const gone = tree(
    ['old', 'new'],
    [-1, 0, 0],
    [
      { side: 0, counter: 'RUNNABLE', self: [0, 10, 0] },
      { side: 1, counter: 'RUNNABLE', self: [0, 0, 30] },
    ],
  )
  const comparison = compareSides(gone, cpu)
  const { layout, nodeOf } = diffLayout(comparison)
  assert.equal(layout.width[0], 2)
  assert.deepEqual(
    [...layout.width].map((width) => Number(width.toFixed(6))),
    [2, 1, 1],
  )
  const colours = diffColours(comparison, nodeOf)
  const byName = new Map([...nodeOf].map((node, box) => [gone.frame[node], colours[box]!]))
  assert.deepEqual([byName.get(1), byName.get(0)], [newColour, goneColour])
})

test('a box that stayed is neutral, and boxes know their node', () => {
  const comparison = compareSides(shop, cpu)
  const { layout, nodeOf } = diffLayout(comparison)
  const colours = diffColours(comparison, nodeOf)
  assert.equal(nodeOf.length, layout.parent.length)
  for (let box = 0; box < nodeOf.length; box++) assert.equal(shop.frame[nodeOf[box]!], layout.name[box])
  assert.equal(colours[nodeOf.indexOf(1)], colourOfChange(0))
})
