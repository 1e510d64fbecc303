import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { operations } from '@wick/wire'
import type { Surface } from '../config/listener-settings.ts'
import { extensions } from './private-routes.ts'
import { publicRoutes } from './public-routes.ts'
import { servesCall } from './surfaces.ts'
import { type Call, errorIn, startTestServer, type TestServer } from './testing/test-server.ts'

const servers: TestServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serving(...serves: Surface[]): Promise<TestServer> {
  const server = await startTestServer({ serves })
  servers.push(server)
  return server
}

const console = { 'x-wick-console': '1' }
const agentCalls = ['ConfigureAgent', 'CreateProfilingGroup', 'PostAgentProfile']

/** What an answer is to somebody whom the server does not know. */
async function told(server: TestServer, call: Call): Promise<string> {
  const answer = await server.send(call)
  return answer.status < 400 || answer.headers['x-amzn-errortype'] === undefined
    ? String(answer.status)
    : errorIn(answer)
}

function filled(path: string): string {
  return path.replaceAll(/\{\w+\}/g, 'orders')
}

test('of the whole API a listener for agents knows what agents call, and nothing else', async () => {
  const server = await serving('agents')
  const known: string[] = []
  for (const { name, method, path } of [...operations, ...extensions]) {
    const answer = await told(server, { method, target: filled(path) })
    if (answer === 'MissingAuthenticationTokenException') known.push(name)
    else assert.equal(answer, 'UnknownOperationException', name)
  }
  assert.deepEqual(known.toSorted(), agentCalls)
})

test('credentials can be had where agents are, identities cannot be changed there', async () => {
  const server = await serving('agents')
  const form = (Action: string) => ({
    method: 'POST',
    target: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `Action=${Action}&Version=2011-06-15`,
  })
  const sts = await server.signed(form('GetCallerIdentity'), { service: 'sts', region: 'us-east-1' })
  assert.doesNotMatch(sts.text, /InvalidAction|UnknownOperation/)
  const iam = await server.signed(form('ListUsers'), { service: 'iam', region: 'us-east-1' })
  assert.match(iam.text, /<Code>InvalidAction</)
  assert.equal(
    (await server.signed({ target: '/profilingGroups' })).status,
    404,
    "not even for the administrator's key",
  )
})

const consoleTargets: Readonly<Record<string, string>> = {
  Root: '/',
  Console: '/console/',
  SignIn: '/v1/console/session',
  SignInOptions: '/v1/console/sign-in-options',
  BeginOidc: '/v1/console/oidc',
  FinishOidc: '/v1/console/oidc/callback',
}

test('what a listener does not serve is not there, before anybody is asked who he is', async () => {
  for (const serves of [['agents'], ['administration'], ['agents', 'administration']] as const) {
    const server = await serving(...serves)
    for (const { name, method, servedWith } of publicRoutes) {
      const target = consoleTargets[name]
      assert.equal(servedWith.length === 1, target !== undefined, name)
      if (target === undefined) continue
      const answer = await told(server, { method, target })
      assert.equal(answer, 'UnknownOperationException', `${name} for ${serves}`)
    }
  }
})

test('health is told on every listener', async () => {
  for (const surface of ['agents', 'console', 'administration'] as const) {
    const server = await serving(surface)
    for (const target of ['/healthz', '/readyz', '/metrics'])
      assert.equal(await told(server, { target }), '200')
  }
})

test("a listener for the console answers the console's pages, and no signature", async () => {
  const server = await serving('console')
  const { cookie, csrfToken } = await server.signIn()
  const target = '/profilingGroups'
  const headers = { ...console, cookie: `wick-session=${cookie}`, 'x-wick-csrf': csrfToken }
  assert.equal((await server.send({ target, headers })).status, 200)
  assert.equal(errorIn(await server.signed({ target })), 'UnknownOperationException')
  assert.equal(errorIn(await server.signed({ target, headers })), 'UnknownOperationException')
  assert.equal(await told(server, { target }), 'UnknownOperationException')
  const iam = { method: 'POST', target: '/', headers: { ...headers, 'x-wick-service': 'iam' } }
  assert.match((await server.send(iam)).text, /<Code>InvalidAction</)
})

test('a session of the console is worth nothing where the console is not served', async () => {
  const server = await serving('agents', 'administration')
  const { cookie } = await server.signIn()
  const headers = { ...console, cookie: `wick-session=${cookie}` }
  assert.equal(
    errorIn(await server.send({ target: '/profilingGroups', headers })),
    'UnknownOperationException',
  )
})

test('administration is every call, known or not yet; the console changes identities only where both are', () => {
  const call = { service: 'iam', route: 'IAM', isFromConsole: false }
  const served = (...surfaces: Surface[]) => servesCall(new Set(surfaces), call)
  assert.deepEqual([served('administration'), served('agents'), served('console')], [true, false, false])
  const changed = { ...call, isFromConsole: true }
  assert.equal(servesCall(new Set(['console', 'agents']), changed), false)
  assert.equal(servesCall(new Set(['administration']), changed), false)
  assert.equal(servesCall(new Set(['administration', 'console']), changed), true)
  assert.equal(servesCall(new Set(['administration']), { ...call, route: null }), true)
})

test('who is passed on by a proxy from a network that is not admitted is refused, whatever is asked', async () => {
  const server = await startTestServer({
    trustedProxies: ['127.0.0.1'],
    admits: (address) => address === '192.0.2.1',
  })
  servers.push(server)
  for (const target of ['/healthz', '/console/', '/profilingGroups']) {
    const from = (address: string) =>
      told(server, { target, headers: { 'x-forwarded-for': `192.0.2.1, ${address}` } })
    assert.equal(await from('198.51.100.1'), 'AccessDeniedException', target)
    assert.notEqual(await from('192.0.2.1'), 'AccessDeniedException', target)
  }
  assert.equal(await told(server, { target: '/healthz' }), '200', 'the proxy itself asks for health')
})
