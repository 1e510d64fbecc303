import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AccessRequest, Decision } from './access-request.ts'
import { evaluate } from './evaluate.ts'
import type { PolicyKind } from './policy.ts'
import { account, agentSession, alice, group, named, otherAccount, request } from './testing/requests.ts'

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' }
const denyAll = { Effect: 'Deny', Action: '*', Resource: '*' }
const allowOther = { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }

const identity = [named(allowAll)]
const root = `arn:aws:iam::${account}:root`
const service = { kind: 'service', service: 'codeguru-profiler.amazonaws.com' } as const
const webIdentity = { kind: 'web-identity', provider: 'accounts.google.com' } as const
const rootUser = { kind: 'root', arn: root, accountId: account } as const
const stranger = { ...alice, arn: `arn:aws:iam::${otherAccount}:user/eve`, accountId: otherAccount }

/** A resource's policy that allows (or denies) these principals everything. */
function resource(Principal: unknown, kind: PolicyKind = 'resource', Effect = 'Allow') {
  return named({ Effect, Principal, Action: '*', Resource: '*' }, kind)
}

/** `allow`, `identity` (nothing there allows), `explicit identity` (something there denies). */
function verdict(part: Partial<AccessRequest>): string {
  const decision = evaluate(request(part))
  if (decision.kind === 'allow') return 'allow'
  return decision.isExplicit ? `explicit ${decision.layer}` : decision.layer
}

/** What has been decided about a request: the layers' policies, and who asks. */
type Case = readonly [title: string, part: Partial<AccessRequest>, wanted: string]

const limits = {
  permissionsBoundary: named(allowOther, 'boundary'),
  sessionPolicies: [named(allowOther, 'session')],
}

