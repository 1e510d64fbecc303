import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupHref, groupTabs, parseRoute } from './routes.ts'

test('paths lead to pages, with and without a slash at the end', () => {
  assert.deepEqual(parseRoute('/console/'), { page: 'groups' })
  assert.deepEqual(parseRoute('/console'), { page: 'groups' })
  assert.deepEqual(parseRoute('/console/sign-in'), { page: 'sign-in' })
  assert.deepEqual(parseRoute('/console/groups/orders/'), {
    page: 'group',
    name: 'orders',
    tab: 'flame-graph',
  })
})

test('each page of a group is found by the link to it, whatever the group is called', () => {
  for (const name of ['orders', 'a b/ü', 'overview', '..%2f'])
    for (const tab of groupTabs)
      assert.deepEqual(parseRoute(groupHref(name, tab)), { page: 'group', name, tab })
})

test('everything else is unknown, not an error', () => {
  assert.deepEqual(parseRoute('/console/groups/a/b'), { page: 'unknown' })
  assert.deepEqual(parseRoute('/console/groups/a/heap/b'), { page: 'unknown' })
  assert.deepEqual(parseRoute('/console/groups/%E0%A4%A'), { page: 'unknown' })
  assert.deepEqual(parseRoute('/console/findings'), { page: 'unknown' })
})
