import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { operations } from '@wick/wire'
import { createGroup } from '../operations/testing/test-services.ts'
import { body, minute, noon, sumsOf } from '../store/testing/store-bench.ts'
import {
  type AccessKey,
  type Call,
  errorIn,
  type Received,
  signedHeaders,
  startTestServer,
  type TestServer,
} from './testing/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
  await createGroup(server.test)
})
afterEach(async () => {
  assert.equal(server.test.budget.held, 0, 'all that was taken from the budget is given back')
  assert.equal(server.test.strangersBudget.held, 0)
  assert.equal(server.test.answersBudget.held, 0)
  await server.close()
})

const orders = '/profilingGroups/orders'
const noSuch = '/profilingGroups/no-such'
const json = { 'content-type': 'application/json' }
const profile = body({ children: { main: { counts: { RUNNABLE: 3 } } } }, noon + minute)

/** What two callers are told, but for the names they gave and the request's own id and time. */
function told({ status, headers, text }: Received): unknown {
  const { date: _, 'server-timing': __, 'x-amzn-requestid': ___, 'content-length': ____, ...rest } = headers
  return { status, headers: rest, text: text.replaceAll(/orders|no-such/g, 'NAME') }
}

test('a signed call goes all the way: create, configure, post, ask, list, delete', async () => {
  const made = await server.signed({
    method: 'POST',
    target: '/profilingGroups?clientToken=t',
    headers: json,
    body: JSON.stringify({ profilingGroupName: 'shop' }),
  })
  assert.equal(made.status, 201)
  assert.equal(JSON.parse(made.text).name, 'shop', 'the description is the whole body')
  const shop = '/profilingGroups/shop'
  const agent = await server.signed({
    method: 'POST',
    target: `${shop}/configureAgent`,
    headers: json,
    body: '{}',
  })
  assert.equal(JSON.parse(agent.text).shouldProfile, true, 'the configuration is the whole body')
  const posted = await server.signed({
    method: 'POST',
    target: `${shop}/agentProfile?profileToken=t`,
    headers: json,
    body: profile,
  })
  assert.deepEqual([posted.status, posted.body.length, posted.headers['content-length']], [204, 0, undefined])
  const asked = await server.signed({
    target: `${shop}/profile?period=PT5M`,
    headers: { accept: 'application/json' },
  })
  assert.equal(asked.headers['content-type'], 'application/json')
  assert.deepEqual(sumsOf([asked.body]), sumsOf([profile]))
  const listed = await server.signed({ target: '/profilingGroups' })
  assert.deepEqual(JSON.parse(listed.text), { profilingGroupNames: ['orders', 'shop'] })
  assert.equal((await server.signed({ method: 'DELETE', target: shop })).status, 204)
  assert.equal(errorIn(await server.signed({ target: shop })), 'ResourceNotFoundException')
})

test('a stranger never learns whether a group exists', async () => {
  for (const { method, path, name } of operations) {
    const target = (group: string): string =>
      path.replace('{profilingGroupName}', group).replaceAll(/\{\w+\}/g, 'x')
    const call = (group: string): Call => ({ method, target: target(group), headers: json, body: '{}' })
    assert.deepEqual(told(await server.send(call('orders'))), told(await server.send(call('no-such'))), name)
  }
})

test('a wrong secret is refused alike for groups, operations and paths that exist and that do not', async () => {
  const key: AccessKey = { ...server.key, secretAccessKey: 'wrong' }
  const answers = await Promise.all(
    [
      { target: orders },
      { target: noSuch },
      { target: '/no/such/path' },
      { method: 'POST', target: `${orders}/agentProfile`, body: 'no profile' },
      { method: 'PATCH', target: orders },
      { target: `${orders}/policy` },
    ].map((call) => server.signed(call, { key })),
  )
  for (const answer of answers) {
    assert.deepEqual(told(answer), told(answers[0]!))
    assert.equal(errorIn(answer), 'InvalidSignatureException')
  }
})

