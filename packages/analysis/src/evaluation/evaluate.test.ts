import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate, ourDetector } from './evaluate.ts'
import { Fleet } from './fleet.ts'

const small = { seed: 10, hosts: 100, hours: 19 * 24, quietHours: 14 * 24, nodes: 300 }

test('a seed gives the same fleet again, another seed another one', () => {
  const shown = (seed: number) => {
    const fleet = new Fleet({ ...small, seed })
    return JSON.stringify([fleet.injected, fleet.next(0), fleet.next(1)])
  }
  assert.equal(shown(1), shown(1))
  assert.notEqual(shown(1), shown(2))
})

test('every count is a whole number, and parents precede their children', () => {
  const { whole } = new Fleet(small).next(0)!
  for (const { counts } of whole.counters)
    assert.ok(counts.every((count) => count > 0 && Number.isInteger(count)))
  assert.ok(whole.parent.every((parent, node) => parent < node))
})

test('a detector that tells nothing has no false alarms and finds nothing; one that cries always has', () => {
  const [silent, crying] = evaluate(
    small,
    { name: 'silent', hour: () => [] },
    {
      name: 'crying',
      hour: (hour) => [{ hour, frame: 'no such frame', change: 1, kind: 'level' }],
    },
  )
  assert.equal(silent!.alarms, 0)
  assert.ok(silent!.found.length > 0 && silent!.found.every(({ delay }) => delay === null))
  assert.equal(crying!.falseAlarms.length, crying!.hours)
})

test('ours finds the large steps of a small fleet, and little else', () => {
  const [verdict] = evaluate(small, ourDetector())
  const { found, falseAlarms } = verdict!
  const large = found.filter(({ injected }) => injected.kind === 'step' && injected.size >= 0.02)
  assert.ok(large.length > 0)
  for (const { injected, delay } of large) assert.ok(delay !== null, `missed: ${JSON.stringify(injected)}`)
  assert.ok(falseAlarms.length <= 1, JSON.stringify(falseAlarms))
})
