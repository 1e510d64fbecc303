import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { ProfileError } from './profile-error.ts'
import type { PrunedTree } from './pruned-tree.ts'
import { decodePrunedTree, encodePrunedTree, prunedTreeJson } from './pruned-tree-codec.ts'
import { arbitraryTree } from './testing/arbitrary-profile.ts'

const count = fc.oneof(fc.nat(200), fc.maxSafeNat())

const tree: fc.Arbitrary<PrunedTree> = fc
  .record({
    tree: arbitraryTree(),
    counters: fc.array(fc.string(), { maxLength: 3 }),
    seed: fc.infiniteStream(count),
  })
  .map(({ tree, counters, seed }) => {
    const { length } = tree.parent
    const column = (): Float64Array => Float64Array.from({ length }, () => seed.next().value as number)
    return {
      sides: [
        { start: 0, end: 300_000 },
        { start: 1_700_000_000_000, end: 1_800_000_000_000 },
      ],
      names: tree.names,
      files: tree.files,
      parent: tree.parent,
      frame: tree.frame,
      file: tree.file,
      firstLine: tree.firstLine,
      lastLine: tree.lastLine,
      hidden: Int32Array.from({ length }, (_, node) => node * 3),
      columns: counters.map((counter, side) => ({ side, counter, self: column(), rest: column() })),
    }
  })

test('what is decoded is what was encoded', () => {
  fc.assert(
    fc.property(tree, (written) => {
      assert.deepEqual(prunedTreeJson(decodePrunedTree(encodePrunedTree(written))), prunedTreeJson(written))
    }),
  )
})

test('bytes that are something else are refused as such, whatever they are', () => {
  const change = fc.tuple(fc.nat(), fc.nat(255))
  fc.assert(
    fc.property(tree, fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(), (written, changes, cut) => {
      const bytes = encodePrunedTree(written)
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      try {
        const read = decodePrunedTree(bytes.subarray(0, bytes.length - (cut % 3)))
        for (const [node, above] of read.parent.entries()) assert.ok(above < node)
      } catch (error) {
        assert.ok(error instanceof ProfileError, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})

test('a later version is refused by name', () => {
  const bytes = Uint8Array.from([...Buffer.from('WICKTREE'), 2])
  assert.throws(() => decodePrunedTree(bytes), {
    message: /format version is 2; this version of Wick reads 1/,
  })
})

test('the bytes that version 1 wrote are read, and are still those that are written', () => {
  const directory = join(import.meta.dirname, '../../../fixtures/formats/7-heap')
  const bytes = readFileSync(join(directory, 'pruned-tree.bin'))
  const read = decodePrunedTree(bytes)
  assert.deepEqual(
    prunedTreeJson(read),
    JSON.parse(readFileSync(join(directory, 'pruned-tree.json'), 'utf8')),
  )
  assert.deepEqual(Buffer.from(encodePrunedTree(read)), bytes)
})
