import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { put } from '../iam/changes.ts'
import { testRole, testUser } from '../iam/testing/identities.ts'
import { administratorAccess } from '../identity/administrator.ts'
import { type OidcOutcome, type OidcSignIn, oidcSignIn } from '../sign-in/oidc.ts'
import { type IdentityProvider, startIdentityProvider } from '../sign-in/testing/identity-provider.ts'
import { errorIn, type Received, startTestServer, type TestServer } from './testing/test-server.ts'

/** Signing in to the console without a link: with a password, or at an identity provider. */

const fromConsole = { 'x-wick-console': '1' }
const password = 'correct horse battery staple'
const session = '/v1/console/session'
const accountId = '000000000000'

function cookiesOf({ headers }: Received): readonly string[] {
  return (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]!)
}

function post(server: TestServer, body: unknown, headers: Readonly<Record<string, string>> = fromConsole) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return server.send({ method: 'POST', target: session, headers, body: text })
}

describe('with a password', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer()
    const { accounts, passwords } = server.test.services
    const user = testUser('alice', { attachedPolicies: [administratorAccess] })
    const passwordHash = await passwords.hash(password)
    const profile = { userId: user.id, passwordHash, createdAt: 0, mustChange: false }
    const changes = [put('user', user), put('login-profile', profile)]
    await accounts.change(accountId, () => ({ changes, output: null }))
  })
  afterEach(() => server.close())

  test('the right one opens a session; the cookie is out of reach for scripts and other sites', async () => {
    const answer = await post(server, { userName: 'alice', password })
    assert.equal(JSON.parse(answer.text).user.arn, `arn:aws:iam::${accountId}:user/alice`)
    assert.match(answer.headers['set-cookie']![0]!, /; HttpOnly; SameSite=Strict$/)
    const [cookie] = cookiesOf(answer)
    const own = await server.send({ target: session, headers: { ...fromConsole, cookie: cookie! } })
    assert.equal(own.status, 200)
  })

  test('a session opened by signing in is a new one: a cookie planted before is worth nothing', async () => {
    const planted = 'wick-session=planted-by-somebody-else-aaaaaaaaaaaaaaaaaaa'
    const answer = await post(server, { userName: 'alice', password }, { ...fromConsole, cookie: planted })
    assert.equal(answer.status, 200)
    assert.notEqual(cookiesOf(answer)[0], planted)
    const asPlanted = await server.send({ target: session, headers: { ...fromConsole, cookie: planted } })
    assert.equal(asPlanted.status, 403)
  })

  test('a wrong one and an unknown name are told alike, and set no cookie', async () => {
    const wrong = await post(server, { userName: 'alice', password: 'wrong' })
    const unknown = await post(server, { userName: 'nobody', password })
    assert.equal(errorIn(wrong), 'AccessDeniedException')
    assert.equal(wrong.text, unknown.text)
    assert.deepEqual(cookiesOf(wrong), [])
  })

  test('threat 19: a password that is changed or taken away ends the sessions that there are', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const iam = async (Action: string, parameters: Record<string, string>): Promise<void> => {
      const body = new URLSearchParams({ Action, Version: '2010-05-08', ...parameters }).toString()
      const call = { method: 'POST', target: '/', headers: form, body }
      const { status, text } = await server.signed(call, { service: 'iam' })
      assert.equal(status, 200, text)
    }
    const signedIn = async (given: string): Promise<() => Promise<number>> => {
      const [cookie] = cookiesOf(await post(server, { userName: 'alice', password: given }))
      const headers = { ...fromConsole, cookie: cookie! }
      return async () => (await server.send({ target: session, headers })).status
    }
    const next = 'an entirely different horse'
    const first = await signedIn(password)
    assert.equal(await first(), 200)
    await iam('UpdateLoginProfile', { UserName: 'alice', PasswordResetRequired: 'false' })
    assert.equal(await first(), 200)
    server.test.now += 1
    await iam('UpdateLoginProfile', { UserName: 'alice', Password: next })
    assert.equal(await first(), 403)
    const second = await signedIn(next)
    assert.equal(await second(), 200)
    server.test.now += 1
    await iam('DeleteLoginProfile', { UserName: 'alice' })
    assert.equal(await second(), 403)
  })

  test('guessing is stopped with 429', async () => {
    for (let i = 0; i < 5; i++) await post(server, { userName: 'alice', password: 'wrong' })
    const answer = await post(server, { userName: 'alice', password })
    assert.deepEqual([answer.status, errorIn(answer)], [429, 'ThrottlingException'])
  })

  test('guessing from many addresses of one machine’s network is guessing from one', async (t) => {
    const proxied = await startTestServer({ trustedProxies: ['127.0.0.1'] })
    t.after(() => proxied.close())
    // No name is tried often enough to be locked.
    const guess = async (i: number, network: string): Promise<number> => {
      const headers = { ...fromConsole, 'x-forwarded-for': `${network}::${i.toString(16)}` }
      return (await post(proxied, { userName: `guess-${i}`, password: 'x' }, headers)).status
    }
    for (let i = 0; i < 50; i++) await guess(i, '2001:db8:1:2')
    assert.equal(await guess(50, '2001:db8:1:2'), 429)
    assert.equal(await guess(50, '2001:db8:1:3'), 403)
  })

  test('another site’s page cannot sign anybody in', async () => {
    const body = { userName: 'alice', password }
    for (const headers of [
      {},
      { ...fromConsole, origin: 'https://evil.example.org' },
      { ...fromConsole, 'sec-fetch-site': 'cross-site' },
    ])
      assert.equal(errorIn(await post(server, body, headers)), 'AccessDeniedException')
  })

  test('what is no sign-in is refused, naming the field', async () => {
    for (const [body, message] of [
      ['{', /not valid JSON/],
      ['[]', /must be a JSON object/],
      [{}, /'ticket' must be a string/],
      [{ userName: 'alice' }, /'password' must be a string/],
      [{ userName: 7, password }, /'userName' must be a string/],
      [{ challenge: 'x' }, /'code' must be a string/],
      [{ challenge: 'x', codes: ['1'] }, /'codes' must be two strings/],
      [{ challenge: 'x', passkey: 'y' }, /'passkey' must be/],
      [{ userName: 'alice', password: 'x'.repeat(9000) }, /'password' is too long/],
    ] as const) {
      const answer = await post(server, body)
      assert.equal(errorIn(answer), 'SerializationException')
      assert.match(JSON.parse(answer.text).message, message)
    }
  })

  test('passkeys are changed by users in the console, and at a host name only', async () => {
    const { cookie, csrfToken } = await server.signIn()
    const headers = { ...fromConsole, cookie: `wick-session=${cookie}`, 'x-wick-csrf': csrfToken }
    const list = await server.send({ target: '/v1/console/passkeys', headers })
    assert.deepEqual(JSON.parse(list.text), { passkeys: [] })
    const begin = { method: 'POST', target: '/v1/console/passkeys/challenge' }
    assert.match((await server.send({ ...begin, headers })).text, /by a host name|open the console by one/)
    const named = { ...headers, host: `localhost:${server.port}` }
    const { creation } = JSON.parse((await server.send({ ...begin, headers: named })).text)
    assert.equal(creation.rp.id, 'localhost')
    const signed = await server.signed({ target: '/v1/console/passkeys' })
    assert.match(signed.text, /signed in to the console/)
    const gone = await server.send({ method: 'DELETE', target: '/v1/console/passkeys/x', headers })
    assert.equal(errorIn(gone), 'ResourceNotFoundException')
  })

  test('what a browser invents as a passkey is refused', async () => {
    const { cookie, csrfToken } = await server.signIn()
    const host = `localhost:${server.port}`
    const headers = { ...fromConsole, host, cookie: `wick-session=${cookie}`, 'x-wick-csrf': csrfToken }
    const begin = { method: 'POST', target: '/v1/console/passkeys/challenge', headers }
    const { challenge } = JSON.parse((await server.send(begin)).text)
    for (const response of [
      {},
      { id: 'x', rawId: 'x', type: 'public-key', response: { attestationObject: '!' } },
    ]) {
      const body = JSON.stringify({ challenge, name: 'key', response })
      const answer = await server.send({ method: 'POST', target: '/v1/console/passkeys', headers, body })
      assert.equal(errorIn(answer), 'ValidationException')
    }
  })
})

