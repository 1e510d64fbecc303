import assert from 'node:assert/strict'
import { QueryError, type QueryErrorCode } from '../query-errors.ts'

/** Asserts that the caller gets this error and, where given, a message that says so. */
export function refusesQuery(code: QueryErrorCode, attempt: () => unknown, message?: RegExp): void {
  assert.throws(attempt, (error) => {
    assert.ok(error instanceof QueryError, `not a QueryError: ${error}`)
    assert.equal(error.code, code, error.message)
    if (message !== undefined) assert.match(error.message, message)
    return true
  })
}