test('who is not allowed never learns whether a group exists, nor whether the input was right', async () => {
  const key = await server.addUser('guest')
  for (const { method, path, name } of operations) {
    if (name === 'CreateProfilingGroup') continue
    const call = (group: string, rest: string, payload: string): Call => ({
      method,
      target: `${path.replace('{profilingGroupName}', group).replaceAll(/\{\w+\}/g, 'x')}${rest}`,
      headers: json,
      ...(method !== 'GET' && { body: payload }),
    })
    const existing = await server.signed(call('orders', '', '{}'), { key })
    assert.equal(errorIn(existing), 'AccessDeniedException', name)
    for (const other of [
      call('no-such', '', '{}'),
      call('orders', '?maxResults=x', '{'),
      call('no-such', '?a', ''),
    ])
      assert.deepEqual(told(await server.signed(other, { key })), told(existing), name)
  }
})

test('who may not make a group learns nothing about names that are taken', async () => {
  const key = await server.addUser('guest')
  const make = (profilingGroupName: string): Promise<Received> =>
    server.signed(
      {
        method: 'POST',
        target: '/profilingGroups?clientToken=t',
        headers: json,
        body: JSON.stringify({ profilingGroupName }),
      },
      { key },
    )
  const taken = await make('orders')
  assert.equal(errorIn(taken), 'AccessDeniedException')
  assert.deepEqual(told(await make('no-such')), told(taken))
})

test('a denial names the caller, the action and the resource in the words of IAM', async () => {
  const key = await server.addUser('guest')
  const { text } = await server.signed({ target: orders }, { key })
  assert.equal(
    JSON.parse(text).message,
    'User: arn:aws:iam::000000000000:user/guest is not authorized to perform: ' +
      'codeguru-profiler:DescribeProfilingGroup on resource: ' +
      'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders because no identity-based policy ' +
      'allows the codeguru-profiler:DescribeProfilingGroup action',
  )
})

test('a denied call changes nothing', async () => {
  const key = await server.addUser('guest')
  await server.signed({ method: 'DELETE', target: orders }, { key })
  await server.signed(
    { method: 'POST', target: `${orders}/agentProfile`, headers: json, body: profile },
    { key },
  )
  const { text } = await server.signed({ target: orders })
  assert.deepEqual(JSON.parse(text).profilingStatus, {})
})

const arnOf = (accountId: string, region = 'us-east-1', name = 'orders'): string =>
  encodeURIComponent(`arn:aws:codeguru-profiler:${region}:${accountId}:profilingGroup/${name}`)

test('a group can be named by its ARN in place of its name', async () => {
  const own = `/profilingGroups/${arnOf('000000000000')}`
  const { text } = await server.signed({ target: orders })
  assert.equal((await server.signed({ target: own })).text, text)
  assert.equal(
    errorIn(await server.signed({ target: `${own.replace('orders', 'no-such')}` })),
    'ResourceNotFoundException',
  )
  const posted = await server.signed({
    method: 'POST',
    target: `${own}/agentProfile`,
    headers: json,
    body: profile,
  })
  assert.equal(posted.status, 204)
  assert.equal((await server.signed({ target: `${orders}/profile?period=PT5M` })).status, 200)
})

test('a group of another account is not to be had, and nobody learns whether there is one', async () => {
  await createGroup(server.test, { profilingGroupName: 'foreign' }, { accountId: '111111111111' })
  const target = (name: string): string => `/profilingGroups/${arnOf('111111111111', 'us-east-1', name)}`
  const existing = await server.signed({ target: target('foreign') })
  assert.equal(errorIn(existing), 'AccessDeniedException')
  assert.match(existing.text, /:111111111111:profilingGroup\/foreign/)
  const absent = await server.signed({ target: target('missing') })
  assert.equal(absent.text.replaceAll('missing', 'foreign'), existing.text)
  const tagged = await server.signed({ target: `/tags/${arnOf('111111111111', 'us-east-1', 'foreign')}` })
  assert.equal(errorIn(tagged), 'AccessDeniedException')
})

test('an account has groups of its own, and the installation is not its own', async () => {
  const body = JSON.stringify({ accountId: '111111111111' })
  const made = await server.signed({ method: 'POST', target: '/v1/accounts', headers: json, body })
  assert.equal(made.status, 200)
  const key = JSON.parse(made.text)
  const asOther = (target: string) => server.signed({ target }, { key })
  assert.deepEqual(JSON.parse((await asOther('/profilingGroups')).text).profilingGroupNames, [])
  assert.equal(errorIn(await asOther(orders)), 'ResourceNotFoundException')
  for (const target of ['/v1/accounts', '/v1/store/stats'])
    assert.equal(errorIn(await asOther(target)), 'AccessDeniedException', target)
})

