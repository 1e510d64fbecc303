import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostFrames, parseTimeline, withTimeline } from './timeline-view.ts'

test('a view is found again in its address, whatever frames are called', () => {
  const view = { frames: ['main', 'a&b=c', '<img src=x>', 'ü; ;'], isLatency: true }
  const search = withTimeline('?range=1d', view)
  assert.deepEqual(parseTimeline(search), view)
  assert.equal(new URLSearchParams(search).get('range'), '1d')
  assert.equal(withTimeline(search, { frames: [], isLatency: false }), '?range=1d')
  assert.equal(withTimeline('', { frames: [], isLatency: false }), '')
})

test('repeated and too many frames are left out', () => {
  const many = Array.from({ length: 20 }, (_, i) => `frame=f${i}&frame=f${i}`).join('&')
  assert.equal(parseTimeline(`?${many}`).frames.length, mostFrames)
})
