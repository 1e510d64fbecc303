/** Random policies and requests out of the same words: values of the right kind and of none, names that are wildcards. */
import fc from 'fast-check'
import type { AccessRequest, NamedPolicy } from '../access-request.ts'
import type { PolicyKind } from '../policy.ts'
import { arbitraryDocument, type Document, type Words } from './arbitrary-policy.ts'
import type { NaiveRequest } from './naive-evaluate.ts'
import { account, agentSession, alice, otherAccount, policy } from './requests.ts'

type Caller = NaiveRequest['caller']

const callers: readonly Caller[] = [
  alice,
  {
    ...alice,
    arn: `arn:aws:iam::${otherAccount}:user/eve`,
    id: 'AIDAEVEEVEEVEEVEEVE1',
    accountId: otherAccount,
  },
  agentSession,
  { ...agentSession, arn: `arn:aws:sts::${account}:assumed-role/agent/host-2` },
  { kind: 'root', arn: `arn:aws:iam::${account}:root`, accountId: account },
  { kind: 'service', service: 'svc.amazonaws.com' },
  { kind: 'web-identity', provider: 'issuer.example.com' },
]

const actions = ['svc:Get', 'svc:GetAll', 'svc:Put', 'other:Get']
const actionPatterns = [
  '*',
  'svc:*',
  'svc:Get',
  'SVC:get',
  'svc:G?t',
  'svc:Get*',
  'svc:*t',
  'other:*',
  'other:?et',
]

const arn = (name: string): string => `arn:aws:svc:eu-1:${account}:thing/${name}`
const resources = [
  '*',
  arn('a'),
  arn('alice'),
  arn('*'),
  arn('a/b:c'),
  `arn:aws:svc:us-1:${otherAccount}:thing/a`,
  'thing',
]
const resourcePatterns = [
  '*',
  arn('*'),
  arn('a'),
  arn('?'),
  arn('a*'),
  `arn:aws:svc:*:${account}:*`,
  'arn:*:svc:*-1:*:thing/*',
  'arn:aws:svc:eu-?:*:thing/a/b:*',
  arn('${aws:username}'),
  arn("${aws:username, 'a'}"),
  arn('${k:One}*'),
  arn('${*}'),
]

const principalValues: readonly (readonly [string, string])[] = [
  ['AWS', '*'],
  ['AWS', account],
  ['AWS', `arn:aws:iam::${account}:root`],
  ['AWS', otherAccount],
  ['AWS', alice.arn],
  ['AWS', alice.id],
  ['AWS', `arn:aws:iam::${otherAccount}:user/eve`],
  ['AWS', agentSession.arn],
  ['AWS', agentSession.roleArn],
  ['AWS', agentSession.id],
  ['Service', 'svc.amazonaws.com'],
  ['Federated', 'issuer.example.com'],
  ['Federated', 'svc.amazonaws.com'],
  ['Service', 'issuer.example.com'],
]

const kinds: Words['values'] = {
  string: [
    '',
    'a',
    'A',
    'alice',
    '*',
    '?',
    'a*',
    '*a',
    '?lice',
    'Ä',
    '${aws:username}',
    "${k:One, 'A'}",
    '${k:Many}',
    '${*}',
    'x${k:One}*',
  ],
  number: ['0', '1', '1.0', '-2.5', '1e1', '10'],
  date: ['2024', '2024-01', '2024-01-01T00:00:00Z', '2024-01-01T02:00+02:00', '1704067200', '1704067201'],
  bool: ['true', 'False', '${k:One}', "${aws:username, 'true'}"],
  binary: ['', 'YQ==', 'YWI=', 'AAA='],
  address: [
    '10.0.0.1',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '::ffff:0:0/64',
    '::ffff:10.0.0.1',
    '2001:db8::/32',
    '::1',
  ],
  arn: [arn('a'), arn('*'), 'arn:*:*:*:*:*', 'arn:aws:svc:::x', '${k:One}', arn('${aws:username}')],
}

const keys = ['aws:username', 'k:One', 'k:one2', 'k:Many', 'K:many2']
const values = [...new Set(Object.values(kinds).flat()), 'nonsense', 'TRUE', '10.0.0.256', '\u{1f600}']
/** Every key is compared with everything. */
const words: Words = {
  actions: actionPatterns,
  resources: resourcePatterns,
  principals: principalValues,
  accounts: [account, otherAccount],
  keys: { string: keys, number: keys, date: keys, bool: keys, binary: keys, address: keys, arn: keys },
  values: kinds,
}
const document = (kind: PolicyKind): fc.Arbitrary<Document> => arbitraryDocument(kind, words)

const contexts = fc.record(
  {
    'aws:username': fc.constantFrom(...values),
    'k:one': fc.constantFrom(...values),
    'k:one2': fc.constantFrom(...values),
    'k:many': fc.array(fc.constantFrom(...values), { maxLength: 3 }),
    'k:many2': fc.array(fc.constantFrom(...values), { maxLength: 3 }),
  },
  { requiredKeys: [] },
)

/** All policies that may take part in a decision. */
export interface Policies {
  readonly identity: readonly Document[]
  readonly boundary: Document | null
  readonly session: readonly Document[] | null
  readonly resourcePolicy: Document | null
  readonly isTrust: boolean
  readonly guardrails: readonly Document[]
}

const resourcePolicy = fc.constantFrom<PolicyKind | null>('resource', 'trust', null).chain((kind) =>
  fc.record({
    isTrust: fc.constant(kind === 'trust'),
    resourcePolicy: kind === null ? fc.constant(null) : document(kind),
  }),
)

export const arbitraryPolicies: fc.Arbitrary<Policies> = fc
  .record({
    identity: fc.array(document('identity'), { maxLength: 2 }),
    boundary: fc.option(document('boundary'), { freq: 2 }),
    session: fc.option(fc.array(document('session'), { maxLength: 2 }), { freq: 2 }),
    resource: resourcePolicy,
    guardrails: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(document('endpoint'), { minLength: 1, maxLength: 2 }) },
    ),
  })
  .map(({ resource, ...others }) => ({ ...others, ...resource }))

export type Question = Pick<NaiveRequest, 'caller' | 'action' | 'resource' | 'resourceAccountId' | 'context'>

export const arbitraryQuestion: fc.Arbitrary<Question> = fc.record({
  caller: fc.constantFrom(...callers),
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
  resourceAccountId: fc.constantFrom(account, account, otherAccount),
  context: contexts,
})

/** The policies as the evaluator takes them. Throws when one is refused: all of them are in the grammar. */
export function parsed(
  policies: Policies,
): Omit<AccessRequest, 'principal' | 'action' | 'resource' | 'resourceAccountId' | 'context'> {
  const name =
    (kind: PolicyKind) =>
    (source: Document): NamedPolicy => ({ name: kind, policy: policy(source, kind) })
  const { boundary, session, resourcePolicy, isTrust } = policies
  return {
    identityPolicies: policies.identity.map(name('identity')),
    permissionsBoundary: boundary === null ? null : name('boundary')(boundary),
    sessionPolicies: session === null ? null : session.map(name('session')),
    resourcePolicy: resourcePolicy === null ? null : name(isTrust ? 'trust' : 'resource')(resourcePolicy),
    guardrails: policies.guardrails.map(name('endpoint')),
  }
}

export function asked({
  caller,
  action,
  resource,
  resourceAccountId,
  context,
}: Question): Pick<AccessRequest, 'principal' | 'action' | 'resource' | 'resourceAccountId' | 'context'> {
  return { principal: caller, action, resource, resourceAccountId, context: new Map(Object.entries(context)) }
}
