import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sampler } from './sampler.ts'
import type { Slice } from './slice.ts'

function computeForTheSampler(milliseconds: number): number {
  const end = performance.now() + milliseconds
  let x = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) x = Math.sqrt(x + i)
  return x
}

const microsIn = ({ frames, frame, micros }: Slice, name: string): number =>
  [...frame].reduce((sum, at, node) => sum + (frames.functionName[at] === name ? micros[node]! : 0), 0)

const total = ({ micros }: Slice): number => micros.reduce((sum, value) => sum + value, 0)

test('slices follow each other without a gap, and hold what the thread did', async () => {
  const sampler = new Sampler()
  sampler.start(10_000)
  const slices: Slice[] = []
  for (let i = 0; i < 3; i++) {
    computeForTheSampler(200)
    await new Promise((resolve) => setTimeout(resolve, 400))
    slices.push(sampler.cut()!)
  }
  const last = sampler.stop()
  assert.ok(last !== null)
  assert.ok(!sampler.isRunning)
  for (const [i, slice] of slices.entries()) {
    if (i > 0) assert.equal(slice.startedAt, slices[i - 1]!.endedAt)
    assert.ok(microsIn(slice, 'computeForTheSampler') > 50_000, 'the function is seen')
    // All time is somebody's.
    assert.ok(Math.abs(total(slice) / 1000 - (slice.endedAt - slice.startedAt)) < 100)
  }
  // On a machine that is busy with other things one slice may have no sample of its wait.
  assert.ok(
    slices.some((slice) => microsIn(slice, '(idle)') > 50_000),
    'waiting is seen',
  )
})

test('a program that profiles itself does not end our slices', () => {
  const sampler = new Sampler()
  sampler.start(10_000)
  console.profile('mine')
  computeForTheSampler(50)
  console.profileEnd('mine')
  assert.ok(total(sampler.cut()!) > 0)
  console.profile()
  console.profileEnd()
  computeForTheSampler(50)
  assert.ok(total(sampler.cut()!) > 0)
  sampler.stop()
})

test('it can be stopped and started, as often as one likes', () => {
  const sampler = new Sampler()
  assert.equal(sampler.cut(), null)
  for (let i = 0; i < 3; i++) {
    sampler.start(10_000)
    computeForTheSampler(30)
    assert.ok(total(sampler.stop()!) > 0)
  }
})
