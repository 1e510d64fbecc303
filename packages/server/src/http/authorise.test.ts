/**
 * Every operation of the API × what it is about × who calls: who may and who may not, through the whole of the server.
 * Whoever may not is told so before anything is looked up: threat 7 and threat 9 of the threat model.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type Operation, operations } from '@wick/wire'
import { put } from '../iam/changes.ts'
import { newSecret } from '../iam/ids.ts'
import { testAccessKey, testRole, testUser } from '../iam/testing/identities.ts'
import { administratorAccess } from '../identity/administrator.ts'
import { groupExtensions } from '../operations/group-extensions.ts'
import { createGroup } from '../operations/testing/test-services.ts'
import { type AccessKey, type Call, startTestServer, type TestServer } from './testing/test-server.ts'

const [home, foreign] = ['000000000000', '111111111111']
const [own, other, absent] = ['orders', 'payments', 'no-such']

let server: TestServer
before(async () => {
  server = await startTestServer()
  await server.test.services.accounts.create(foreign, [])
  await createGroup(server.test, { profilingGroupName: own, tags: { stage: 'test' } })
  await createGroup(server.test, { profilingGroupName: other, tags: { stage: 'prod' } })
  await createGroup(server.test, { profilingGroupName: own }, { accountId: foreign })
})
after(() => server.close())

const arnOf = (name: string, accountId = home): string =>
  `arn:aws:codeguru-profiler:us-east-1:${accountId}:profilingGroup/${name}`

/** A call of the operation about a group: good enough to be understood. */
function callOf({ name, method, path }: Operation, group: string): Call {
  const labels: Readonly<Record<string, string>> = {
    profilingGroupName: group,
    resourceArn: group.startsWith('arn:') ? group : arnOf(group),
    actionGroup: 'agentPermissions',
    channelId: '00000000-0000-0000-0000-000000000000',
    anomalyInstanceId: '00000000-0000-0000-0000-000000000000',
  }
  const target = path.replace(/\{(\w+)\}/g, (_, label) => encodeURIComponent(labels[label]!))
  const json = { 'content-type': 'application/json' }
  const body: Readonly<Record<string, unknown>> = {
    CreateProfilingGroup: { profilingGroupName: group },
    UpdateProfilingGroup: { agentOrchestrationConfig: { profilingEnabled: true } },
    PutPermission: { principals: ['arn:aws:iam::222222222222:user/nobody'] },
    TagResource: { tags: { team: 'blue' } },
    AddNotificationChannels: {
      channels: [{ uri: 'arn:aws:sns:us-east-1:000000000000:t', eventPublishers: ['AnomalyDetection'] }],
    },
    SubmitFeedback: { type: 'Positive' },
  }
  const queries: Readonly<Record<string, string>> = {
    UntagResource: '?tagKeys=team',
    CreateProfilingGroup: `?clientToken=${randomUUID()}`,
  }
  const text = method === 'GET' || method === 'DELETE' ? '' : JSON.stringify(body[name] ?? {})
  return { method, target: `${target}${queries[name] ?? ''}`, headers: text === '' ? {} : json, body: text }
}

async function addUser(
  name: string,
  { accountId = home, statements = [], ...changes }: UserOptions = {},
): Promise<AccessKey & { readonly arn: string; readonly id: string }> {
  const user = testUser(name, {
    ...changes,
    inlinePolicies: statements.length === 0 ? {} : { given: JSON.stringify({ Statement: statements }) },
  })
  const [key, secret] = [testAccessKey(user.id), newSecret()]
  const added = [put('user', user), put('access-key', key, Buffer.from(secret))]
  await server.test.services.accounts.change(accountId, () => ({ changes: added, output: null }))
  const arn = `arn:aws:iam::${accountId}:user/${name}`
  return { accessKeyId: key.id, secretAccessKey: secret, arn, id: user.id }
}

interface UserOptions extends Partial<Parameters<typeof testUser>[1] & object> {
  readonly accountId?: string
  readonly statements?: readonly object[]
}

const allow = (action: string | string[], resource: string, more: object = {}): object => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
})

/** What an operation is about in its policy: these two concern no group. */
const concernsNone = ['ListProfilingGroups', 'GetFindingsReportAccountSummary']
const agents = ['ConfigureAgent', 'PostAgentProfile']
/** Those that would take away what the next call is about. */
const isRepeatable = ({ name }: Operation): boolean => name !== 'DeleteProfilingGroup'

