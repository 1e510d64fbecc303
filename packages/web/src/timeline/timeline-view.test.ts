import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostFrames, parseTimeline, withTimeline } from './timeline-view.ts'

test('a view is found again in its address, whatever frames are called', () => {
  const view = { frames: ['main', 'a&b=c', '<img src=x>', 'ü; ;', '#'], isLatency: true }
  const href = new URL(withTimeline('?range=1d', view), 'https://wick.example')
  assert.deepEqual(parseTimeline(href.search, href.hash), view)
  assert.equal(href.searchParams.get('range'), '1d')
  assert.equal(withTimeline(href.search, { frames: [], isLatency: false }), '?range=1d')
  assert.equal(withTimeline('', { frames: [], isLatency: false }), '')
})

test('broken, repeated and too many frames are left out', () => {
  const many = Array.from({ length: 20 }, (_, i) => `f${i};f${i}`).join(';')
  assert.equal(parseTimeline('', `#frames=${many}`).frames.length, mostFrames)
  for (const fragment of ['', '#', '#frames=', '#frames=%E0%A4%A', '#zoom=a'])
    assert.deepEqual(parseTimeline('', fragment).frames, [])
})
