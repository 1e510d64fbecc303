/**
 * Every operation of the API × what it is about × who calls: who may and who may not, through the whole of the server.
 * Whoever may not is told so before anything is looked up: threat 7 and threat 9 of the threat model.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { operations } from '@wick/wire'
import { administratorAccess } from '../identity/administrator.ts'
import { groupExtensions } from '../operations/group-extensions.ts'
import {
  absent,
  addUser,
  agents,
  allow,
  arnOf,
  concernsNone,
  expectMatrix,
  foreign,
  home,
  isForeign,
  matrixCall,
  other,
  own,
  permit,
  startMatrixServer,
} from './testing/access-matrix.ts'
import type { AccessKey, TestServer } from './testing/test-server.ts'

let server: TestServer
before(async () => {
  server = await startMatrixServer()
})
after(() => server.close())

describe('threat 7: who may do what: every operation on one’s own group, another, none, and another account’s', () => {
  test('an administrator may do everything in the account, and nothing elsewhere', async () => {
    await expectMatrix(
      server,
      server.key,
      ({ name }, group) => !isForeign(group) || concernsNone.includes(name),
    )
  })

  test('a user without a policy may do nothing', async () => {
    await expectMatrix(server, await addUser(server, 'nobody'), () => false)
  })

  test('an administrator of another account may do nothing here', async () => {
    const stranger = await addUser(server, 'stranger', {
      accountId: foreign,
      attachedPolicies: [administratorAccess],
    })
    const groups = [arnOf(own), arnOf(absent)]
    await expectMatrix(server, stranger, ({ name }) => concernsNone.includes(name), groups)
  })

  test('an agent with its two actions on one group may do these on it, and nothing else', async () => {
    const actions = agents.map((name) => `codeguru-profiler:${name}`)
    const agent = await addUser(server, 'agent', { statements: [allow(actions, arnOf(own))] })
    await expectMatrix(server, agent, ({ name }, group) => group === own && agents.includes(name))
  })

  test('a viewer may look at one group and nothing else', async () => {
    const actions = ['codeguru-profiler:GetProfile', 'codeguru-profiler:DescribeProfilingGroup']
    const viewer = await addUser(server, 'viewer', { statements: [allow(actions, arnOf(own))] })
    const may = ['GetProfile', 'DescribeProfilingGroup']
    await expectMatrix(server, viewer, ({ name }, group) => group === own && may.includes(name))
  })

  test('what a policy allows on all groups it allows on one that there is not, too: the answer is 404 then', async () => {
    const reader = await addUser(server, 'reader', { statements: [allow('codeguru-profiler:Get*', '*')] })
    await expectMatrix(
      server,
      reader,
      ({ name }, group) => name.startsWith('Get') && (!isForeign(group) || concernsNone.includes(name)),
    )
  })

  test('a Deny by the tag of a group holds against everything that allows', async () => {
    const careful = await addUser(server, 'careful', {
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
      server,
      careful,
      ({ name }, group) =>
        (!isForeign(group) && group !== other) ||
        concernsNone.includes(name) ||
        (name === 'CreateProfilingGroup' && group === other),
    )
  })

  test('a permissions boundary allows nothing by itself, and nothing beyond it', async () => {
    const readOnly = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess'
    const bounded = await addUser(server, 'bounded', {
      statements: [allow('codeguru-profiler:*', arnOf(own))],
      permissionsBoundary: readOnly,
    })
    const reads = /^(BatchGet|Describe|Get|List)/
    await expectMatrix(
      server,
      bounded,
      ({ name }, group) => group === own && reads.test(name) && !concernsNone.includes(name),
    )
    const empty = await addUser(server, 'empty', { permissionsBoundary: administratorAccess })
    await expectMatrix(server, empty, () => false)
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
    await expectExtensions(await addUser(server, 'none'), () => false)
    const elsewhere = { accountId: foreign, attachedPolicies: [administratorAccess] }
    await expectExtensions(await addUser(server, 'elsewhere', elsewhere), (_, group) => !group.includes(home))
    await expectExtensions(server.key, (_, group) => !isForeign(group))
  })

  test('an agent has none of them, a viewer those that show its group', async () => {
    const agentOnly = allow(
      agents.map((name) => `codeguru-profiler:${name}`),
      arnOf(own),
    )
    await expectExtensions(await addUser(server, 'agent-only', { statements: [agentOnly] }), () => false)
    const viewing = ['codeguru-profiler:GetProfile', 'codeguru-profiler:DescribeProfilingGroup']
    const viewer = await addUser(server, 'viewer-only', { statements: [allow(viewing, arnOf(own))] })
    await expectExtensions(
      viewer,
      (action, group) => [own, arnOf(own)].includes(group) && viewing.includes(action),
    )
  })

  test('the alarms of a group are read by who may read alarms, not by who is given the action on the group', async () => {
    const action = 'cloudwatch:DescribeAlarms'
    const alarms = `arn:aws:cloudwatch:us-east-1:${home}:alarm:*`
    const mayRead = async (name: string, ...statements: object[]): Promise<boolean> => {
      const key = await addUser(server, name, { statements })
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

describe('the policy of a group', () => {
  test('lets the users it names send profiles to it, without a policy of their own', async () => {
    const named = await addUser(server, 'named')
    await permit(server, named.arn)
    await expectMatrix(server, named, ({ name }, group) => group === own && agents.includes(name))
  })

  test('lets users of another account in only where their own policies allow it, too', async () => {
    const without = await addUser(server, 'without', { accountId: foreign })
    const all = [allow('codeguru-profiler:*', '*')]
    const within = await addUser(server, 'within', { accountId: foreign, statements: all })
    await permit(server, without.arn, within.arn)
    const groups = [arnOf(own), arnOf(other), arnOf(absent)]
    await expectMatrix(server, without, () => false, groups)
    await expectMatrix(
      server,
      within,
      ({ name }, group) => concernsNone.includes(name) || (group === arnOf(own) && agents.includes(name)),
      groups,
    )
  })

  test('is inherited by nobody: a user made again under the name it gave has nothing', async () => {
    const first = await addUser(server, 'heir')
    await permit(server, first.arn)
    const again = await addUser(server, 'heir')
    await expectMatrix(server, again, () => false, [own])
  })

  test('leaves what an account may do to the account: its name alone gives nothing', async () => {
    const user = await addUser(server, 'resident')
    await permit(server, `arn:aws:iam::${home}:root`)
    await expectMatrix(server, user, () => false, [own])
  })

  test('a Deny of one’s own policies holds against it', async () => {
    const statements = [{ Effect: 'Deny', Action: '*', Resource: '*' }]
    const denied = await addUser(server, 'denied', { statements })
    await permit(server, denied.arn)
    await expectMatrix(server, denied, () => false, [own])
  })
})

describe('what a denial tells', () => {
  test('is who, what and on what, as IAM words it', async () => {
    const user = await addUser(server, 'curious')
    const { text } = await server.signed({ target: `/profilingGroups/${own}` }, { key: user })
    assert.equal(
      JSON.parse(text).message,
      `User: ${user.arn} is not authorized to perform: codeguru-profiler:DescribeProfilingGroup on resource: ` +
        `${arnOf(own)} because no identity-based policy allows the codeguru-profiler:DescribeProfilingGroup action`,
    )
  })

  test('threat 9: is the same for a group that there is and for one that there is not', async () => {
    const user = await addUser(server, 'prober')
    for (const operation of operations) {
      const [there, notThere] = await Promise.all(
        [own, absent].map((group) => server.signed(matrixCall(operation, group), { key: user })),
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
    const maker = await addUser(server, 'maker', { statements: [create] })
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
    const blue = await addUser(server, 'blue', { statements })
    assert.equal((await make(blue, { team: 'red' })).status, 403)
    assert.equal((await make(blue, { team: 'blue', more: 'x' })).status, 403)
    assert.equal((await make(blue, {})).status, 403)
    assert.equal((await make(blue, { team: 'blue' })).status, 201)
  })
})
