/**
 * Every operation of the API × the group it is about: one's own, another, one that there is not, and both of another
 * account. What each is answered, to the status. For tests.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type Operation, operations } from '@wick/wire'
import type { Role, User } from '../../iam/account.ts'
import { put } from '../../iam/changes.ts'
import { newSecret } from '../../iam/ids.ts'
import { testAccessKey, testRole, testUser } from '../../iam/testing/identities.ts'
import { createGroup } from '../../operations/testing/test-services.ts'
import { callOf, fillGroup, topic } from './every-call.ts'
import { type AccessKey, type Call, type Received, startTestServer, type TestServer } from './test-server.ts'

export const [home, foreign] = ['000000000000', '111111111111'] as const
export const [own, other, absent] = ['orders', 'payments', 'no-such'] as const
const stages = new Map<string, string>([
  [own, 'test'],
  [other, 'prod'],
])

/** What an operation is about in its policy: these two concern no group. */
export const concernsNone = ['ListProfilingGroups', 'GetFindingsReportAccountSummary']
export const agents = ['ConfigureAgent', 'PostAgentProfile']

export const arnOf = (name: string, accountId: string = home): string =>
  `arn:aws:codeguru-profiler:us-east-1:${accountId}:profilingGroup/${name}`
export const isForeign = (group: string): boolean => group.includes(foreign)

export const allow = (action: string | string[], resource: string, more: object = {}): object => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
})

/** With the groups of the matrix. */
export async function startMatrixServer(
  options: Parameters<typeof startTestServer>[0] = {},
): Promise<TestServer> {
  const server = await startTestServer(options)
  await server.test.services.accounts.create(foreign, [])
  for (const group of stages.keys()) await makeGroup(server, group)
  await createGroup(server.test, { profilingGroupName: own }, { accountId: foreign })
  return server
}

async function makeGroup(server: TestServer, group: string): Promise<void> {
  const tags = { stage: stages.get(group)! }
  await fillGroup(server, { profilingGroupName: group, clientToken: randomUUID(), tags })
}

interface Given {
  readonly accountId?: string
  readonly statements?: readonly object[]
}

const policiesOf = (statements: readonly object[]): User['inlinePolicies'] =>
  statements.length === 0 ? {} : { given: JSON.stringify({ Statement: statements }) }

export async function addUser(
  server: TestServer,
  name: string,
  { accountId = home, statements = [], ...changes }: Given & Partial<User> = {},
): Promise<AccessKey & { readonly arn: string; readonly id: string }> {
  const user = testUser(name, { ...changes, inlinePolicies: policiesOf(statements) })
  const [key, secret] = [testAccessKey(user.id), newSecret()]
  const added = [put('user', user), put('access-key', key, Buffer.from(secret))]
  await server.test.services.accounts.change(accountId, () => ({ changes: added, output: null }))
  const arn = `arn:aws:iam::${accountId}:user/${name}`
  return { accessKeyId: key.id, secretAccessKey: secret, arn, id: user.id }
}

export async function addRole(
  server: TestServer,
  name: string,
  { accountId = home, statements = [], ...changes }: Given & Partial<Role> = {},
): Promise<{ readonly arn: string; readonly id: string }> {
  const role = testRole(name, { ...changes, inlinePolicies: policiesOf(statements) })
  await server.test.services.accounts.change(accountId, () => ({
    changes: [put('role', role)],
    output: null,
  }))
  return { arn: `arn:aws:iam::${accountId}:role/${name}`, id: role.id }
}

/** Lets them send profiles to one's own group, and nobody else. */
export async function permit(server: TestServer, ...principals: string[]): Promise<void> {
  const target = `/profilingGroups/${own}/policy`
  const now = JSON.parse((await server.signed({ target })).text)
  const body = JSON.stringify({ principals, revisionId: now.revisionId })
  const headers = { 'content-type': 'application/json' }
  const answer = await server.signed({ method: 'PUT', target: `${target}/agentPermissions`, headers, body })
  assert.equal(answer.status, 200, answer.text)
}

const nowhere = '00000000-0000-0000-0000-000000000000'

/** A call that can be made again and again: what would add or take something names what is there, or is not. */
export function matrixCall({ name }: Operation, group: string): Call {
  const labels = {
    profilingGroupName: group,
    resourceArn: group.startsWith('arn:') ? group : arnOf(group),
    channelId: nowhere,
  }
  switch (name) {
    case 'CreateProfilingGroup':
      return callOf(name, nowhere, {
        query: `clientToken=${randomUUID()}`,
        body: { profilingGroupName: group },
      })
    case 'AddNotificationChannels': {
      const channels = [{ uri: topic('first'), eventPublishers: ['AnomalyDetection'] }]
      return callOf(name, nowhere, { labels, body: { channels } })
    }
    case 'TagResource':
      return callOf(name, nowhere, { labels, body: { tags: { team: 'blue' } } })
    default:
      return callOf(name, nowhere, { labels })
  }
}

/** Where the call names something of a group that there is not, or at another revision. */
const refusals: Readonly<Record<string, number>> = {
  AddNotificationChannels: 409,
  CreateProfilingGroup: 409,
  PutPermission: 409,
  RemoveNotificationChannel: 404,
  RemovePermission: 409,
  SubmitFeedback: 404,
}

/** What somebody is answered who may: without a group it is 404. */
function statusFor({ name, status }: Operation, group: string): number {
  const isThere = !group.includes(absent)
  if (concernsNone.includes(name) || (name === 'CreateProfilingGroup' && !isThere)) return status
  return isThere ? (refusals[name] ?? status) : 404
}

export type Caller = (call: Call) => Promise<Received>

/** Who may is answered as if access were no question; who may not with 403, whatever there is. */
export async function expectMatrix(
  server: TestServer,
  by: AccessKey | Caller,
  mayOn: (operation: Operation, group: string) => boolean,
  groups: readonly string[] = [own, other, absent, arnOf(own, foreign), arnOf(absent, foreign)],
): Promise<void> {
  const ask = typeof by === 'function' ? by : (call: Call) => server.signed(call, { key: by })
  for (const operation of operations)
    for (const group of groups) {
      if (operation.name === 'CreateProfilingGroup' && group.startsWith('arn:')) continue
      const cell = `${operation.name} on ${group}`
      const { status, text } = await ask(matrixCall(operation, group))
      const may = mayOn(operation, group)
      assert.equal(status, may ? statusFor(operation, group) : 403, `${cell}: ${text}`)
      if (!may) assert.equal(JSON.parse(text).__type, 'AccessDeniedException', cell)
      await restore(server, operation, group, status)
    }
}

/** The next cell finds the groups as this one did. */
async function restore(
  server: TestServer,
  { name }: Operation,
  group: string,
  status: number,
): Promise<void> {
  if (name === 'DeleteProfilingGroup' && status === 204) await makeGroup(server, group)
  if (name === 'CreateProfilingGroup' && status === 201)
    assert.equal((await server.signed({ method: 'DELETE', target: `/profilingGroups/${group}` })).status, 204)
}
