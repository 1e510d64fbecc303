import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { accountId, type TestIam, testIam, testStart } from '../testing/test-iam.ts'

let iam: TestIam
beforeEach(() => {
  iam = testIam()
})

const policy = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] })

test('a user is made, and found again, by any spelling of the name', () => {
  const { User: made } = iam.call('CreateUser', { UserName: 'Ann', Path: '/team/orders/' })
  assert.match(made!.UserId, /^AIDA[A-Z2-7]{17}$/)
  assert.deepEqual(made, {
    Path: '/team/orders/',
    UserName: 'Ann',
    UserId: made!.UserId,
    Arn: `arn:aws:iam::${accountId}:user/team/orders/Ann`,
    CreateDate: testStart,
    PermissionsBoundary: null,
    Tags: null,
  })
  assert.deepEqual(iam.call('GetUser', { UserName: 'aNN' }).User, made)
})

test('names are taken whatever their case', () => {
  iam.call('CreateUser', { UserName: 'Ann' })
  iam.refuses(
    'EntityAlreadyExists',
    'CreateUser',
    { UserName: 'ANN' },
    /^User with name ANN already exists\.$/,
  )
})

test('a user who is not there cannot be found', () => {
  for (const action of [
    'GetUser',
    'DeleteUser',
    'UpdateUser',
    'ListUserTags',
    'DeleteUserPermissionsBoundary',
  ] as const)
    iam.refuses(
      'NoSuchEntity',
      action,
      { UserName: 'nobody' },
      /^The user with name nobody cannot be found\.$/,
    )
})

test('GetUser without a name tells who asks; a role has to say whom it means', () => {
  assert.equal(iam.call('GetUser').User.UserName, 'wick-admin')
  iam.caller = { ...iam.caller, kind: 'role', entityId: 'AROAX', name: 'r' }
  iam.refuses('ValidationError', 'GetUser', {}, /Must specify userName/)
})

test('a renamed and moved user stays the same one', () => {
  const { User: before } = iam.call('CreateUser', { UserName: 'ann' })
  iam.call('CreateUser', { UserName: 'bob' })
  iam.refuses('EntityAlreadyExists', 'UpdateUser', { UserName: 'ann', NewUserName: 'BOB' })
  iam.call('UpdateUser', { UserName: 'ann', NewUserName: 'anna', NewPath: '/x/' })
  const { User: after } = iam.call('GetUser', { UserName: 'anna' })
  assert.equal(after.UserId, before!.UserId)
  assert.equal(after.Arn, `arn:aws:iam::${accountId}:user/x/anna`)
  iam.refuses('NoSuchEntity', 'GetUser', { UserName: 'ann' })
  // Another spelling of its own name is free.
  iam.call('UpdateUser', { UserName: 'anna', NewUserName: 'ANNA' })
  assert.equal(iam.call('GetUser', { UserName: 'anna' }).User.UserName, 'ANNA')
})

test('a user who is made again under the name of one that is gone is another', () => {
  const { User: first } = iam.call('CreateUser', { UserName: 'ann' })
  iam.call('DeleteUser', { UserName: 'ann' })
  assert.notEqual(iam.call('CreateUser', { UserName: 'ann' }).User!.UserId, first!.UserId)
})

test('a user who still has something is not deleted, and is told what', () => {
  iam.call('CreateUser', { UserName: 'ann' })
  iam.call('CreateGroup', { GroupName: 'g' })
  const steps = [
    [
      'PutUserPolicy',
      { PolicyName: 'p', PolicyDocument: policy },
      /delete policies/,
      'DeleteUserPolicy',
      { PolicyName: 'p' },
    ],
    [
      'AddUserToGroup',
      { GroupName: 'g' },
      /remove the user from all groups/,
      'RemoveUserFromGroup',
      { GroupName: 'g' },
    ],
  ] as const
  for (const [put, input, message, undo, undoInput] of steps) {
    iam.call(put, { UserName: 'ann', ...input })
    iam.refuses('DeleteConflict', 'DeleteUser', { UserName: 'ann' }, message)
    iam.call(undo, { UserName: 'ann', ...undoInput })
  }
  const { AccessKeyId } = iam.call('CreateAccessKey', { UserName: 'ann' }).AccessKey
  iam.refuses('DeleteConflict', 'DeleteUser', { UserName: 'ann' }, /delete access keys/)
  iam.call('DeleteAccessKey', { UserName: 'ann', AccessKeyId })
  iam.call('DeleteUser', { UserName: 'ann' })
  iam.refuses('NoSuchEntity', 'GetUser', { UserName: 'ann' })
})

