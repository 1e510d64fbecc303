import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signal } from '@preact/signals'
import type { Step } from '../call-shape/steps.ts'
import { StepHistory } from './step-history.ts'

const named = (prefix: string): Step => ({ kind: 'package', prefix })

function history(first: readonly Step[] = []) {
  const steps = signal(first)
  const made = new StepHistory(steps, (next) => {
    steps.value = next
  })
  const shown = () => steps.value.map((step) => (step.kind === 'package' ? step.prefix : step.kind)).join('')
  return { made, shown }
}

test('undo and redo walk through everything that was done, removing included', () => {
  const { made, shown } = history()
  for (const name of ['a', 'b', 'c']) made.add(named(name))
  made.remove(0)
  assert.equal(shown(), 'bc')
  made.undo()
  assert.equal(shown(), 'abc')
  made.undo()
  made.undo()
  assert.equal(shown(), 'a')
  made.redo()
  assert.equal(shown(), 'ab')
  made.add(named('d'))
  assert.equal(made.canRedo.value, false)
  assert.equal(shown(), 'abd')
  made.clear()
  assert.equal(shown(), '')
  made.undo()
  assert.equal(shown(), 'abd')
})

test('steps that came with a link can be undone one by one', () => {
  const { made, shown } = history([named('a'), named('b')])
  made.undo()
  assert.equal(shown(), 'a')
  made.undo()
  assert.equal(shown(), '')
  assert.equal(made.canUndo.value, false)
  made.undo()
  made.redo()
  made.redo()
  assert.equal(shown(), 'ab')
  made.redo()
  assert.equal(shown(), 'ab')
})
