import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultKeenness } from '@wick/analysis'
import { keennessAfter, type Said } from './feedback.ts'

const said = (...types: readonly Said['type'][]): Said[] =>
  types.map((type) => ({ metric: 'CPU', frame: 'f', type }))

function keenness(...types: readonly Said['type'][]) {
  const [[frame, keen] = ['', defaultKeenness]] = keennessAfter(said(...types)).CPU
  assert.equal(frame, 'f')
  return keen
}

test('what nobody spoke of is judged as ever; what was said is of that frame and metric alone', () => {
  assert.deepEqual(keennessAfter([]), { CPU: [], LATENCY: [] })
  const { CPU, LATENCY } = keennessAfter([
    ...said('Negative'),
    { metric: 'LATENCY', frame: 'g', type: 'Positive' },
  ])
  assert.deepEqual([CPU.map(([frame]) => frame), LATENCY.map(([frame]) => frame)], [['f'], ['g']])
})

test('an unwelcome anomaly makes its frame quieter, a welcome one a little keener', () => {
  const [down, up] = [keenness('Negative'), keenness('Positive')]
  assert.ok(down.effect > defaultKeenness.effect && down.deviations > defaultKeenness.deviations)
  assert.ok(up.effect === defaultKeenness.effect && up.deviations < defaultKeenness.deviations)
  assert.ok(keenness('Negative', 'Negative').deviations > down.deviations)
})

test('however often it is said, a frame neither falls silent for good nor speaks of every wave', () => {
  const many = (type: Said['type']) => keenness(...Array.from({ length: 100 }, () => type))
  assert.deepEqual(many('Negative'), { effect: 0.05, deviations: 60 })
  assert.deepEqual(many('Positive'), { effect: defaultKeenness.effect, deviations: 4.5 })
})
