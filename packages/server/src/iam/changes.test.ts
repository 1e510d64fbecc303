import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyAccount, groupById, roleById, userById } from './account.ts'
import { apply, put, remove, rename } from './changes.ts'
import { testAccessKey, testRole, testUser } from './testing/identities.ts'

const alice = testUser('Alice')
const account = apply(emptyAccount('000000000000'), [put('user', alice)], 1)

test('what is put is found by its name, whatever its case, and by its id', () => {
  assert.deepEqual(account.users.get('alice'), alice)
  assert.equal(userById(account, alice.id), alice)
  assert.equal(account.revision, 1)
})

test('the account before a change stays as it was', () => {
  const after = apply(account, [remove('user', alice), put('access-key', testAccessKey(alice.id))], 2)
  assert.deepEqual([account.users.size, account.accessKeys.size, account.revision], [1, 0, 1])
  assert.deepEqual([after.users.size, after.accessKeys.size, after.revision], [0, 1, 2])
  assert.equal(userById(after, alice.id), null)
  assert.equal(userById(account, alice.id), alice)
})

test('what the changes do not touch is shared, not copied', () => {
  assert.equal(apply(account, [put('role', testRole('deployer'))], 2).users, account.users)
})

test('a rename leaves nothing under the name before; one of case only keeps the place', () => {
  const bob = { ...alice, name: 'Bob' }
  assert.deepEqual([...apply(account, rename('user', alice, bob), 2).users.keys()], ['bob'])
  const shouting = apply(account, rename('user', alice, { ...alice, name: 'ALICE' }), 2)
  assert.deepEqual(
    [...shouting.users.values()].map(({ name }) => name),
    ['ALICE'],
  )
})

test('one that is made again under the same name is another', () => {
  const again = apply(account, [put('user', testUser('Alice'))], 2)
  assert.equal(userById(again, alice.id), null)
})

test('ids of one kind find nothing of another', () => {
  assert.equal(roleById(account, alice.id), null)
  assert.equal(groupById(account, alice.id), null)
})
