import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sliceOf, type V8Profile } from './slice.ts'

const about = { threadId: 0, startedAt: 1000, endedAt: 1050 }

const frame = (functionName: string) => ({
  functionName,
  scriptId: '7',
  url: 'file:///app/a.js',
  lineNumber: 3,
  columnNumber: 1,
})

function profile(more: Partial<V8Profile>): V8Profile {
  return {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 4] },
      // V8 numbers nodes as it meets them: a child may come before its parent.
      {
        id: 3,
        callFrame: frame('inner'),
        positionTicks: [
          { line: 9, ticks: 1 },
          { line: 5, ticks: 2 },
        ],
      },
      { id: 2, callFrame: frame('outer'), children: [3] },
      { id: 4, callFrame: frame('(idle)') },
    ],
    startTime: 0,
    endTime: 50_000,
    samples: [3, 4, 3],
    timeDeltas: [10_000, 20_000, 10_000],
    ...more,
  }
}

const microsByName = ({ frames, frame, micros }: ReturnType<typeof sliceOf>): Record<string, number> =>
  Object.fromEntries([...frame].map((at, node) => [frames.functionName[at]!, micros[node]!]))

test('a sample has the time since the one before it, the last one also what follows', () => {
  const slice = sliceOf(profile({}), about, () => 'program')
  assert.deepEqual(microsByName(slice), { '(root)': 0, outer: 0, inner: 30_000, '(idle)': 20_000 })
})

test('callers come before what they call', () => {
  const { parent } = sliceOf(profile({}), about, () => 'program')
  assert.ok(parent.every((caller, node) => caller < node))
})

test('time in which the process did not run belongs to nobody', () => {
  const frozen = sliceOf(
    profile({ timeDeltas: [10_000, 3_600_000_000, 10_000], endTime: 3_600_030_000 }),
    about,
    () => 'program',
  )
  assert.equal(microsByName(frozen)['(idle)'], 1_000_000)
})

test('the lines that were sampled are kept, first and last', () => {
  const { frames, frame, firstLine, lastLine } = sliceOf(profile({}), about, () => 'program')
  const inner = [...frame].findIndex((at) => frames.functionName[at] === 'inner')
  assert.deepEqual([firstLine[inner], lastLine[inner]], [5, 9])
})

test('a profile without samples, or with nodes that lead in a circle, ends', () => {
  assert.equal(
    sliceOf(profile({ nodes: [], samples: [], timeDeltas: [] }), about, () => 'program').parent.length,
    0,
  )
  const circle = [
    { id: 1, callFrame: frame('a'), children: [2] },
    { id: 2, callFrame: frame('b'), children: [1, 2] },
  ]
  assert.ok(sliceOf(profile({ nodes: circle }), about, () => 'program').parent.length <= 3)
})
