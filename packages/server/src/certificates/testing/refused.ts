import assert from 'node:assert/strict'
import { CertificateError } from '../der.ts'

/** Asserts that whoever sent it is told this, and that nothing else went wrong. */
export function refused(attempt: () => unknown, message: RegExp): void {
  assert.throws(attempt, (error) => {
    assert.ok(error instanceof CertificateError, `not a CertificateError: ${error}`)
    assert.match(error.message, message)
    return true
  })
}
