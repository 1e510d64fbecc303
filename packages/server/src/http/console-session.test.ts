import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { createGroup } from '../operations/testing/test-services.ts'
import { type Call, errorIn, type Received, startTestServer, type TestServer } from './testing/test-server.ts'

/** Sessions of the console, and what keeps other sites from using them. */

const hour = 60 * 60_000
const session = '/v1/console/session'
const orders = '/profilingGroups/orders'
const fromConsole = { 'x-wick-console': '1' }

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
  await createGroup(server.test)
})
afterEach(() => server.close())

function ticket(): Promise<string> {
  return server.access.createTicket(server.administrator, server.test.now)
}

function signIn(body: unknown, headers: Readonly<Record<string, string>> = fromConsole): Promise<Received> {
  return server.send({
    method: 'POST',
    target: session,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** A call with a new session's cookie and all that the console sends along; undefined leaves a header out. */
async function console(
  call: Call,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Received> {
  const { cookie, csrfToken } = await server.signIn()
  const headers = { cookie: `wick-session=${cookie}`, ...fromConsole, 'x-wick-csrf': csrfToken, ...changes }
  const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return server.send({ ...call, headers: { ...call.headers, ...Object.fromEntries(sent) } })
}

async function refused(call: Call, changes: Readonly<Record<string, string | undefined>>): Promise<string> {
  const answer = await console(call, changes)
  assert.equal(errorIn(answer), 'AccessDeniedException')
  return JSON.parse(answer.text).message
}

describe('signing in', () => {
  test('a ticket opens a session; the answer says whose, for how long, and the token for changes', async () => {
    const answer = await signIn({ ticket: await ticket() })
    assert.equal(answer.status, 200)
    const { csrfToken, ...rest } = JSON.parse(answer.text)
    assert.deepEqual(rest, {
      user: { name: 'wick-admin', arn: 'arn:aws:iam::000000000000:user/wick-admin' },
      expiresAt: new Date(server.test.now + 12 * hour).toISOString(),
      region: 'us-east-1',
      accountId: '000000000000',
    })
    const [cookie = ''] = answer.headers['set-cookie'] ?? []
    const [pair = '', ...attributes] = cookie.split('; ')
    assert.match(pair, /^wick-session=[\w-]{43}$/)
    assert.deepEqual(attributes, ['Path=/', 'Max-Age=43200', 'HttpOnly', 'SameSite=Strict'])
    const headers = { cookie: pair, ...fromConsole }
    const again = await server.send({ target: session, headers })
    assert.deepEqual(JSON.parse(again.text), { csrfToken, ...rest })
    assert.equal(answer.headers['cache-control'], 'no-store')
  })

  test('a ticket is good once, and a wrong one is refused alike', async () => {
    const given = await ticket()
    assert.equal((await signIn({ ticket: given })).status, 200)
    for (const used of [given, 'wrong', '']) {
      const answer = await signIn({ ticket: used })
      assert.equal(errorIn(answer), 'AccessDeniedException')
      assert.match(answer.text, /was used before or has expired/)
      assert.equal(answer.headers['set-cookie'], undefined)
    }
  })

  test('a body that holds no ticket is refused by name', async () => {
    for (const body of ['', '{', 'null', '[]', '{}', { ticket: 1 }, { ticket: null }, '"text"'])
      assert.equal(errorIn(await signIn(body)), 'SerializationException', JSON.stringify(body))
  })

  test('a body longer than a sign-in needs is refused', async () => {
    const answer = await signIn({ ticket: await ticket(), padding: 'x'.repeat(16_384) })
    assert.equal(errorIn(answer), 'ValidationException')
    assert.match(answer.text, /longer than 16384 bytes/)
  })

  test('another site cannot sign somebody in: its ticket stays unused', async () => {
    const given = await ticket()
    for (const headers of [
      {},
      { 'x-wick-console': '0' },
      { ...fromConsole, 'sec-fetch-site': 'cross-site' },
      { ...fromConsole, origin: 'https://evil.example' },
    ] as Record<string, string>[])
      assert.equal(errorIn(await signIn({ ticket: given }, headers)), 'AccessDeniedException')
    assert.equal((await signIn({ ticket: given })).status, 200)
  })
})

describe('requests with a session', () => {
  test('read and change as the user may', async () => {
    assert.equal((await console({ target: orders })).status, 200)
    const put = {
      method: 'PUT',
      target: orders,
      body: '{"agentOrchestrationConfig":{"profilingEnabled":false}}',
    }
    const updated = await console(put)
    assert.equal(JSON.parse(updated.text).agentOrchestrationConfig.profilingEnabled, false)
  })

  test('without the header that no form or link can set are refused', async () => {
    for (const value of [undefined, '', '0', 'true', '1, 1'])
      assert.match(
        await refused({ target: orders }, { 'x-wick-console': value }),
        /x-wick-console: 1 is missing/,
      )
  })

  test('from another site are refused, whatever else they carry', async () => {
    for (const site of ['cross-site', 'same-site', 'none', ''])
      assert.match(await refused({ target: orders }, { 'sec-fetch-site': site }), /from another site/)
    assert.equal((await console({ target: orders }, { 'sec-fetch-site': 'same-origin' })).status, 200)
  })

  test('from another origin are refused; the scheme may differ, for a proxy can speak TLS', async () => {
    const { port } = server
    for (const origin of [
      'https://evil.example',
      `http://127.0.0.1.evil.example:${port}`,
      `http://127.0.0.1:${port + 1}`,
      'http://127.0.0.1',
      'null',
      '',
      `http://localhost:${port}`,
    ])
      assert.match(await refused({ target: orders }, { origin }), /from another origin/, origin)
    for (const origin of [`http://127.0.0.1:${port}`, `https://127.0.0.1:${port}`])
      assert.equal((await console({ target: orders }, { origin })).status, 200, origin)
    const named = { origin: 'https://Wick.example', host: 'WICK.example' }
    assert.equal((await console({ target: orders }, named)).status, 200)
  })

  test('that change something need the token of their own session', async () => {
    const other = await server.signIn()
    for (const method of ['PUT', 'DELETE', 'POST']) {
      for (const token of [undefined, '', 'wrong', other.csrfToken])
        assert.match(
          await refused({ method, target: orders }, { 'x-wick-csrf': token }),
          /does not hold the session's token/,
          `${method} ${token}`,
        )
    }
    assert.equal((await server.signed({ target: orders })).status, 200, 'nothing was deleted')
  })

  test('that only read need none', async () => {
    assert.equal((await console({ target: orders }, { 'x-wick-csrf': undefined })).status, 200)
  })

  test('with two cookies of that name have none: one of them may be planted', async () => {
    const { cookie } = await server.signIn()
    const pair = `wick-session=${cookie}`
    for (const both of [`${pair}; wick-session=planted`, `wick-session=planted; ${pair}`, `${pair}; ${pair}`])
      assert.equal(
        errorIn(await server.send({ target: orders, headers: { ...fromConsole, cookie: both } })),
        'MissingAuthenticationTokenException',
      )
    const others = `a=b; ${pair}; wick-session2=x; x-wick-session=y`
    assert.equal(
      (await server.send({ target: orders, headers: { ...fromConsole, cookie: others } })).status,
      200,
    )
  })

  test('with a cookie that opens nothing are told that the session has ended', async () => {
    for (const value of ['', 'wrong', '%00', 'a'.repeat(43)]) {
      const headers = { ...fromConsole, cookie: `wick-session=${value}` }
      assert.equal(errorIn(await server.send({ target: orders, headers })), 'ExpiredTokenException', value)
    }
  })

  test('are refused once an hour passed without one', async () => {
    const { cookie } = await server.signIn()
    const headers = { ...fromConsole, cookie: `wick-session=${cookie}` }
    server.test.now += hour - 1
    assert.equal((await server.send({ target: orders, headers })).status, 200)
    server.test.now += hour
    assert.equal(errorIn(await server.send({ target: orders, headers })), 'ExpiredTokenException')
  })

  test('see the groups of the configured region', async () => {
    await createGroup(server.test, { profilingGroupName: 'far' }, { region: 'eu-west-1' })
    const { text } = await console({ target: '/profilingGroups' })
    assert.deepEqual(JSON.parse(text).profilingGroupNames, ['orders'])
  })

  test('of a user who may nothing are denied', async () => {
    const { subject } = await server.addUser('guest')
    const given = await server.access.createTicket(subject, server.test.now)
    const { headers } = await signIn({ ticket: given })
    const [cookie = ''] = headers['set-cookie']![0]!.split(';')
    const answer = await server.send({ target: orders, headers: { ...fromConsole, cookie } })
    assert.equal(errorIn(answer), 'AccessDeniedException')
    assert.match(answer.text, /user\/guest is not authorized/)
    const own = await server.send({ target: session, headers: { ...fromConsole, cookie } })
    assert.equal(own.status, 200, 'having a session is the right to see it')
  })
})

describe('signing out', () => {
  test('ends the session and takes the cookie back', async () => {
    const { cookie, csrfToken } = await server.signIn()
    const headers = { ...fromConsole, cookie: `wick-session=${cookie}`, 'x-wick-csrf': csrfToken }
    const answer = await server.send({ method: 'DELETE', target: session, headers })
    assert.equal(answer.status, 204)
    assert.deepEqual(answer.headers['set-cookie'], [
      'wick-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
    ])
    assert.equal(errorIn(await server.send({ target: session, headers })), 'ExpiredTokenException')
  })

  test('needs the token, as every change', async () => {
    await refused({ method: 'DELETE', target: session }, { 'x-wick-csrf': undefined })
  })

  test('means nothing to who has no session', async () => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await server.signed({ method, target: session })
      assert.equal(errorIn(answer), 'AccessDeniedException')
      assert.match(answer.text, /sign in to have one/)
    }
  })
})

test('a session makes no sign-in links: it would outlive itself', async () => {
  assert.match(
    await refused({ method: 'POST', target: '/v1/console/sign-in-links' }, {}),
    /with the access key of a user only/,
  )
})

test('over TLS the cookie is secure and bound to this host by its name, and the plain one opens nothing', async () => {
  await server.close()
  server = await startTestServer({ tls: true })
  await createGroup(server.test)
  const { headers } = await signIn({ ticket: await ticket() })
  const [pair = '', ...attributes] = headers['set-cookie']![0]!.split('; ')
  assert.match(pair, /^__Host-wick=[\w-]{43}$/)
  assert.deepEqual(attributes, ['Path=/', 'Max-Age=43200', 'HttpOnly', 'SameSite=Strict', 'Secure'])
  const ask = (cookie: string): Promise<Received> =>
    server.send({ target: orders, headers: { ...fromConsole, cookie } })
  assert.equal((await ask(pair)).status, 200)
  assert.equal((await ask(pair.replace('__Host-wick', 'wick-session'))).status, 403)
  const planted = await ask(`${pair}; wick-session=planted`)
  assert.equal(planted.status, 200, 'a cookie of the other name changes nothing')
})

test('behind a trusted proxy the cookie is as secure as the way to the proxy', async () => {
  await server.close()
  server = await startTestServer({ trustedProxies: ['127.0.0.1'] })
  const cookie = async (headers: Record<string, string>): Promise<string> => {
    const answer = await server.send({
      method: 'POST',
      target: session,
      headers: { ...fromConsole, ...headers },
      body: JSON.stringify({ ticket: await ticket() }),
    })
    return answer.headers['set-cookie']![0]!
  }
  const forwarded = { 'x-forwarded-for': '192.0.2.1' }
  assert.match(await cookie({ ...forwarded, 'x-forwarded-proto': 'https' }), /^__Host-wick=.*; Secure$/)
  assert.match(
    await cookie({ ...forwarded, 'x-forwarded-proto': 'http' }),
    /^wick-session=.*SameSite=Strict$/,
  )
})