/** Whether the call got past access control: whatever it was answered then, it was not a denial. */
async function mayCall(key: AccessKey, operation: Operation, group: string): Promise<boolean> {
  const { status, text } = await server.signed(callOf(operation, group), { key })
  const { __type: code } = text === '' ? { __type: null } : JSON.parse(text)
  assert.equal(status === 403, code === 'AccessDeniedException', text)
  return status !== 403
}

async function expectMatrix(
  key: AccessKey,
  mayOn: (operation: Operation, group: string) => boolean,
  groups: readonly string[] = [own, other, absent, arnOf(own, foreign), arnOf(absent, foreign)],
): Promise<void> {
  for (const operation of operations.filter(isRepeatable))
    for (const group of groups) {
      if (operation.name === 'CreateProfilingGroup' && group.startsWith('arn:')) continue
      const may = await mayCall(key, operation, group)
      assert.equal(may, mayOn(operation, group), `${operation.name} on ${group}`)
    }
}

const isForeign = (group: string): boolean => group.includes(foreign)

describe('threat 7: who may do what: every operation on one’s own group, another, none, and another account’s', () => {
  test('an administrator may do everything in the account, and nothing elsewhere', async () => {
    await expectMatrix(server.key, ({ name }, group) => !isForeign(group) || concernsNone.includes(name))
  })

  test('a user without a policy may do nothing', async () => {
    await expectMatrix(await addUser('nobody'), () => false)
  })

  test('an administrator of another account may do nothing here', async () => {
    const stranger = await addUser('stranger', {
      accountId: foreign,
      attachedPolicies: [administratorAccess],
    })
    const groups = [arnOf(own), arnOf(absent)]
    await expectMatrix(stranger, ({ name }) => concernsNone.includes(name), groups)
  })

  test('an agent with its two actions on one group may do these on it, and nothing else', async () => {
    const actions = agents.map((name) => `codeguru-profiler:${name}`)
    const agent = await addUser('agent', { statements: [allow(actions, arnOf(own))] })
    await expectMatrix(agent, ({ name }, group) => group === own && agents.includes(name))
  })

  test('a viewer may look at one group and nothing else', async () => {
    const actions = ['codeguru-profiler:GetProfile', 'codeguru-profiler:DescribeProfilingGroup']
    const viewer = await addUser('viewer', { statements: [allow(actions, arnOf(own))] })
    const may = ['GetProfile', 'DescribeProfilingGroup']
    await expectMatrix(viewer, ({ name }, group) => group === own && may.includes(name))
  })

  test('what a policy allows on all groups it allows on none that there is not, too: the answer is 404 then', async () => {
    const reader = await addUser('reader', { statements: [allow('codeguru-profiler:Get*', '*')] })
    await expectMatrix(
      reader,
      ({ name }, group) => name.startsWith('Get') && (!isForeign(group) || concernsNone.includes(name)),
    )
    const answer = await server.signed({ target: '/profilingGroups/never-made/policy' }, { key: reader })
    assert.equal(answer.status, 404)
  })

  test('a Deny by the tag of a group holds against everything that allows', async () => {
    const careful = await addUser('careful', {
      statements: [
        allow('codeguru-profiler:*', '*'),
        {
          Effect: 'Deny',
          Action: 'codeguru-profiler:*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceTag/stage': 'prod' } },
        },
      ],
    })
    await expectMatrix(
      careful,
      ({ name }, group) =>
        (!isForeign(group) && group !== other) ||
        concernsNone.includes(name) ||
        (name === 'CreateProfilingGroup' && group === other),
    )
  })

  test('a permissions boundary allows nothing by itself, and nothing beyond it', async () => {
    const readOnly = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess'
    const bounded = await addUser('bounded', {
      statements: [allow('codeguru-profiler:*', arnOf(own))],
      permissionsBoundary: readOnly,
    })
    const reads = /^(BatchGet|Describe|Get|List)/
    await expectMatrix(
      bounded,
      ({ name }, group) => group === own && reads.test(name) && !concernsNone.includes(name),
    )
    const empty = await addUser('empty', { permissionsBoundary: administratorAccess })
    await expectMatrix(empty, () => false)
  })
})

