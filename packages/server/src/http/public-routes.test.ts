import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { operations } from '@wick/wire'
import fc from 'fast-check'
import { extensions } from './private-routes.ts'
import { publicRoutes } from './public-routes.ts'
import { errorIn, type Received, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

/** Every path that a public route answers, by its name. */
const publicPaths = ['/', '/console', '/console/', '/console/x', '/healthz', '/readyz', '/metrics']

const signInPaths = [
  '/v1/console/session',
  '/v1/console/sign-in-options',
  '/v1/console/oidc',
  '/v1/console/oidc/callback',
]

test('threat 8: the routes that need no identity are these eleven; another one is a decision, not a detail', () => {
  assert.deepEqual(
    publicRoutes.map(({ name, method }) => `${method} ${name}`),
    [
      'GET Health',
      'GET Readiness',
      'GET Metrics',
      'GET Root',
      'GET Console',
      'POST SignIn',
      'GET SignInOptions',
      'GET BeginOidc',
      'GET FinishOidc',
      'POST CreateSession',
      'POST AssumeRoleWithWebIdentity',
    ],
  )
  const matched = publicRoutes.map(({ name, matches }) => [
    name,
    [...publicPaths, ...signInPaths, '/sessions'].filter(matches),
  ])
  assert.deepEqual(Object.fromEntries(matched), {
    Health: ['/healthz'],
    Readiness: ['/readyz'],
    Metrics: ['/metrics'],
    Root: ['/', '/console'],
    Console: ['/console/', '/console/x'],
    SignIn: ['/v1/console/session'],
    SignInOptions: ['/v1/console/sign-in-options'],
    BeginOidc: ['/v1/console/oidc'],
    FinishOidc: ['/v1/console/oidc/callback'],
    CreateSession: ['/sessions'],
    AssumeRoleWithWebIdentity: ['/'],
  })
})

function filled(path: string): string {
  return path.replaceAll(/\{\w+\}/g, 'orders')
}

test('threat 8: every operation of the API is refused to strangers', async () => {
  for (const { method, path, name } of operations) {
    const answer = await server.send({ method, target: filled(path) })
    assert.equal(answer.status, 403, name)
    assert.equal(errorIn(answer), 'MissingAuthenticationTokenException', name)
  }
})

test('threat 8: every extension is refused to strangers', async () => {
  assert.ok(extensions.length >= 3)
  for (const { method, path, name } of extensions) {
    const answer = await server.send({ method, target: filled(path) })
    assert.equal(errorIn(answer), 'MissingAuthenticationTokenException', name)
  }
})

test('no extension lies among the paths of the API', () => {
  for (const { path } of extensions) assert.match(path, /^\/v1\//)
})

test('threat 8: whatever is no public route is refused to strangers, whatever the method', async () => {
  const segments = fc.constantFrom(
    ...['', '.', '..', 'v1', 'console', 'healthz', 'metrics', 'readyz', 'profilingGroups', 'orders'],
    ...[
      'internal',
      'tags',
      '%2e%2e',
      '%2f',
      '%00',
      'assets',
      'session',
      'x',
      '*',
      '__proto__',
      'constructor',
    ],
  )
  const target = fc.oneof(
    fc.array(segments, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
    fc.webPath().map((path) => (path === '' ? '/' : path)),
  )
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'PROPFIND')
  await fc.assert(
    fc.asyncProperty(method, target, async (verb, path) => {
      const { status, headers, text } = await server.send({ method: verb, target: path })
      const isRead = verb === 'GET' || verb === 'HEAD'
      const isPublic =
        (isRead && (publicPaths.includes(path) || path.startsWith('/console/'))) ||
        (verb === 'POST' && path === '/v1/console/session')
      if (isPublic) return
      assert.equal(status, 403, `${verb} ${path}`)
      // A form to `/` is answered by STS, in its words.
      if (verb === 'POST' && path === '/') assert.match(text, /<Code>MissingAuthenticationToken</)
      else assert.equal(headers['x-amzn-errortype'], 'MissingAuthenticationTokenException')
    }),
    { numRuns: 300 },
  )
})

test('the paths of public routes are refused with every other method', async () => {
  for (const target of publicPaths) {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      assert.equal((await server.send({ method, target })).status, 403, `${method} ${target}`)
  }
})

test('near misses of public paths are refused', async () => {
  for (const target of [
    '/healthz/',
    '//healthz',
    '/Healthz',
    '/health%7a',
    '/console2',
    '/%63onsole/',
    '/metrics/x',
  ])
    assert.equal((await server.send({ target })).status, 403, target)
})

test('health needs nothing but the process', async () => {
  const { status, text, headers } = await server.send({ target: '/healthz?x=y' })
  assert.deepEqual([status, text, headers['content-type']], [200, 'alive\n', 'text/plain; charset=utf-8'])
})

test('readiness says why not, and when to ask again', async () => {
  assert.deepEqual((await server.send({ target: '/readyz' })).text, 'ready\n')
  server.readiness = { isReady: false, reason: 'writing failed: simulated ENOSPC' }
  const { status, text, headers } = await server.send({ target: '/readyz' })
  server.readiness = { isReady: true, reason: null }
  assert.deepEqual([status, text], [503, 'not ready: writing failed: simulated ENOSPC\n'])
  assert.equal(headers['retry-after'], '1')
})

test('metrics are for the allowed networks; for others there is no such route', async () => {
  const allowed = await server.send({ target: '/metrics' })
  assert.equal(allowed.status, 200)
  assert.match(String(allowed.headers['content-type']), /^application\/openmetrics-text/)
  assert.match(allowed.text, /^wick_ready 1$/m)
  const asked: (string | undefined)[] = []
  server.mayReadMetrics = (address) => {
    asked.push(address)
    return false
  }
  const refused = await server.send({ target: '/metrics', headers: { 'x-forwarded-for': '127.0.0.1' } })
  server.mayReadMetrics = () => true
  assert.equal(errorIn(refused), 'MissingAuthenticationTokenException')
  assert.deepEqual(asked, ['127.0.0.1'], "it is the connection's own address that counts")
})

test('behind a trusted proxy it is the forwarded address that counts, and no other', async (t) => {
  const proxied = await startTestServer({ trustedProxies: ['127.0.0.1'] })
  t.after(() => proxied.close())
  const metrics = (forwarded: string): Promise<Received> =>
    proxied.send({ target: '/metrics', headers: { 'x-forwarded-for': forwarded } })
  assert.equal((await metrics('::1')).status, 200)
  assert.equal(errorIn(await metrics('127.0.0.1, 192.0.2.1')), 'MissingAuthenticationTokenException')
  const nobody = await metrics('127.0.0.1, unknown')
  assert.equal(nobody.status, 400)
  assert.match(nobody.text, /X-Forwarded-For, as the proxy passes it on, holds something that is no address/)
})

test('the root leads to the console', async () => {
  for (const target of ['/', '/console', '/?a=b']) {
    const { status, headers, body } = await server.send({ target })
    assert.deepEqual([status, headers.location, body.length], [302, '/console/', 0], target)
  }
})

test('HEAD answers as GET does, without the body', async () => {
  for (const target of ['/healthz', '/readyz', '/', '/console/']) {
    const got = await server.send({ target })
    const asked = await server.send({ method: 'HEAD', target })
    assert.equal(asked.status, got.status, target)
    assert.equal(asked.headers['content-length'], got.headers['content-length'])
    assert.equal(asked.body.length, 0)
  }
})
