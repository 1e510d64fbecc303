import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessHref, groupHref, groupTabs, parseRoute } from './routes.ts'

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

test('access has a list of each kind, and a page for each one', () => {
  assert.deepEqual(parseRoute('/console/access'), { page: 'access', section: 'users', name: null })
  assert.deepEqual(parseRoute(accessHref('roles')), { page: 'access', section: 'roles', name: null })
  const arn = 'arn:aws:iam::000000000000:policy/a/b'
  assert.deepEqual(parseRoute(accessHref('policies', arn)), {
    page: 'access',
    section: 'policies',
    name: arn,
  })
  assert.deepEqual(parseRoute('/console/access/keys'), { page: 'unknown' })
  assert.deepEqual(parseRoute('/console/access/users/a/b'), { page: 'unknown' })
  assert.deepEqual(parseRoute('/console/access/users/%E0%A4%A'), { page: 'unknown' })
})
