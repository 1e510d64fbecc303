import assert from 'node:assert/strict'
import { test } from 'node:test'
import ion from 'ion-js'
import { encodeIon } from './encode-ion.ts'
import { encodeJson } from './encode-json.ts'
import { ProfileDecoder } from './profile-decoder.ts'
import { ProfileError } from './profile-error.ts'
import { naiveFromTree } from './testing/naive.ts'
import { showStacks, stacks } from './text-stacks.ts'
import { nameAt } from './wtf8.ts'

function json(text: string): string {
  return new TextDecoder().decode(encodeJson({ start: 1, end: 2, tree: stacks(text) }))
}

test('JSON has the shape of a posted body, without empty keys', () => {
  assert.equal(json(''), '{"start":1,"end":2,"callgraph":{}}')
  assert.equal(
    json('a;b 3 | a;b BLOCKED=2 | c;d 1 | e 1'),
    '{"start":1,"end":2,"callgraph":{"children":{"a":{"children":{"b":{"counts":{"WALL_TIME":3,"BLOCKED":2}}}},' +
      '"c":{"children":{"d":{"counts":{"WALL_TIME":1}}}},"e":{"counts":{"WALL_TIME":1}}}}}',
  )
})

test('files and lines are written where they are known; one line is a list of one', () => {
  const body =
    '{"start":1,"end":2,"callgraph":{"children":{"a":{"file":"f","line":[3],"children":{"b":{"line":[3,5]}}}}}}'
  const decoder = new ProfileDecoder()
  const profile = decoder.decode(new TextEncoder().encode(body))
  assert.equal(new TextDecoder().decode(encodeJson(profile)), body)
  assert.equal(new TextDecoder().decode(encodeJson(new ProfileDecoder().decode(encodeIon(profile)))), body)
})

test('Ion names what nodes use in one symbol table, frames as field names', () => {
  const value = ion.load(
    encodeIon({ start: 0, end: 1_795_416_664_551, tree: stacks('a;b 300 | c;b X=70000') }),
  )
  assert.equal(
    ion.dumpText(value),
    '{start:0,end:1795416664551,callgraph:{children:{a:{children:{b:{counts:{WALL_TIME:300}}}},c:{children:{b:{counts:{X:70000}}}}}}}',
  )
})

test('files may be symbols in Ion: each is spelled out once', () => {
  const file = 'f'.repeat(1000)
  const children = Object.fromEntries(
    Array.from({ length: 50 }, (_, i) => [`a${i}`, { file, counts: { R: 1 } }]),
  )
  const body = JSON.stringify({ start: 1, end: 2, callgraph: { file: 'g', children } })
  const profile = new ProfileDecoder().decode(new TextEncoder().encode(body))
  const bytes = encodeIon(profile, { files: 'symbols' })
  assert.ok(bytes.length < 2500, `${bytes.length} bytes`)
  assert.deepEqual(ion.load(bytes)?.get('callgraph')?.get('file')?.stringValue(), 'g')
  const read = new ProfileDecoder().decode(bytes)
  assert.deepEqual(naiveFromTree(read.tree), naiveFromTree(profile.tree))
})

test('what would take more bytes than allowed is refused before it is written', () => {
  const file = 'f'.repeat(1000)
  const children = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a${i}`, { file }]))
  const body = JSON.stringify({ start: 1, end: 2, callgraph: { children } })
  const profile = new ProfileDecoder().decode(new TextEncoder().encode(body))
  for (const encode of [
    (maxBytes: number) => encodeJson(profile, undefined, maxBytes),
    (maxBytes: number) => encodeIon(profile, { maxBytes }),
    (maxBytes: number) => encodeIon(profile, { maxBytes, files: 'symbols' }),
  ]) {
    const { length } = encode(100_000)
    assert.equal(encode(length).length, length)
    assert.throws(
      () => encode(length - 1500),
      (error) => error instanceof ProfileError && error.reason === 'size',
    )
  }
})

test('in Ion a lone surrogate becomes U+FFFD', () => {
  const body =
    '{"start":1,"end":2,"callgraph":{"file":"\\udc80","counts":{"\\ud800":1},"children":{"a\\udfffb":{}}}}'
  const decoder = new ProfileDecoder()
  const { tree } = decoder.decode(encodeIon(decoder.decode(new TextEncoder().encode(body))))
  assert.deepEqual(
    [nameAt(tree.names, 0), nameAt(tree.files, 0), tree.counters[0]?.name],
    ['a\uFFFDb', '\uFFFD', '\uFFFD'],
  )
})

test('a tree written as stacks is read back as the same stacks', () => {
  for (const text of ['', 'a 1', 'a;a;a 1', 'main 2 BLOCKED=1 | main;parse 3 | other;x IDLE=7']) {
    assert.equal(showStacks(stacks(text)), text)
  }
})
