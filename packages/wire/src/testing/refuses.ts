import assert from 'node:assert/strict'
import { ApiError, type ApiErrorName } from '../errors.ts'

/** Asserts that the caller gets this error and, where given, a message that says so. */
export function refuses(code: ApiErrorName, attempt: () => unknown, message?: RegExp): void {
  assert.throws(attempt, (error) => {
    assert.ok(error instanceof ApiError, `not an ApiError: ${error}`)
    assert.equal(error.code, code, error.message)
    if (message !== undefined) assert.match(error.message, message)
    return true
  })
}
