import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeName } from '@wick/profile'
import fc from 'fast-check'
import { Epoch } from './epoch.ts'
import { EpochSums } from './epoch-sums.ts'
import { totalsOfSums } from './frame-totals.ts'

type Stack = readonly [path: readonly string[], samples: number]

function frameOf(epoch: Epoch, name: string): number {
  const bytes = encodeName(name)
  return epoch.trie.frames.intern(bytes, 0, bytes.length)
}

function sumsOf(epoch: Epoch, stacks: readonly Stack[]): EpochSums {
  const ended = stacks.map(([path, samples]) => {
    const node = path.reduce((at, name) => epoch.trie.child(at, frameOf(epoch, name)), 0)
    return [node, samples] as const
  })
  const sums = new EpochSums(epoch)
  sums.addSamples({
    counter: epoch.counter('RUNNABLE'),
    nodes: Int32Array.from(ended, ([node]) => node),
    counts: Float64Array.from(ended, ([, samples]) => samples),
  })
  return sums
}

/** Frame → samples, and all of them under the empty key. */
function totalled(epoch: Epoch, stacks: readonly Stack[]): Map<string, number> {
  const totals = totalsOfSums(sumsOf(epoch, stacks)).get(0)!
  const { bytes, offsets } = epoch.trie.frames.table()
  const name = (frame: number): string =>
    new TextDecoder().decode(bytes.subarray(offsets[frame]!, offsets[frame + 1]!))
  const found = [...totals.frames].map((frame, at) => [name(frame), totals.counts[at]!] as const)
  return new Map([['', totals.total], ...found.sort()])
}

/** The reference: a Set for each stack. */
function naive(stacks: readonly Stack[]): Map<string, number> {
  const totals = new Map<string, number>()
  let all = 0
  for (const [path, samples] of stacks) {
    all += samples
    for (const name of samples > 0 ? new Set(path) : []) totals.set(name, (totals.get(name) ?? 0) + samples)
  }
  return new Map([['', all], ...[...totals].sort()])
}

test('a frame that stands on the stack several times is counted once', () => {
  const stacks: Stack[] = [
    [['main', 'walk', 'walk', 'visit', 'walk'], 5],
    [['main', 'walk'], 2],
    [['main', 'other', 'walk'], 1],
    [[], 3],
  ]
  assert.deepEqual(
    [...totalled(new Epoch(), stacks)],
    [
      ['', 11],
      ['main', 8],
      ['other', 1],
      ['visit', 5],
      ['walk', 8],
    ],
  )
})

const path = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 8 })
const stacks = fc.array(fc.tuple(path, fc.nat(1000)), { maxLength: 30 })

test('totals are those of a Set for each stack, also when the dictionary has grown in between', () => {
  fc.assert(
    fc.property(fc.array(stacks, { minLength: 1, maxLength: 4 }), (rounds) => {
      const epoch = new Epoch()
      for (const round of rounds) assert.deepEqual(totalled(epoch, round), naive(round))
    }),
  )
})

test('the deepest recursion takes no more than any other tree of its size', () => {
  const epoch = new Epoch()
  const frames = ['a', 'b'].map((name) => frameOf(epoch, name))
  let node = 0
  for (let depth = 0; depth < 200_000; depth++) node = epoch.trie.child(node, frames[depth % 2]!)
  const sums = new EpochSums(epoch)
  const counter = epoch.counter('RUNNABLE')
  sums.addSamples({ counter, nodes: Int32Array.of(node), counts: Float64Array.of(7) })
  const totals = totalsOfSums(sums).get(0)!
  assert.deepEqual([totals.total, [...totals.frames], [...totals.counts]], [7, frames, [7, 7]])
})
