import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CallTree } from '../call-tree.ts'
import { defaultLimits } from '../limits.ts'
import { ProfileError } from '../profile-error.ts'
import { arbitraryTree } from '../testing/arbitrary-profile.ts'
import { naiveCounts, naiveFromTree } from '../testing/naive.ts'
import { showStacks, stacks } from '../text-stacks.ts'
import { decodeCollapsed } from './decode-collapsed.ts'
import { type CollapsedCounters, encodeCollapsed } from './encode-collapsed.ts'

const text = (tree: CallTree, counters: CollapsedCounters): string =>
  new TextDecoder().decode(encodeCollapsed(tree, counters))
const read = (lines: string, counter: Parameters<typeof decodeCollapsed>[1]['counter'] = { name: 'X' }) =>
  decodeCollapsed(new TextEncoder().encode(lines), { counter })

test('a line is the path from the root, a space and the samples of all counters', () => {
  assert.equal(
    text(stacks('main;parse 3 | main;parse BLOCKED=2 | main 1'), 'summed'),
    'main 1\nmain;parse 5\n',
  )
})

test('counters can stand below the root', () => {
  assert.equal(
    text(stacks('main;parse 3 | main;parse BLOCKED=2 | main 1'), 'as-roots'),
    'WALL_TIME;main 1\nWALL_TIME;main;parse 3\nBLOCKED;main;parse 2\n',
  )
})

test('a profile without samples has no line', () => {
  assert.equal(text(stacks(''), 'summed'), '')
  assert.deepEqual(read('').counters, [])
})

test('names with separators, line breaks and percent signs are written so that they come back', () => {
  const names = ['a;b', 'line\nbreak', 'cr\r', '100%', '%3B', '', ' ', 'a 1', '\0', '__proto__', '😀']
  const tree = read(names.map((name) => `${name.replace(/[%;\n\r]/g, escaped) || '%.'} 1\n`).join(''))
  assert.deepEqual(
    [...naiveFromTree(tree).keys()].slice(1).map((path) => JSON.parse(path)[0]),
    names,
  )
  assert.deepEqual(
    naiveFromTree(decodeCollapsed(encodeCollapsed(tree, 'summed'), { counter: { name: 'X' } })),
    naiveFromTree(tree),
  )
})

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

test('what was encoded with its counters decodes to the same counts, hostile names included', () => {
  fc.assert(
    fc.property(arbitraryTree({ allowsLoneSurrogates: false }), (tree) => {
      const decoded = decodeCollapsed(encodeCollapsed(tree, 'as-roots'), { counter: 'first-frame' })
      assert.deepEqual(naiveCounts(naiveFromTree(decoded)), naiveCounts(naiveFromTree(tree)))
    }),
  )
})

test('what was encoded summed decodes to the sums over the counters', () => {
  fc.assert(
    fc.property(arbitraryTree({ allowsLoneSurrogates: false }), (tree) => {
      const sums = new Map<string, number>()
      for (const [path, counts] of naiveCounts(naiveFromTree(tree)))
        sums.set(
          path,
          [...counts.values()].reduce((a, b) => a + b),
        )
      const decoded = decodeCollapsed(encodeCollapsed(tree, 'summed'), { counter: { name: 'X' } })
      const found = [...naiveCounts(naiveFromTree(decoded))].map(([path, counts]) => [path, counts.get('X')])
      assert.deepEqual(new Map(found as [string, number][]), sums)
    }),
  )
})

test('an independent reader finds the same lines', () => {
  // What flame graph tools do: the last space ends the stack.
  const lines = text(stacks('a;b;c 3 | a;d 4 | e 5'), 'summed').trimEnd().split('\n')
  const found = lines.map((line) => /^(.*) (\d+)$/.exec(line)!.slice(1))
  assert.deepEqual(found, [
    ['a;b;c', '3'],
    ['a;d', '4'],
    ['e', '5'],
  ])
})

test("other tools' files are read: Windows line ends, blank lines, a last line without end, repeated stacks", () => {
  const tree = read('main;a 1\r\n\r\nmain;b 2\nmain;a 3', { name: 'WALL_TIME' })
  assert.equal(showStacks(tree), 'main;a 4 | main;b 2')
})

test('percent signs that are no escape of ours and bytes that are no UTF-8 are data', () => {
  assert.equal(showStacks(read('operator%;%zz;%3b 1', { name: 'WALL_TIME' })), 'operator%;%zz;%3b 1')
  const tree = decodeCollapsed(Uint8Array.of(0x61, 0xff, 0x20, 0x31), { counter: { name: 'X' } })
  assert.deepEqual([...naiveFromTree(tree).keys()].at(-1), '["a\uFFFD"]')
})

test('a line without a number is refused with its place', () => {
  for (const lines of ['main', 'main x', 'main 1.5', 'main -1', '5', 'a 1\nmain;b\n'])
    assert.throws(() => read(lines), ProfileError)
  assert.throws(
    () => read('a 1\nmain;b\n'),
    /malformed at byte 4: a line must end in a space and a whole number/,
  )
  assert.throws(() => read('main 12345678901234567890'), /too large/)
  assert.throws(() => read(' 5', 'first-frame'), /must begin with the name of a counter/)
})

test('every limit of a profile holds', () => {
  const small = {
    ...defaultLimits,
    maxDepth: 3,
    maxNodes: 4,
    maxNames: 3,
    maxNameBytes: 5,
    maxSamples: 9,
    maxCounters: 1,
  }
  const refused: Readonly<Record<string, string>> = {
    depth: 'a;a;a;a 1',
    nodes: 'a;b;c 1\nb;c 1',
    names: 'a;b;c 1\nd 1',
    'name-length': 'abcdef 1',
    samples: 'a 5\nb 5',
  }
  for (const [reason, lines] of Object.entries(refused)) {
    assert.throws(
      () => decodeCollapsed(new TextEncoder().encode(lines), { counter: { name: 'X' }, limits: small }),
      (error) => error instanceof ProfileError && error.reason === reason,
      reason,
    )
  }
  assert.throws(
    () =>
      decodeCollapsed(new TextEncoder().encode('A;a 1\nB;a 1'), { counter: 'first-frame', limits: small }),
    (error) => error instanceof ProfileError && error.reason === 'counters',
  )
})

test('a tree whose stacks are larger than allowed is refused before anything is written', () => {
  assert.throws(
    () => encodeCollapsed(stacks('main;parse;regex 3 | main;parse 1'), 'summed', 20),
    (error) => error instanceof ProfileError && error.reason === 'size',
  )
})
