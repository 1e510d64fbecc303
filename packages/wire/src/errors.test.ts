import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError, type ApiErrorName } from './errors.ts'

const statuses: readonly (readonly [ApiErrorName, number])[] = [
  ['ValidationException', 400],
  ['SerializationException', 400],
  ['ServiceQuotaExceededException', 402],
  ['AccessDeniedException', 403],
  ['ExpiredTokenException', 403],
  ['IncompleteSignatureException', 403],
  ['InvalidSignatureException', 403],
  ['MissingAuthenticationTokenException', 403],
  ['UnrecognizedClientException', 403],
  ['ResourceNotFoundException', 404],
  ['UnknownOperationException', 404],
  ['ConflictException', 409],
  ['ThrottlingException', 429],
  ['InternalServerException', 500],
  ['NotImplementedException', 501],
  ['ServiceUnavailableException', 503],
]
for (const [code, status] of statuses) {
  test(`${code} is answered with ${status}`, () => {
    const error = new ApiError(code, 'why')
    assert.deepEqual([error.status, error.code, error.name, error.message], [status, code, code, 'why'])
  })
}
