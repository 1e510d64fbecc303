import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameAt } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import { findPath, pathOf } from './frame-path.ts'
import { functionTable } from './functions.ts'
import { layOut } from './layout.ts'
import { type WalkKey, walkTo } from './walk-keys.ts'

const tree = stacks('main;a;x 6 | main;a;y 2 | main;b 4 | main;c 1 | idle 1')
const layout = layOut(tree)
const nameOf = (name: number) => nameAt(tree.names, name)

test('a path of names leads to its box and back', () => {
  for (let box = 0; box < layout.name.length; box++) {
    assert.deepEqual(findPath(layout, pathOf(layout, box, nameOf), nameOf), { box, isWhole: true })
  }
})

test('a path that is gone leads as far as it still exists', () => {
  const { box, isWhole } = findPath(layout, ['main', 'a', 'gone', 'deeper'], nameOf)
  assert.deepEqual(pathOf(layout, box, nameOf), ['main', 'a'])
  assert.equal(isWhole, false)
})

function walk(path: string[], ...keys: WalkKey[]): string {
  let box = findPath(layout, path, nameOf).box
  for (const key of keys) box = walkTo(layout, box, key)
  return pathOf(layout, box, nameOf).join(';')
}

test('arrows walk to caller, heaviest callee and siblings', () => {
  assert.equal(walk([], 'ArrowDown', 'ArrowDown'), 'main;a')
  assert.equal(walk(['main', 'a'], 'ArrowRight'), 'main;b')
  assert.equal(walk(['main', 'b'], 'ArrowLeft'), 'main;a')
  assert.equal(walk(['main', 'b'], 'ArrowUp'), 'main')
  assert.equal(walk(['main', 'c'], 'Home'), 'main;a')
  assert.equal(walk(['main', 'a'], 'End'), 'main;c')
})

test('arrows stay where there is nothing further', () => {
  assert.equal(walk([], 'ArrowUp', 'ArrowLeft', 'Home'), '')
  assert.equal(walk(['main', 'b'], 'ArrowDown'), 'main;b')
  assert.equal(walk(['main', 'c'], 'ArrowRight'), 'main;c')
})

test('the function table counts recursion once and adds self samples up', () => {
  const recursive = stacks('f;f;g 3 | f;g 2 | g 1')
  const boxes = layOut(recursive)
  const table = functionTable(boxes, recursive.names.length)
  const rows = Array.from(table.name, (name, row) => [
    nameAt(recursive.names, name),
    table.self[row],
    table.total[row],
  ])
  assert.deepEqual(rows.sort(), [
    ['f', 0, 5],
    ['g', 6, 6],
  ])
})
