/** Every transform does to a tree what a few lines on its stacks, one by one, say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallTree, nameAt } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import fc from 'fast-check'
import { invert } from './invert.ts'
import { calleesOf, callersOf } from './merged-calls.ts'
import { type Reshaped, restFrame, type Shape, selfIn } from './shape.ts'
import { applySteps, type Step } from './steps.ts'

interface Stack {
  readonly frames: readonly string[]
  readonly count: number
}

const alphabet = ['a', 'b', 'p.x', 'p.y', 'p.q.z', 'c']
const someStacks = fc.array(
  fc.record({
    frames: fc.array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: 9 }),
    count: fc.integer({ min: 1, max: 50 }),
  }),
  { minLength: 1, maxLength: 25 },
)
const target = fc.constantFrom(...alphabet)

const text = (list: readonly Stack[]) =>
  list.map(({ frames, count }) => `${frames.join(';')} ${count}`).join(' | ')
const treeOf = (list: readonly Stack[]): CallTree => stacks(text(list))
const namesOf = ({ names }: CallTree): string[] =>
  Array.from({ length: names.length }, (_, i) => nameAt(names, i))

/** Sums by stack, in the order of their texts. */
function summed(list: readonly Stack[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { frames, count } of list) sums[frames.join(';')] = (sums[frames.join(';')] ?? 0) + count
  return Object.fromEntries(Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The stacks that a shape says, with its samples. */
function read(shape: Shape, self: Float64Array, names: readonly string[]): Record<string, number> {
  const list: Stack[] = []
  const paths: string[][] = [[]]
  for (let node = 0; node < shape.parent.length; node++) {
    if (node > 0) {
      assert.ok(shape.parent[node]! < node, 'parents precede their children')
      const frame = shape.frame[node]!
      paths.push([...paths[shape.parent[node]!]!, frame === restFrame ? '…' : names[frame]!])
    }
    if (self[node]! > 0) list.push({ frames: paths[node]!, count: self[node]! })
  }
  return summed(list)
}

async function after(list: readonly Stack[], steps: readonly Step[]): Promise<Record<string, number>> {
  const tree = treeOf(list)
  const match = async (names: readonly string[], pattern: string) =>
    Uint8Array.from(names, (name) => (new RegExp(pattern).test(name) ? 1 : 0))
  const { shape, nodeOf, names } = await applySteps(tree, namesOf(tree), steps, match)
  return read(shape, selfIn(shape.parent.length, tree.counters, nodeOf), names)
}

const chosen = (name: string) => ({ kind: 'name', name }) as const

const references: Readonly<
  Record<
    string,
    { step(name: string): Step; naive(frames: readonly string[], name: string): readonly string[] | null }
  >
> = {
  'drop: stacks through it are gone': {
    step: (name) => ({ kind: 'drop', frames: chosen(name) }),
    naive: (frames, name) => (frames.includes(name) ? null : frames),
  },
  'hide: stacks end above it': {
    step: (name) => ({ kind: 'hide', frames: chosen(name) }),
    naive: (frames, name) => (frames.includes(name) ? frames.slice(0, frames.indexOf(name)) : frames),
  },
  'merge: it alone is taken out': {
    step: (name) => ({ kind: 'merge', frames: chosen(name) }),
    naive: (frames, name) => frames.filter((frame) => frame !== name),
  },
  'focus: only stacks through it, from its outermost on': {
    step: (name) => ({ kind: 'focus', frames: chosen(name) }),
    naive: (frames, name) => (frames.includes(name) ? frames.slice(frames.indexOf(name)) : null),
  },
  'recursion: what its inner rounds call is called by the outermost': {
    step: (name) => ({ kind: 'recursion', frames: chosen(name) }),
    naive: (frames, name) => {
      const out: string[] = []
      for (const frame of frames) {
        if (frame === name && out.includes(name)) out.length = out.indexOf(name) + 1
        else out.push(frame)
      }
      return out
    },
  },
  'direct recursion: repetitions are one': {
    step: () => ({ kind: 'direct-recursion' }),
    naive: (frames) => frames.filter((frame, i) => frame !== frames[i - 1]),
  },
  'package: runs of its frames are one': {
    step: () => ({ kind: 'package', prefix: 'p' }),
    naive: (frames) => {
      const isIn = (frame: string | undefined) => frame?.startsWith('p.') === true
      return frames
        .filter((frame, i) => !(isIn(frame) && isIn(frames[i - 1])))
        .map((frame) => (isIn(frame) ? 'p.*' : frame))
    },
  },
}

const kept = ['hide', 'merge', 'recursion', 'direct recursion', 'package']

for (const [rule, { step, naive }] of Object.entries(references)) {
  test(rule, async () => {
    await fc.assert(
      fc.asyncProperty(someStacks, target, async (list, name) => {
        const expected = list.flatMap(({ frames, count }) => {
          const left = naive(frames, name)
          return left === null ? [] : [{ frames: left, count }]
        })
        const found = await after(list, [step(name)])
        assert.deepEqual(found, summed(expected))
        const sum = (sums: Record<string, number>) => Object.values(sums).reduce((a, b) => a + b, 0)
        if (kept.includes(rule.split(':')[0]!))
          assert.equal(sum(found), sum(summed(list)), 'samples are kept')
      }),
      { numRuns: 60 },
    )
  })
}

test('steps one after another do what each does to the stacks of the one before', async () => {
  const all = Object.values(references)
  const plan = fc.array(fc.record({ rule: fc.constantFrom(...all), name: target }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(someStacks, plan, async (list, rules) => {
      let expected: Stack[] = list
      for (const { rule, name } of rules) {
        expected = expected.flatMap(({ frames, count }) => {
          const left = rule.naive(frames, name)
          return left === null ? [] : [{ frames: left, count }]
        })
      }
      assert.deepEqual(
        await after(
          list,
          rules.map(({ rule, name }) => rule.step(name)),
        ),
        summed(expected),
      )
    }),
    { numRuns: 60 },
  )
})

test('a pattern chooses every frame that matches', async () => {
  const list = [
    { frames: ['a', 'p.x', 'b'], count: 2 },
    { frames: ['a', 'c'], count: 3 },
  ]
  assert.deepEqual(await after(list, [{ kind: 'drop', frames: { kind: 'pattern', pattern: '^p' } }]), {
    'a;c': 3,
  })
})

function sumsOf(list: readonly Stack[], make: (tree: CallTree, self: Float64Array) => Reshaped) {
  const tree = treeOf(list)
  const self = selfIn(tree.parent.length, tree.counters, null)
  const { shape, nodeOf } = make(tree, self)
  return read(shape, selfIn(shape.parent.length, tree.counters, nodeOf), namesOf(tree))
}

test('inverted, every stack is read from its innermost frame', () => {
  fc.assert(
    fc.property(someStacks, (list) => {
      const found = sumsOf(list, (tree, self) =>
        invert(tree, self, { rootFrame: -1, startsAbove: false, finer: [] }),
      )
      assert.deepEqual(
        found,
        summed(list.map(({ frames, count }) => ({ frames: [...frames].reverse(), count }))),
      )
    }),
    { numRuns: 60 },
  )
})

test('inspected, callees and callers are those of all occurrences, recursion counted once', () => {
  fc.assert(
    fc.property(someStacks, target, (list, name) => {
      const frame = (tree: CallTree) => namesOf(tree).indexOf(name)
      const isIt = (tree: CallTree) => Uint8Array.from(namesOf(tree), (known) => (known === name ? 1 : 0))
      const through = list.filter(({ frames }) => frames.includes(name))
      assert.deepEqual(
        sumsOf(list, (tree) => calleesOf(tree, isIt(tree), frame(tree))),
        summed(
          through.map(({ frames, count }) => ({ frames: frames.slice(frames.indexOf(name) + 1), count })),
        ),
      )
      assert.deepEqual(
        sumsOf(list, (tree, self) => callersOf(tree, isIt(tree), frame(tree), self, [])),
        summed(
          through.map(({ frames, count }) => ({
            frames: frames.slice(0, frames.indexOf(name)).reverse(),
            count,
          })),
        ),
      )
    }),
    { numRuns: 60 },
  )
})

test('callers that nobody could see are a rest, until one looks closer', () => {
  const list = [
    { frames: ['main', 'rare1', 'hot'], count: 1 },
    { frames: ['main', 'rare2', 'hot'], count: 1 },
    { frames: ['main', 'often', 'hot'], count: 20_000 },
  ]
  const callers = (finer: string[]) =>
    sumsOf(list, (tree, self) => {
      const path = finer.map((name) => namesOf(tree).indexOf(name))
      return invert(tree, self, { rootFrame: -1, startsAbove: false, finer: path })
    })
  assert.deepEqual(callers([]), { 'hot;often;main': 20_000, 'hot;rare1;…': 1, 'hot;rare2;…': 1 })
  assert.deepEqual(callers(['hot', 'rare1']), {
    'hot;often;main': 20_000,
    'hot;rare1;main': 1,
    'hot;rare2;…': 1,
  })
})
