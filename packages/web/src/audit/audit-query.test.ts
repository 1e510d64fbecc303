import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAuditQuery, parseAuditQuery } from './audit-query.ts'

test('a search reads back from the address', () => {
  const query = {
    user: 'a&b',
    eventName: 'DeleteUser',
    resource: 'profilingGroup/orders',
    accessKeyId: 'AKIAEXAMPLE',
    isDeniedOnly: true,
    isChangesOnly: true,
    from: Date.UTC(2026, 10, 26),
    to: Date.UTC(2026, 10, 27),
  }
  assert.deepEqual(parseAuditQuery(new URLSearchParams(formatAuditQuery(query))), query)
})

test('an empty address looks for everything, and what is no time says nothing', () => {
  const all = parseAuditQuery(new URLSearchParams('from=yesterday'))
  assert.equal(formatAuditQuery(all), '')
})
