import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameAt } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import { findPath } from './frame-path.ts'
import { layOut } from './layout.ts'
import { matchNames, searchBoxes } from './search.ts'

function search(text: string, wanted: string, path: string[] = []) {
  const tree = stacks(text)
  const names = Array.from({ length: tree.names.length }, (_, i) => nameAt(tree.names, i))
  const layout = layOut(tree)
  const top = findPath(layout, path, (name) => names[name]!).box
  const { boxes, samples } = searchBoxes(layout, matchNames(names, wanted), top)
  return { boxes: boxes.length, samples }
}

test('samples below nested matches are counted once', () => {
  assert.deepEqual(search('f;f;f 5 | f;g 2 | h;f 1 | h 2', 'f'), { boxes: 4, samples: 8 })
})

test('search is literal and ignores case', () => {
  assert.deepEqual(search('a.b 1 | axb 2', 'a.b'), { boxes: 1, samples: 1 })
  assert.deepEqual(search('OrderService 4 | other 1', 'orders'), { boxes: 1, samples: 4 })
})

test('search looks only below the zoomed frame', () => {
  assert.deepEqual(search('main;f 3 | other;f 4', 'f', ['other']), { boxes: 1, samples: 4 })
})

test('the root has no name and never matches', () => {
  assert.deepEqual(search('main 1', 'ALL'), { boxes: 0, samples: 0 })
})
