import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallTree, nameAt, selfCounts } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import { type FlameLayout, layOut, nameKeys, placed, rowCount } from './layout.ts'
import { findVisible, VisibleBoxes } from './visible-boxes.ts'

const columns = 1600
const rows = 44

/** `row left–right`, strips with a tilde. */
function show(
  layout: FlameLayout,
  from: number,
  to: number,
  width: number,
  firstRow = 0,
  count = 20,
): string[] {
  const found = new VisibleBoxes()
  findVisible(layout, { from, to, columns: width, firstRow, rows: count }, found)
  return Array.from({ length: found.length }, (_, k) => {
    return `${found.row[k]} ${found.left[k]}–${found.right[k]}${found.strip[k] === 1 ? '~' : ''}`
  })
}

test('boxes cover the columns that their samples are worth', () => {
  const layout = layOut(stacks('a;x 3 | a;y 2 | b 5'))
  assert.deepEqual(show(layout, 0, 10, 100), ['0 0–100', '1 0–50', '2 0–30', '2 30–50', '1 50–100'])
})

test('siblings narrower than a pixel become one strip', () => {
  const layout = layOut(stacks('a 97 | b 1 | c 1 | d 1'))
  assert.deepEqual(show(layout, 0, 100, 50), ['0 0–50', '1 0–49', '1 49–50~'])
})

test('by name, strips stand between the wide siblings', () => {
  const layout = byName(stacks('a 1 | b 1 | c 40 | d 1 | e 1 | f 55 | g 1'))
  assert.deepEqual(show(layout, 0, 100, 50), [
    ...['0 0–50', '1 0–1~', '1 1–21', '1 21–22~', '1 22–50'],
    // Of the last strip there is less than half a pixel.
  ])
  assert.deepEqual(show(layout, 41, 45, 2), ['0 0–2', '1 0–1', '1 1–2~'])
})

test('by name, every box on view that is as wide as a pixel is found, and no other', () => {
  const layout = byName(randomTree(20_000, 7))
  const all = layout.width[0]!
  for (const [from, to] of [
    [0, all],
    [all * 0.31, all * 0.32],
  ] as const) {
    const found = new VisibleBoxes()
    findVisible(layout, { from, to, columns: 300, firstRow: 0, rows: rowCount(layout) }, found)
    const shown = new Set(found.box.subarray(0, found.length))
    const strips = found.strip.subarray(0, found.length).reduce((sum, strip) => sum + strip, 0)
    const wide = Array.from(layout.width.keys()).filter((box) => isOnView(layout, box, from, to, 300))
    assert.deepEqual(
      wide.filter((box) => !shown.has(box)),
      [],
    )
    assert.equal(found.length - strips, wide.length)
  }
})

test('a zoomed viewport clips boxes and leaves out what is beside it', () => {
  const layout = layOut(stacks('a;x 4 | a;y 2 | b;z 4'))
  assert.deepEqual(show(layout, 4, 6, 10), ['0 0–10', '1 0–10', '2 0–10'])
})

test('rows above and below the viewport are left out', () => {
  const layout = layOut(stacks('a;b;c;d 1'))
  assert.deepEqual(show(layout, 0, 1, 10, 2, 2), ['2 0–10', '3 0–10'])
})

test('scrolling does not change what a row shows', () => {
  const layout = layOut(randomTree(20_000, 5))
  const deepest = rowCount(layout)
  const whole = show(layout, 0, layout.width[0]!, 300, 0, deepest)
  for (const firstRow of [3, 9, 15]) {
    const row = (lines: string[]) => lines.filter((line) => Number(line.split(' ')[0]) >= firstRow).sort()
    assert.deepEqual(row(show(layout, 0, layout.width[0]!, 300, firstRow, deepest)), row(whole))
  }
})

const shapes: readonly { name: string; make: () => CallTree }[] = [
  { name: '10,000 nodes', make: () => randomTree(10_000, 1) },
  { name: '100,000 nodes', make: () => randomTree(100_000, 2) },
  { name: '1,000,000 nodes', make: () => randomTree(1_000_000, 3) },
  { name: '1,000,000 nodes, 1,000 calls deep', make: () => deepTree(1_000_000, 1000) },
  { name: 'one chain of 5,000 calls', make: () => deepTree(5_000, 5_000) },
  { name: 'one parent with 1,000,000 children', make: () => wideTree(1_000_000) },
  { name: '1,000 wide children, each after 100 narrow ones', make: () => unevenTree(1000, 900, 100) },
  { name: '1,000,000 children with a child each', make: () => combTree(1_000_000) },
]

