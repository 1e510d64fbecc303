import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '@wick/wire'
import { errorAnswer, toldError } from './error-answer.ts'

test('an error for the caller stays what it is', () => {
  const error = new ApiError('ConflictException', 'It is taken.')
  assert.equal(toldError(error), error)
})

test('any other error is a fault of ours, and its text stays inside', () => {
  for (const error of [
    new Error('secret/path'),
    new TypeError('x is undefined'),
    'text',
    null,
    undefined,
    42,
  ]) {
    const { code, status, message } = toldError(error)
    assert.deepEqual(
      [code, status, message],
      ['InternalServerException', 500, 'An internal error occurred.'],
      String(error),
    )
  }
})

test('a full or failing disk below the catalog passes: the caller does well to come again', () => {
  for (const text of [
    'database or disk is full',
    'disk I/O error',
    'attempt to write a readonly database',
    'unable to open database file',
  ]) {
    const { code, message } = toldError(new Error(text))
    assert.equal(code, 'ServiceUnavailableException', text)
    assert.ok(!message.includes(text))
  }
  assert.equal(toldError(new Error('database disk image is malformed')).code, 'InternalServerException')
})

test('the name is in the header and in the body, because SDKs differ in which one they read', () => {
  const { status, headers, body } = errorAnswer(new ApiError('ResourceNotFoundException', 'There is "none".'))
  assert.equal(status, 404)
  assert.deepEqual(headers, {
    'content-type': 'application/json',
    'x-amzn-errortype': 'ResourceNotFoundException',
  })
  assert.deepEqual(JSON.parse(String(body)), {
    __type: 'ResourceNotFoundException',
    message: 'There is "none".',
  })
})

test('who shall come again is told when', () => {
  for (const name of ['ServiceUnavailableException', 'ThrottlingException'] as const)
    assert.equal(errorAnswer(new ApiError(name, '')).headers['retry-after'], '1', name)
  for (const name of ['InternalServerException', 'NotImplementedException', 'ValidationException'] as const)
    assert.equal(errorAnswer(new ApiError(name, '')).headers['retry-after'], undefined, name)
})
