import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallTree, mergeTrees } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import { findChanges } from './find-changes.ts'
import { appendHour, emptyHistories } from './frame-hour.ts'

const usual = `app;handler.a;parse 4000 | app;handler.a;query;socket 8000 | app;handler.b;parse 6000
  | app;handler.b;render 12000 | app;log 2000`

/** What is found when, after 16 steady days, two hours look like this. */
function found(after: string, latest = after, before = usual) {
  const now = 16 * 24
  const histories = emptyHistories()
  for (let hour = 0; hour < now; hour++) appendHour(histories, hour, stacks(before))
  for (const hour of [now, now + 1]) appendHour(histories, hour, stacks(after))
  const twice = (text: string): CallTree => mergeTrees([stacks(text), stacks(text)])
  return findChanges(histories, () => ({
    before: [twice(before), twice(before), twice(before)],
    after: twice(after),
    latest: stacks(latest),
  }))
}

test('nothing changed: nothing is found, and no profile is asked for', () => {
  const histories = emptyHistories()
  for (let hour = 0; hour < 16 * 24; hour++) appendHour(histories, hour, stacks(usual))
  assert.deepEqual(
    findChanges(histories, () => assert.fail('asked')),
    [],
  )
})

test('code that became more expensive is one change: of the deepest frame, with the way there', () => {
  const changes = found(usual.replace('socket 8000', 'socket 16000'))
  assert.equal(changes.length, 1)
  const [change] = changes
  assert.equal(change!.frame, 'socket')
  assert.equal(change!.kind, 'level')
  assert.equal(change!.shifted, false)
  // 8,000 samples more, of 32,000 before.
  assert.ok(Math.abs(change!.change - 0.25) < 0.01)
})

test('what only grew because something else went away is not found', () => {
  assert.deepEqual(found(usual.replace('render 12000', 'render 1000')), [])
})

test('a function called from another place than before is a shift', () => {
  const moved = usual.replace('a;parse 4000', 'a;parse 1000').replace('b;parse 6000', 'b;parse 9000')
  for (const change of found(moved)) assert.equal(change.shifted, true, change.frame)
})

test('a function that was renamed is a shift', () => {
  const changes = found(usual.replace('render', 'renderPage'))
  assert.deepEqual(
    changes.map(({ frame, shifted }) => [frame, shifted]),
    [['renderPage', true]],
  )
})

test('what is over in the last minutes is not told as a level', () => {
  const changes = found(usual.replace('socket 8000', 'socket 16000'), usual)
  assert.deepEqual(
    changes.filter(({ kind }) => kind === 'level'),
    [],
  )
})

test('a new callee explains its caller', () => {
  const changes = found(`${usual} | app;handler.b;render;escape 4000`)
  assert.equal(changes[0]!.frame, 'escape')
  assert.equal(changes.length, 1)
})

test('more of one kind of request is one change, of its handler', () => {
  const changes = found(usual.replace('a;parse 4000', 'a;parse 8000').replace('socket 8000', 'socket 16000'))
  assert.deepEqual(
    changes.map(({ frame }) => frame),
    ['handler.a'],
  )
})

test('a deep recursion ends', () => {
  const deep = (count: number) => `app;${'walk;'.repeat(300)}leaf ${count} | app;other 20000`
  const changes = found(deep(12_000), deep(12_000), deep(4_000))
  assert.equal(changes[0]!.frame, 'leaf')
})
