/**
 * What one decision costs a caller with 20 identity policies, a permissions boundary, a session policy and an endpoint
 * policy: CPU microseconds for a call that is allowed, one that nothing allows (its explanation included) and one that is
 * denied; the 99th percentile of single calls; and reading a policy, which is done once. Beside each the naive evaluator on
 * the same policies in the same run. Prints JSON lines; asserts nothing about time.
 */
import type { AccessRequest, NamedPolicy } from '../packages/server/src/access/access-request.ts'
import { evaluate } from '../packages/server/src/access/evaluate.ts'
import { parsePolicy } from '../packages/server/src/access/parse-policy.ts'
import type { PolicyKind } from '../packages/server/src/access/policy.ts'
import { naiveEvaluate } from '../packages/server/src/access/testing/naive-evaluate.ts'

const account = '111122223333'
const arn = (group: string): string =>
  `arn:aws:codeguru-profiler:eu-west-1:${account}:profilingGroup/${group}`

/** As people write them: agents and viewers of groups, networks, regions, tags, variables. */
function statementsOf(policy: number): object[] {
  const read = ['codeguru-profiler:GetProfile', 'codeguru-profiler:Describe*', 'codeguru-profiler:List*']
  switch (policy % 5) {
    case 0:
      return [{ Effect: 'Allow', Action: read, Resource: arn(`group-${policy}`) }]
    case 1:
      return [
        {
          Effect: 'Allow',
          Action: ['codeguru-profiler:ConfigureAgent', 'codeguru-profiler:PostAgentProfile'],
          Resource: [arn(`group-${policy}`), arn(`team-${policy}-*`)],
          Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.168.0.0/16', '2001:db8::/32'] } },
        },
      ]
    case 2:
      return [
        { Effect: 'Allow', Action: 'iam:Get*', Resource: `arn:aws:iam::${account}:user/\${aws:username}` },
        {
          Effect: 'Allow',
          Action: read,
          Resource: arn(`\${aws:PrincipalTag/team}-*-${policy}`),
          Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
        },
      ]
    case 3:
      return [
        {
          Effect: 'Deny',
          Action: ['codeguru-profiler:Delete*', 'codeguru-profiler:*TagResource'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceTag/stage': 'prod' } },
        },
      ]
    default:
      return [
        {
          Effect: 'Allow',
          NotAction: ['iam:*', 'sts:*'],
          Resource: arn(`sandbox-${policy}*`),
          Condition: {
            Bool: { 'aws:SecureTransport': true },
            DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' },
          },
        },
      ]
  }
}

type Document = Parameters<typeof naiveEvaluate>[0]['identity'][number]

const documents = Array.from(
  { length: 20 },
  (_, index) => ({ Version: '2012-10-17', Statement: statementsOf(index) }) as unknown as Document,
)
const wide = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'codeguru-profiler:*', Resource: '*' }],
} as unknown as Document

function named(document: Document, kind: PolicyKind): NamedPolicy {
  const parsed = parsePolicy(JSON.stringify(document), kind)
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems))
  return { name: kind, policy: parsed.policy }
}

const principal = {
  kind: 'user',
  arn: `arn:aws:iam::${account}:user/alice`,
  accountId: account,
  id: 'AIDAALICEALICEALICE1',
} as const
const context = {
  'aws:username': 'alice',
  'aws:userid': principal.id,
  'aws:principalarn': principal.arn,
  'aws:principaltag/team': 'orders',
  'aws:sourceip': '10.1.2.3',
  'aws:securetransport': 'true',
  'aws:currenttime': '2025-11-25T12:00:00Z',
  'aws:epochtime': '1764072000',
  'aws:requestedregion': 'eu-west-1',
  'aws:resourcetag/stage': 'prod',
  'aws:useragent': 'aws-cli/2.0',
}
const policies = {
  identityPolicies: documents.map((one) => named(one, 'identity')),
  permissionsBoundary: named(wide, 'boundary'),
  sessionPolicies: [named(wide, 'session')],
  resourcePolicy: null,
  guardrails: [named(wide, 'endpoint')],
}

const questions = {
  allowed: { action: 'codeguru-profiler:PostAgentProfile', resource: arn('team-16-web') },
  not_allowed: { action: 'codeguru-profiler:PostAgentProfile', resource: arn('elsewhere') },
  denied: { action: 'codeguru-profiler:DeleteProfilingGroup', resource: arn('sandbox-4') },
}

/** CPU microseconds of one call: the median of some rounds of many. */
function cpuOf(calls: number, call: () => unknown): number {
  const taken: number[] = []
  for (let round = 0; round < 15; round++) {
    const before = process.cpuUsage()
    for (let i = 0; i < calls; i++) call()
    const { user, system } = process.cpuUsage(before)
    taken.push((user + system) / calls)
  }
  return taken.sort((a, b) => a - b)[7]!
}

/** Microseconds that 99 of 100 single calls take at most. */
function slowestOf(call: () => unknown): number {
  const taken = new Float64Array(20_000)
  for (let i = 0; i < taken.length; i++) {
    const before = process.hrtime.bigint()
    call()
    taken[i] = Number(process.hrtime.bigint() - before) / 1000
  }
  return taken.sort()[Math.floor(taken.length * 0.99)]!
}

function print(metric: string, value: number, baseline: number): void {
  const round = (number: number): number => Number(number.toPrecision(3))
  console.log(
    JSON.stringify({
      bench: 'authorise',
      metric,
      value: round(value),
      unit: 'us',
      baseline: round(baseline),
    }),
  )
}

for (const [name, question] of Object.entries(questions)) {
  const request: AccessRequest = {
    ...policies,
    ...question,
    principal,
    resourceAccountId: account,
    context: new Map(Object.entries(context)),
  }
  const plain = {
    ...question,
    caller: principal,
    resourceAccountId: account,
    context,
    identity: documents,
    boundary: wide,
    session: [wide],
    resourcePolicy: null,
    isTrust: false,
    guardrails: [wide],
  }
  const isAllowed = evaluate(request).kind === 'allow'
  if (isAllowed !== (name === 'allowed') || isAllowed !== (naiveEvaluate(plain) === 'allow'))
    throw new Error(`${name} is not what it is called`)
  const call = (): unknown => evaluate(request)
  const naive = (): unknown => naiveEvaluate(plain)
  print(`${name}_20_policies_cpu`, cpuOf(2000, call), cpuOf(100, naive))
  print(`${name}_20_policies_p99`, slowestOf(call), slowestOf(naive))
}
const text = JSON.stringify(documents[1])
print(
  'parse_one_policy_cpu',
  cpuOf(500, () => parsePolicy(text, 'identity')),
  cpuOf(500, () => JSON.parse(text)),
)
