/**
 * Random worlds: two accounts with users, groups of users, roles and sessions, their policies of every kind, and profiling
 * groups with tags and policies. And random questions that somebody there asks.
 */
import { operations } from '@wick/wire'
import fc from 'fast-check'
import { builtInPolicies } from '../../access/built-in-policies.ts'
import { arbitraryDocument, type Document, type Words } from '../../access/testing/arbitrary-policy.ts'
import { groupExtensions } from '../../operations/group-extensions.ts'

export const accountIds = ['000000000000', '111111111111'] as const
type AccountId = (typeof accountIds)[number]
const [home, foreign] = accountIds

export const groupArn = (name: string, accountId: string): string =>
  `arn:aws:codeguru-profiler:us-east-1:${accountId}:profilingGroup/${name}`

const words: Words = {
  actions: [
    ...['*', '*', 'codeguru-profiler:*', 'codeguru-profiler:*', 'codeguru-profiler:*Agent*'],
    ...['codeguru-profiler:Get*', 'CODEGURU-PROFILER:configureagent', 'codeguru-profiler:?ist*'],
    ...['codeguru-profiler:*Tag*', 'codeguru-profiler:CreateProfilingGroup', 'codeguru-profiler:*Permission'],
    ...['wick:*', 'cloudwatch:Describe*', 'iam:*'],
  ],
  resources: [
    ...['*', '*', '*', groupArn('*', '*'), groupArn('*', home), groupArn('orders', home)],
    ...[groupArn('orders', foreign), groupArn('o*', '*'), groupArn('p?yments', home)],
    ...[groupArn('${aws:username}', '*'), groupArn("${aws:PrincipalTag/team, 'orders'}", home)],
    ...[groupArn('${aws:ResourceTag/stage}*', '*'), 'arn:aws:cloudwatch:*:*:alarm:*'],
  ],
  principals: [
    ...(['*', home, foreign, `arn:aws:iam::${home}:root`] as const).map((one) => ['AWS', one] as const),
    ...accountIds.flatMap((id) => [
      ['AWS', `arn:aws:iam::${id}:user/alice`] as const,
      ['AWS', `arn:aws:iam::${id}:role/hosts/agent`] as const,
      ['AWS', `arn:aws:sts::${id}:assumed-role/agent/one`] as const,
    ]),
    ['Service', 'codeguru-profiler.amazonaws.com'],
  ],
  accounts: accountIds,
  keys: {
    string: [
      ...['aws:username', 'aws:userid', 'aws:PrincipalType', 'aws:PrincipalAccount', 'aws:ResourceAccount'],
      ...['aws:PrincipalTag/team', 'aws:ResourceTag/stage', 'aws:RequestTag/stage', 'aws:TagKeys'],
      ...['aws:ResourceTag/STAGE', 'aws:RequestedRegion', 'aws:UserAgent', 'aws:Referer', 'aws:SourceVpce'],
      ...['aws:SourceIdentity', 'aws:TagKeys'],
    ],
    number: ['aws:MultiFactorAuthAge', 'aws:EpochTime', 'aws:PrincipalTag/team'],
    date: ['aws:CurrentTime', 'aws:TokenIssueTime', 'aws:EpochTime', 'aws:username'],
    bool: ['aws:SecureTransport', 'aws:MultiFactorAuthPresent', 'aws:ViaAWSService', 'aws:PrincipalTag/team'],
    binary: ['aws:PrincipalTag/team', 'aws:ResourceTag/stage'],
    address: ['aws:SourceIp', 'aws:SourceIp', 'aws:VpcSourceIp'],
    arn: ['aws:PrincipalArn', 'aws:PrincipalArn', 'aws:FederatedProvider'],
  },
  values: {
    string: [
      ...['alice', 'bob', 'A*', '?lice', '*', '', 'User', 'AssumedRole', 'AROA*:one', home, foreign],
      ...['blue', 'prod', 'test', 'stage', 'team', 'us-east-1', 'default', 'Boto3/1', 'https://x.example/'],
      ...['${aws:username}', '${aws:PrincipalTag/team}', '${aws:PrincipalAccount}', '${*}'],
    ],
    number: ['0', '60', '600.5', '7', '1e12'],
    date: ['2026-01-01T00:00:00Z', '2030', '1796000000', '4000000000'],
    bool: ['true', 'False'],
    binary: ['YQ==', 'YWI='],
    address: ['192.0.2.0/24', '192.0.2.7', '0.0.0.0/0', '2001:db8::/32', '::ffff:192.0.2.7', '10.0.0.0/8'],
    arn: [
      ...[`arn:aws:iam::${home}:user/alice`, 'arn:aws:iam::*:role/*', 'arn:*:*:*:*:*'],
      'arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}',
    ],
  },
}

