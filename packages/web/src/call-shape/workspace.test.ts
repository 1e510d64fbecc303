import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Workspace } from './workspace.ts'

test('arrays of one piece of work do not share memory', () => {
  const memory = new Workspace()
  for (let round = 0; round < 3; round++) {
    memory.begin()
    const arrays = [memory.int32(3), memory.float64(2), memory.int32(0), memory.int32(5)]
    for (const [k, array] of arrays.entries()) array.fill(k + 1)
    assert.deepEqual(
      arrays.map((array) => [...array]),
      [[1, 1, 1], [2, 2], [], [4, 4, 4, 4, 4]],
    )
  }
})

test('the second piece of work of a size needs no new memory', () => {
  const memory = new Workspace()
  const buffersOf = () => {
    memory.begin()
    return [memory.float64(100).buffer, memory.int32(50).buffer]
  }
  buffersOf()
  const [second, other] = buffersOf()
  assert.equal(second, other)
  assert.deepEqual(buffersOf(), [second, second])
  memory.begin()
  assert.equal(memory.int32(10).buffer, second)
})
