import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameAt, selfCounts } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import { hitTest } from './hit-test.ts'
import { layOut, nameKeys, placed } from './layout.ts'

const tree = stacks('a;x 6 | a;y 2 | b 4 | c 1 | d 1 | e 1')
const layout = layOut(tree)

function nameUnder(row: number, x: number, scale = 100): string | null {
  const hit = hitTest(layout, row, x, scale)
  return hit && (hit.box === 0 ? 'ALL' : nameAt(tree.names, layout.name[hit.box]!))
}

test('the box under a point is found by its row and place', () => {
  assert.equal(nameUnder(0, 14), 'ALL')
  assert.equal(nameUnder(1, 0), 'a')
  assert.equal(nameUnder(1, 7.9), 'a')
  assert.equal(nameUnder(1, 8), 'b')
  assert.equal(nameUnder(2, 5.9), 'x')
  assert.equal(nameUnder(2, 6), 'y')
})

test('nothing is found above, below and right of the children', () => {
  assert.equal(nameUnder(-1, 0), null)
  assert.equal(nameUnder(3, 0), null)
  assert.equal(nameUnder(2, 9), null)
  assert.equal(nameUnder(0, 15), null)
})

test('siblings too narrow to draw are found together', () => {
  const hit = hitTest(layout, 1, 13.5, 0.5)
  assert.deepEqual(hit, { box: layout.rowBoxes[layout.rowStart[1]! + 2]!, count: 3, x: 12, width: 3 })
})

test('in order of names, a strip ends where a wider sibling stands', () => {
  const mixed = stacks('wide 8 | a 1 | b 1 | x 1 | y 1 | z 1 | other;a 1 | other;b 1')
  const names = Array.from({ length: mixed.names.length }, (_, index) => nameAt(mixed.names, index))
  const { layout } = placed(mixed, selfCounts(mixed), nameKeys(names))
  const under = (x: number) => {
    const { box, ...hit } = hitTest(layout, 1, x, 0.5)!
    return { ...hit, name: names[layout.name[box]!] }
  }
  // By name: a, b, other, wide, x, y, z; a pixel is two samples.
  for (const x of [0, 1.5]) assert.deepEqual(under(x), { name: 'a', count: 2, x: 0, width: 2 })
  assert.deepEqual(under(2), { name: 'other', count: 1, x: 2, width: 2 })
  assert.deepEqual(under(11), { name: 'wide', count: 1, x: 4, width: 8 })
  for (const x of [12, 13, 14.5]) assert.deepEqual(under(x), { name: 'x', count: 3, x: 12, width: 3 })
  assert.equal(hitTest(layout, 2, 2.5, 0.5)?.count, 2)
})

test('below a strip nothing is found', () => {
  const deep = layOut(stacks('a 100 | b;c 1'))
  assert.equal(hitTest(deep, 2, 100.5, 0.5), null)
})