const tags = (...keys: string[]): fc.Arbitrary<Readonly<Record<string, string>>> =>
  fc.dictionary(fc.constantFrom(...keys), fc.constantFrom('blue', 'prod', 'test', 'alice', 'YQ==', '7'), {
    maxKeys: keys.length,
    noNullPrototype: true,
  })
const someOf = <T>(items: readonly T[], maxLength: number): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...items), { maxLength })

/** Names of the account's own managed policies, and ARNs of those that ship with Wick. */
const managed = ['own-1', 'own-2', ...builtInPolicies.filter((one) => one.isAttachable).map(({ arn }) => arn)]

const held = {
  inline: fc.array(arbitraryDocument('identity', words), { maxLength: 3 }),
  attached: someOf(managed, 2),
}
const bounded = {
  boundary: fc.option(fc.constantFrom(...managed), { freq: 2 }),
  tags: tags('Team', 'other'),
}
const session = {
  mfaSecondsAgo: fc.option(fc.constantFrom(0, 59, 600)),
  sourceIdentity: fc.option(fc.constantFrom('alice', 'blue')),
}

const user = fc.record({ ...held, ...bounded, session: fc.record(session), isInCrew: fc.boolean() })
const role = fc.record({
  ...held,
  ...bounded,
  session: fc.record({
    ...session,
    tags: tags('team'),
    federatedProvider: fc.option(fc.constantFrom(`arn:aws:iam::${home}:oidc-provider/issuer.example`)),
    policies: fc.option(
      fc.record({
        inline: fc.array(arbitraryDocument('session', words), { maxLength: 1 }),
        managed: someOf(managed, 1),
      }),
      { freq: 2 },
    ),
  }),
})
const managedPolicy = fc.record({
  versions: fc.tuple(arbitraryDocument('identity', words), arbitraryDocument('identity', words)),
  defaultVersion: fc.constantFrom(0, 1),
})

/** Whom policies of profiling groups name. The last of each account there never was. */
const principalArns = accountIds.flatMap((id) =>
  ['user/alice', 'user/bob', 'role/hosts/agent', 'root', 'user/nobody'].map(
    (name) => `arn:aws:iam::${id}:${name}`,
  ),
)
const principals = fc.uniqueArray(fc.constantFrom(...principalArns), { minLength: 1, maxLength: 4 })

const profilingGroup = fc.record({
  tags: tags('Stage', 'team'),
  principals: fc.option(principals),
})
const groupNames = ['orders', 'payments', 'alice'] as const

const account = fc.record({
  users: fc.record({ alice: user, bob: user }),
  crew: fc.record(held),
  roles: fc.record({ agent: role, viewer: role }),
  policies: fc.record({ 'own-1': managedPolicy, 'own-2': managedPolicy }),
  groups: fc.record(
    { orders: profilingGroup, payments: profilingGroup, alice: profilingGroup },
    { requiredKeys: [] },
  ),
})

export const arbitraryWorld = fc.record({
  accounts: fc.record({ [home]: account, [foreign]: account }),
  guardrails: fc.oneof(
    { weight: 4, arbitrary: fc.constant<Document[]>([]) },
    { weight: 1, arbitrary: fc.array(arbitraryDocument('endpoint', words), { minLength: 1, maxLength: 2 }) },
  ),
})
export type World = typeof arbitraryWorld extends fc.Arbitrary<infer T> ? T : never
export type AccountPlan = World['accounts'][AccountId]

/** Users with their keys and with a session of theirs, sessions of roles. */
const callers = ['alice', 'bob', 'session of alice', 'agent', 'viewer'] as const

/** All 23 of the API, those of agents more often: only these can be allowed by a profiling group's own policy. And ours. */
const calls = [
  ...operations.map(({ name }) => name),
  ...Array.from({ length: 8 }, () => ['ConfigureAgent', 'PostAgentProfile'] as const).flat(),
  ...groupExtensions.map(({ name }) => name),
]

export const arbitraryQuestion = fc.record({
  callerAccountId: fc.constantFrom(...accountIds),
  caller: fc.constantFrom(...callers),
  call: fc.constantFrom(...calls),
  /** Of the profiling group that it is about. */
  groupAccountId: fc.constantFrom(...accountIds),
  group: fc.constantFrom(...groupNames, 'absent'),
  /** Also in one's own account. */
  isByArn: fc.boolean(),
  tags: tags('stage', 'team').filter((all) => Object.keys(all).length > 0),
  hasTags: fc.boolean(),
  principals,
  userAgent: fc.option(fc.constantFrom('Boto3/1', '*')),
  referer: fc.option(fc.constantFrom('https://x.example/')),
  address: fc.constantFrom('192.0.2.7', '198.51.100.9', '2001:db8::1'),
  isSecure: fc.boolean(),
})
export type Question = typeof arbitraryQuestion extends fc.Arbitrary<infer T> ? T : never
