import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyAccount } from './account.ts'
import { apply, put, remove, rename } from './changes.ts'
import { principalArn, principalId } from './principal-ids.ts'
import { testRole, testUser } from './testing/identities.ts'

const user = testUser('Alice', { path: '/team/' })
const role = testRole('alice')
const account = apply(emptyAccount('123456789012'), [put('user', user), put('role', role)], 1)
const userArn = 'arn:aws:iam::123456789012:user/team/Alice'
const roleArn = 'arn:aws:iam::123456789012:role/alice'

test('users and roles have the id that their ARN stands for, and the ARN that their id stands for', () => {
  assert.equal(principalId(account, userArn), user.id)
  assert.equal(principalId(account, roleArn), role.id)
  assert.equal(principalArn(account, user.id), userArn)
  assert.equal(principalArn(account, role.id), roleArn)
})

test('an ARN of another path, case or account stands for nobody', () => {
  for (const arn of [
    'arn:aws:iam::123456789012:user/Alice',
    'arn:aws:iam::123456789012:user/team/alice',
    'arn:aws:iam::210987654321:user/team/Alice',
    'arn:aws:iam::123456789012:role/bob',
    'arn:aws:iam::123456789012:root',
    '__proto__',
    '',
  ])
    assert.equal(principalId(account, arn), null, arn)
})

test('an id follows who is renamed, and stands for nobody once it is gone, whoever has the name', () => {
  const renamed = apply(account, rename('user', user, { ...user, name: 'alicia' }), 2)
  assert.equal(principalArn(renamed, user.id), 'arn:aws:iam::123456789012:user/team/alicia')
  const again = apply(account, [remove('user', user), put('user', testUser('Alice', { path: '/team/' }))], 2)
  assert.equal(principalArn(again, user.id), null)
  assert.notEqual(principalId(again, userArn), user.id)
})
