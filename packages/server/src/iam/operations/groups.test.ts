import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { accountId, type TestIam, testIam } from '../testing/test-iam.ts'

let iam: TestIam
beforeEach(() => {
  iam = testIam()
  iam.call('CreateGroup', { GroupName: 'Developers', Path: '/staff/' })
  iam.call('CreateUser', { UserName: 'ann' })
  iam.call('CreateUser', { UserName: 'bob' })
})

const membersOf = (GroupName: string): string[] =>
  iam.call('GetGroup', { GroupName }).Users.map(({ UserName }) => UserName)
const groupsOf = (UserName: string): string[] =>
  iam.call('ListGroupsForUser', { UserName }).Groups.map(({ GroupName }) => GroupName)

test('a group is made with a name of its own and found by any spelling', () => {
  const { Group } = iam.call('GetGroup', { GroupName: 'developers' })
  assert.match(Group.GroupId, /^AGPA[A-Z2-7]{17}$/)
  assert.equal(Group.Arn, `arn:aws:iam::${accountId}:group/staff/Developers`)
  iam.refuses('EntityAlreadyExists', 'CreateGroup', { GroupName: 'DEVELOPERS' }, /Group with name DEVELOPERS/)
  iam.refuses('NoSuchEntity', 'GetGroup', { GroupName: 'x' }, /^The group with name x cannot be found\.$/)
})

test('users come and go; being in twice is being in', () => {
  iam.call('AddUserToGroup', { GroupName: 'developers', UserName: 'ANN' })
  iam.call('AddUserToGroup', { GroupName: 'Developers', UserName: 'ann' })
  iam.call('AddUserToGroup', { GroupName: 'Developers', UserName: 'bob' })
  assert.deepEqual(membersOf('Developers'), ['ann', 'bob'])
  assert.deepEqual(groupsOf('ann'), ['Developers'])
  iam.call('RemoveUserFromGroup', { GroupName: 'Developers', UserName: 'ann' })
  assert.deepEqual(membersOf('Developers'), ['bob'])
  iam.refuses(
    'NoSuchEntity',
    'RemoveUserFromGroup',
    { GroupName: 'Developers', UserName: 'ann' },
    /not in group/,
  )
  iam.refuses('NoSuchEntity', 'AddUserToGroup', { GroupName: 'Developers', UserName: 'x' })
})

test('members stay when the group or the user is renamed', () => {
  iam.call('AddUserToGroup', { GroupName: 'Developers', UserName: 'ann' })
  iam.call('UpdateGroup', { GroupName: 'Developers', NewGroupName: 'Makers' })
  iam.call('UpdateUser', { UserName: 'ann', NewUserName: 'anna' })
  assert.deepEqual(membersOf('Makers'), ['anna'])
  assert.deepEqual(groupsOf('anna'), ['Makers'])
  iam.call('CreateGroup', { GroupName: 'Others' })
  iam.refuses('EntityAlreadyExists', 'UpdateGroup', { GroupName: 'Makers', NewGroupName: 'others' })
})

test('a group that is made again has none of the members of the one before', () => {
  iam.call('AddUserToGroup', { GroupName: 'Developers', UserName: 'ann' })
  iam.refuses('DeleteConflict', 'DeleteGroup', { GroupName: 'Developers' }, /remove users from group/)
  iam.call('RemoveUserFromGroup', { GroupName: 'Developers', UserName: 'ann' })
  iam.call('DeleteGroup', { GroupName: 'Developers' })
  iam.call('CreateGroup', { GroupName: 'Developers' })
  assert.deepEqual(membersOf('Developers'), [])
})

test('a user is in at most ten groups', () => {
  for (let i = 0; i <= 10; i++) iam.call('CreateGroup', { GroupName: `g${i}` })
  for (let i = 0; i < 10; i++) iam.call('AddUserToGroup', { GroupName: `g${i}`, UserName: 'ann' })
  iam.refuses('LimitExceeded', 'AddUserToGroup', { GroupName: 'g10', UserName: 'ann' }, /GroupsPerUser: 10/)
})

test('groups and members come a page at a time', () => {
  for (const GroupName of ['b', 'a', 'c']) {
    iam.call('CreateGroup', { GroupName })
    iam.call('AddUserToGroup', { GroupName, UserName: 'ann' })
  }
  const names = (pages: unknown[][]): string[][] =>
    pages.map((page) => page.map((group) => (group as { GroupName: string }).GroupName))
  assert.deepEqual(names(iam.pages('ListGroups', 'Groups', 3)), [['a', 'b', 'c'], ['Developers']])
  assert.deepEqual(names(iam.pages('ListGroups', 'Groups', 3, { PathPrefix: '/staff/' })), [['Developers']])
  assert.deepEqual(names(iam.pages('ListGroupsForUser', 'Groups', 2, { UserName: 'ann' })), [
    ['a', 'b'],
    ['c'],
  ])
  iam.call('AddUserToGroup', { GroupName: 'a', UserName: 'bob' })
  assert.equal(iam.pages('GetGroup', 'Users', 1, { GroupName: 'a' }).length, 2)
})