const cases: readonly Case[] = [
  ['nobody may do anything without a policy', {}, 'identity'],
  ['a policy of the identity allows', { identityPolicies: identity }, 'allow'],
  ['one of several is enough', { identityPolicies: [named(allowOther), named(allowAll)] }, 'allow'],
  ['one that allows something else does not', { identityPolicies: [named(allowOther)] }, 'identity'],

  [
    'a Deny beats an Allow in the same policy',
    { identityPolicies: [named([allowAll, denyAll])] },
    'explicit identity',
  ],
  ['and in another', { identityPolicies: [named(allowAll), named(denyAll)] }, 'explicit identity'],
  [
    'a Deny in the boundary',
    { identityPolicies: identity, permissionsBoundary: named([allowAll, denyAll], 'boundary') },
    'explicit boundary',
  ],
  [
    'a Deny in a session policy',
    { identityPolicies: identity, sessionPolicies: [named([allowAll, denyAll], 'session')] },
    'explicit session',
  ],
  [
    'a Deny of the resource',
    { identityPolicies: identity, resourcePolicy: resource('*', 'resource', 'Deny') },
    'explicit resource',
  ],
  [
    'a Deny of the resource for others',
    { identityPolicies: identity, resourcePolicy: resource({ AWS: stranger.arn }, 'resource', 'Deny') },
    'allow',
  ],
  [
    'a Deny of a guardrail',
    { identityPolicies: identity, guardrails: [named([allowAll, denyAll], 'endpoint')] },
    'explicit guardrail',
  ],
  [
    'a Deny in a policy beats naming the user',
    { identityPolicies: [named(denyAll)], resourcePolicy: resource({ AWS: alice.arn }) },
    'explicit identity',
  ],

  [
    'the boundary must allow too',
    { identityPolicies: identity, permissionsBoundary: named(allowOther, 'boundary') },
    'boundary',
  ],
  ['a boundary grants nothing', { permissionsBoundary: named(allowAll, 'boundary') }, 'identity'],
  ['both allow', { identityPolicies: identity, permissionsBoundary: named(allowAll, 'boundary') }, 'allow'],
  [
    'a session policy must allow too',
    { identityPolicies: identity, sessionPolicies: [named(allowOther, 'session')] },
    'session',
  ],
  [
    'one session policy is enough',
    {
      identityPolicies: identity,
      sessionPolicies: [named(allowOther, 'session'), named(allowAll, 'session')],
    },
    'allow',
  ],
  ['a session policy grants nothing', { sessionPolicies: [named(allowAll, 'session')] }, 'identity'],
  [
    'no session policies that were passed allow nothing',
    { identityPolicies: identity, sessionPolicies: [] },
    'session',
  ],
  ['boundary before session', { identityPolicies: identity, ...limits }, 'boundary'],

  [
    'each guardrail must allow',
    { identityPolicies: identity, guardrails: [named(allowAll, 'endpoint'), named(allowOther, 'endpoint')] },
    'guardrail',
  ],
  [
    'all guardrails allow',
    { identityPolicies: identity, guardrails: [named(allowAll, 'endpoint'), named(allowAll, 'endpoint')] },
    'allow',
  ],
  ['a guardrail grants nothing', { guardrails: [named(allowAll, 'endpoint')] }, 'identity'],
  [
    'a guardrail that allows somebody else',
    { identityPolicies: identity, guardrails: [resource({ AWS: stranger.arn }, 'endpoint')] },
    'guardrail',
  ],
  [
    'a guardrail that allows everybody',
    { identityPolicies: identity, guardrails: [resource('*', 'endpoint')] },
    'allow',
  ],

  ['a resource that names the user allows', { resourcePolicy: resource({ AWS: alice.arn }) }, 'allow'],
  ['by the unique id too', { resourcePolicy: resource({ AWS: alice.id }) }, 'allow'],
  [
    'whatever boundary and session policy leave out',
    { resourcePolicy: resource({ AWS: alice.arn }), ...limits },
    'allow',
  ],
  [
    'but not what a guardrail leaves out',
    { resourcePolicy: resource({ AWS: alice.arn }), guardrails: [named(allowOther, 'endpoint')] },
    'guardrail',
  ],
  [
    'a resource that names the session allows, unlimited',
    { principal: agentSession, resourcePolicy: resource({ AWS: agentSession.arn }), ...limits },
    'allow',
  ],
  [
    'a resource that names the role allows',
    { principal: agentSession, resourcePolicy: resource({ AWS: agentSession.roleArn }) },
    'allow',
  ],
  [
    'by the role’s unique id too',
    { principal: agentSession, resourcePolicy: resource({ AWS: agentSession.id }) },
    'allow',
  ],
  [
    'limited by the boundary',
    {
      principal: agentSession,
      resourcePolicy: resource({ AWS: agentSession.roleArn }),
      permissionsBoundary: limits.permissionsBoundary,
    },
    'boundary',
  ],
  [
    'limited by session policies',
    {
      principal: agentSession,
      resourcePolicy: resource({ AWS: agentSession.roleArn }),
      sessionPolicies: limits.sessionPolicies,
    },
    'session',
  ],
  [
    'role and session named: the session counts',
    {
      principal: agentSession,
      resourcePolicy: resource({ AWS: [agentSession.roleArn, agentSession.arn] }),
      ...limits,
    },
    'allow',
  ],
  [
    'in two statements too',
    {
      principal: agentSession,
      resourcePolicy: named(
        [agentSession.arn, agentSession.roleArn].map((AWS) => ({ ...allowAll, Principal: { AWS } })),
        'resource',
      ),
      ...limits,
    },
    'allow',
  ],
  ['everybody may', { resourcePolicy: resource('*') }, 'allow'],
  ['everybody, written as AWS', { resourcePolicy: resource({ AWS: '*' }) }, 'allow'],
  [
    'everybody, within the boundary',
    { resourcePolicy: resource('*'), permissionsBoundary: limits.permissionsBoundary },
    'boundary',
  ],
  ['the account leaves it to its policies', { resourcePolicy: resource({ AWS: root }) }, 'identity'],
  ['which allow', { resourcePolicy: resource({ AWS: account }), identityPolicies: identity }, 'allow'],
  ['another user is named', { resourcePolicy: resource({ AWS: stranger.arn }) }, 'identity'],
  [
    'a resource that allows nothing leaves it to the identity',
    { resourcePolicy: resource({ AWS: stranger.arn }), identityPolicies: identity },
    'allow',
  ],
  [
    'a successor of the same name is not named by the id',
    { principal: { ...alice, id: 'AIDASUCCESSORSUCCESS' }, resourcePolicy: resource({ AWS: alice.id }) },
    'identity',
  ],

  ['another account: the identity alone', { principal: stranger, identityPolicies: identity }, 'resource'],
  [
    'another account: the resource alone',
    { principal: stranger, resourcePolicy: resource({ AWS: stranger.arn }) },
    'identity',
  ],
  [
    'another account: both',
    { principal: stranger, identityPolicies: identity, resourcePolicy: resource({ AWS: stranger.arn }) },
    'allow',
  ],
  [
    'another account: both, by account',
    { principal: stranger, identityPolicies: identity, resourcePolicy: resource({ AWS: otherAccount }) },
    'allow',
  ],
  [
    'another account: the resource names the wrong account',
    { principal: stranger, identityPolicies: identity, resourcePolicy: resource({ AWS: account }) },
    'resource',
  ],
  [
    'another account: limited by the boundary',
    {
      principal: stranger,
      identityPolicies: identity,
      resourcePolicy: resource({ AWS: stranger.arn }),
      permissionsBoundary: limits.permissionsBoundary,
    },
    'boundary',
  ],
  [
    'another account: limited by session policies',
    {
      principal: stranger,
      identityPolicies: identity,
      resourcePolicy: resource({ AWS: stranger.arn }),
      sessionPolicies: limits.sessionPolicies,
    },
    'session',
  ],

  [
    'a trust policy must allow, whatever the identity may',
    { identityPolicies: identity, resourcePolicy: resource({ AWS: stranger.arn }, 'trust') },
    'resource',
  ],
  [
    'a trust policy that names the user is enough',
    { resourcePolicy: resource({ AWS: alice.arn }, 'trust') },
    'allow',
  ],
  [
    'one that names the account leaves it to its policies',
    { resourcePolicy: resource({ AWS: account }, 'trust') },
    'identity',
  ],
  [
    'which allow to assume it',
    { identityPolicies: identity, resourcePolicy: resource({ AWS: account }, 'trust') },
    'allow',
  ],
  [
    'from another account both must allow',
    { principal: stranger, resourcePolicy: resource({ AWS: stranger.arn }, 'trust') },
    'identity',
  ],
  [
    'and do',
    {
      principal: stranger,
      identityPolicies: identity,
      resourcePolicy: resource({ AWS: stranger.arn }, 'trust'),
    },
    'allow',
  ],

  [
    'a service is allowed by the resource alone',
    { principal: service, resourcePolicy: resource({ Service: service.service }, 'trust') },
    'allow',
  ],
  [
    'another service is not',
    { principal: service, resourcePolicy: resource({ Service: 'sns.amazonaws.com' }, 'trust') },
    'resource',
  ],
  [
    'a service is no AWS principal of that name',
    { principal: service, resourcePolicy: resource({ Federated: service.service }, 'trust') },
    'resource',
  ],
  ['a service without a policy', { principal: service, identityPolicies: identity }, 'resource'],
  [
    'a web identity is allowed by a trust policy',
    { principal: webIdentity, resourcePolicy: resource({ Federated: webIdentity.provider }, 'trust') },
    'allow',
  ],
  [
    'a web identity of another provider is not',
    { principal: webIdentity, resourcePolicy: resource({ Federated: 'www.amazon.com' }, 'trust') },
    'resource',
  ],

  ['the account itself may do everything', { principal: rootUser }, 'allow'],
  [
    'but what a guardrail leaves out',
    { principal: rootUser, guardrails: [named(allowOther, 'endpoint')] },
    'guardrail',
  ],
  [
    'or the resource denies',
    { principal: rootUser, resourcePolicy: resource({ AWS: account }, 'resource', 'Deny') },
    'explicit resource',
  ],
  [
    'the account itself, in another account',
    { principal: rootUser, resourceAccountId: otherAccount },
    'resource',
  ],
  [
    'where it is named',
    { principal: rootUser, resourceAccountId: otherAccount, resourcePolicy: resource({ AWS: account }) },
    'allow',
  ],
]