test('an ARN of another region, or of no group, is invalid', async () => {
  const texts = [arnOf('000000000000', 'eu-west-1'), encodeURIComponent('arn:aws:s3:::orders'), 'orders%2F']
  for (const text of texts) {
    assert.equal(errorIn(await server.signed({ target: `/profilingGroups/${text}` })), 'ValidationException')
    assert.equal(errorIn(await server.signed({ target: `/tags/${text}` })), 'ValidationException', text)
  }
})

test('tags are those of the group that the ARN in the path names', async () => {
  const target = `/tags/${arnOf('000000000000')}`
  const body = JSON.stringify({ tags: { team: 'blue', stage: 'prod' } })
  const tagged = await server.signed({ method: 'POST', target, headers: json, body })
  assert.deepEqual([tagged.status, tagged.text], [204, ''])
  const untagged = await server.signed({ method: 'DELETE', target: `${target}?tagKeys=stage&tagKeys=x%20y` })
  assert.deepEqual([untagged.status, untagged.text], [204, ''])
  assert.deepEqual(JSON.parse((await server.signed({ target })).text), { tags: { team: 'blue' } })
})

test('an unknown path is told once the caller is known, and so is a known one with another method', async () => {
  for (const call of [
    { target: '/no/such/path' },
    { target: '/v1/no-such' },
    { method: 'PATCH', target: orders },
    { method: 'POST', target: orders, body: '{}' },
    { method: 'HEAD', target: orders },
    { target: `${orders}/` },
    { target: '/v1/console/sign-in-links' },
    { target: '/profilingGroups/a%2' },
  ]) {
    const answer = await server.signed(call)
    assert.equal(answer.status, 404, call.target)
    assert.equal(answer.headers['x-amzn-errortype'], 'UnknownOperationException')
    assert.equal((await server.send(call)).status, 403)
  }
})

test('every kind of refusal has its status, and its name in both carriers', async () => {
  await server.close()
  server = await startTestServer({ config: { maxProfilingGroups: 1 } })
  await createGroup(server.test, { clientToken: 'first' })
  const create = (name: string, token: string): Call => ({
    method: 'POST',
    target: `/profilingGroups?clientToken=${token}`,
    headers: json,
    body: JSON.stringify({ profilingGroupName: name }),
  })
  const expected: [Call, number, string][] = [
    [{ target: `${orders}/profile` }, 400, 'ValidationException'],
    [{ target: '/profilingGroups/a%20b' }, 400, 'ValidationException'],
    [{ method: 'PUT', target: orders, headers: json, body: '{' }, 400, 'SerializationException'],
    [create('other', 'a'), 402, 'ServiceQuotaExceededException'],
    [create('orders', 'b'), 409, 'ConflictException'],
    [{ target: noSuch }, 404, 'ResourceNotFoundException'],
  ]
  for (const [call, status, name] of expected) {
    const answer = await server.signed(call)
    assert.deepEqual([answer.status, errorIn(answer)], [status, name])
    assert.equal(answer.headers['content-type'], 'application/json')
  }
  assert.deepEqual(server.log, [], "what is the caller's doing is not logged as a failure")
})

