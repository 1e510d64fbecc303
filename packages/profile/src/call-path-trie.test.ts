import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CallPathTrie } from './call-path-trie.ts'
import { NameInterner } from './name-interner.ts'
import { encodeName, nameAt } from './wtf8.ts'

function intern(interner: NameInterner, text: string): number {
  const bytes = encodeName(text)
  return interner.intern(bytes, 0, bytes.length)
}

test('a call path has one node for ever, however the trie grows', () => {
  const trie = new CallPathTrie()
  const nodes = new Map<string, number>()
  for (let i = 0; i < 20_000; i++) {
    const parent = (i * 7919) % trie.nodeCount
    const frame = i % 11
    const node = trie.child(parent, frame)
    assert.equal(nodes.get(`${parent} ${frame}`) ?? node, node)
    nodes.set(`${parent} ${frame}`, node)
  }
  assert.equal(trie.nodeCount, nodes.size + 1)
  for (const [key, node] of nodes) {
    assert.deepEqual([trie.parent[node], trie.frame[node]], key.split(' ').map(Number))
    assert.ok(trie.parent[node]! < node)
    assert.equal(trie.child(trie.parent[node]!, trie.frame[node]!), node)
  }
  assert.ok(trie.byteLength >= trie.nodeCount * 8)
})

test('a new trie is its root', () => {
  const trie = new CallPathTrie()
  assert.deepEqual([trie.nodeCount, trie.parent[0], trie.frame[0]], [1, -1, -1])
})

test('distinct names get distinct numbers in order of appearance, and come back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 9 }), { maxLength: 300 }), (names) => {
      const interner = new NameInterner()
      const distinct = [...new Set(names)]
      for (const name of names) assert.equal(intern(interner, name), distinct.indexOf(name))
      const table = interner.table()
      assert.deepEqual(
        Array.from({ length: table.length }, (_, i) => nameAt(table, i)),
        distinct,
      )
    }),
  )
})

test('names of every length near the word size are told apart', () => {
  const interner = new NameInterner()
  const names = Array.from({ length: 70 }, (_, size) => [
    '\0'.repeat(size),
    `${'a'.repeat(size)}b`,
    `b${'a'.repeat(size)}`,
  ])
  const distinct = new Set(names.flat())
  for (const name of [...distinct, ...distinct]) intern(interner, name)
  assert.equal(interner.length, distinct.size)
})

test('very long names and a great many names are kept', () => {
  const interner = new NameInterner()
  const long = 'x'.repeat(100_000)
  assert.deepEqual([intern(interner, long), intern(interner, `${long}y`), intern(interner, long)], [0, 1, 0])
  for (let i = 0; i < 50_000; i++) assert.equal(intern(interner, `name ${i}`), i + 2)
  assert.equal(nameAt(interner.table(), 40_002), 'name 40000')
})

test('a table handed out does not change when names are added', () => {
  const interner = new NameInterner()
  intern(interner, 'first')
  const table = interner.table()
  for (let i = 0; i < 1000; i++) intern(interner, `later ${i}`)
  assert.deepEqual([table.length, nameAt(table, 0)], [1, 'first'])
})

test('names are taken from a part of any array, also from the interner itself', () => {
  const interner = new NameInterner()
  const bytes = encodeName('..name..').subarray(1)
  assert.equal(interner.intern(bytes, 1, 5), 0)
  const own = interner.table()
  assert.equal(interner.intern(own.bytes, 1, 3), 1)
  assert.equal(nameAt(interner.table(), 1), 'am')
  interner.clear()
  assert.equal(interner.length, 0)
  assert.equal(intern(interner, 'am'), 0)
})
