import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupHref, parseRoute } from './routes.ts'

test('paths lead to pages, with and without a slash at the end', () => {
  assert.deepEqual(parseRoute('/console/'), { page: 'groups' })
  assert.deepEqual(parseRoute('/console'), { page: 'groups' })
  assert.deepEqual(parseRoute('/console/sign-in'), { page: 'sign-in' })
  assert.deepEqual(parseRoute('/console/groups/orders/'), { page: 'group', name: 'orders' })
})

test('a group is found by the link to it', () => {
  assert.deepEqual(parseRoute(groupHref('a b/ü')), { page: 'group', name: 'a b/ü' })
})

test('everything else is unknown, not an error', () => {
  assert.deepEqual(parseRoute('/console/groups/a/b'), { page: 'unknown' })
  assert.deepEqual(parseRoute('/console/groups/%E0%A4%A'), { page: 'unknown' })
  assert.deepEqual(parseRoute('/console/findings'), { page: 'unknown' })
})
