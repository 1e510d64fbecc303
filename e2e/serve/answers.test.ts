/** What every answer carries, whatever was asked, and the routes that need no signature. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { type Answer, type Caller, startCaller } from '../support/caller.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let caller: Caller

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-'))
  wick = await startWick({ directory, flags: ['--insecure-http'] })
  caller = await startCaller(wick)
  await caller.createGroup('shop')
})

after(async () => {
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

test('/healthz and /readyz answer anybody, GET and HEAD', async () => {
  for (const [target, said] of [
    ['/healthz', 'alive\n'],
    ['/readyz', 'ready\n'],
  ] as const) {
    const { status, body } = await caller.send({ target, signature: null })
    assert.deepEqual([status, body.toString()], [200, said])
    const head = await caller.send({ method: 'HEAD', target, signature: null })
    assert.deepEqual([head.status, head.body.length], [200, 0])
  }
})

test('/metrics is OpenMetrics, and counts what was answered', async () => {
  const { status, headers, body } = await caller.send({ target: '/metrics', signature: null })
  assert.equal(status, 200)
  assert.match(headers['content-type']!, /^application\/openmetrics-text; version=1\.0\.0/)
  const lines = body.toString().split('\n')
  assert.deepEqual(lines.slice(-2), ['# EOF', ''])
  for (const line of lines.slice(0, -2))
    assert.match(
      line,
      /^(# (HELP|TYPE|UNIT) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? \S+)$/,
    )
  const described = '{operation="DescribeProfilingGroup",status="200"}'
  const before = (await caller.metric(`wick_requests_total${described}`)) || 0
  await caller.send({ target: '/profilingGroups/shop' })
  assert.equal(await caller.metric(`wick_requests_total${described}`), before + 1)
  assert.equal(await caller.metric('wick_ready'), 1)
  assert.equal(await caller.metric('wick_store_damage_total'), 0)
})

const asked: readonly [string, () => Promise<Answer>, number][] = [
  ['a health check', () => caller.send({ target: '/healthz', signature: null }), 200],
  ['a reading of the metrics', () => caller.send({ target: '/metrics', signature: null }), 200],
  ['the way to the console', () => caller.send({ target: '/', signature: null }), 302],
  ['a file of the console', () => caller.send({ target: '/console/assets/none.js', signature: null }), 404],
  ['an operation', () => caller.send({ target: '/profilingGroups' }), 200],
  ['a post', () => caller.post('shop', profileOfNow()), 204],
  ['a call with a mistake', () => caller.send({ target: '/profilingGroups?maxResults=none' }), 400],
  ['a call about nothing', () => caller.send({ target: '/profilingGroups/nothing' }), 404],
  ['an unknown route', () => caller.send({ target: '/nothing' }), 404],
  ['a stranger', () => caller.send({ target: '/profilingGroups', signature: null }), 403],
]

test('the answer to an agent that asks for its configuration says that profiles may come in gzip', async () => {
  const target = '/profilingGroups/shop/configureAgent'
  const { status, headers } = await caller.send({ method: 'POST', target, body: '{}' })
  assert.deepEqual([status, headers['accept-encoding']], [200, 'gzip'])
})

for (const [what, ask, status] of asked) {
  test(`the answer to ${what} carries a request id of its own, the time it took and the server's clock`, async () => {
    const first = await ask()
    const second = await ask()
    assert.deepEqual([first.status, second.status], [status, status])
    for (const { headers } of [first, second]) {
      assert.match(headers['server-timing'] as string, /^total;dur=\d+(\.\d+)?$/)
      assert.match(headers['x-amzn-requestid'] as string, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      assert.ok(Math.abs(Date.parse(headers.date ?? '') - Date.now()) < 60_000, `${headers.date}`)
      assert.equal(headers['x-content-type-options'], 'nosniff')
    }
    assert.notEqual(first.headers['x-amzn-requestid'], second.headers['x-amzn-requestid'])
  })
}

test('so does the answer to what is no HTTP at all', async () => {
  const socket = connect(Number(new URL(wick.url).port), '127.0.0.1')
  socket.end('What is this?\r\n\r\n')
  const answer = await text(socket)
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
  assert.match(answer, /\r\nx-amzn-requestid: [0-9a-f-]{36}\r\n/)
  assert.match(answer, /\r\nserver-timing: total;dur=0\r\n/)
  assert.match(answer, /\r\ndate: \w{3}, \d\d \w{3} \d{4} /)
})

const unknown: readonly [string, string][] = [
  ['GET', '/nothing'],
  ['GET', '/profilingGroups/'],
  ['GET', '//profilingGroups'],
  ['GET', '/PROFILINGGROUPS'],
  ['PATCH', '/profilingGroups/shop'],
  ['PUT', '/profilingGroups'],
  ['POST', '/healthz'],
  ['DELETE', '/metrics'],
  ['GET', '/v1/nothing'],
  ['GET', '/profilingGroups/shop/agentProfile'],
]

for (const [method, target] of unknown) {
  test(`${method} ${target} is no operation: 404 for whoever signs, 403 for others`, async () => {
    const signed = await caller.send({ method, target })
    assert.deepEqual([signed.status, errorOf(signed)], [404, 'UnknownOperationException'])
    const unsigned = await caller.send({ method, target, signature: null })
    assert.deepEqual([unsigned.status, errorOf(unsigned)], [403, 'MissingAuthenticationTokenException'])
  })
}

function errorOf({ headers, body }: Answer): string {
  const { __type: type, message } = JSON.parse(body.toString())
  assert.equal(headers['x-amzn-errortype'], type)
  assert.equal(typeof message, 'string')
  return type
}

function profileOfNow(): string {
  const end = Date.now()
  return JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: 1 } } })
}