describe('who may', () => {
  for (const [title, part, wanted] of cases) test(title, () => assert.equal(verdict(part), wanted))
})

/** A Deny for all but these, in a resource's policy that otherwise lets Alice and the agent in. */
function allBut(AWS: readonly string[]) {
  return named(
    [
      { ...allowAll, Principal: '*' },
      { ...denyAll, NotPrincipal: { AWS } },
    ],
    'resource',
  )
}

describe('NotPrincipal excepts a caller only by all of its names', () => {
  const cases: readonly Case[] = [
    ['user and account', { resourcePolicy: allBut([alice.arn, root]) }, 'allow'],
    ['another user of the account', { resourcePolicy: allBut([`${alice.arn}2`, root]) }, 'explicit resource'],
    ['the account alone', { resourcePolicy: allBut([root]) }, 'explicit resource'],
    ['the unique id alone', { resourcePolicy: allBut([alice.id]) }, 'explicit resource'],
    ['unique id and account', { resourcePolicy: allBut([alice.id, account]) }, 'allow'],
    ['the account itself', { principal: rootUser, resourcePolicy: allBut([account]) }, 'allow'],
    [
      'role and account',
      { principal: agentSession, resourcePolicy: allBut([agentSession.roleArn, root]) },
      'explicit resource',
    ],
    [
      'session, role and account',
      { principal: agentSession, resourcePolicy: allBut([agentSession.arn, agentSession.roleArn, root]) },
      'allow',
    ],
    ['everybody', { resourcePolicy: allBut(['*']) }, 'allow'],
    [
      'a service that is not listed',
      { principal: service, resourcePolicy: allBut([root]) },
      'explicit resource',
    ],
    [
      'a service that is',
      {
        principal: service,
        resourcePolicy: named(
          [
            { ...allowAll, Principal: '*' },
            { ...denyAll, NotPrincipal: { Service: service.service } },
          ],
          'resource',
        ),
      },
      'allow',
    ],
  ]
  for (const [title, part, wanted] of cases) test(title, () => assert.equal(verdict(part), wanted))
})

