/** `wick iam …`: each common task of administration in one step, and the identities are AWS's own kind. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Answer, type Boto3, startBoto3 } from '../support/boto3.ts'
import { type Ended, ended, runWick, startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let boto3: Boto3

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-iam-command-'))
  wick = await startWick({ directory })
  boto3 = startBoto3(wick)
  await boto3.call('create_profiling_group', { profilingGroupName: 'orders', clientToken: 't' })
})

after(async () => {
  boto3?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

function iam(...args: string[]): Promise<Ended> {
  return ended(runWick(['iam', args[0]!, '--data', directory, ...args.slice(1)]))
}
async function printed(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await iam(...args)
  assert.equal(exitCode, 0, stderr)
  return stdout
}
const asClient = ({ accessKeyId, secretAccessKey }: Record<string, string>) => ({
  aws_access_key_id: accessKeyId,
  aws_secret_access_key: secretAccessKey,
})
const denied = { code: 'AccessDeniedException', status: 403 }

test('an agent of a group may send its profiles, and nothing else', async () => {
  const made = JSON.parse(await printed('create-agent', 'orders', '--json'))
  assert.equal(made.userName, 'agent-orders')
  const agent = asClient(made)
  await boto3.call('configure_agent', { profilingGroupName: 'orders' }, agent)
  for (const [operation, parameters] of [
    ['configure_agent', { profilingGroupName: 'other' }],
    ['describe_profiling_group', { profilingGroupName: 'orders' }],
    ['list_profiling_groups', {}],
  ] as const)
    await assert.rejects(boto3.call(operation, parameters, agent), denied)
})

test('a viewer of a group may look at it, and nothing else; the key is printed as a credentials file', async () => {
  const text = await printed('create-viewer', 'orders', '--user', 'ann')
  const [, accessKeyId, secretAccessKey] =
    /^\[ann\]\naws_access_key_id = (AKIA\w{16})\naws_secret_access_key = (\S{40})\n$/.exec(text) ?? []
  const viewer = asClient({ accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! })
  await boto3.call('describe_profiling_group', { profilingGroupName: 'orders' }, viewer)
  await assert.rejects(boto3.call('delete_profiling_group', { profilingGroupName: 'orders' }, viewer), denied)
})

test('what cannot be made is not made in part', async () => {
  const taken = await iam('create-agent', 'orders', '--user', 'ann')
  assert.deepEqual([taken.exitCode, taken.stdout], [1, ''])
  assert.match(taken.stderr, /User with name ann already exists/)
  const unnamed = await iam('create-agent', 'x'.repeat(100))
  assert.equal(unnamed.exitCode, 1)
  assert.match(unnamed.stderr, /'userName'/)
  const early = await iam('create-agent', 'later')
  assert.equal(early.exitCode, 0)
  assert.match(early.stderr, /no profiling group later yet/)
  assert.equal((await iam('create-agent')).exitCode, 2)
})

test('a key is rotated: both work until the old one is retired', async () => {
  const first = JSON.parse(await printed('create-agent', 'rotated', '--json'))
  const second = JSON.parse(await printed('rotate-key', 'agent-rotated', '--json'))
  assert.deepEqual(second.oldAccessKeyIds, [first.accessKeyId])
  const configure = (key: Record<string, string>): Promise<Answer> =>
    boto3.call('configure_agent', { profilingGroupName: 'rotated' }, asClient(key))
  // Allowed, but there is no such group.
  for (const key of [first, second])
    await assert.rejects(configure(key), { code: 'ResourceNotFoundException' })
  const third = await iam('rotate-key', 'agent-rotated')
  assert.equal(third.exitCode, 1)
  assert.match(third.stderr, new RegExp(`two keys.*--retire deletes ${first.accessKeyId} \\(last used 20`))
  assert.match(
    await printed('rotate-key', 'agent-rotated', '--retire'),
    new RegExp(`^deleted ${first.accessKeyId} `),
  )
  await assert.rejects(configure(first), { code: 'UnrecognizedClientException' })
  await assert.rejects(configure(second), { code: 'ResourceNotFoundException' })
  assert.equal((await iam('rotate-key', 'agent-rotated', '--retire')).exitCode, 1)
})

test('the sessions of a role that were given so far may do nothing any more; later ones may', async () => {
  const iamClient = { service_name: 'iam' }
  const trust = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] }
  const made = await boto3.call(
    'create_role',
    { RoleName: 'deploy', AssumeRolePolicyDocument: JSON.stringify(trust) },
    iamClient,
  )
  const policy = { Statement: [{ Effect: 'Allow', Action: 'codeguru-profiler:*', Resource: '*' }] }
  await boto3.call(
    'put_role_policy',
    { RoleName: 'deploy', PolicyName: 'p', PolicyDocument: JSON.stringify(policy) },
    iamClient,
  )
  const session = async () => {
    const wish = { RoleArn: made.Role.Arn, RoleSessionName: 'host-1' }
    const { Credentials } = await boto3.call('assume_role', wish, { service_name: 'sts' })
    return {
      aws_access_key_id: Credentials.AccessKeyId,
      aws_secret_access_key: Credentials.SecretAccessKey,
      aws_session_token: Credentials.SessionToken,
    }
  }
  const list = async (key: Record<string, string>): Promise<Answer> =>
    boto3.call('list_profiling_groups', {}, key)
  const early = await session()
  await list(early)
  assert.match(await printed('revoke-sessions', 'deploy'), /^Sessions of deploy that were given before 20/)
  await assert.rejects(list(early), denied)
  await list(await session())
  assert.equal((await iam('revoke-sessions', 'nobody')).exitCode, 1)
  assert.equal((await iam('revoke-sessions')).exitCode, 2)
})

test('a decision is explained in words and as JSON', async () => {
  const allowed = await printed('explain', 'agent-orders', 'PostAgentProfile', 'orders')
  assert.match(allowed, /agent-orders may codeguru-profiler:PostAgentProfile on \S+profilingGroup\/orders\n/)
  assert.match(allowed, /allowed by user_agent-orders_agent, line 1\n/)
  const refused = await printed('explain', 'agent-orders', 'GetProfile', 'orders')
  assert.match(refused, /may not codeguru-profiler:GetProfile/)
  assert.match(refused, /no policy of the identity allows it\n {2}not by user_agent-orders_agent, line 1: /)
  const json = JSON.parse(
    await printed('explain', 'wick-admin', 'iam:CreateUser', '--json', '--context', 'a:b=c'),
  )
  assert.deepEqual([json.decision, json.resource, json.matched.length], ['allowed', '*', 1])
  const nobody = await iam('explain', 'nobody', 'GetProfile')
  assert.equal(nobody.exitCode, 1)
  assert.match(nobody.stderr, /user with name nobody cannot be found/)
  assert.equal((await iam('explain', 'ann')).exitCode, 2)
})

test('every command tells how it is used', async () => {
  for (const name of ['create-agent', 'create-viewer', 'rotate-key', 'revoke-sessions', 'explain']) {
    const { exitCode, stdout } = await iam(name, '--help')
    assert.equal(exitCode, 0)
    assert.match(stdout, new RegExp(`^wick iam ${name} --data DIR .*--json`))
  }
})
