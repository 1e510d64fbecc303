import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bounded } from './bounded.ts'

const never = new AbortController().signal

test('no more run at one time than may, and each gets its turn in order', async () => {
  const bounded = new Bounded(3)
  let running = 0
  let most = 0
  const order: number[] = []
  const task = (i: number) => async () => {
    most = Math.max(most, ++running)
    order.push(i)
    await Promise.resolve()
    running--
    return i
  }
  const numbers = Array.from({ length: 20 }, (_, i) => i)
  const answers = await Promise.all(numbers.map((i) => bounded.run(task(i), never)))
  assert.deepEqual([answers, order, most], [numbers, numbers, 3])
})

test('a task that fails, or was given up, makes room for the next', async () => {
  const bounded = new Bounded(1)
  const abort = new AbortController()
  let isAsked = false
  const failing = bounded.run(() => Promise.reject(new Error('no')), never)
  const givenUp = bounded.run(async () => {
    isAsked = true
  }, abort.signal)
  const last = bounded.run(async () => 'done', never)
  abort.abort()
  await assert.rejects(failing, /no/)
  await assert.rejects(givenUp, { name: 'AbortError' })
  assert.equal(await last, 'done')
  assert.equal(isAsked, false)
})