test('users are listed by name, by path, a page at a time', () => {
  for (const [UserName, Path] of [
    ['delta', '/a/'],
    ['Alpha', '/a/b/'],
    ['charlie', '/'],
    ['bravo', '/a/'],
  ] as const)
    iam.call('CreateUser', { UserName, Path })
  const names = (pages: unknown[][]): string[][] =>
    pages.map((page) => page.map((user) => (user as { UserName: string }).UserName))
  assert.deepEqual(names(iam.pages('ListUsers', 'Users', 2)), [
    ['Alpha', 'bravo'],
    ['charlie', 'delta'],
    ['wick-admin'],
  ])
  assert.deepEqual(names(iam.pages('ListUsers', 'Users', 10, { PathPrefix: '/a/' })), [
    ['Alpha', 'bravo', 'delta'],
  ])
  assert.deepEqual(names(iam.pages('ListUsers', 'Users', 10, { PathPrefix: '/a/b' })), [['Alpha']])
})

test('between two pages users may come and go: none who stays is missed or told twice', () => {
  for (const UserName of ['a', 'b', 'c', 'd']) iam.call('CreateUser', { UserName })
  const first = iam.call('ListUsers', { MaxItems: 2 })
  iam.call('DeleteUser', { UserName: 'b' })
  iam.call('CreateUser', { UserName: 'aa' })
  const second = iam.call('ListUsers', { Marker: first.Marker! })
  assert.deepEqual(
    second.Users.map(({ UserName }) => UserName),
    ['c', 'd', 'wick-admin'],
  )
})

test('a marker that is none is refused', () => {
  for (const Marker of ['x', '!!', 'a b', 'YQ==', 'é'])
    iam.refuses('ValidationError', 'ListUsers', { Marker }, /Invalid Marker/)
})

test('tags are set, replaced whatever their case, listed and taken away', () => {
  iam.call('CreateUser', { UserName: 'ann', Tags: [{ Key: 'Team', Value: 'a' }] })
  iam.call('TagUser', {
    UserName: 'ann',
    Tags: [
      { Key: 'team', Value: 'b' },
      { Key: '__proto__', Value: '' },
    ],
  })
  const tags = [
    { Key: 'Team', Value: 'b' },
    { Key: '__proto__', Value: '' },
  ]
  assert.deepEqual(iam.call('ListUserTags', { UserName: 'ann' }).Tags, tags)
  assert.deepEqual(iam.call('GetUser', { UserName: 'ann' }).User.Tags, tags)
  iam.call('UntagUser', { UserName: 'ann', TagKeys: ['TEAM', 'absent'] })
  assert.deepEqual(iam.call('ListUserTags', { UserName: 'ann' }).Tags, [{ Key: '__proto__', Value: '' }])
})

test('tags that the system keeps, that stand twice, or are too many are refused', () => {
  const tag = (Key: string): { Key: string; Value: string } => ({ Key, Value: '' })
  iam.refuses('InvalidInput', 'CreateUser', { UserName: 'x', Tags: [tag('aws:x')] }, /kept for the system/)
  iam.refuses(
    'InvalidInput',
    'CreateUser',
    { UserName: 'x', Tags: [tag('a'), tag('A')] },
    /Duplicate tag keys/,
  )
  iam.call('CreateUser', { UserName: 'ann', Tags: Array.from({ length: 50 }, (_, i) => tag(`t${i}`)) })
  iam.refuses('LimitExceeded', 'TagUser', { UserName: 'ann', Tags: [tag('one-more')] }, /TagsPerResource: 50/)
  iam.call('TagUser', { UserName: 'ann', Tags: [tag('T0')] })
})

test('an account has at most 5000 users', () => {
  const { users } = iam.account
  const [admin] = users.values()
  const many = Array.from({ length: 4999 }, (_, i) => [`u${i}`, { ...admin!, name: `u${i}` }] as const)
  iam.account = { ...iam.account, users: new Map([...users, ...many]) }
  iam.refuses('LimitExceeded', 'CreateUser', { UserName: 'x' }, /UsersPerAccount: 5000/)
})
