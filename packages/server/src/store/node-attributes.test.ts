import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NodeAttributes } from './node-attributes.ts'

const nodes = 8
/** Small, around what two bytes hold, and the largest there is. */
const number = fc.oneof(
  fc.nat(3),
  fc.integer({ min: 0xfffd, max: 0x10002 }),
  fc.integer({ min: 0x7fff_fff0, max: 0x7fff_ffff }),
)
const told = fc
  .record({ node: fc.nat(nodes - 1), file: number, lines: fc.tuple(number, number) })
  .map(({ node, file, lines: [a, b] }) => {
    const isKnown = a !== 0 && b !== 0
    return { node, file, firstLine: isKnown ? Math.min(a, b) : 0, lastLine: isKnown ? Math.max(a, b) : 0 }
  })

test('it knows the latest file and the union of lines, whatever the size of numbers, and says what is news', () => {
  fc.assert(
    fc.property(fc.array(told, { maxLength: 30 }), (all) => {
      const attributes = new NodeAttributes()
      attributes.reserve(nodes)
      const known = Array.from({ length: nodes }, () => ({ file: 0, firstLine: 0, lastLine: 0 }))
      for (const { node, file, firstLine, lastLine } of all) {
        const before = known[node]!
        const first =
          firstLine === 0
            ? before.firstLine
            : before.firstLine === 0
              ? firstLine
              : Math.min(before.firstLine, firstLine)
        const after = {
          file: file || before.file,
          firstLine: first,
          lastLine: Math.max(before.lastLine, lastLine),
        }
        const isNews = JSON.stringify(after) !== JSON.stringify(before)
        assert.equal(attributes.learn(node, file, firstLine, lastLine), isNews)
        known[node] = after
      }
      const { file, firstLine, lastLine } = attributes
      const found = known.map((_, node) => ({
        file: file.at(node),
        firstLine: firstLine.at(node),
        lastLine: lastLine.at(node),
      }))
      assert.deepEqual(found, known)

      const copy = new NodeAttributes()
      copy.reserve(nodes)
      copy.learnAll(attributes.news())
      assert.deepEqual(copy.news(), attributes.news())
    }),
  )
})
