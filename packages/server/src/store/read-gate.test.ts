import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReadGate } from './read-gate.ts'

function step(): { readonly done: Promise<void>; readonly finish: () => void } {
  const { promise: done, resolve: finish } = Promise.withResolvers<void>()
  return { done, finish }
}

test('a writer waits for the readers that are in, and later readers wait for it', async () => {
  const gate = new ReadGate()
  const order: string[] = []
  const [first, second, write] = [step(), step(), step()]
  const reads = [
    gate.read(() => first.done.then(() => order.push('first read'))),
    gate.read(() => second.done.then(() => order.push('second read'))),
  ]
  const writing = gate.write(async () => {
    order.push('write begins')
    await write.done
    order.push('write ends')
  })
  const later = gate.read(async () => order.push('later read'))
  second.finish()
  first.finish()
  write.finish()
  await Promise.all([...reads, writing, later])
  assert.deepEqual(order, ['second read', 'first read', 'write begins', 'write ends', 'later read'])
})

test('writers take turns', async () => {
  const gate = new ReadGate()
  let inside = 0
  const work = async (): Promise<void> => {
    assert.equal(++inside, 1)
    await Promise.resolve()
    inside--
  }
  await Promise.all([gate.write(work), gate.write(work), gate.read(work), gate.write(work)])
})

test('who fails inside lets the others in', async () => {
  const gate = new ReadGate()
  const fails = async (): Promise<never> => {
    throw new Error('no')
  }
  await assert.rejects(gate.read(fails), /no/)
  await assert.rejects(gate.write(fails), /no/)
  assert.equal(await gate.read(async () => 1), 1)
  assert.equal(await gate.write(async () => 2), 2)
})