/** Our own routes about a group: which group stands in the path, as a name or as an ARN. */
describe('threat 7: every extension on one’s own group, another, none, and another account’s', () => {
  const arns = [home, foreign].flatMap((account) => [arnOf(own, account), arnOf(absent, account)])
  const groups = [own, other, absent, ...arns]
  const expectExtensions = async (
    key: AccessKey,
    mayOn: (action: string, group: string) => boolean,
  ): Promise<void> => {
    for (const { name, method, path, action } of groupExtensions)
      for (const group of groups) {
        const target = path
          .replace('{profilingGroupName}', encodeURIComponent(group))
          .replaceAll(/\{\w+\}/g, 'one')
        const hasBody = method === 'POST' || method === 'PUT'
        const json = { headers: { 'content-type': 'application/json' }, body: '{}' }
        const { status } = await server.signed({ method, target, ...(hasBody && json) }, { key })
        assert.equal(status !== 403, mayOn(action, group), `${name} on ${group}: ${status}`)
      }
  }

  test('whoever may not is told so, whether there is the group or not', async () => {
    assert.ok(groupExtensions.length >= 14)
    await expectExtensions(await addUser('none'), () => false)
    const elsewhere = { accountId: foreign, attachedPolicies: [administratorAccess] }
    await expectExtensions(await addUser('elsewhere', elsewhere), (_, group) => !group.includes(home))
    await expectExtensions(server.key, (_, group) => !isForeign(group))
  })

  test('an agent has none of them, a viewer those that show its group', async () => {
    const agentOnly = allow(
      agents.map((name) => `codeguru-profiler:${name}`),
      arnOf(own),
    )
    await expectExtensions(await addUser('agent-only', { statements: [agentOnly] }), () => false)
    const viewing = ['codeguru-profiler:GetProfile', 'codeguru-profiler:DescribeProfilingGroup']
    const viewer = await addUser('viewer-only', { statements: [allow(viewing, arnOf(own))] })
    await expectExtensions(
      viewer,
      (action, group) => [own, arnOf(own)].includes(group) && viewing.includes(action),
    )
  })

  test('the alarms of a group are read by who may read alarms, not by who is given the action on the group', async () => {
    const action = 'cloudwatch:DescribeAlarms'
    const alarms = `arn:aws:cloudwatch:us-east-1:${home}:alarm:*`
    const mayRead = async (name: string, ...statements: object[]): Promise<boolean> => {
      const key = await addUser(name, { statements })
      const about = (group: string) =>
        server.signed({ target: `/v1/profilingGroups/${encodeURIComponent(group)}/alarms` }, { key })
      const [there, notThere, theirs] = await Promise.all([own, absent, arnOf(own, foreign)].map(about))
      assert.equal(there!.status, notThere!.status, 'it is the same of a group that there is not')
      assert.equal(theirs!.status, 403)
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms',
      }
      const signing = { key, service: 'monitoring' }
      const call = await server.signed({ method: 'POST', target: '/', headers, body: '{}' }, signing)
      assert.equal(there!.status === 200, call.status === 200, name)
      return there!.status === 200
    }
    assert.equal(await mayRead('on-alarms', allow(action, alarms)), true)
    assert.equal(await mayRead('on-all', allow(action, '*')), true)
    assert.equal(await mayRead('on-the-group', allow(action, arnOf(own))), false)
    assert.equal(await mayRead('on-one-alarm', allow(action, alarms.replace('*', 'many'))), false)
    const tagged = (stage: string) => ({ Condition: { StringEquals: { 'aws:ResourceTag/stage': stage } } })
    assert.equal(await mayRead('by-tag-of-the-group', allow(action, '*', tagged('test'))), false)
    const denied = { Effect: 'Deny', Action: '*', Resource: '*', ...tagged('test') }
    assert.equal(await mayRead('denied-by-it', allow(action, '*'), denied), true)
  })
})

describe('threat 7: a session policy', () => {
  test('leaves of what a role may do what it says, in every operation and extension', async () => {
    const { accounts, sessions } = server.test.services
    const inlinePolicies = { all: JSON.stringify({ Statement: allow('*', '*') }) }
    const role = testRole('everything', { inlinePolicies })
    await accounts.change(home, () => ({ changes: [put('role', role)], output: null }))
    const policy = JSON.stringify({ Statement: allow('codeguru-profiler:GetProfile', arnOf(own)) })
    const key = await sessions.issue({
      subject: { kind: 'role', accountId: home, roleId: role.id, sessionName: 'limited' },
      session: {
        ...{ issuedAt: server.test.now, expiresAt: server.test.now + 3_600_000, mfaAt: null },
        ...{ policies: [policy], policyArns: [], tags: {}, transitiveTagKeys: [] },
        ...{ sourceIdentity: null, federatedProvider: null },
      },
    })
    await expectMatrix(key, ({ name }, group) => name === 'GetProfile' && group === own)
  })
})

