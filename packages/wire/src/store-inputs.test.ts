import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from './errors.ts'
import { parseStatsPage, parseVerify } from './store-inputs.ts'
import { parts } from './testing/parts.ts'

const isRefused = (error: unknown): boolean => error instanceof ApiError && error.status === 400

test('pages of the whole store go on behind a token, in the query or in the body', () => {
  assert.deepEqual(parseStatsPage(parts()), { nextToken: null })
  assert.deepEqual(parseStatsPage(parts({ query: 'nextToken=a%20b' })), { nextToken: 'a b' })
  assert.deepEqual(parseVerify(parts()), { nextToken: null })
  assert.deepEqual(parseVerify(parts({ body: { nextToken: 'groups x/y' } })), { nextToken: 'groups x/y' })
})

test('a token is a text of some length', () => {
  assert.throws(() => parseStatsPage(parts({ query: 'nextToken=' })), isRefused)
  assert.throws(() => parseVerify(parts({ body: { nextToken: 7 } })), isRefused)
  assert.throws(() => parseVerify(parts({ body: { nextToken: 'x'.repeat(1025) } })), isRefused)
})
