import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { accountId, type TestIam, testIam } from './testing/test-iam.ts'

const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
const everything = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
const refusal = /^After this nobody could administer the account/

let iam: TestIam
let AccessKeyId: string
beforeEach(() => {
  iam = testIam()
  iam.call('AttachUserPolicy', { UserName: 'wick-admin', PolicyArn })
  AccessKeyId = iam.call('CreateAccessKey').AccessKey.AccessKeyId
})

test('threat 21: the last one who may administer keeps the policy, the key, and everything else that it takes', () => {
  iam.refuses('DeleteConflict', 'DetachUserPolicy', { UserName: 'wick-admin', PolicyArn }, refusal)
  iam.refuses('DeleteConflict', 'UpdateAccessKey', { AccessKeyId, Status: 'Inactive' }, refusal)
  iam.refuses('DeleteConflict', 'DeleteAccessKey', { AccessKeyId }, refusal)
  const nothing = '{"Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}'
  const inline = { UserName: 'wick-admin', PolicyName: 'p', PolicyDocument: nothing }
  iam.refuses('DeleteConflict', 'PutUserPolicy', inline, refusal)
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess'
  iam.refuses(
    'DeleteConflict',
    'PutUserPermissionsBoundary',
    { UserName: 'wick-admin', PermissionsBoundary },
    refusal,
  )
})

test('once there is another, the first may go', () => {
  iam.call('CreateGroup', { GroupName: 'admins' })
  iam.call('PutGroupPolicy', { GroupName: 'admins', PolicyName: 'all', PolicyDocument: everything })
  iam.call('CreateUser', { UserName: 'ann' })
  iam.call('AddUserToGroup', { GroupName: 'admins', UserName: 'ann' })
  iam.refuses('DeleteConflict', 'DeleteAccessKey', { AccessKeyId }, refusal)
  iam.call('CreateAccessKey', { UserName: 'ann' })
  iam.call('DeleteAccessKey', { AccessKeyId })
  iam.call('DetachUserPolicy', { UserName: 'wick-admin', PolicyArn })
  iam.call('DeleteUser', { UserName: 'wick-admin' })
  const leaving = { GroupName: 'admins', UserName: 'ann' }
  iam.refuses('DeleteConflict', 'RemoveUserFromGroup', leaving, refusal)
  iam.refuses('DeleteConflict', 'DeleteGroupPolicy', { GroupName: 'admins', PolicyName: 'all' }, refusal)
})

test('a password is a way in, as a key is', () => {
  iam.call('CreateUser', { UserName: 'ann' })
  iam.call('AttachUserPolicy', { UserName: 'ann', PolicyArn })
  iam.refuses('DeleteConflict', 'DeleteAccessKey', { AccessKeyId }, refusal)
  iam.password = { hash: 'hash', isOldRight: false }
  iam.call('CreateLoginProfile', { UserName: 'ann', Password: 'a long enough Password 1!' })
  iam.call('DeleteAccessKey', { AccessKeyId })
  iam.refuses('DeleteConflict', 'DeleteLoginProfile', { UserName: 'ann' }, refusal)
})

test('a new default version of a policy does not lock out either', () => {
  const own = iam.call('CreatePolicy', { PolicyName: 'own', PolicyDocument: everything }).Policy!.Arn!
  iam.call('AttachUserPolicy', { UserName: 'wick-admin', PolicyArn: own })
  iam.call('DetachUserPolicy', { UserName: 'wick-admin', PolicyArn })
  const less = everything.replace('"*"', '"s3:*"')
  const version = { PolicyArn: own, PolicyDocument: less, SetAsDefault: true }
  iam.refuses('DeleteConflict', 'CreatePolicyVersion', version, refusal)
})

test('who needs a second factor to administer counts', () => {
  iam.call('CreateUser', { UserName: 'ann' })
  iam.call('CreateAccessKey', { UserName: 'ann' })
  const withFactor = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      },
    ],
  })
  iam.call('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: withFactor })
  iam.call('DetachUserPolicy', { UserName: 'wick-admin', PolicyArn })
})

test('an account that nobody could administer is no worse off by any change', () => {
  iam.account = { ...iam.account, accessKeys: new Map() }
  iam.call('DetachUserPolicy', { UserName: 'wick-admin', PolicyArn })
  assert.equal(iam.call('GetUser').User.Arn, `arn:aws:iam::${accountId}:user/wick-admin`)
})