for (const { name, make } of shapes) {
  test(`boxes visited are at most 3 × columns × rows for ${name}, wherever one looks`, () => {
    const tree = make()
    for (const layout of [layOut(tree), byName(tree)]) assertBounded(layout)
  })
}

function assertBounded(layout: FlameLayout): void {
  const all = layout.width[0]!
  const found = new VisibleBoxes()
  const deepest = rowCount(layout)
  const ranges = [
    [0, all],
    [all * 0.3, all * 0.7],
    [all * 0.5, all * 0.5001],
    [all - 1, all],
  ] as const
  let most = 0
  for (const [from, to] of ranges) {
    for (const firstRow of [0, 1, Math.floor(deepest / 2), Math.max(0, deepest - 5)]) {
      findVisible(layout, { from, to, columns, firstRow, rows }, found)
      const visibleRows = Math.min(rows, deepest - firstRow)
      assert.ok(
        found.visited <= 3 * columns * visibleRows,
        `${found.visited} visited at ${from}, ${firstRow}`,
      )
      assert.ok(found.length <= found.visited)
      most = Math.max(most, found.visited)
    }
  }
  assert.ok(most > 0)
}

/** Siblings in order of their names: a tree of one name has them as they come, whatever their weights. */
function byName(tree: CallTree): FlameLayout {
  const names = Array.from({ length: tree.names.length }, (_, index) => nameAt(tree.names, index))
  return placed(tree, selfCounts(tree), nameKeys(names)).layout
}

/** Whether a box is in the range and it and all its callers are as wide as a pixel. */
function isOnView(
  { x, width, parent }: FlameLayout,
  box: number,
  from: number,
  to: number,
  pixels: number,
): boolean {
  if (x[box]! >= to || x[box]! + width[box]! <= from) return false
  const [left, right] = [x[box]!, x[box]! + width[box]!].map((at) =>
    Math.min(pixels, Math.max(0, Math.round(((at - from) * pixels) / (to - from)))),
  )
  if (left === right) return false
  for (let at = box; at >= 0; at = parent[at]!) if ((width[at]! * pixels) / (to - from) < 1) return false
  return true
}

/** A tree by its parents, one sample in every leaf. */
function treeOf(parent: Int32Array): CallTree {
  const isLeaf = new Uint8Array(parent.length).fill(1)
  for (let node = 1; node < parent.length; node++) isLeaf[parent[node]!] = 0
  const nodes = Int32Array.from(parent.keys().filter((node) => isLeaf[node] === 1))
  const unknown = new Int32Array(parent.length).fill(-1)
  const frame = new Int32Array(parent.length)
  frame[0] = -1
  const names = { bytes: Uint8Array.of(97), offsets: Uint32Array.of(0, 1), length: 1 }
  const counts = new Float64Array(nodes.length).fill(1)
  return {
    names,
    files: { bytes: new Uint8Array(0), offsets: Uint32Array.of(0), length: 0 },
    parent,
    frame,
    file: unknown,
    firstLine: unknown,
    lastLine: unknown,
    counters: [{ name: 'RUNNABLE', nodes, counts }],
  }
}

/** Every node hangs below one of the hundred before it: long branches of all widths. */
function randomTree(size: number, seed: number): CallTree {
  const parent = new Int32Array(size)
  parent[0] = -1
  let state = seed
  for (let node = 1; node < size; node++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    const back = 1 + ((state >>> 8) % 100)
    parent[node] = (state >>> 3) % 40 === 0 ? (state >>> 5) % node : Math.max(0, node - back)
  }
  return treeOf(parent)
}

/** Chains of a given depth side by side. */
function deepTree(size: number, depth: number): CallTree {
  return treeOf(
    Int32Array.from({ length: size }, (_, node) => (node % depth <= 1 ? (node === 0 ? -1 : 0) : node - 1)),
  )
}

function wideTree(children: number): CallTree {
  return treeOf(Int32Array.from({ length: children + 2 }, (_, node) => (node < 2 ? node - 1 : 1)))
}

/** Children with `callees` callees each, and narrow ones before each of them. */
function unevenTree(wide: number, callees: number, narrow: number): CallTree {
  const group = narrow + 1 + callees
  return treeOf(
    Int32Array.from({ length: wide * group + 1 }, (_, node) => {
      if (node === 0) return -1
      const place = (node - 1) % group
      return place <= narrow ? 0 : node - (place - narrow)
    }),
  )
}

function combTree(children: number): CallTree {
  const parent = new Int32Array(children * 2 + 1)
  parent[0] = -1
  for (let node = children + 1; node < parent.length; node++) parent[node] = node - children
  return treeOf(parent)
}
