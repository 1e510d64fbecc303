import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scratch } from '@wick/profile'
import fc from 'fast-check'
import { addContent } from './block-content.ts'
import {
  type Cells,
  decodeAttributes,
  decodeProfiles,
  decodeSums,
  decodeVectors,
  encodeAttributes,
  encodeProfiles,
  encodeSums,
  encodeVectors,
  nodeMajor,
  sumOf,
} from './block-sections.ts'
import { Epoch } from './epoch.ts'
import { EpochSums } from './epoch-sums.ts'
import { PayloadError } from './payload-codec.ts'
import type { SparseVector } from './record-content.ts'

/** An epoch with nodes 0 … count, one below the other. */
function epochOf(count: number): Epoch {
  const epoch = new Epoch()
  for (let node = 0; node < count; node++)
    epoch.trie.child(node, epoch.trie.frames.intern(Buffer.from(`f${node}`), 0, 2))
  for (const name of ['RUNNABLE', 'WAITING', 'BLOCKED']) epoch.counter(name)
  return epoch
}

function sample(counter: number, node: number, count: number): SparseVector {
  return { counter, nodes: Int32Array.of(node), counts: Float64Array.of(count) }
}

const nodes = 50
const entry = fc.tuple(fc.nat(2), fc.integer({ min: 1, max: nodes }), fc.integer({ min: 1, max: 2 ** 40 }))

test('sums are read back as they were written, and add up', () => {
  fc.assert(
    fc.property(fc.array(entry), fc.array(entry), (first, second) => {
      const epoch = epochOf(nodes)
      const sumsOf = (entries: typeof first): EpochSums => {
        const sums = new EpochSums(epoch)
        for (const [counter, node, count] of entries) sums.addSamples(sample(counter, node, count))
        return sums
      }
      const read = new EpochSums(epoch)
      for (const entries of [first, second]) {
        const vectors = decodeSums(encodeSums(sumsOf(entries).vectors()), epoch)
        addContent({ vectors, attributes: null, byteLength: 0 }, read)
      }
      const expected = sumsOf([...first, ...second])
      for (const counter of expected.counters())
        assert.deepEqual(read.column(counter), expected.column(counter))
      assert.deepEqual(read.counters(), expected.counters())
    }),
  )
})

test('attributes are read back as they were written', () => {
  const known = fc.tuple(fc.integer({ min: 1, max: nodes }), fc.nat(9), fc.nat(1000), fc.nat(50))
  fc.assert(
    fc.property(fc.array(known), (entries) => {
      const sums = new EpochSums(epochOf(nodes))
      for (const [node, file, line, span] of entries) sums.attributes.learn(node, file, line, line + span)
      const read = new EpochSums(epochOf(nodes))
      read.attributes.learnAll(
        decodeAttributes(encodeAttributes(sums.attributes.news(), sums.epoch.trie), read.epoch),
      )
      assert.deepEqual(read.attributes, sums.attributes)
    }),
  )
})

/** `profile node count` of every cell, in a fixed order. */
function cellsAsText({ profile, node, count }: Cells): string[] {
  return [...profile].map((one, i) => `${one} ${node[i]} ${count[i]}`).sort()
}

test('vectors are read back node by node, whether few or all profiles show a node', () => {
  const profiles = fc.integer({ min: 1, max: 40 })
  const shown = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: nodes })), { maxLength: 40 })
  fc.assert(
    fc.property(profiles, shown, fc.nat(1000), (most, rows, seed) => {
      const cells: { profile: number[]; node: number[]; count: number[] } = {
        profile: [],
        node: [],
        count: [],
      }
      for (const [profile, row] of rows.slice(0, most).entries()) {
        for (const node of row) {
          cells.profile.push(profile)
          cells.node.push(node)
          cells.count.push(1 + ((node * 31 + profile * 7 + seed) % 300))
        }
      }
      const written: Cells = {
        counter: 2,
        profile: Int32Array.from(cells.profile),
        node: Int32Array.from(cells.node),
        count: Float64Array.from(cells.count),
      }
      const scratch = new Scratch()
      const sorted = nodeMajor(written, scratch)
      const read = decodeVectors(encodeVectors(most, [sorted], scratch))
      assert.equal(read.profiles, most)
      assert.deepEqual(read.counters.map(cellsAsText), [cellsAsText(written)])
      assert.deepEqual(
        [...read.counters[0]!.node],
        [...read.counters[0]!.node].sort((a, b) => a - b),
      )
      const { nodes: shown, counts } = sumOf(sorted, scratch)
      const summed = Map.groupBy(cells.count.keys(), (i) => cells.node[i]!)
      assert.deepEqual(
        [...shown].map((node, n) => [node, counts[n]]),
        [...summed]
          .map(([node, places]) => [node, places.reduce((sum, i) => sum + cells.count[i]!, 0)])
          .sort(([a], [b]) => a! - b!),
      )
    }),
  )
})

test('notes of profiles are read back as they were written, with clocks before and after the window', () => {
  const note = fc.record(
    {
      start: fc.integer({ min: 0, max: 2 ** 42 }),
      length: fc.nat(10_000_000),
      delay: fc.integer({ min: -600_000, max: 86_400_000 }),
      extras: fc.uint8Array({ maxLength: 40 }),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(fc.array(note), fc.nat(2 ** 40), (drawn, window) => {
      const notes = drawn.map(({ start, length, delay, extras }) => ({
        start,
        end: start + length,
        receivedAt: start + length + delay,
        extras,
      }))
      const read = decodeProfiles(window, encodeProfiles(window, notes))
      assert.deepEqual(
        read.map((one) => ({ ...one, extras: new Uint8Array(one.extras) })),
        notes,
      )
    }),
  )
})

test('a section that ends early is refused', () => {
  const epoch = epochOf(3)
  const sums = new EpochSums(epoch)
  sums.addSamples(sample(0, 3, 300))
  const section = encodeSums(sums.vectors())
  for (let length = 0; length < section.length; length++)
    assert.throws(() => decodeSums(section.subarray(0, length), epoch), PayloadError)
})
