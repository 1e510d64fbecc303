/** What is boto3's own in administration: its classes of errors, and its paginator of every list. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Answer, type Boto3, startBoto3 } from '../support/boto3.ts'
import { startWick, type Wick } from '../support/wick.ts'

const accountId = '000000000000'
const allow = (Action: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
})
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
const service = { service_name: 'iam' }

let directory: string
let wick: Wick
let boto3: Boto3

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-iam-'))
  wick = await startWick({ directory })
  boto3 = startBoto3(wick)
  const anna = { UserName: 'anna' }
  await iam('create_user', anna)
  await iam('put_user_policy', { ...anna, PolicyName: 'p', PolicyDocument: asText(allow('a:B')) })
  await iam('create_group', { GroupName: 'crew' })
  await iam('add_user_to_group', { GroupName: 'crew', ...anna })
  const trust = { Statement: { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' } }
  await iam('create_role', { RoleName: 'crew', AssumeRolePolicyDocument: asText(trust) })
})

after(async () => {
  boto3?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

type Parameters = Readonly<Record<string, unknown>>

async function iam(operation: string, parameters: Parameters = {}): Promise<Answer> {
  const { ResponseMetadata, ...answer } = await boto3.call(operation, parameters, service)
  assert.equal(ResponseMetadata.HTTPStatusCode, 200)
  assert.match(ResponseMetadata.RequestId, /^[0-9a-f-]{36}$/)
  return answer
}
const asText = (policy: object): string => JSON.stringify(policy)

function refuses(code: string, operation: string, parameters: Parameters, status: number): Promise<void> {
  const told = { code, status, isTyped: true }
  return assert.rejects(boto3.call(operation, parameters, service), told, operation)
}

test('errors are raised as boto3 knows them', async () => {
  await refuses('NoSuchEntity', 'get_user', { UserName: 'nobody' }, 404)
  await refuses('EntityAlreadyExists', 'create_user', { UserName: 'ANNA' }, 409)
  await refuses('DeleteConflict', 'delete_user', { UserName: 'anna' }, 409)
  await refuses(
    'MalformedPolicyDocument',
    'create_policy',
    { PolicyName: 'x', PolicyDocument: '{"Statement": 1}' },
    400,
  )
  await refuses(
    'NoSuchEntity',
    'attach_user_policy',
    { UserName: 'anna', PolicyArn: `${administrator}2` },
    404,
  )
  await refuses('InvalidInput', 'delete_policy', { PolicyArn: administrator }, 400)
  // Not in the service model: raised by code alone.
  await assert.rejects(boto3.call('create_user', { UserName: 'not good' }, service), {
    code: 'ValidationError',
    status: 400,
    message: /'userName' failed to satisfy constraint/,
  })
  await assert.rejects(boto3.call('list_server_certificates', {}, service), {
    code: 'InvalidAction',
    status: 400,
  })
  const wrong = {
    ...service,
    aws_secret_access_key: 'x'.repeat(40),
    aws_access_key_id: wick.credentials.accessKeyId,
  }
  await assert.rejects(boto3.call('get_user', {}, wrong), { code: 'SignatureDoesNotMatch', status: 403 })
})

test("boto3's paginators go through every list", async () => {
  for (let i = 0; i < 5; i++) await iam('create_user', { UserName: `many${i}` })
  const names = async (PageSize: number): Promise<string[]> => {
    const pages = await boto3.paginate('list_users', { PaginationConfig: { PageSize } }, service)
    return pages.flatMap(({ Users }) => Users.map(({ UserName }: Answer) => UserName))
  }
  const all = ['anna', 'many0', 'many1', 'many2', 'many3', 'many4', 'wick-admin']
  for (const size of [1, 3, 100]) assert.deepEqual(await names(size), all)
  const anna = { UserName: 'anna' }
  for (const [operation, parameters] of [
    ['list_groups', {}],
    ['get_group', { GroupName: 'crew' }],
    ['list_groups_for_user', anna],
    ['list_access_keys', anna],
    ['list_roles', {}],
    ['list_policies', {}],
    ['list_policy_versions', { PolicyArn: administrator }],
    ['list_attached_user_policies', anna],
    ['list_attached_group_policies', { GroupName: 'crew' }],
    ['list_attached_role_policies', { RoleName: 'crew' }],
    ['list_user_policies', anna],
    ['list_group_policies', { GroupName: 'crew' }],
    ['list_role_policies', { RoleName: 'crew' }],
    ['list_entities_for_policy', { PolicyArn: administrator }],
    ['list_mfa_devices', anna],
    ['list_virtual_mfa_devices', {}],
    ['list_user_tags', anna],
    ['list_account_aliases', {}],
    ['list_instance_profiles_for_role', { RoleName: 'crew' }],
    ['get_account_authorization_details', {}],
    ['simulate_custom_policy', { PolicyInputList: [asText(allow('a:B'))], ActionNames: ['a:B', 'a:C'] }],
    [
      'simulate_principal_policy',
      { PolicySourceArn: `arn:aws:iam::${accountId}:user/anna`, ActionNames: ['a:B', 'a:C'] },
    ],
  ] as const) {
    const pages = await boto3.paginate(
      operation,
      { ...parameters, PaginationConfig: { PageSize: 1 } },
      service,
    )
    assert.ok(pages.length > 0 && pages.at(-1).IsTruncated === false, operation)
  }
})
