/**
 * Random signed requests in random worlds, through the whole of the server: it allows what the naive evaluator allows, and
 * nothing else; whoever may not is told so whether there is the group or not, and has changed nothing.
 * FUZZ_REQUESTS says how many requests (`make fuzz`: 100,000). A failure prints its seed: FUZZ_SEED repeats that run, and
 * looks for the smallest world that fails.
 */
import assert from 'node:assert/strict'
import { Agent, request as httpRequest } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { type OperationName, operations } from '@wick/wire'
import fc from 'fast-check'
import type { NamedPolicy } from '../access/access-request.ts'
import { naiveEvaluate } from '../access/testing/naive-evaluate.ts'
import { policy } from '../access/testing/requests.ts'
import { groupExtensions } from '../operations/group-extensions.ts'
import {
  accountIds,
  arbitraryQuestion,
  arbitraryWorld,
  groupArn,
  type Question,
} from './testing/arbitrary-world.ts'
import { type BuiltWorld, buildWorld, type Caller } from './testing/built-world.ts'
import { callOf } from './testing/every-call.ts'
import { type Call, signedHeaders, startTestServer, type TestServer } from './testing/test-server.ts'

const total = Number(process.env.FUZZ_REQUESTS ?? 2000)
const requestsInAWorld = 50

let server: TestServer
/** Of the listener; each world has its own. */
const guardrails: NamedPolicy[] = []
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
before(async () => {
  const unlimited = { callsPerSecond: 0, agentCallsPerSecond: 0 }
  server = await startTestServer({ config: unlimited, guardrails, trustedProxies: ['127.0.0.1'] })
  await server.test.services.accounts.create(accountIds[1], [])
})
after(async () => {
  agent.destroy()
  await server.close()
})

/** What a question is about, and how it is put. */
interface Asked {
  readonly call: Call
  /** Each with what conditions may ask of it beside the rest: all must be allowed. */
  readonly actions: readonly { readonly action: string; readonly facts: Facts }[]
  readonly resource: string
  /** Of the resource. */
  readonly accountId: string
  /** Null where it concerns none, as one that is to be made. */
  readonly group: string | null
}

type Facts = Readonly<Record<string, string | readonly string[]>>

/** Calls that concern no group. */
const concernsNone = ['ListProfilingGroups', 'GetFindingsReportAccountSummary']
const noRevision = '00000000-0000-0000-0000-000000000000'

function isOperation(name: string): name is OperationName {
  return operations.some((operation) => operation.name === name)
}

