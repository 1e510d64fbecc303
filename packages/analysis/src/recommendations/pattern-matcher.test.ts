import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallTree, encodeName, nameAt } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import fc from 'fast-check'
import { FrameGlobs } from './frame-globs.ts'
import { anyFrames } from './pattern.ts'
import { PatternMatcher } from './pattern-matcher.ts'
import { isLike, naivePlaces } from './testing/naive-places.ts'
import { treeOfPaths } from './tree-of-paths.ts'

/** The paths where one pattern matches. */
function matched(tree: CallTree, targetFrames: string[][], notUnder: string[][] = []): string[] {
  return new PatternMatcher([{ targetFrames, notUnder }]).match(tree).map(({ node }) => {
    const path: string[] = []
    for (let at = node; at > 0; at = tree.parent[at]!) path.unshift(nameAt(tree.names, tree.frame[at]!))
    return path.join(';')
  })
}

test('one frame matches wherever it stands, its outermost place alone', () => {
  const tree = stacks('main;compile 1 | main;other;compile;compile;x 1 | compile;main;compile 1')
  assert.deepEqual(matched(tree, [['compile']]), ['main;compile', 'main;other;compile', 'compile'])
})

test('frames of a sequence stand next to each other', () => {
  const tree = stacks('a;b 1 | a;x;b 1 | x;a;b;c 1 | b;a 1')
  assert.deepEqual(matched(tree, [['a', 'b']]), ['a;b', 'x;a;b'])
})

test('… is any number of frames, none as well', () => {
  const tree = stacks('a;b 1 | a;x;y;b 1 | b;x 1 | a;x;b;y;b 1')
  assert.deepEqual(matched(tree, [['a', anyFrames, 'b']]), ['a;b', 'a;x;y;b', 'a;x;b'])
})

test('a sequence may begin anew where it has begun: it overlaps itself', () => {
  assert.deepEqual(matched(stacks('a;a;b 1'), [['a', 'b']]), ['a;a;b'])
  assert.deepEqual(matched(stacks('a;b;a;b;c 1'), [['a', 'b', 'c']]), ['a;b;a;b;c'])
  assert.deepEqual(matched(stacks('a;b;a;x;b;c 1'), [['a', anyFrames, 'b', 'c']]), ['a;b;a;x;b;c'])
})

test('below a frame of notUnder nothing matches, beside it everything does', () => {
  const tree = stacks('start;compile 1 | start;x;compile 1 | serve;compile 1 | serve;start 1')
  assert.deepEqual(matched(tree, [['compile']], [['start']]), ['serve;compile'])
  assert.deepEqual(matched(tree, [['compile']], [['start', 'compile']]), ['start;x;compile', 'serve;compile'])
})

test('the sequence that is told is the first that ends at the place', () => {
  const matcher = new PatternMatcher([{ targetFrames: [['x'], ['main', 'b'], ['b']], notUnder: [] }])
  assert.deepEqual(matcher.match(stacks('main;b 1')), [{ pattern: 0, sequence: 1, node: 2 }])
})

test('a tree without frames, and patterns that are none, match nothing', () => {
  const pattern = { targetFrames: [['*']], notUnder: [] }
  assert.deepEqual(new PatternMatcher([pattern]).match(stacks('')), [])
  assert.deepEqual(new PatternMatcher([]).match(stacks('a;b 1')), [])
})

test('a recursion a hundred thousand frames deep is one match, found in one walk', () => {
  const path = Array.from({ length: 100_000 }, (_, i) => (i % 2 === 0 ? 'even' : 'odd'))
  const tree = treeOfPaths([path])
  assert.deepEqual(new PatternMatcher([{ targetFrames: [['odd', 'even']], notUnder: [] }]).match(tree), [
    { pattern: 0, sequence: 0, node: 3 },
  ])
})

const names = ['a', 'b', 'ab', 'ba', 'aab', 'a.b', '', '*', '__proto__', '😀', '\0', '\n', '…x']
const anyName = fc.oneof(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 3 }))
const anyGlob = fc.oneof(
  fc.constantFrom('*', 'a*', '*b', 'a*b', '*a*', '*a*b*', '**', 'a*a'),
  anyName.filter((name) => name !== anyFrames),
)
const anySequence = fc
  .array(fc.tuple(anyGlob, fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((frames) =>
    frames.flatMap(([frame, isFollowed], i) =>
      isFollowed && i < frames.length - 1 ? [frame, anyFrames] : [frame],
    ),
  )
const anyPattern = fc.record({
  targetFrames: fc.array(anySequence, { minLength: 1, maxLength: 4 }),
  notUnder: fc.array(anySequence, { maxLength: 2 }),
})
const anyTree = fc.array(fc.array(anyName, { maxLength: 8 }), { maxLength: 12 }).map(treeOfPaths)

test('a glob matches what the regular expression of it does, whatever the name holds', () => {
  fc.assert(
    fc.property(fc.array(anyGlob, { maxLength: 12 }), fc.array(anyName, { maxLength: 12 }), (globs, all) => {
      const set = new FrameGlobs(globs)
      for (const name of all) {
        const bytes = encodeName(`x${name}y`)
        const found = set.matching(bytes, 1, bytes.length - 1).sort((a, b) => a - b)
        assert.deepEqual(
          found,
          [...globs.keys()].filter((index) => isLike(name, globs[index]!)),
        )
      }
    }),
    { numRuns: 500 },
  )
})

test('a name of more than 1,024 bytes is no function that a pattern knows', () => {
  const set = new FrameGlobs(['*x*', 'x*'])
  const found = (length: number) => set.matching(encodeName('x'.repeat(length)), 0, length).length
  assert.deepEqual([found(1024), found(1025)], [2, 0])
})

test('many patterns at once find in any tree what a look at each path finds', () => {
  const order = (places: ReturnType<typeof naivePlaces>) =>
    [...places].sort((a, b) => a.pattern - b.pattern || a.node - b.node)
  fc.assert(
    fc.property(anyTree, fc.array(anyPattern, { maxLength: 45 }), (tree, patterns) => {
      assert.deepEqual(order(new PatternMatcher(patterns).match(tree)), order(naivePlaces(tree, patterns)))
    }),
    { numRuns: 500 },
  )
})
