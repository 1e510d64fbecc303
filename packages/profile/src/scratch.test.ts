import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scratch } from './scratch.ts'

test('columns hold zeros and share no memory with others of the same piece of work', () => {
  const scratch = new Scratch()
  for (let round = 0; round < 3; round++) {
    scratch.begin()
    const bytes = scratch.bytes(13)
    const integers = scratch.integers(7)
    const numbers = scratch.numbers(5)
    const more = scratch.bytes(3)
    assert.ok([bytes, integers, numbers, more].every((column) => column.every((value) => value === 0)))
    bytes.fill(1)
    integers.fill(2)
    numbers.fill(3)
    more.fill(4)
    assert.ok(bytes.every((value) => value === 1))
    assert.ok(integers.every((value) => value === 2))
    assert.ok(numbers.every((value) => value === 3))
  }
})

test('the next piece of work has the memory of the one before', () => {
  const scratch = new Scratch()
  const columns = () => {
    scratch.begin()
    return [scratch.integers(1000), scratch.numbers(1000)] as const
  }
  columns()
  const second = columns()
  const third = columns()
  assert.equal(third[0].buffer, second[0].buffer)
  assert.equal(third[0].byteOffset, second[0].byteOffset)
  assert.equal(third[1].buffer, second[0].buffer)
  // One that needs less takes nothing new either.
  scratch.begin()
  assert.equal(scratch.integers(10).buffer, second[0].buffer)
})

test('what does not fit in has memory of its own', () => {
  const scratch = new Scratch()
  scratch.integers(10)
  scratch.begin()
  const inside = scratch.integers(10)
  const outside = scratch.numbers(10)
  assert.notEqual(outside.buffer, inside.buffer)
  assert.equal(outside.length, 10)
})

test('much memory is not held on to', () => {
  const scratch = new Scratch()
  scratch.numbers(5_000_000)
  scratch.begin()
  assert.ok(scratch.bytes(1).buffer.byteLength <= 16 * 1024 * 1024)
})