function asked(question: Question, { groups }: BuiltWorld): Asked {
  const { call, callerAccountId, group: name } = question
  // What names its group in the body, or none at all, is about the caller's own account.
  const isOwn = call === 'CreateProfilingGroup' || concernsNone.includes(call)
  const accountId = isOwn ? callerAccountId : question.groupAccountId
  const arn = groupArn(name, accountId)
  const label = question.isByArn || accountId !== callerAccountId ? arn : name
  const group = `${accountId}/${name}`
  const about = { accountId, resource: arn, group }
  const extension = groupExtensions.find((one) => one.name === call)
  if (extension !== undefined) {
    const { method, path, action } = extension
    const target = path
      .replace('{profilingGroupName}', encodeURIComponent(label))
      .replaceAll(/\{\w+\}/g, 'one')
    const hasBody = method === 'POST' || method === 'PUT'
    const body = { headers: { 'content-type': 'application/json' }, body: '{}' }
    const put = {
      ...about,
      call: { method, target, ...(hasBody && body) },
      actions: [{ action, facts: {} }],
    }
    // The one that asks about something else, of which the group's tags and policy are not.
    return call === 'ListGroupAlarms'
      ? { ...put, resource: `arn:aws:cloudwatch:us-east-1:${accountId}:alarm:*`, group: null }
      : put
  }
  assert.ok(isOperation(call))
  const revisionId = groups.get(group)?.policy?.revisionId
  const action = `codeguru-profiler:${call}`
  const labels = { profilingGroupName: label, resourceArn: arn }
  const plain = {
    ...about,
    call: callOf(call, revisionId ?? noRevision, { labels }),
    actions: [{ action, facts: {} }],
  }
  const { tags, hasTags, principals } = question
  const tagKeys = { 'aws:tagkeys': Object.keys(tags) }
  const withTags = {
    ...tagKeys,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:requesttag/${key}`, value])),
  }
  switch (call) {
    case 'ListProfilingGroups':
    case 'GetFindingsReportAccountSummary':
      return { ...plain, resource: '*', group: null }
    case 'CreateProfilingGroup': {
      const body = { profilingGroupName: name, ...(hasTags && { tags }) }
      const facts = hasTags ? withTags : {}
      const tagging = hasTags ? [{ action: 'codeguru-profiler:TagResource', facts }] : []
      const query = `clientToken=${crypto.randomUUID()}`
      return {
        ...plain,
        call: callOf(call, '', { query, body }),
        group: null,
        actions: [{ action, facts }, ...tagging],
      }
    }
    case 'TagResource':
      return {
        ...plain,
        call: callOf(call, '', { labels, body: { tags } }),
        actions: [{ action, facts: withTags }],
      }
    case 'UntagResource': {
      const query = new URLSearchParams(Object.keys(tags).map((key) => ['tagKeys', key])).toString()
      return { ...plain, call: callOf(call, '', { labels, query }), actions: [{ action, facts: tagKeys }] }
    }
    case 'PutPermission':
      return { ...plain, call: callOf(call, '', { labels, body: { principals, revisionId } }) }
    default:
      return plain
  }
}

type Outcome = ReturnType<typeof naiveEvaluate>
type Document = Parameters<typeof naiveEvaluate>[0]['identity'][number]

/** Whether the naive evaluator allows all of it: of what is denied, how the first is. */
function judged(
  question: Question,
  { actions, resource, accountId, group: groupKey }: Asked,
  { asking, facts, policies }: Caller,
  { groups }: BuiltWorld,
  ofListener: readonly Document[],
): Outcome {
  const { now } = server.test
  const group = groupKey === null ? undefined : groups.get(groupKey)
  const { userAgent, referer } = question
  const context: Facts = {
    ...facts,
    ...{ 'aws:currenttime': new Date(now).toISOString(), 'aws:epochtime': String(Math.floor(now / 1000)) },
    ...{ 'aws:sourceip': question.address, 'aws:securetransport': String(question.isSecure) },
    ...{ 'aws:requestedregion': 'us-east-1', 'aws:resourceaccount': accountId },
    ...{ 'aws:viaawsservice': 'false', 'aws:sourcevpce': 'default' },
    ...(userAgent !== null && { 'aws:useragent': userAgent }),
    ...(referer !== null && { 'aws:referer': referer }),
    ...Object.fromEntries(
      Object.entries(group?.tags ?? {}).map(([key, value]) => [
        `aws:resourcetag/${key.toLowerCase()}`,
        value,
      ]),
    ),
  }
  const request = {
    ...{ caller: asking, resource, resourceAccountId: accountId, ...policies, isTrust: false },
    resourcePolicy: agentPermission(group?.policy?.principals ?? [], resource),
    guardrails: ofListener,
  }
  const outcomes = actions.map(({ action, facts: ofCall }) =>
    naiveEvaluate({ ...request, action, context: { ...context, ...ofCall } }),
  )
  return outcomes.find((outcome) => outcome !== 'allow') ?? 'allow'
}

/** The only policy that a profiling group can have. */
function agentPermission(principals: readonly string[], resource: string): Document | null {
  if (principals.length === 0) return null
  const Action = ['codeguru-profiler:ConfigureAgent', 'codeguru-profiler:PostAgentProfile']
  return { Statement: { Effect: 'Allow', Principal: { AWS: principals }, Action, Resource: resource } }
}

interface Answered {
  readonly status: number
  readonly text: string
}

function send(
  { address, isSecure, userAgent, referer }: Question,
  call: Call,
  { key }: Caller,
): Promise<Answered> {
  const headers = {
    ...{ ...call.headers, 'x-forwarded-for': address, 'x-forwarded-proto': isSecure ? 'https' : 'http' },
    ...(userAgent !== null && { 'user-agent': userAgent }),
    ...(referer !== null && { referer }),
    ...(call.body !== undefined && { 'content-length': String(Buffer.byteLength(call.body)) }),
  }
  return new Promise((resolve, reject) => {
    const { method = 'GET', target } = call
    const signed = signedHeaders(server.url, { ...call, headers }, { key, at: server.test.now })
    const request = httpRequest(server.url, { method, path: target, headers: { ...signed }, agent })
    request.once('error', reject)
    request.once('response', (response) => {
      textOf(response).then((text) => resolve({ status: response.statusCode!, text }), reject)
    })
    request.end(call.body)
  })
}

/** What a call that was made has changed. */
function apply(question: Question, { group, accountId }: Asked, { text }: Answered, world: BuiltWorld): void {
  const { call, tags, hasTags, principals } = question
  if (call === 'CreateProfilingGroup')
    world.groups.set(`${accountId}/${question.group}`, { tags: hasTags ? tags : {}, policy: null })
  const before = group === null ? undefined : world.groups.get(group)
  if (group === null || before === undefined) return
  const change = (after: Partial<typeof before>): unknown => world.groups.set(group, { ...before, ...after })
  if (call === 'DeleteProfilingGroup') world.groups.delete(group)
  if (call === 'TagResource') change({ tags: { ...before.tags, ...tags } })
  if (call === 'UntagResource')
    change({ tags: Object.fromEntries(Object.entries(before.tags).filter(([key]) => !(key in tags))) })
  if (call === 'PutPermission' || call === 'RemovePermission') {
    const { revisionId } = JSON.parse(text)
    const named = call === 'PutPermission' ? world.keptPrincipals(principals) : []
    change({ policy: { revisionId, principals: named } })
  }
}

/** Groups as the catalog has them, as the test knows them. */
async function catalogued(): Promise<BuiltWorld['groups']> {
  const all = await server.test.catalog.allGroups()
  return new Map(
    all.map(({ accountId, name, tags, policy: kept }) => {
      const principals = kept?.principals.flatMap(({ arn, id }) => id ?? (arn.endsWith(':root') ? arn : []))
      const known = kept === null ? null : { revisionId: kept.revisionId, principals: principals! }
      return [`${accountId}/${name}`, { tags: { ...tags }, policy: known }]
    }),
  )
}

test('threat 7: random callers may do in random accounts what the rules say, and nothing else', async (t) => {
  const seen = {
    allow: 0,
    'explicit deny': 0,
    'implicit deny': 0,
    'allow across accounts': 0,
    'deny without a group': 0,
  }
  const questions = fc.array(arbitraryQuestion, { minLength: requestsInAWorld, maxLength: requestsInAWorld })
  const property = fc.asyncProperty(arbitraryWorld, questions, async (plan, all) => {
    const world = await buildWorld(server, plan)
    guardrails.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...plan.guardrails.map((one) => ({ name: 'listener', policy: policy(one, 'endpoint') })),
    )
    for (const question of all) {
      const caller = world.callers.get(`${question.callerAccountId} ${question.caller}`)!
      const about = asked(question, world)
      const wanted = judged(question, about, caller, world, plan.guardrails)
      const answer = await send(question, about.call, caller)
      const told = `${wanted} was wanted: ${JSON.stringify(question)} got ${answer.status} ${answer.text}`

      seen[wanted]++
      const isThere = about.group === null || world.groups.has(about.group)
      if (wanted !== 'allow') {
        assert.equal(answer.status, 403, told)
        assert.equal(JSON.parse(answer.text).__type, 'AccessDeniedException', told)
        if (!isThere) seen['deny without a group']++
        continue
      }
      if (caller.accountId !== about.accountId) seen['allow across accounts']++
      assert.ok(![401, 403, 429, 500].includes(answer.status), told)
      if (!isThere && isOperation(question.call)) assert.equal(answer.status, 404, told)
      if (answer.status < 300) {
        if (question.call === 'ListProfilingGroups') {
          const own = [...world.groups.keys()].filter((key) => key.startsWith(caller.accountId))
          const listed: string[] = JSON.parse(answer.text).profilingGroupNames
          assert.deepEqual(
            listed.map((name) => `${caller.accountId}/${name}`).toSorted(),
            own.toSorted(),
            told,
          )
        }
        apply(question, about, answer, world)
      }
    }
    // What was denied has changed nothing, and what was allowed nothing else.
    assert.deepEqual(await catalogued(), world.groups)
  })
  const seed = process.env.FUZZ_SEED
  await fc.assert(property, {
    numRuns: Math.ceil(total / requestsInAWorld),
    ...(seed === undefined ? { endOnFailure: true } : { seed: Number(seed) }),
  })
  t.diagnostic(JSON.stringify(seen))
  // The comparison means something only where each answer is frequent.
  const least = { allow: 20, 'explicit deny': 20, 'implicit deny': 20, 'allow across accounts': 2000 }
  for (const [kind, oneOf] of Object.entries({ ...least, 'deny without a group': 20 }))
    assert.ok(seen[kind as keyof typeof seen] > total / oneOf, `${kind}: ${JSON.stringify(seen)}`)
})
