import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import ion from 'ion-js'
import type { CallTree } from './call-tree.ts'
import { encodeIon } from './encode-ion.ts'
import { encodeJson } from './encode-json.ts'
import { foldDepth } from './fold-depth.ts'
import { mergeTrees } from './merge.ts'
import { ProfileDecoder } from './profile-decoder.ts'
import { arbitraryProfile, arbitraryTree } from './testing/arbitrary-profile.ts'
import { naiveCounts, naiveFromJson, naiveFromTree, naiveSum } from './testing/naive.ts'
import { selfCounts, totals } from './totals.ts'

const decoder = new ProfileDecoder()

function sumOfSelf(tree: CallTree): number {
  return selfCounts(tree).reduce((sum, count) => sum + count, 0)
}

test('JSON that was encoded decodes to the same profile, hostile names included', () => {
  fc.assert(
    fc.property(arbitraryProfile(), (profile) => {
      const decoded = decoder.decode(encodeJson(profile))
      assert.deepEqual(naiveFromTree(decoded.tree), naiveFromTree(profile.tree))
      assert.deepEqual([decoded.start, decoded.end], [profile.start, profile.end])
    }),
  )
})

test('JSON that was encoded is what JSON.parse reads', () => {
  fc.assert(
    fc.property(arbitraryProfile(), (profile) => {
      assert.deepEqual(naiveFromJson(encodeJson(profile)), naiveFromTree(profile.tree))
    }),
  )
})

test('Ion that was encoded decodes to the same profile', () => {
  fc.assert(
    fc.property(arbitraryProfile({ allowsLoneSurrogates: false }), (profile) => {
      const decoded = decoder.decode(encodeIon(profile))
      assert.deepEqual(naiveFromTree(decoded.tree), naiveFromTree(profile.tree))
      assert.deepEqual([decoded.start, decoded.end], [profile.start, profile.end])
    }),
  )
})

test('Ion that was encoded is what ion-js reads', () => {
  fc.assert(
    fc.property(arbitraryProfile({ allowsLoneSurrogates: false }), (profile) => {
      const value = ion.load(encodeIon(profile))
      assert.equal(value?.get('start')?.numberValue(), profile.start)
      assert.equal(value?.get('end')?.numberValue(), profile.end)
      assert.deepEqual(
        naiveFromTree(decoder.decode(ionTextOf(encodeIon(profile))).tree),
        naiveFromTree(profile.tree),
      )
    }),
  )
})

/** Binary to text by ion-js. */
function ionTextOf(binary: Uint8Array): Uint8Array {
  const writer = ion.makeTextWriter()
  writer.writeValues(ion.makeReader(binary))
  writer.close()
  return writer.getBytes()
}

test('merging gives what adding path by path gives', () => {
  fc.assert(
    fc.property(fc.array(arbitraryTree(), { maxLength: 5 }), (trees) => {
      const sum = naiveSum(trees.map(naiveFromTree))
      sum.set('[]', sum.get('[]') ?? { counts: new Map(), file: null, lines: null })
      assert.deepEqual(naiveFromTree(mergeTrees(trees)), sum)
    }),
  )
})

test('merging is commutative in counts', () => {
  fc.assert(
    fc.property(arbitraryTree(), arbitraryTree(), (a, b) => {
      assert.deepEqual(
        naiveCounts(naiveFromTree(mergeTrees([a, b]))),
        naiveCounts(naiveFromTree(mergeTrees([b, a]))),
      )
    }),
  )
})

test('merging is associative', () => {
  fc.assert(
    fc.property(arbitraryTree(), arbitraryTree(), arbitraryTree(), (a, b, c) => {
      const left = mergeTrees([mergeTrees([a, b]), c])
      assert.deepEqual(naiveFromTree(left), naiveFromTree(mergeTrees([a, mergeTrees([b, c])])))
    }),
  )
})

test('a merged tree is in preorder, without repeated siblings, with ascending vectors', () => {
  fc.assert(
    fc.property(arbitraryTree(), arbitraryTree(), (a, b) => {
      const { parent, frame, counters } = mergeTrees([a, b])
      const siblings = new Set<string>()
      const path = [0]
      for (let node = 1; node < parent.length; node++) {
        while (path.at(-1) !== parent[node]) assert.notEqual(path.pop(), undefined)
        path.push(node)
        siblings.add(`${parent[node]} ${frame[node]}`)
      }
      assert.equal(siblings.size, parent.length - 1)
      for (const { nodes, counts } of counters) {
        for (let k = 1; k < nodes.length; k++) assert.ok(nodes[k]! > nodes[k - 1]!)
        assert.ok(counts.every((count) => count > 0))
      }
    }),
  )
})

test('the total of the root is the sum of all self counts', () => {
  fc.assert(fc.property(arbitraryTree(), (tree) => assert.equal(totals(tree)[0], sumOfSelf(tree))))
})

test('folding keeps the sum of each counter and nothing below the depth', () => {
  fc.assert(
    fc.property(arbitraryTree(), fc.nat(7), (tree, maxDepth) => {
      const folded = foldDepth(tree, maxDepth)
      for (const { name } of tree.counters) {
        assert.equal(totals(folded, new Set([name]))[0], totals(tree, new Set([name]))[0])
      }
      const longest = [...naiveFromTree(folded).keys()].map((path) => JSON.parse(path).length)
      assert.ok(Math.max(...longest) <= maxDepth)
    }),
  )
})

test('folding gives a kept node the totals it had', () => {
  fc.assert(
    fc.property(arbitraryTree(), fc.nat(7), (tree, maxDepth) => {
      const before = byPath(tree)
      for (const [path, total] of byPath(foldDepth(tree, maxDepth))) assert.equal(total, before.get(path))
    }),
  )
})

/** Inclusive samples by path, from a tree without repeated siblings. */
function byPath(tree: CallTree): Map<string, number> {
  const total = totals(tree)
  return new Map([...naiveFromTree(tree).keys()].map((path, node) => [path, total[node]!]))
}
