/** Failures of the sampler stay where they are: sampling rests for a while, and is tried again. */
import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import { type TestContext, test } from 'node:test'
import { AllocationSampler } from './allocation-sampler.ts'
import type { FromSampled } from './messages.ts'
import { restMilliseconds, SampledThread } from './sampled-thread.ts'
import type { Sampler } from './sampler.ts'
import type { Slice } from './slice.ts'

const slice: Slice = {
  threadId: 0,
  startedAt: 0,
  endedAt: 1,
  samples: 1,
  frames: { functionName: ['(root)'], url: [''], line: [-1], column: [-1] },
  parent: Int32Array.of(-1),
  frame: Int32Array.of(0),
  micros: Float64Array.of(0),
  firstLine: Int32Array.of(0),
  lastLine: Int32Array.of(0),
}

/** A sampler that fails while it is told to, in a thread whose timers are the test's. */
class Scene {
  fails = false
  isRunning = false
  starts = 0
  readonly sent: FromSampled[] = []
  readonly states: (string | null)[] = []
  readonly thread: SampledThread

  constructor(t: TestContext, { heapAllocations = false } = {}) {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    // The agent takes its timers from their module: programs replace the global ones.
    syncBuiltinESMExports()
    const take = (): Slice | null => {
      if (this.fails) throw new Error('no profile')
      return this.isRunning ? slice : null
    }
    const sampler = {
      start: () => {
        this.starts++
        if (this.fails) throw new Error('no start')
        this.isRunning = true
      },
      cut: take,
      stop: () => {
        const last = take()
        this.isRunning = false
        return last
      },
    }
    Object.defineProperty(sampler, 'isRunning', { get: () => this.isRunning })
    this.thread = new SampledThread({
      threadId: 0,
      sampler: sampler as unknown as Sampler,
      heapSummary: false,
      heapAllocations,
      send: (message) => this.sent.push(message),
      onState: (error) => this.states.push(error?.message ?? null),
    })
  }

  get failuresSent(): number {
    return this.sent.reduce((sum, message) => sum + (message.kind === 'slice' ? message.failures : 0), 0)
  }
}

test('a failure or two are passed over, and counted', (t) => {
  const scene = new Scene(t)
  scene.thread.start(10_000)
  scene.fails = true
  for (let i = 0; i < 2; i++) t.mock.timers.tick(11_000)
  scene.fails = false
  t.mock.timers.tick(15_000)
  assert.deepEqual(scene.states, [])
  assert.equal(scene.failuresSent, 2)
})

test('after three in a row sampling rests for a period, then it is tried again', (t) => {
  const scene = new Scene(t)
  scene.thread.start(10_000)
  scene.fails = true
  for (let i = 0; i < 3; i++) t.mock.timers.tick(15_000)
  assert.deepEqual(scene.states, ['no profile'])
  const before = scene.sent.length
  t.mock.timers.tick(restMilliseconds - 30_000)
  assert.equal(scene.sent.length, before, 'nothing while it rests')
  t.mock.timers.tick(60_000)
  assert.equal(scene.states.length, 2, 'it still fails, and rests again')
  scene.fails = false
  t.mock.timers.tick(restMilliseconds + 30_000)
  assert.equal(scene.states.at(-1), null)
  const { length } = scene.sent
  t.mock.timers.tick(30_000)
  assert.ok(scene.sent.length > length, 'slices come as before')
})

test('a sampler that cannot even start is tried again, too', (t) => {
  const scene = new Scene(t)
  scene.fails = true
  scene.thread.start(10_000)
  for (let i = 0; i < 2; i++) t.mock.timers.tick(15_000)
  assert.deepEqual([scene.starts, scene.states], [3, ['no start']])
  scene.fails = false
  t.mock.timers.tick(restMilliseconds)
  t.mock.timers.tick(15_000)
  assert.equal(scene.states.at(-1), null)
})

test('whoever asks for a slice gets an answer, also from one that fails or rests', (t) => {
  const scene = new Scene(t)
  scene.thread.start(10_000)
  scene.fails = true
  for (let asked = 1; asked <= 5; asked++) {
    scene.thread.receive({ kind: 'cut' })
    assert.equal(scene.sent.length, asked)
  }
})

test('told to stop, it stops; told to go on while it rests, it goes on after the rest', (t) => {
  const scene = new Scene(t)
  scene.thread.start(10_000)
  scene.thread.receive({ kind: 'sample', intervalMicros: 0 })
  const { length } = scene.sent
  t.mock.timers.tick(60_000)
  assert.equal(scene.sent.length, length)
  scene.fails = true
  scene.thread.receive({ kind: 'sample', intervalMicros: 10_000 })
  for (let i = 0; i < 3; i++) t.mock.timers.tick(15_000)
  scene.fails = false
  scene.thread.receive({ kind: 'sample', intervalMicros: 0 })
  scene.thread.receive({ kind: 'sample', intervalMicros: 20_000 })
  assert.ok(!scene.isRunning)
  t.mock.timers.tick(restMilliseconds)
  assert.ok(scene.isRunning)
})

test('the end of a thread hands over the last slice, and nothing after it', (t) => {
  const scene = new Scene(t)
  scene.thread.start(10_000)
  scene.thread.finish()
  t.mock.timers.tick(600_000)
  assert.deepEqual(
    scene.sent.map((message) => message.kind === 'slice' && message.isLast),
    [true],
  )
})

test('nor are allocations, once the last slice has told of them', (t) => {
  for (const fails of [false, true]) {
    const scene = new Scene(t, { heapAllocations: true })
    const calls: string[] = []
    const { profile, stop } = AllocationSampler.prototype
    t.mock.method(AllocationSampler.prototype, 'profile', function (this: AllocationSampler) {
      const found = profile.call(this)
      calls.push(found === null ? 'nothing' : 'profile')
      return found
    })
    t.mock.method(AllocationSampler.prototype, 'stop', function (this: AllocationSampler) {
      calls.push('stop')
      stop.call(this)
    })
    scene.thread.start(10_000)
    scene.fails = fails
    scene.thread.finish()
    assert.deepEqual(calls, ['profile', 'stop'])
    t.mock.reset()
  }
})
