/** Random profiles for property tests, hostile names included. */
import fc from 'fast-check'
import { CallPathTrie } from '../call-path-trie.ts'
import type { CallTree } from '../call-tree.ts'
import { mergeTrees } from '../merge.ts'
import { encodeName } from '../wtf8.ts'

export interface ProfileParts {
  start: number
  end: number
  tree: CallTree
}

/** Lone surrogates are the last two: leave them out where a format has none. */
const hostileNames = [
  '__proto__',
  'constructor',
  '',
  '\0',
  '\x01\n\t"\\',
  '😀',
  'é',
  '\u2028',
  '\uD83D',
  '\uDC80x',
]

/** Few distinct names, so that paths share prefixes and names repeat at every depth. */
function arbitraryName(allowsLoneSurrogates: boolean): fc.Arbitrary<string> {
  const known = allowsLoneSurrogates ? hostileNames : hostileNames.slice(0, -2)
  const unit = fc.string({ unit: 'grapheme', maxLength: 12 })
  return fc.oneof(
    fc.constantFrom('main', 'parse', 'java.lang.Thread:run', 'wait'),
    fc.constantFrom(...known),
    unit,
  )
}

const counterNames = ['RUNNABLE', 'BLOCKED', 'WALL_TIME', '__proto__']

/** A tree as a merge leaves it: preorder, no repeated siblings, ascending vectors, only names in use. */
export function arbitraryTree(options = { allowsLoneSurrogates: true }): fc.Arbitrary<CallTree> {
  const name = arbitraryName(options.allowsLoneSurrogates)
  const stack = fc.record({
    path: fc.array(name, { maxLength: 6 }),
    file: fc.option(name),
    lines: fc.option(fc.tuple(fc.nat(5000), fc.nat(200))),
    counter: fc.constantFrom(...counterNames),
    count: fc.oneof(
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 1, max: 2 ** 31 - 1 }).map((n) => n >> 5),
    ),
  })
  return fc.array(stack, { maxLength: 20 }).map((entries) => {
    const trees = entries.map(({ path, file, lines, counter, count }) => {
      const trie = new CallPathTrie()
      const intern = (table: typeof trie.frames, text: string) => {
        const bytes = encodeName(text)
        return table.intern(bytes, 0, bytes.length)
      }
      let node = 0
      for (const frame of path) node = trie.child(node, intern(trie.frames, frame))
      const column = (value: number) => new Int32Array(trie.nodeCount).fill(-1).fill(value, node)
      const isRoot = node === 0
      const fileIndex = file === null || isRoot ? -1 : intern(trie.files, file)
      return {
        names: trie.frames.table(),
        files: trie.files.table(),
        parent: trie.parent.slice(0, trie.nodeCount),
        frame: trie.frame.slice(0, trie.nodeCount),
        file: column(fileIndex),
        firstLine: column(lines === null || isRoot ? -1 : lines[0]),
        lastLine: column(lines === null || isRoot ? -1 : lines[0] + lines[1]),
        counters:
          count === 0 ? [] : [{ name: counter, nodes: Int32Array.of(node), counts: Float64Array.of(count) }],
      }
    })
    return mergeTrees(trees)
  })
}

export function arbitraryProfile(options = { allowsLoneSurrogates: true }): fc.Arbitrary<ProfileParts> {
  const time = fc.integer({ min: 0, max: 8.64e15 })
  return fc
    .record({ start: time, length: fc.nat(600_000), tree: arbitraryTree(options) })
    .map(({ start, length, tree }) => ({ start, end: Math.min(start + length, 8.64e15), tree }))
}