describe('at an identity provider', () => {
  let provider: IdentityProvider
  let server: TestServer
  before(async () => {
    provider = await startIdentityProvider('wick')
    const role = testRole('Operators', { attachedPolicies: [administratorAccess] })
    // Made with the server that it signs in to.
    let real: OidcSignIn | null = null
    const oidc: OidcSignIn = {
      begin: (callback) => real!.begin(callback),
      finish: (returned, state): Promise<OidcOutcome> => real!.finish(returned, state),
    }
    server = await startTestServer({ oidc, config: { oidcIssuer: provider.issuer } })
    const { accounts, sealer } = server.test.services
    await accounts.change(accountId, () => ({ changes: [put('role', role)], output: null }))
    real = oidcSignIn({
      settings: {
        issuer: provider.issuer,
        clientId: 'wick',
        clientSecretFile: null,
        groupsClaim: 'groups',
        scopes: ['openid'],
        roles: [{ group: 'ops', role: 'Operators' }],
      },
      account: () => accounts.find(accountId)!,
      sealer,
      now: Date.now,
    })
  })
  after(async () => {
    await server.close()
    await provider.close()
  })

  const come = async (claims: object): Promise<Received> => {
    provider.claims = { ...claims }
    const sent = await server.send({ target: '/v1/console/oidc' })
    assert.equal(sent.status, 303)
    const back = await provider.visit(new URL(sent.headers.location!))
    const [cookie] = cookiesOf(sent)
    return server.send({ target: `${back.pathname}${back.search}`, headers: { cookie: cookie! } })
  }

  test('the page learns that there is one', async () => {
    const answer = await server.send({ target: '/v1/console/sign-in-options' })
    assert.deepEqual(JSON.parse(answer.text), { accountId, provider: provider.issuer })
  })

  test('there and back opens a session of the role, which does what the role may', async () => {
    const answer = await come({ groups: ['ops'], email: 'ann@example.org' })
    assert.deepEqual([answer.status, answer.headers.location], [303, '/console/'])
    const [spent, cookie] = cookiesOf(answer)
    assert.equal(spent, 'wick-oidc=')
    const own = await server.send({ target: session, headers: { ...fromConsole, cookie: cookie! } })
    const arn = `arn:aws:sts::${accountId}:assumed-role/Operators/ann@example.org`
    assert.equal(JSON.parse(own.text).user.arn, arn)
    const groups = await server.send({
      target: '/profilingGroups',
      headers: { ...fromConsole, cookie: cookie! },
    })
    assert.equal(groups.status, 200)
  })

  test('a Host header that holds no host is refused, and nothing breaks', async () => {
    for (const host of ['[', 'a b', '%', 'x:99999', '\u00a0'])
      for (const target of ['/v1/console/oidc', '/v1/console/oidc/callback?code=x&state=y']) {
        const answer = await server.send({ target, headers: { host } })
        assert.deepEqual([answer.status, errorIn(answer)], [400, 'ValidationException'], host)
      }
  })

  test('without a role, or without the cookie of the beginning, the sign-in page says what went wrong', async () => {
    const answer = await come({ groups: ['other'] })
    assert.equal(answer.headers.location, '/console/sign-in?trouble=no-role')
    const alone = await server.send({ target: '/v1/console/oidc/callback?code=x&state=y' })
    assert.equal(alone.headers.location, '/console/sign-in?trouble=refused')
    for (const received of [answer, alone])
      assert.ok(
        cookiesOf(received).every((cookie) => cookie.endsWith('=')),
        'nobody is signed in',
      )
  })
})

test('where no provider is configured the way to it does not exist', async () => {
  const server = await startTestServer()
  const answer = await server.send({ target: '/v1/console/oidc' })
  assert.equal(errorIn(answer), 'ResourceNotFoundException')
  await server.close()
})
