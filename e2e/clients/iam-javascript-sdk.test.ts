/** Administration with AWS's SDK for JavaScript: its paginators, error classes and waiters. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  EntityAlreadyExistsException,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PutUserPolicyCommand,
  paginateListUsers,
  UpdateAccessKeyCommand,
  waitUntilUserExists,
} from '@aws-sdk/client-iam'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let iam: IAMClient
let httpsAgent: Agent

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-iam-sdk-'))
  wick = await startWick({ directory })
  httpsAgent = new Agent({ ca: await readFile(join(directory, 'tls/ca.pem')), keepAlive: true })
  iam = clientWith(wick.credentials)
})

after(async () => {
  iam?.destroy()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

function clientWith(credentials: Wick['credentials']): IAMClient {
  return new IAMClient({
    endpoint: wick.url,
    region: 'us-east-1',
    credentials,
    requestHandler: { httpsAgent },
  })
}

test('a user with a policy and a key, which works until it is switched off', async () => {
  const { User } = await iam.send(
    new CreateUserCommand({ UserName: 'ann', Path: '/t<&>m/', Tags: [{ Key: 'team', Value: 'é = @' }] }),
  )
  assert.deepEqual(User!.Tags, [{ Key: 'team', Value: 'é = @' }])
  assert.equal(User!.Path, '/t<&>m/')
  assert.ok(Math.abs(Date.now() - User!.CreateDate!.getTime()) < 60_000)
  await waitUntilUserExists({ client: iam, maxWaitTime: 10 }, { UserName: 'ann' })
  const PolicyDocument = JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: User!.Arn }],
  })
  await iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'self', PolicyDocument }))
  const policy = await iam.send(new GetUserPolicyCommand({ UserName: 'ann', PolicyName: 'self' }))
  assert.equal(decodeURIComponent(policy.PolicyDocument!), PolicyDocument)

  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }))
  const ann = clientWith({
    accessKeyId: AccessKey!.AccessKeyId!,
    secretAccessKey: AccessKey!.SecretAccessKey!,
  })
  assert.equal((await ann.send(new GetUserCommand({}))).User!.UserId, User!.UserId)
  await assert.rejects(ann.send(new DeleteUserCommand({ UserName: 'ann' })), { name: 'AccessDenied' })
  const { AccessKeyId } = AccessKey!
  await iam.send(new UpdateAccessKeyCommand({ UserName: 'ann', AccessKeyId, Status: 'Inactive' }))
  await assert.rejects(ann.send(new GetUserCommand({})), { name: 'InvalidClientTokenId' })
  ann.destroy()
})

test('errors are of the classes that the SDK has for them', async () => {
  await assert.rejects(iam.send(new GetUserCommand({ UserName: 'nobody' })), NoSuchEntityException)
  await assert.rejects(iam.send(new CreateUserCommand({ UserName: 'ann' })), EntityAlreadyExistsException)
  const broken = new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: '{}' })
  await assert.rejects(iam.send(broken), MalformedPolicyDocumentException)
})

test('paginators go through lists, and an empty list is a list', async () => {
  for (const UserName of ['b', 'c', 'd']) await iam.send(new CreateUserCommand({ UserName }))
  const names: string[] = []
  for await (const page of paginateListUsers({ client: iam, pageSize: 2 }, {}))
    names.push(...page.Users!.map(({ UserName }) => UserName!))
  assert.deepEqual(names, ['ann', 'b', 'c', 'd', 'wick-admin'])
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerAgentAccess'
  const attached = async (): Promise<number | undefined> =>
    (await iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'b' }))).AttachedPolicies?.length
  assert.equal(await attached(), 0)
  await iam.send(new AttachUserPolicyCommand({ UserName: 'b', PolicyArn }))
  assert.equal(await attached(), 1)
})
