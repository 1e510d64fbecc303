import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallTree } from './call-tree.ts'
import type { FrameNames } from './frame-names.ts'
import { encodeProfile } from './profile-body.ts'
import type { Slice } from './slice.ts'
import { atOnce } from './turns.ts'

/** `a;b 3 | a 1`: stacks, outermost first, and milliseconds. */
function sliceFrom(text: string): Slice {
  const names: string[] = ['(root)']
  const parent = [-1]
  const micros = [0]
  const nodes = new Map<string, number>()
  for (const stack of text.split(' | ')) {
    const [path = '', ms = '0'] = stack.split(/ (?=\d+$)/)
    let at = 0
    for (const name of path.split(';')) {
      const key = `${at};${name}`
      if (!nodes.has(key)) {
        nodes.set(key, names.push(name) - 1)
        parent.push(at)
        micros.push(0)
      }
      at = nodes.get(key)!
    }
    micros[at]! += Number(ms) * 1000
  }
  const zeros = () => new Int32Array(names.length)
  return {
    threadId: 0,
    startedAt: 0,
    endedAt: 1,
    samples: 1,
    frames: {
      functionName: names,
      url: names.map(() => ''),
      line: names.map(() => 0),
      column: names.map(() => 0),
    },
    parent: Int32Array.from(parent),
    frame: Int32Array.from(names.keys()),
    micros: Float64Array.from(micros),
    firstLine: zeros(),
    lastLine: zeros(),
  }
}

/** Names as they stand. */
const plain = {
  prepare: () => [],
  name: (name: string) => ({ name, file: '', line: 0, lineOf: () => 0 }),
} as unknown as FrameNames

function treeOf(...texts: string[]): CallTree {
  const tree = new CallTree()
  for (const text of texts) atOnce(tree.add(sliceFrom(text), plain, 1000))
  return tree
}

interface Node {
  counts?: Record<string, number>
  children?: Record<string, Node>
}

function encode(tree: CallTree, intervalMs = 1): { callgraph: Node; start: number; labels?: unknown } {
  const options = { head: { start: 5 }, tail: { labels: {} }, intervalMicros: intervalMs * 1000, lot: 0.5 }
  return JSON.parse(atOnce(encodeProfile(tree, options)).toString())
}

function stacksOf(node: Node, path: string[] = []): string[] {
  const own = Object.entries(node.counts ?? {}).map(([state, count]) => `${path.join(';')} ${state} ${count}`)
  return [
    ...own,
    ...Object.entries(node.children ?? {}).flatMap(([name, child]) => stacksOf(child, [...path, name])),
  ]
}

test('slices of all threads become one tree; idle time has a counter of its own', () => {
  const tree = treeOf('main;parse 3 | (idle) 5', 'main;parse 2 | main 1')
  assert.deepEqual(stacksOf(encode(tree).callgraph).sort(), [
    '(idle) IDLE 5',
    'main RUNNABLE 1',
    'main;parse RUNNABLE 5',
  ])
})

test('paths without counts are left out, those that lead to some stay', () => {
  const tree = treeOf('a;b;c 1000 | a;d 1 | e;f 1')
  assert.deepEqual(stacksOf(encode(tree, 1000).callgraph), ['a;b;c RUNNABLE 1'])
  assert.doesNotMatch(JSON.stringify(encode(tree, 1000)), /"d"|"e"|"f"/)
})

test('names may be anything', () => {
  const names = ['__proto__', 'constructor', '<script>', '"\\', '\u0000', '\ud800', 'é:😀']
  const tree = treeOf(names.map((name, i) => `${name};x ${i + 1}`).join(' | '))
  const found = atOnce(encodeProfile(tree, { head: {}, tail: {}, intervalMicros: 1000, lot: 0 })).toString()
  for (const name of names) assert.ok(found.includes(`${JSON.stringify(name)}:{`), name)
})

test('a tree a thousand deep is encoded; what is deeper is one frame', () => {
  const path = Array.from({ length: 1500 }, (_, i) => `f${i}`).join(';')
  const tree = new CallTree()
  atOnce(tree.add(sliceFrom(`${path} 7`), plain, 1000))
  const [only] = stacksOf(encode(tree).callgraph)
  assert.ok(only!.endsWith('f999;<Truncated> RUNNABLE 7'))
})

test('an empty tree is an empty profile', () => {
  assert.deepEqual(encode(new CallTree()), { start: 5, callgraph: {}, labels: {} })
})