describe('a denial says in AWS’s words why', () => {
  const who = `User: ${alice.arn} is not authorized to perform: codeguru-profiler:GetProfile on resource: ${group}`
  const allows = 'allows the codeguru-profiler:GetProfile action'
  const denyResource = resource('*', 'resource', 'Deny')
  const cases: readonly Case[] = [
    ['identity', {}, `${who} because no identity-based policy ${allows}`],
    [
      'boundary',
      { identityPolicies: identity, permissionsBoundary: limits.permissionsBoundary },
      `${who} because no permissions boundary ${allows}`,
    ],
    [
      'session',
      { identityPolicies: identity, sessionPolicies: [] },
      `${who} because no session policy ${allows}`,
    ],
    [
      'guardrail',
      { guardrails: [named(allowOther, 'endpoint')] },
      `${who} because no VPC endpoint policy ${allows}`,
    ],
    ['resource', { resourceAccountId: otherAccount }, `${who} because no resource-based policy ${allows}`],
    [
      'trust',
      { resourcePolicy: resource({ AWS: stranger.arn }, 'trust') },
      `${who} because no role trust policy ${allows}`,
    ],
    [
      'identity, explicit',
      { identityPolicies: [named(denyAll)] },
      `${who} with an explicit deny in an identity-based policy`,
    ],
    [
      'boundary, explicit',
      { permissionsBoundary: named(denyAll, 'boundary') },
      `${who} with an explicit deny in a permissions boundary`,
    ],
    [
      'session, explicit',
      { sessionPolicies: [named(denyAll, 'session')] },
      `${who} with an explicit deny in a session policy`,
    ],
    [
      'guardrail, explicit',
      { guardrails: [named(denyAll, 'endpoint')] },
      `${who} with an explicit deny in a VPC endpoint policy`,
    ],
    [
      'resource, explicit',
      { resourcePolicy: denyResource },
      `${who} with an explicit deny in a resource-based policy`,
    ],
    [
      'trust, explicit',
      { resourcePolicy: resource('*', 'trust', 'Deny') },
      `${who} with an explicit deny in the role trust policy`,
    ],
  ]
  for (const [title, part, wanted] of cases)
    test(title, () => {
      const decision = evaluate(request(part))
      assert.equal(decision.kind === 'deny' && decision.message, wanted)
    })

  test('callers without an ARN are called by their name', () => {
    for (const principal of [service, webIdentity]) {
      const decision = evaluate(request({ principal }))
      const name = principal.kind === 'service' ? principal.service : principal.provider
      assert.ok(decision.kind === 'deny' && decision.message.startsWith(`User: ${name} is not authorized`))
    }
  })
})

