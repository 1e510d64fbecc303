import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OwnTime } from './own-time.ts'

function compute(milliseconds: number): void {
  const began = process.threadCpuUsage()
  const usedMs = (): number => {
    const { user, system } = process.threadCpuUsage(began)
    return (user + system) / 1000
  }
  while (usedMs() < milliseconds);
}

test('turns are added up, one within another counts once, and what lies between does not', () => {
  const own = new OwnTime()
  own.measure(() => {
    compute(20)
    own.measure(() => compute(20))
  })
  compute(100)
  assert.throws(() =>
    own.measure(() => {
      compute(20)
      throw new Error('no')
    }),
  )
  assert.ok(own.milliseconds >= 60 && own.milliseconds < 100, `${own.milliseconds} ms`)
})
