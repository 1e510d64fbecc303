import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { type TestIam, testIam, testStart } from '../testing/test-iam.ts'

let iam: TestIam
beforeEach(() => {
  iam = testIam()
  iam.call('CreateUser', { UserName: 'ann' })
})

test('a key is made with a secret that is told once and kept sealed', () => {
  const { AccessKey } = iam.call('CreateAccessKey', { UserName: 'ann' })
  assert.match(AccessKey.AccessKeyId, /^AKIA[A-Z2-7]{16}$/)
  assert.match(AccessKey.SecretAccessKey, /^[A-Za-z0-9+/]{40}$/)
  assert.deepEqual([AccessKey.UserName, AccessKey.Status, AccessKey.CreateDate], ['ann', 'Active', testStart])
  assert.equal(Buffer.from(iam.seeds.get(AccessKey.AccessKeyId)!).toString(), AccessKey.SecretAccessKey)
  assert.ok(!JSON.stringify([...iam.account.accessKeys.values()]).includes(AccessKey.SecretAccessKey))
  const { AccessKeyMetadata } = iam.call('ListAccessKeys', { UserName: 'ann' })
  const { SecretAccessKey, ...metadata } = AccessKey
  assert.deepEqual(AccessKeyMetadata, [metadata])
})

test('a user has at most two keys', () => {
  iam.call('CreateAccessKey', { UserName: 'ann' })
  iam.call('CreateAccessKey', { UserName: 'ann' })
  iam.refuses(
    'LimitExceeded',
    'CreateAccessKey',
    { UserName: 'ann' },
    /^Cannot exceed quota for AccessKeysPerUser: 2$/,
  )
  iam.call('CreateAccessKey')
})

test('without a name it is the own key', () => {
  const { AccessKey } = iam.call('CreateAccessKey')
  assert.equal(AccessKey.UserName, 'wick-admin')
  assert.equal(iam.call('ListAccessKeys').AccessKeyMetadata.length, 1)
  iam.call('DeleteAccessKey', { AccessKeyId: AccessKey.AccessKeyId })
  assert.equal(iam.call('ListAccessKeys').AccessKeyMetadata.length, 0)
})

test('a key is switched off and on', () => {
  const { AccessKeyId } = iam.call('CreateAccessKey', { UserName: 'ann' }).AccessKey
  for (const Status of ['Inactive', 'Active'] as const) {
    iam.call('UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status })
    assert.equal(iam.call('ListAccessKeys', { UserName: 'ann' }).AccessKeyMetadata[0]!.Status, Status)
  }
  iam.refuses('ValidationError', 'UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Expired' })
})

test("another user's key cannot be found", () => {
  const { AccessKeyId } = iam.call('CreateAccessKey', { UserName: 'ann' }).AccessKey
  const message = new RegExp(`^The Access Key with id ${AccessKeyId} cannot be found\\.$`)
  iam.refuses('NoSuchEntity', 'UpdateAccessKey', { AccessKeyId, Status: 'Inactive' }, message)
  iam.refuses('NoSuchEntity', 'DeleteAccessKey', { AccessKeyId }, message)
})

test('when a key was used last is known, or said not to be', () => {
  const { AccessKeyId } = iam.call('CreateAccessKey', { UserName: 'ann' }).AccessKey
  const lastUse = (): unknown => iam.call('GetAccessKeyLastUsed', { AccessKeyId })
  assert.deepEqual(lastUse(), {
    UserName: 'ann',
    AccessKeyLastUsed: { LastUsedDate: null, ServiceName: 'N/A', Region: 'N/A' },
  })
  iam.uses.set(AccessKeyId, { at: testStart, service: 'codeguru-profiler', region: 'eu-west-1' })
  assert.deepEqual(lastUse(), {
    UserName: 'ann',
    AccessKeyLastUsed: { LastUsedDate: testStart, ServiceName: 'codeguru-profiler', Region: 'eu-west-1' },
  })
  iam.refuses('NoSuchEntity', 'GetAccessKeyLastUsed', { AccessKeyId: 'AKIAUNKNOWNUNKNOWN22' })
})
