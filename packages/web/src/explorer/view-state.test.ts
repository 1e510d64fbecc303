import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rangeAround, stepsIn } from './time-range.ts'
import { defaultView, formatView, parseView, type ViewState } from './view-state.ts'

function reopened(view: ViewState): ViewState {
  const url = new URL(`https://wick.example/console/groups/a${formatView(view)}`)
  return parseView(url.search, url.hash)
}

const views: readonly ViewState[] = [
  defaultView,
  { ...defaultView, range: { kind: 'between', from: 1_795_416_676_102, to: 1_795_416_690_944 } },
  { ...defaultView, range: { kind: 'last', span: '1d' }, states: { kind: 'latency' }, search: 'a & b=c #1' },
  { ...defaultView, states: { kind: 'custom', states: ['IDLE', 'RUNNABLE'] }, shows: 'table', sort: 'total' },
  { ...defaultView, shows: 'table', sort: 'cost', isReversed: true },
  { ...defaultView, states: { kind: 'custom', states: [] } },
  {
    ...defaultView,
    zoom: ['main', 'a;b', '100%', 'x#y', '', 'über_größe', '<script>', '__proto__', '\u202e'],
  },
  {
    ...defaultView,
    view: 'inspect',
    inspected: 'a&b=c;d',
    callersZoom: ['x', 'y&z'],
    colour: 'state',
    isFlipped: true,
  },
  {
    ...defaultView,
    view: 'hotspots',
    search: '^a|b$',
    isPattern: true,
    sort: 'name',
    isReversed: true,
    colour: 'package',
    order: 'name',
  },
  {
    ...defaultView,
    steps: [
      { kind: 'hide', frames: { kind: 'name', name: '~tilde;semi:colon' } },
      { kind: 'drop', frames: { kind: 'pattern', pattern: '^java\\.;x' } },
      { kind: 'focus', frames: { kind: 'name', name: '' } },
      { kind: 'merge', frames: { kind: 'name', name: '<script>&' } },
      { kind: 'recursion', frames: { kind: 'name', name: 'f' } },
      { kind: 'direct-recursion' },
      { kind: 'package', prefix: 'org.apache' },
    ],
  },
  { ...defaultView, zoom: Array.from({ length: 1000 }, () => 'deep') },
]

for (const [index, view] of views.entries()) {
  test(`view ${index + 1} survives its URL`, () => assert.deepEqual(reopened(view), view))
}

test('the URL says its version and can be read', () => {
  const view: ViewState = { ...defaultView, zoom: ['demo:main', 'json/encoder:encode'] }
  assert.equal(formatView(view), '?v=2&range=1h#zoom=demo:main;json/encoder:encode')
})

test('the order of siblings can be read in the URL; one that is not known is that by weight', () => {
  assert.equal(formatView({ ...defaultView, order: 'name' }), '?v=2&range=1h&order=name')
  assert.equal(parseView('?v=2&order=size', '').order, 'weight')
})

test('steps can be read in the URL', () => {
  const steps: ViewState['steps'] = [
    { kind: 'hide', frames: { kind: 'pattern', pattern: '^java.' } },
    { kind: 'focus', frames: { kind: 'name', name: 'shop:price' } },
  ]
  assert.equal(formatView({ ...defaultView, steps }), '?v=2&range=1h#t=hide:~%5Ejava.;focus:shop:price')
})

test('links of the first version open', () => {
  assert.deepEqual(parseView('?v=1&range=1d&q=x&view=table&sort=total', '#zoom=a;b'), {
    ...defaultView,
    range: { kind: 'last', span: '1d' },
    search: 'x',
    shows: 'table',
    sort: 'total',
    zoom: ['a', 'b'],
  })
})

test('steps that are not known are left out, the others stay', () => {
  assert.deepEqual(parseView('?v=2', '#t=explode:a;hide:b;package:%E0%A4%A;;drop').steps, [
    { kind: 'hide', frames: { kind: 'name', name: 'b' } },
  ])
})

test('nothing is inspected without a name', () => {
  assert.equal(parseView('?v=2&view=inspect', '').view, 'overview')
})

test('what cannot be understood falls back to the default', () => {
  assert.deepEqual(parseView('?v=7&range=forever&states=&sort=up&view=3d', '#zoom=%E0%A4%A'), defaultView)
  assert.deepEqual(parseView('?from=yesterday&to=now', '#main'), defaultView)
  assert.deepEqual(parseView('?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', ''), defaultView)
})

test('lone surrogates in a zoom do not break the link', () => {
  assert.deepEqual(reopened({ ...defaultView, zoom: ['a\ud800'] }).zoom, ['a\ufffd'])
})

test('a range of years becomes its last one', () => {
  const { range } = parseView('?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', '')
  const instants = { from: Date.parse('2025-01-01T00:00:00Z'), to: Date.parse('2026-01-01T00:00:00Z') }
  assert.deepEqual(range, { kind: 'between', ...instants })
})

test('the range offered around the latest data ends with its window', () => {
  assert.deepEqual(rangeAround(4_000_000), { kind: 'between', from: 600_000, to: 4_200_000 })
})

test('steps of a range are all that it touches', () => {
  assert.deepEqual(stepsIn({ from: 300_001, to: 900_000 }, 300_000), [300_000, 600_000])
  assert.deepEqual(stepsIn({ from: 300_000, to: 900_001 }, 300_000), [300_000, 600_000, 900_000])
  assert.deepEqual(stepsIn({ from: 300_000, to: 900_001 }, 3_600_000), [0])
})
