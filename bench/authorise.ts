/**
 * What one decision costs a caller with 20 identity policies, a permissions boundary, a session policy and an endpoint
 * policy: CPU microseconds for a call that is allowed, one that nothing allows (its explanation included) and one that is
 * denied; the 99th percentile of single calls; and reading a policy, which is done once. Beside each the naive evaluator on
 * the same policies in the same run. Then the whole way of a request through access control: what it needs, its condition
 * keys, the policies of its user, the group that it is about, the decision; beside it the decision alone. Prints JSON
 * lines; asserts nothing about time.
 */
import type { AccessRequest, NamedPolicy } from '../packages/server/src/access/access-request.ts'
import { evaluate } from '../packages/server/src/access/evaluate.ts'
import { parsePolicy } from '../packages/server/src/access/parse-policy.ts'
import type { PolicyKind } from '../packages/server/src/access/policy.ts'
import { naiveEvaluate } from '../packages/server/src/access/testing/naive-evaluate.ts'
import { authorise } from '../packages/server/src/http/authorise.ts'
import { put } from '../packages/server/src/iam/changes.ts'
import { userPrincipal } from '../packages/server/src/iam/principal.ts'
import { testUser } from '../packages/server/src/iam/testing/identities.ts'
import type { OperationContext } from '../packages/server/src/operations/context.ts'
import { accessesOf } from '../packages/server/src/operations/operation-access.ts'
import {
  createGroup,
  requestParts,
  testServices,
} from '../packages/server/src/operations/testing/test-services.ts'

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

/** The same of what is waited for. */
async function cpuOfWaiting(calls: number, call: () => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let round = 0; round < 15; round++) {
    const before = process.cpuUsage()
    for (let i = 0; i < calls; i++) await call()
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

/** CPU microseconds of the decision alone. */
const decided = new Map<string, number>()
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
  decided.set(name, cpuOf(2000, call))
  print(`${name}_20_policies_cpu`, decided.get(name)!, cpuOf(100, naive))
  print(`${name}_20_policies_p99`, slowestOf(call), slowestOf(naive))
}
const text = JSON.stringify(documents[1])
print(
  'parse_one_policy_cpu',
  cpuOf(500, () => parsePolicy(text, 'identity')),
  cpuOf(500, () => JSON.parse(text)),
)

/** A call of a user with 20 policies and a boundary, on a listener with an endpoint policy. */
async function printWhole(): Promise<void> {
  const test = await testServices({ config: { accountId: account, region: 'eu-west-1' } })
  const { accounts } = test.services
  const alice = testUser('alice', {
    inlinePolicies: Object.fromEntries(documents.map((one, i) => [`policy-${i}`, JSON.stringify(one)])),
    permissionsBoundary: 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerFullAccess',
    tags: { team: 'orders' },
  })
  await accounts.change(account, () => ({ changes: [put('user', alice)], output: null }))
  const base = test.context()
  const context: OperationContext = {
    ...base,
    principal: userPrincipal(accounts.find(account)!, alice, { accessKeyId: 'AKIAEXAMPLE' }),
    guardrails: policies.guardrails,
    request: { ...base.request, origin: { ...base.request.origin, sourceAddress: '10.1.2.3' } },
  }
  for (const [name, { action, resource }] of Object.entries(questions)) {
    const group = resource.slice(resource.indexOf('/') + 1)
    await createGroup(test, { profilingGroupName: group, tags: { stage: 'prod' } })
    const operation = action.slice(action.indexOf(':') + 1) as 'PostAgentProfile'
    const parts = requestParts({ labels: { profilingGroupName: group } })
    const call = (): Promise<string> =>
      authorise(context, accessesOf(operation, parts, context.scope), group).then(
        () => 'allowed',
        () => 'refused',
      )
    if ((await call()) !== (name === 'allowed' ? 'allowed' : 'refused'))
      throw new Error(`${name} is not what it is called`)
    print(`${name}_20_policies_whole_request_cpu`, await cpuOfWaiting(2000, call), decided.get(name)!)
  }
  await test.close()
}
await printWhole()
