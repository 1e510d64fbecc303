import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted, progressOn, size } from './progress.ts'

function shown(isTTY: boolean) {
  const clock = { now: 0 }
  let written = ''
  const progress = progressOn({ isTTY, write: (text) => (written += text) }, () => clock.now)
  return { clock, progress, written: () => written }
}

test('on a terminal one line changes, ten times a second at most, and is gone in the end', () => {
  const { clock, progress, written } = shown(true)
  progress.show('1 of 4', 0.25)
  clock.now = 50
  progress.show('2 of 4', 0.5)
  clock.now = 2000
  progress.show('3 of 4', 0.5)
  progress[Symbol.dispose]()
  assert.equal(written(), '\r\x1b[K1 of 4\r\x1b[K3 of 4, 2 s left\r\x1b[K')
})

test('elsewhere there is a line every five seconds, none for what is done before', () => {
  const { clock, progress, written } = shown(false)
  progress.show('1', 0.1)
  clock.now = 5000
  progress.show('2', 0.01)
  clock.now = 6000
  progress.show('3', 0.5)
  clock.now = 10_000
  progress.show('4', null)
  progress[Symbol.dispose]()
  assert.equal(written(), 'wick: 2, 9 min left\nwick: 4\n')
})

test('sizes and counts are written as people read them', () => {
  assert.deepEqual([0, 999, 1000, 1_250_000, 3e9, 5e15].map(size), [
    '0 B',
    '999 B',
    '1.0 kB',
    '1.3 MB',
    '3.0 GB',
    '5000.0 TB',
  ])
  assert.deepEqual(
    [counted(1, 'file'), counted(0, 'file'), counted(12_345, 'file')],
    ['1 file', '0 files', '12,345 files'],
  )
})
