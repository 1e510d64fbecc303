import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advice } from './advice.ts'

const failures = [
  { status: 0, code: 'Unreachable', says: /running/ },
  { status: 400, code: 'ValidationException', says: /Change what it names/ },
  { status: 403, code: 'AccessDeniedException', says: /administrator/ },
  { status: 404, code: 'ResourceNotFoundException', says: /deleted/ },
  { status: 409, code: 'ConflictException', says: /load it again/ },
  { status: 429, code: 'ThrottlingException', says: /waiting/ },
  { status: 500, code: 'InternalServerException', says: /its log/ },
  { status: 503, code: 'ServiceUnavailableException', says: /waiting/ },
  { status: 502, code: 'Status 502', says: /proxy/ },
  { status: 1, code: 'Unreadable', says: /Reload/ },
]

for (const { status, code, says } of failures)
  test(`what to do about ${status} ${code} is said`, () => assert.match(advice({ status, code }), says))
