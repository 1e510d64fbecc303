import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CompareView,
  earlierBounds,
  filterOf,
  parseCompare,
  parsePart,
  withCompare,
} from './compare-view.ts'

const noon = Date.parse('2026-11-25T12:00:00Z')
const hour = 3_600_000
const after = { from: noon, to: noon + hour }

const usual: CompareView = {
  earlier: { kind: 'previous' },
  before: { kind: 'all', value: '' },
  after: { kind: 'all', value: '' },
  isLatency: false,
  by: 'self',
  shows: 'table',
}

test('a comparison is found again in its address, whatever hosts and labels are called', () => {
  const views: CompareView[] = [
    usual,
    {
      earlier: { kind: 'between', from: noon - hour, to: noon },
      before: { kind: 'label', value: 'version=2.4=1&x' },
      after: { kind: 'instance', value: 'arn:aws:ecs:task/a b\nc' },
      isLatency: true,
      by: 'total',
      shows: 'tree',
    },
    { ...usual, earlier: { kind: 'week' }, before: { kind: 'agent', value: 'CodeGuruProfiler-java 1.2' } },
  ]
  for (const view of views) {
    const search = withCompare('?range=1h', view)
    assert.deepEqual(parseCompare(search), view)
    assert.equal(new URLSearchParams(search).get('range'), '1h')
  }
  assert.equal(withCompare('', usual), '')
})

test('what is no comparison is the usual one', () => {
  assert.deepEqual(parseCompare('?before=x/y&a=colour:red&b=label:&by=x&show=y'), usual)
})

test('the time before is as long, and where it is asked for', () => {
  assert.deepEqual(earlierBounds({ kind: 'previous' }, after), { from: noon - hour, to: noon })
  assert.deepEqual(earlierBounds({ kind: 'day' }, after), { from: noon - 24 * hour, to: noon - 23 * hour })
  assert.equal(earlierBounds({ kind: 'week' }, after).from, noon - 7 * 24 * hour)
  assert.deepEqual(earlierBounds({ kind: 'same' }, after), after)
  assert.deepEqual(earlierBounds({ kind: 'between', from: 1, to: 2 }, after), { from: 1, to: 2 })
})

test('a part of the fleet is a filter', () => {
  assert.deepEqual(filterOf(parsePart('label:a=b=c')), { labels: { a: 'b=c' } })
  assert.deepEqual(filterOf(parsePart('instance:web-1')), { instances: ['web-1'] })
  assert.deepEqual(filterOf(parsePart('type:m5.large')), { hostTypes: ['m5.large'] })
  assert.deepEqual(filterOf(parsePart('agent:x 1')), { agents: ['x 1'] })
  assert.deepEqual(filterOf(parsePart(null)), {})
})
