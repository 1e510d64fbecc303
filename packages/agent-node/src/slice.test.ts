import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ownership } from './own-files.ts'
import { type Slice, sliceOf, type V8Profile } from './slice.ts'

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

/** Whose a function is, by its name. */
const byName = (name: string): Ownership =>
  name.startsWith('agent')
    ? 'agent'
    : name === 'between'
      ? 'between'
      : name.startsWith('node')
        ? null
        : 'program'

/** `main;agentCuts;nodeWrites`: a sample of 10 ms for each path. */
function sampled(...paths: string[]): V8Profile {
  const ids = new Map([['', 1]])
  const nodes = [{ id: 1, callFrame: frame('(root)'), children: [] as number[] }]
  const samples = paths.map((path) => {
    let at = ''
    for (const name of path.split(';')) {
      const below = `${at};${name}`
      if (!ids.has(below)) {
        ids.set(below, nodes.length + 1)
        nodes[ids.get(at)! - 1]!.children.push(nodes.length + 1)
        nodes.push({ id: nodes.length + 1, callFrame: frame(name), children: [] })
      }
      at = below
    }
    return ids.get(at)!
  })
  const timeDeltas = samples.map(() => 10_000)
  return { nodes, startTime: 0, endTime: samples.length * 10_000, samples, timeDeltas }
}

function pathsOf({ frames, frame, parent, micros }: Slice): string[] {
  const path: string[] = []
  for (const [node, at] of frame.entries()) {
    const caller = parent[node]!
    path.push(caller <= 0 ? frames.functionName[at]! : `${path[caller]};${frames.functionName[at]}`)
  }
  return path.flatMap((text, node) => (micros[node]! > 0 ? [`${text} ${micros[node]! / 1000}`] : []))
}

test("the agent's own work is left out, with what it calls; what the program does through it is the program's", () => {
  const profile = sampled(
    'main;parse',
    'nodeTimers;agentCuts',
    'nodeTimers;agentCuts;nodeWrites',
    'nodeTimers',
    'nodeRuntime;between;handler;parse',
    'nodeRuntime;between',
    'nodeRuntime;between;agentEnds',
    'main;agentPasses;handler',
  )
  const slice = sliceOf(profile, about, byName)
  assert.deepEqual(pathsOf(slice).sort(), [
    'main;handler 10',
    'main;parse 10',
    'nodeRuntime 10',
    'nodeRuntime;handler;parse 10',
    'nodeTimers 10',
  ])
  assert.equal(slice.samples, 5)
  assert.ok(!slice.frames.functionName.some((name) => name.startsWith('agent') || name === 'between'))
})
