import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleProfile } from './sample-profile.ts'

const end = Date.UTC(2026, 10, 26, 12)

test('a sample is five minutes of whole counts', () => {
  const { start, callgraph } = sampleProfile(end, 1, true) as { start: number; callgraph: object }
  assert.equal(end - start, 300_000)
  const counts = [...JSON.stringify(callgraph).matchAll(/:(\d[\d.]*)/g)].map(([, count]) => Number(count))
  assert.ok(counts.length > 15)
  assert.ok(counts.every((count) => Number.isInteger(count) && count > 0))
})

test('one function takes more since today, and no other', () => {
  const [before, after] = [sampleProfile(end, 1, false), sampleProfile(end, 1, true)].map((profile) =>
    JSON.stringify((profile as { callgraph: object }).callgraph).replace(
      /("java.util.regex.Pattern.compile":\{"counts":\{"RUNNABLE":)\d+/,
      '$1',
    ),
  )
  assert.equal(before, after)
  assert.notDeepEqual(sampleProfile(end, 1, false), sampleProfile(end, 1, true))
})