test('every answer carries its time and an id of its own', async () => {
  const calls: Promise<Received>[] = [
    server.signed({ target: orders }),
    server.signed({ target: noSuch }),
    server.signed({ target: '/no/such/path' }),
    server.signed({ method: 'POST', target: `${orders}/agentProfile`, headers: json, body: profile }),
    server.signed({ target: `${orders}/policy` }),
    server.send({ target: orders }),
    server.send({ method: 'POST', target: `${orders}/agentProfile`, body: profile }),
    server.send({ target: '/healthz' }),
    server.send({ target: '/metrics' }),
    server.send({ target: '/console/' }),
    server.send({ target: '/' }),
    server.send({ method: 'POST', target: '/v1/console/session', body: '{}' }),
    server.send({ target: '/', headers: { expect: 'the-unexpected' } }),
  ]
  const answers = await Promise.all(calls)
  for (const { headers, status } of answers) {
    assert.match(String(headers['server-timing']), /^total;dur=\d+\.\d\d$/, String(status))
    assert.match(String(headers['x-amzn-requestid']), /^[\da-f]{8}-[\da-f-]{27}$/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.notEqual(headers.date, undefined, 'SDKs correct their clocks by it')
  }
  assert.equal(new Set(answers.map(({ headers }) => headers['x-amzn-requestid'])).size, answers.length)
})

test('answers are not kept by caches', async () => {
  for (const answer of [await server.signed({ target: orders }), await server.send({ target: orders })])
    assert.equal(answer.headers['cache-control'], 'no-store')
})

test('a profile is compressed only where gzip is asked for', async () => {
  const large = body(
    { children: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, { counts: { A: 1 } }])) },
    noon + minute,
  )
  const post: Call = { method: 'POST', target: `${orders}/agentProfile`, headers: json, body: large }
  assert.equal((await server.signed(post)).status, 204)
  const ask = (headers: Record<string, string>): Promise<Received> =>
    server.signed({
      target: `${orders}/profile?period=PT5M`,
      headers: { accept: 'application/json', ...headers },
    })
  for (const headers of [
    {},
    { 'accept-encoding': 'identity' },
    { 'accept-encoding': '*' },
    { 'accept-encoding': 'br' },
  ])
    assert.equal((await ask(headers)).headers['content-encoding'], undefined)
  const packed = await ask({ 'accept-encoding': 'gzip, deflate' })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.deepEqual(sumsOf([gunzipSync(packed.body)]), sumsOf([large]))
})

test('a signature covers the body as it was sent, before gzip is undone', async () => {
  const headers = { ...json, 'content-encoding': 'gzip' }
  const packed = gzipSync(profile)
  const post: Call = { method: 'POST', target: `${orders}/agentProfile`, headers, body: packed }
  assert.equal((await server.signed(post)).status, 204)
})

test('a control call of more than a mebibyte is refused by name; only profiles may be large', async () => {
  const large = ' '.repeat(1024 * 1024 + 1)
  const put: Call = { method: 'PUT', target: orders, headers: json, body: large }
  const refused = await server.signed(put)
  assert.equal(errorIn(refused), 'ValidationException')
  assert.match(refused.text, /longer than 1048576 bytes/)
  const post: Call = {
    method: 'POST',
    target: `${orders}/agentProfile`,
    headers: json,
    body: `${profile}${large}`,
  }
  assert.equal((await server.signed(post)).status, 204)
})

test('threat 2: a body that is nested without end is refused at once, whatever it is written in', async () => {
  const levels = 500_000
  const deep = `{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`
  const cborDeep = Buffer.concat([Buffer.of(0xa1, 0x61, 0x78), Buffer.alloc(levels, 0x81), Buffer.of(1)])
  const monitoring = 'GraniteServiceVersion20100801'
  const cloudTrail = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents'
  const bombs: readonly (readonly [service: string, call: Call])[] = [
    ['codeguru-profiler', { method: 'PUT', target: orders, headers: json, body: deep }],
    ['codeguru-profiler', { target: `/v1${orders}/tree`, headers: json, body: deep }],
    ['rolesanywhere', { target: '/profiles', headers: json, body: deep }],
    ['cloudtrail', { target: '/', headers: { 'x-amz-target': cloudTrail }, body: deep }],
    ['monitoring', { target: '/', headers: { 'x-amz-target': `${monitoring}.DescribeAlarms` }, body: deep }],
    [
      'monitoring',
      {
        target: `/service/${monitoring}/operation/DescribeAlarms`,
        headers: { 'smithy-protocol': 'rpc-v2-cbor' },
        body: cborDeep,
      },
    ],
  ]
  for (const [service, call] of bombs) {
    const startedAt = performance.now()
    const { status, text } = await server.signed({ method: 'POST', ...call }, { service })
    assert.equal(status, 400, `${service}: ${text}`)
    assert.match(text, /nested too deeply|not valid CBOR/)
    // A few milliseconds; other tests run beside this one.
    assert.ok(performance.now() - startedAt < 2000, service)
  }
})

