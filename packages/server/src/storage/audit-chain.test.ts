import assert from 'node:assert/strict'
import { test } from 'node:test'
import { follows, headAt, linked, noRecord, recordBeginning, timeOf } from './audit-chain.ts'

const at = Date.UTC(2026, 10, 25, 20, 50, 23, 999)
const draft = `${recordBeginning(at)},"eventName":"A"}`

test('a record is its draft with its link at the end', () => {
  const record = linked(draft, noRecord)
  assert.deepEqual(JSON.parse(record), {
    ...JSON.parse(draft),
    chain: { sequence: 1, previousHash: '0'.repeat(64) },
  })
})

test('the time of a record is found in its place', () => {
  const record = linked(draft, noRecord)
  assert.equal(timeOf(record), '2026-11-25T20:50:23Z')
})

test('a record follows the one before it and no other', () => {
  const first = linked(draft, noRecord)
  const head = headAt(1, first)
  const second = linked(draft, head)
  assert.ok(follows(first, noRecord))
  assert.ok(follows(second, head))
  assert.ok(!follows(second, noRecord))
  assert.ok(!follows(first, head))
  assert.ok(!follows(second.slice(0, 20), head))
  for (let bit = 0; bit < first.length * 8; bit++) {
    const flipped = Buffer.from(first)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    // As SQLite hands it over: text, with what is no text replaced.
    assert.ok(!follows(second, headAt(1, flipped.toString())), `bit ${bit}`)
  }
})