describe('the policy of a group', () => {
  const permit = async (...principals: string[]): Promise<void> => {
    const target = `/profilingGroups/${own}/policy`
    const now = JSON.parse((await server.signed({ target })).text)
    const body = JSON.stringify({ principals, revisionId: now.revisionId })
    const headers = { 'content-type': 'application/json' }
    const answer = await server.signed({ method: 'PUT', target: `${target}/agentPermissions`, headers, body })
    assert.equal(answer.status, 200, answer.text)
  }

  test('lets the users it names send profiles to it, without a policy of their own', async () => {
    const named = await addUser('named')
    await permit(named.arn)
    await expectMatrix(named, ({ name }, group) => group === own && agents.includes(name))
  })

  test('lets users of another account in only where their own policies allow it, too', async () => {
    const without = await addUser('without', { accountId: foreign })
    const all = [allow('codeguru-profiler:*', '*')]
    const within = await addUser('within', { accountId: foreign, statements: all })
    await permit(without.arn, within.arn)
    const groups = [arnOf(own), arnOf(other), arnOf(absent)]
    await expectMatrix(without, () => false, groups)
    await expectMatrix(
      within,
      ({ name }, group) => concernsNone.includes(name) || (group === arnOf(own) && agents.includes(name)),
      groups,
    )
  })

  test('is inherited by nobody: a user made again under the name it gave has nothing', async () => {
    const first = await addUser('heir')
    await permit(first.arn)
    const again = await addUser('heir')
    await expectMatrix(again, () => false, [own])
  })

  test('leaves what an account may do to the account: its name alone gives nothing', async () => {
    const user = await addUser('resident')
    await permit(`arn:aws:iam::${home}:root`)
    await expectMatrix(user, () => false, [own])
  })

  test('a Deny of one’s own policies holds against it', async () => {
    const statements = [{ Effect: 'Deny', Action: '*', Resource: '*' }]
    const denied = await addUser('denied', { statements })
    await permit(denied.arn)
    await expectMatrix(denied, () => false, [own])
  })
})

describe('what a denial tells', () => {
  test('is who, what and on what, as IAM words it', async () => {
    const user = await addUser('curious')
    const { text } = await server.signed({ target: `/profilingGroups/${own}` }, { key: user })
    assert.equal(
      JSON.parse(text).message,
      `User: ${user.arn} is not authorized to perform: codeguru-profiler:DescribeProfilingGroup on resource: ` +
        `${arnOf(own)} because no identity-based policy allows the codeguru-profiler:DescribeProfilingGroup action`,
    )
  })

  test('threat 9: is the same for a group that there is and for one that there is not', async () => {
    const user = await addUser('prober')
    for (const operation of operations) {
      const [there, notThere] = await Promise.all(
        [own, absent].map((group) => server.signed(callOf(operation, group), { key: user })),
      )
      assert.equal(there!.status, 403, operation.name)
      assert.equal(there!.text.replaceAll(own, absent), notThere!.text, operation.name)
    }
  })
})

describe('a group that is made with tags', () => {
  const make = (key: AccessKey, tags: Readonly<Record<string, string>>) =>
    server.signed(
      {
        method: 'POST',
        target: `/profilingGroups?clientToken=${Object.values(tags).join('')}${key.accessKeyId}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ profilingGroupName: `made-by-${key.accessKeyId}`, tags }),
      },
      { key },
    )

  test('needs the right to tag, too', async () => {
    const create = allow('codeguru-profiler:CreateProfilingGroup', '*')
    const maker = await addUser('maker', { statements: [create] })
    assert.match((await make(maker, { team: 'blue' })).text, /perform: codeguru-profiler:TagResource/)
    assert.equal((await make(maker, {})).status, 201)
  })

  test('can be held to certain tags', async () => {
    const statements = [
      allow(['codeguru-profiler:CreateProfilingGroup', 'codeguru-profiler:TagResource'], '*', {
        Condition: {
          StringEquals: { 'aws:RequestTag/team': 'blue' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
        },
      }),
    ]
    const blue = await addUser('blue', { statements })
    assert.equal((await make(blue, { team: 'red' })).status, 403)
    assert.equal((await make(blue, { team: 'blue', more: 'x' })).status, 403)
    assert.equal((await make(blue, {})).status, 403)
    assert.equal((await make(blue, { team: 'blue' })).status, 201)
  })
})