test('a profile over the limit on the wire is refused by name, with 400', async () => {
  await server.close()
  server = await startTestServer({ config: { maxBodyBytes: 2048 } })
  await createGroup(server.test)
  const post = (length: number): Promise<Received> =>
    server.signed({
      method: 'POST',
      target: `${orders}/agentProfile`,
      headers: json,
      body: profile.toString().padEnd(length),
    })
  assert.equal((await post(2048)).status, 204)
  const refused = await post(2049)
  assert.deepEqual([refused.status, errorIn(refused)], [400, 'ValidationException'])
  assert.match(refused.text, /longer than 2048 bytes/)
})

test('where all requests together hold too much the caller is asked to come again', async () => {
  await server.close()
  server = await startTestServer({ budgetBytes: 100 })
  await createGroup(server.test)
  const post: Call = {
    method: 'POST',
    target: `${orders}/agentProfile`,
    headers: json,
    body: 'x'.repeat(101),
  }
  const refused = await server.signed(post)
  assert.deepEqual([refused.status, errorIn(refused)], [503, 'ServiceUnavailableException'])
  assert.equal(refused.headers['retry-after'], '1')
  // A thousand of them are no thousand lines.
  for (let again = 0; again < 3; again++) assert.equal((await server.signed(post)).status, 503)
  assert.equal(server.log.length, 1)
  assert.equal(server.log[0]?.operation, 'PostAgentProfile')
  assert.doesNotMatch(String(server.log[0]?.error), /\n/, 'why is known: no stack')
})

/** Resolves once exactly so many bytes are taken. */
async function held(budget: { readonly held: number }, bytes: number): Promise<void> {
  while (budget.held !== bytes) await new Promise((resolve) => setImmediate(resolve))
}

test('bodies that strangers announce take no room from those of callers', async () => {
  await server.close()
  server = await startTestServer({ budgetBytes: 70_000 })
  await createGroup(server.test)
  const { budget, strangersBudget } = server.test
  const strangers = [1, 2, 3].map(() => {
    const { request, received } = server.open({
      method: 'POST',
      target: '/',
      headers: { 'content-length': '65536' },
    })
    received.catch(() => {})
    request.flushHeaders()
    return request
  })
  await held(strangersBudget, 3 * 65_536)
  assert.equal(budget.held, 0)
  const post = { method: 'POST', target: `${orders}/agentProfile`, headers: json, body: profile }
  assert.equal((await server.signed(post)).status, 204)
  for (const request of strangers) request.destroy()
  await held(strangersBudget, 0)
})

test('who gives the name of a key that it does not have is not taken for its owner where there is no room', async () => {
  await server.close()
  server = await startTestServer({ budgetBytes: 1000, trustedProxies: ['127.0.0.1'] })
  await createGroup(server.test)
  const { budget } = server.test
  const call = { method: 'POST', target: `${orders}/agentProfile`, body: 'x'.repeat(600) }
  const from = (address: string) => ({ ...json, 'x-forwarded-for': address })
  const key = { ...server.key, secretAccessKey: 'unknown' }
  const headers = signedHeaders(
    server.url,
    { ...call, headers: from('192.0.2.1') },
    { key, at: server.test.now },
  )
  const { request, received } = server.open({ ...call, headers: { ...headers, 'content-length': '600' } })
  received.catch(() => {})
  request.flushHeaders()
  await held(budget, 600)
  const owner = await server.signed({ ...call, headers: from('192.0.2.2') })
  assert.deepEqual([owner.status, errorIn(owner)], [503, 'ServiceUnavailableException'])
  const same = await server.signed({ ...call, headers: from('192.0.2.1') })
  assert.deepEqual([same.status, errorIn(same)], [429, 'ThrottlingException'])
  request.destroy()
  await held(budget, 0)
})

