import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lockout } from './lockout.ts'

const minute = 60_000

test('five failures in a row lock a name for 15 minutes, and no other', () => {
  const { isLocked, failed } = lockout(5)
  for (let i = 0; i < 4; i++) failed('alice', i)
  assert.equal(isLocked('alice', 4), false)
  failed('alice', 4)
  assert.equal(isLocked('alice', 4), true)
  assert.equal(isLocked('bob', 4), false)
  assert.equal(isLocked('alice', 4 + 15 * minute - 1), true)
  assert.equal(isLocked('alice', 4 + 15 * minute), false)
})

test('a success forgives what failed before', () => {
  const { isLocked, failed, succeeded } = lockout(5)
  for (let i = 0; i < 4; i++) failed('alice', 0)
  succeeded('alice')
  failed('alice', 0)
  assert.equal(isLocked('alice', 0), false)
})

test('a failure that was none is taken back, and no other with it', () => {
  const { isLocked, failed, takeBack } = lockout(5)
  for (let i = 0; i < 5; i++) failed('alice', 0)
  takeBack('alice')
  assert.equal(isLocked('alice', 0), false)
  failed('alice', 0)
  assert.equal(isLocked('alice', 0), true)
  takeBack('bob')
  assert.equal(isLocked('bob', 0), false)
})

test('after a lock the count begins anew', () => {
  const { isLocked, failed } = lockout(5)
  for (let i = 0; i < 5; i++) failed('alice', 0)
  failed('alice', 15 * minute)
  assert.equal(isLocked('alice', 15 * minute), false)
})

test('made-up names take no more room than ten thousand', () => {
  const { isLocked, failed } = lockout(5)
  for (let i = 0; i < 5; i++) failed('alice', 0)
  for (let i = 0; i < 10_000; i++) failed(`name-${i}`, 1)
  assert.equal(isLocked('alice', 1), false, 'what failed longest ago is forgotten')
})
