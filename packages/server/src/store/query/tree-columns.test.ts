import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Epoch } from '../epoch.ts'
import { otherCounter } from '../epoch-map.ts'
import { EpochSums } from '../epoch-sums.ts'
import { treeColumns } from './tree-columns.ts'

/** An epoch with so many call paths, all of them the root's. */
function epochOf(paths: number): Epoch {
  const epoch = new Epoch()
  for (let path = 0; path < paths; path++) {
    const name = Buffer.from(`f${path}`)
    epoch.trie.child(0, epoch.trie.frames.intern(name, 0, name.length))
  }
  return epoch
}

/** A sample of the thread state at each of some nodes. */
function sampled(sums: EpochSums, state: string, nodes: Int32Array, samples = 1): void {
  const counts = new Float64Array(nodes.length).fill(samples)
  sums.addSamples({ counter: sums.epoch.counter(state), nodes, counts })
}

const totalOf = (self: Float64Array): number => self.reduce((sum, count) => sum + count, 0)
const megabyte = 1024 * 1024

test('thread states made up by the hundred take what they say, and the lightest of them are one column', () => {
  const epoch = epochOf(100_000)
  const everywhere = Int32Array.from({ length: epoch.trie.nodeCount }, (_, node) => node)
  const sums = new EpochSums(epoch)
  for (let state = 1; state <= 250; state++) sampled(sums, `made up ${state}`, Int32Array.of(0), state)
  sampled(sums, otherCounter, Int32Array.of(0), 1000)
  for (let state = 0; state < 5; state++) sampled(sums, `usual ${state}`, everywhere)
  assert.ok(sums.byteLength < 6 * megabyte, `${sums.byteLength}`)

  const columns = treeColumns([sums])
  const bytes = columns.reduce((sum, { self }) => sum + self.byteLength, 0)
  assert.ok(bytes < 66 * megabyte, `${bytes}`)
  const told = new Map(columns.map(({ counter, self }) => [counter, totalOf(self)]))
  assert.equal(told.size, columns.length, 'each name once')
  for (let state = 0; state < 5; state++) assert.equal(told.get(`usual ${state}`), everywhere.length)
  assert.deepEqual([told.get('made up 250'), told.get('made up 1')], [250, undefined])
  const made = (250 * 251) / 2
  assert.equal(
    [...told.values()].reduce((a, b) => a + b),
    5 * everywhere.length + made + 1000,
  )
})

test('what is the rest on one side is the rest on the other', () => {
  const epoch = epochOf(600_000)
  const [before, after] = [new EpochSums(epoch), new EpochSums(epoch)]
  for (let state = 1; state <= 17; state++) sampled(before, `S${state}`, Int32Array.of(state), state)
  sampled(after, 'S1', Int32Array.of(5), 1000)
  sampled(after, 'S2', Int32Array.of(6), 7)
  const told = treeColumns([before, after]).map(({ side, counter, self }) => [side, counter, totalOf(self)])
  const apart = Array.from({ length: 17 }, (_, i) => i + 1).filter((state) => state !== 3)
  assert.deepEqual(told, [
    ...apart.map((state) => [0, `S${state}`, state]),
    [0, otherCounter, 3],
    [1, 'S1', 1000],
    [1, 'S2', 7],
  ])
})

test('a dozen thread states are told apart in a tree of any size', () => {
  const epoch = epochOf(900_000)
  const sums = new EpochSums(epoch)
  const states = Array.from({ length: 12 }, (_, state) => `S${state}`)
  for (const state of states) sampled(sums, state, Int32Array.of(1))
  assert.deepEqual(
    treeColumns([sums]).map(({ counter }) => counter),
    states,
  )
})