test('where too many answers are still to be taken a large one is refused', async () => {
  const children = Object.fromEntries(
    Array.from({ length: 3000 }, (_, i) => [`${i} ${'x'.repeat(100)}`, { counts: { RUNNABLE: 1 } }]),
  )
  const large = body({ children }, noon + minute)
  const post = { method: 'POST', target: `${orders}/agentProfile`, headers: json, body: large }
  assert.equal((await server.signed(post)).status, 204)
  const question = { target: `${orders}/profile?period=PT5M`, headers: { accept: 'application/json' } }
  const { answersBudget } = server.test
  const all = answersBudget.open({ caller: 'somebody', isSlow: () => false, cutOff: () => {} })
  all.take(answersBudget.maxBytes)
  const refused = await server.signed(question)
  assert.deepEqual([refused.status, errorIn(refused)], [503, 'ServiceUnavailableException'])
  assert.equal(refused.headers['retry-after'], '1')
  assert.match(refused.text, /Too many answers at one time/)
  assert.equal((await server.signed({ target: orders })).status, 200, 'a small one is not')
  all.giveBack()
  const received = await server.signed(question)
  assert.equal(received.status, 200)
  assert.ok(received.body.length > 256 * 1024)
})

test('while the disk takes nothing a post is answered with 503, and then it counts once', async () => {
  server.test.files.fail(new Map([[1, 'ENOSPC']]))
  const post: Call = {
    method: 'POST',
    target: `${orders}/agentProfile?profileToken=t`,
    headers: json,
    body: profile,
  }
  const refused = await server.signed(post)
  assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1'])
  assert.deepEqual(
    server.log.map(({ event, operation, status, requestId }) => ({ event, operation, status, requestId })),
    [
      {
        event: 'http.failed',
        operation: 'PostAgentProfile',
        status: 503,
        requestId: refused.headers['x-amzn-requestid'],
      },
    ],
  )
  for (let attempt = 0; attempt < 2; attempt++) assert.equal((await server.signed(post)).status, 204)
  const asked = await server.signed({
    target: `${orders}/profile?period=PT5M`,
    headers: { accept: 'application/json' },
  })
  assert.deepEqual(sumsOf([asked.body]), sumsOf([profile]))
})

test('a fault of ours tells the caller nothing but an id, and the log everything', async () => {
  const findGroup = () => Promise.reject(new TypeError('secret is not a function'))
  Object.assign(server.test.catalog, { findGroup })
  const answer = await server.signed({ target: orders })
  assert.deepEqual([answer.status, errorIn(answer)], [500, 'InternalServerException'])
  assert.equal(JSON.parse(answer.text).message, 'An internal error occurred.')
  const [entry] = server.log
  assert.equal(entry?.requestId, answer.headers['x-amzn-requestid'])
  assert.match(String(entry?.error), /secret is not a function\n +at .*findGroup/)
})

test('answers are counted by operation and status; what strangers ask for makes no new series', async () => {
  await server.signed({ target: orders })
  await server.signed({ target: noSuch })
  await server.send({ target: '/made-up-1' })
  await server.send({ target: `${orders}/profile` })
  await server.signed({ target: '/made-up-2' })
  await server.send({ target: '/healthz' })
  const { text } = await server.send({ target: '/metrics' })
  const lines = text.split('\n').filter((line) => line.startsWith('wick_requests_total'))
  assert.deepEqual(lines, [
    'wick_requests_total{operation="DescribeProfilingGroup",status="200"} 1',
    'wick_requests_total{operation="DescribeProfilingGroup",status="404"} 1',
    'wick_requests_total{operation="unknown",status="403"} 2',
    'wick_requests_total{operation="unknown",status="404"} 1',
    'wick_requests_total{operation="Health",status="200"} 1',
  ])
})

test('once the server stops, connections are closed after their answer', async () => {
  server.isDraining = true
  const { status, headers } = await server.signed({ target: orders })
  assert.deepEqual([status, headers.connection], [200, 'close'])
})

test('a sign-in link is made with an access key, for whoever holds it', async () => {
  const links: Call = { method: 'POST', target: '/v1/console/sign-in-links' }
  const made = await server.signed(links)
  const [, ticket = ''] = JSON.parse(made.text).url.split('/')
  assert.deepEqual(await server.access.takeTicket(ticket, server.test.now), server.administrator)
  const guest = await server.addUser('guest')
  const refused = await server.signed(links, { key: guest })
  assert.match(JSON.parse(refused.text).message, /perform: wick:CreateSignInLink on resource: \*/)
})
