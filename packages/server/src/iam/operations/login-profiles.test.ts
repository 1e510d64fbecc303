import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { userPrincipal } from '../principal.ts'
import { type TestIam, testIam, testStart } from '../testing/test-iam.ts'

const Password = 'correct horse battery staple'
let iam: TestIam
beforeEach(() => {
  iam = testIam()
  iam.call('CreateUser', { UserName: 'ann' })
  iam.password = { hash: 'hash 1', isOldRight: false }
})

const create = (changes: Record<string, string | boolean> = {}) =>
  iam.call('CreateLoginProfile', { UserName: 'ann', Password, ...changes })
const kept = () => [...iam.account.loginProfiles.values()]

test('a password is kept as a hash, and told nowhere', () => {
  const { LoginProfile } = create({ PasswordResetRequired: true })
  assert.deepEqual(LoginProfile, { UserName: 'ann', CreateDate: testStart, PasswordResetRequired: true })
  assert.deepEqual(iam.call('GetLoginProfile', { UserName: 'ann' }).LoginProfile, LoginProfile)
  assert.equal(kept()[0]!.passwordHash, 'hash 1')
  assert.ok(!JSON.stringify(kept()).includes('horse'))
})

test('a user has one password, and goes only after it', () => {
  create()
  iam.refuses('EntityAlreadyExists', 'CreateLoginProfile', { UserName: 'ann', Password })
  iam.refuses('DeleteConflict', 'DeleteUser', { UserName: 'ann' }, /delete the login profile first/)
  iam.call('DeleteLoginProfile', { UserName: 'ann' })
  iam.refuses('NoSuchEntity', 'GetLoginProfile', { UserName: 'ann' })
  iam.call('DeleteUser', { UserName: 'ann' })
})

test('short passwords, and those that hold the user’s name, are refused', () => {
  for (const weak of ['elevenchars', 'abababababababab', 'my name is ANN, you know'])
    iam.refuses('PasswordPolicyViolation', 'CreateLoginProfile', { UserName: 'ann', Password: weak })
  iam.refuses('ValidationError', 'CreateLoginProfile', { UserName: 'ann' })
})

test('an update changes what it names', () => {
  create()
  iam.password = { hash: null, isOldRight: false }
  iam.call('UpdateLoginProfile', { UserName: 'ann', PasswordResetRequired: true })
  assert.deepEqual([kept()[0]!.passwordHash, kept()[0]!.mustChange], ['hash 1', true])
  iam.password = { hash: 'hash 2', isOldRight: false }
  iam.call('UpdateLoginProfile', { UserName: 'ann', Password })
  assert.deepEqual([kept()[0]!.passwordHash, kept()[0]!.mustChange], ['hash 2', true])
})

test('users change their own password, with the old one', () => {
  create({ PasswordResetRequired: true })
  iam.caller = userPrincipal(iam.account, iam.account.users.get('ann')!)
  iam.password = { hash: 'hash 2', isOldRight: false }
  const passwords = { OldPassword: 'wrong', NewPassword: 'another horse altogether' }
  iam.refuses('InvalidInput', 'ChangePassword', passwords, /old password/)
  iam.password = { hash: 'hash 2', isOldRight: true }
  iam.call('ChangePassword', passwords)
  assert.deepEqual([kept()[0]!.passwordHash, kept()[0]!.mustChange], ['hash 2', false])
})