describe('a decision explains itself', () => {
  function decide(statements: unknown, part: Partial<AccessRequest> = {}): Decision {
    return evaluate(request({ identityPolicies: [named(statements, 'identity', 'ops')], ...part }))
  }

  test('an allowed request names every statement that allows', () => {
    const decision = decide([allowOther, { Sid: 'All', ...allowAll }, allowAll])
    assert.deepEqual(decision, {
      kind: 'allow',
      matched: [
        { layer: 'identity', policy: 'ops', sid: 'All', index: 1, line: 1, effect: 'Allow' },
        { layer: 'identity', policy: 'ops', sid: null, index: 2, line: 1, effect: 'Allow' },
      ],
    })
  })

  test('an explicit denial names the statements that deny and nothing else', () => {
    const decision = decide([allowAll, { Sid: 'No', ...denyAll }])
    assert.ok(decision.kind === 'deny' && decision.isExplicit)
    assert.deepEqual(
      decision.matched.map(({ sid, index }) => [sid, index]),
      [['No', 1]],
    )
    assert.deepEqual(decision.missed, [])
  })

  test('otherwise it says of each Allow what did not match, and what else allowed', () => {
    const get = { Effect: 'Allow', Action: 'codeguru-profiler:Get*' }
    const decision = decide(
      [
        allowOther,
        { Effect: 'Allow', NotAction: ['codeguru-profiler:*', 'iam:*'], Resource: '*' },
        { ...get, Resource: 'arn:aws:codeguru-profiler:*:*:profilingGroup/web' },
        { ...get, Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } },
        {
          ...get,
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': true }, Null: { 'aws:TagKeys': false } },
        },
        { ...denyAll, Action: 'iam:*' },
      ],
      {
        context: new Map<string, string | string[]>([
          ['aws:principaltag/team', 'red'],
          ['aws:securetransport', 'true'],
          ['aws:tagkeys', []],
        ]),
        resourcePolicy: named([{ ...allowAll, Principal: { AWS: stranger.arn } }], 'resource', 'orders'),
        permissionsBoundary: named(allowAll, 'boundary'),
      },
    )
    assert.ok(decision.kind === 'deny')
    assert.deepEqual(
      decision.missed.map(({ policy, index, failed, detail }) => `${policy}[${index}] ${failed}: ${detail}`),
      [
        `orders[0] principal: Principal ${stranger.arn}`,
        'ops[0] action: Action iam:ListUsers',
        'ops[1] action: NotAction codeguru-profiler:*, iam:*',
        'ops[2] resource: Resource arn:aws:codeguru-profiler:*:*:profilingGroup/web',
        'ops[3] condition: StringEquals aws:PrincipalTag/team: the request has "red"',
        'ops[4] condition: Null aws:TagKeys: the request has nothing',
      ],
    )
    assert.deepEqual(
      decision.matched.map(({ layer }) => layer),
      ['boundary'],
    )
  })
})
