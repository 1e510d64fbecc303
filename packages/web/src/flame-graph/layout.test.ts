import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameAt, selfCounts } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import { heaviestFirst } from './heaviest-first.ts'
import { type FlameLayout, layOut, nameKeys, placed, rowCount } from './layout.ts'

/** `depth name x+width end`, one box for each entry. */
function show(text: string, counters?: ReadonlySet<string>): string[] {
  const tree = stacks(text)
  const layout = layOut(tree, counters)
  return Array.from(layout.name, (name, box) => {
    const label = name < 0 ? 'ALL' : nameAt(tree.names, name)
    return `${layout.depth[box]} ${label} ${layout.x[box]}+${layout.width[box]} ${layout.end[box]}`
  })
}

test('boxes come in preorder, heaviest sibling first, children at the left of their parent', () => {
  assert.deepEqual(show('main;light 1 | main;heavy;leaf 5 | main 2'), [
    '0 ALL 0+8 5',
    '1 main 0+8 5',
    '2 heavy 0+5 4',
    '3 leaf 0+5 4',
    '2 light 5+1 5',
  ])
})

test('call paths without samples in the chosen states are left out', () => {
  const text = 'main;work RUNNABLE=3 | main;wait WAITING=9 | main RUNNABLE=1'
  assert.deepEqual(show(text, new Set(['RUNNABLE'])), ['0 ALL 0+4 3', '1 main 0+4 3', '2 work 0+3 3'])
})

test('equal siblings keep the order of the tree', () => {
  assert.deepEqual(
    show('a 1 | b 1 | c 1').map((line) => line.split(' ')[1]),
    ['ALL', 'a', 'b', 'c'],
  )
})

test('siblings stand by name where that is asked for, those of one name in the order of the tree', () => {
  const tree = stacks('b 9 | a 1 | c;z 1 | c;y 5 | A 2')
  const names = Array.from({ length: tree.names.length }, (_, index) => nameAt(tree.names, index))
  const { layout } = placed(tree, selfCounts(tree), nameKeys(names))
  const shown = Array.from(layout.name.subarray(1), (name, k) => `${names[name]} ${layout.x[k + 1]}`)
  assert.deepEqual(shown, ['A 0', 'a 2', 'b 3', 'c 12', 'y 12', 'z 17'])
})

test('what has no name stands after what has one', () => {
  const tree = stacks('b 9 | a 1 | c 2')
  const frame = tree.frame.slice()
  frame[2] = -2
  const { layout } = placed({ ...tree, frame }, selfCounts(tree), nameKeys(['c', 'b', 'a']))
  assert.equal(layout.name.at(-1), -2)
})

test('a profile without samples is one empty root', () => {
  const layout = layOut(stacks('main WAITING=1'), new Set(['RUNNABLE']))
  assert.equal(layout.width[0], 0)
  assert.equal(rowCount(layout), 1)
})

test('rows list the boxes of a depth from left to right', () => {
  const layout = layOut(stacks('a;x 3 | a;y 2 | b;z 4'))
  const row = (depth: number) => rowOf(layout, depth).map((box) => [layout.x[box], layout.width[box]])
  assert.equal(rowCount(layout), 3)
  assert.deepEqual(row(1), [
    [0, 5],
    [5, 4],
  ])
  assert.deepEqual(row(2), [
    [0, 3],
    [3, 2],
    [5, 4],
  ])
})

function rowOf({ rowStart, rowBoxes }: FlameLayout, depth: number): number[] {
  return [...rowBoxes.subarray(rowStart[depth]!, rowStart[depth + 1]!)]
}

test('the weight sort orders any counts, large and fractional ones too, and is stable', () => {
  const weights = Float64Array.of(0, 3, 2 ** 53, 3, 70_000, 0.5, 65_536, 0, 2 ** 40)
  const expected = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b)
  assert.deepEqual([...heaviestFirst(weights)], expected)
  assert.deepEqual([...heaviestFirst(new Float64Array(0))], [])
})
