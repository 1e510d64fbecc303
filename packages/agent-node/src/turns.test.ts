/** A turn is counted in work, never timed: the count is the same on a machine that is busy. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { CallTree } from './call-tree.ts'
import { FrameNames } from './frame-names.ts'
import { encodeProfile } from './profile-body.ts'
import type { Slice } from './slice.ts'
import { SourceMaps } from './source-maps.ts'
import { atOnce, Turns, unitsPerTurn, type Work } from './turns.ts'

/** Turns that are taken one by one, and the units of each. */
function counted(): {
  turns: Turns
  add(work: Work): void
  next(): boolean
  units: number[]
  errors: unknown[]
} {
  const waiting: (() => void)[] = []
  const units: number[] = []
  const errors: unknown[] = []
  const turns = new Turns({
    measure: (turn) => {
      units.push(0)
      turn()
    },
    onError: (error) => errors.push(error),
    pause: (next) => waiting.push(next),
  })
  function* counting(work: Work): Work {
    for (;;) {
      const step = work.next()
      if (step.done) return
      units[units.length - 1]! += step.value
      yield step.value
    }
  }
  const next = (): boolean => {
    const turn = waiting.shift()
    turn?.()
    return turn !== undefined
  }
  return { turns, add: (work) => turns.add(counting(work)), next, units, errors }
}

/** The most that one step does beside what a turn holds: to read a map of 2 MB is one, and cannot be paused. */
const largestStep = 64

/** Stacks of 50 frames that differ, as many as fill a tree. */
function largeSlice(url = ''): Slice {
  const count = 100_000
  const functions = Array.from({ length: 2000 }, (_, i) => i)
  return {
    threadId: 0,
    startedAt: 0,
    endedAt: 1,
    samples: count,
    frames: {
      functionName: functions.map((i) => `handle${i}`),
      url: functions.map(() => url),
      line: functions,
      column: functions,
    },
    parent: Int32Array.from({ length: count }, (_, node) =>
      node % 50 === 0 ? Math.min(0, node - 1) : node - 1,
    ),
    frame: Int32Array.from({ length: count }, (_, node) => (node * 7919 + Math.floor(node / 50)) % 2000),
    micros: new Float64Array(count).fill(10_000),
    firstLine: new Int32Array(count),
    lastLine: new Int32Array(count),
  }
}

const head = { start: 1 }

test('a slice and a tree as large as they get are folded and encoded without a turn that is longer than others', () => {
  const { add, next, units } = counted()
  const tree = new CallTree()
  add(tree.add(largeSlice(), new FrameNames(new SourceMaps()), 1000))
  let body: Buffer | null = null
  add(
    (function* (): Work {
      body = yield* encodeProfile(tree, { head, tail: {}, intervalMicros: 10_000, lot: 0 })
    })(),
  )
  while (next());
  assert.ok(tree.bytes > 5 * 2 ** 20)
  assert.ok(body!.length > 2 ** 20)
  JSON.parse(body!.toString())
  assert.ok(Math.max(...units) < unitsPerTurn + largestStep, `${Math.max(...units)} units in one turn`)
  // What is not counted would not be bounded either: at least a unit for each node, in each of five passes.
  assert.ok(units.reduce((sum, one) => sum + one) > 5 * tree.parent.length)
})

test('a source map is decoded a little at a time', (t: TestContext) => {
  const directory = mkdtempSync(join(tmpdir(), 'wick-turns-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'bundle.js')
  writeFileSync(file, '//# sourceMappingURL=bundle.js.map\n')
  const mappings = Array.from({ length: 40_000 }, () => 'AACA').join(';')
  const text = JSON.stringify({ version: 3, sources: ['a.ts'], names: [], mappings })
  writeFileSync(`${file}.map`, text)
  const { add, next, units } = counted()
  const sources = new SourceMaps()
  add(sources.load(file))
  while (next());
  assert.equal(sources.origin(file, 39_999, 0)?.line, 40_001)
  assert.ok(units.length > 40_000 / unitsPerTurn)
  assert.ok(Math.max(...units) < unitsPerTurn + Math.max(largestStep, 50 + text.length / 200))
})

test('work is done in its order; what throws is given up, and the rest is done', () => {
  const { turns, add, next, errors } = counted()
  const done: string[] = []
  const work = function* (name: string, fails = false): Work {
    yield 1
    if (fails) throw new Error(name)
    done.push(name)
  }
  add(work('a'))
  add(work('b', true))
  add(work('c'))
  while (next());
  assert.deepEqual([done, errors.map(String)], [['a', 'c'], ['Error: b']])
  add(work('d'))
  turns.drain()
  assert.deepEqual(done, ['a', 'c', 'd'])
})

test('whoever waits is told when nothing is left', async () => {
  const { turns, add, next } = counted()
  await turns.idle()
  add(
    (function* (): Work {
      yield unitsPerTurn
      yield unitsPerTurn
    })(),
  )
  let isIdle = false
  const idle = turns.idle().then(() => {
    isIdle = true
  })
  next()
  await Promise.resolve()
  assert.equal(isIdle, false)
  while (next());
  await idle
})

test('what was begun in turns is ended at once, where there is no time for more', () => {
  const { turns, add, next } = counted()
  const tree = new CallTree()
  add(tree.add(largeSlice(), new FrameNames(new SourceMaps()), 1000))
  next()
  const whole = new CallTree()
  atOnce(whole.add(largeSlice(), new FrameNames(new SourceMaps()), 1000))
  assert.ok(tree.micros < whole.micros)
  turns.drain()
  assert.equal(tree.micros, whole.micros)
})
