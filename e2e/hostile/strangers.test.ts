/** Whoever cannot prove who they are gets 403 with the name their SDK knows, and nothing is done. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { type Answer, type Call, type Caller, startCaller } from '../support/caller.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let caller: Caller

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-'))
  wick = await startWick({ directory, flags: ['--insecure-http', '--regions', 'eu-west-1'] })
  caller = await startCaller(wick)
  await caller.createGroup('shop')
})

after(async () => {
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

const minute = 60_000
const incomplete = 'IncompleteSignatureException'
const invalid = 'InvalidSignatureException'
const unrecognized = 'UnrecognizedClientException'
const target = '/profilingGroups/shop/agentProfile'

/** A post that would be kept, were it believed. */
function post(signature: Call['signature']): Call {
  const end = Date.now()
  const body = JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: 1 } } })
  return {
    method: 'POST',
    target,
    body,
    headers: { 'content-type': 'application/json' },
    signature: signature!,
  }
}

const refused: readonly [string, () => Call['signature'], string, RegExp][] = [
  ['no signature', () => null, 'MissingAuthenticationTokenException', /^Missing Authentication Token$/],
  [
    'a key that does not exist',
    () => ({ accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }),
    unrecognized,
    /^The security token included in the request is invalid\.$/,
  ],
  [
    'another secret',
    () => ({ secretAccessKey: 'x'.repeat(40) }),
    invalid,
    /^The request signature we calculated does not match the signature you provided\./,
  ],
  [
    'a signature of six minutes ago',
    () => ({ now: Date.now() - 6 * minute }),
    invalid,
    /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
  ],
  [
    'a signature of in six minutes',
    () => ({ now: Date.now() + 6 * minute }),
    invalid,
    /^Signature not yet current: \d{8}T\d{6}Z is still later than /,
  ],
  [
    'a signature for another region',
    () => ({ region: 'us-west-2' }),
    invalid,
    /^Credential should be scoped to a valid region, not 'us-west-2'\.$/,
  ],
  [
    'a signature for another service',
    () => ({ service: 's3' }),
    invalid,
    /^Credential should be scoped to correct service: 'codeguru-profiler'\.$/,
  ],
]

for (const [what, signature, name, message] of refused) {
  test(`${what}: ${name}, and nothing is kept`, async () => {
    const answer = await caller.send(post(signature()))
    assertRefused(answer, name, message)
    assert.equal(await caller.profile('shop'), null)
  })
}

test('a recorded request is refused once it is older than five minutes, though it was accepted before', async () => {
  const recorded = (now: number) => caller.send({ target: '/profilingGroups', signature: { now } })
  assert.equal((await recorded(Date.now() - 4 * minute)).status, 200)
  assert.equal((await recorded(Date.now() + 4 * minute)).status, 200)
  assertRefused(await recorded(Date.now() - 6 * minute), 'InvalidSignatureException', /^Signature expired/)
})

test('a further region that is allowed is another place, and the groups of the first are not in it', async () => {
  const { status, body } = await caller.send({
    target: '/profilingGroups',
    signature: { region: 'eu-west-1' },
  })
  assert.deepEqual([status, JSON.parse(body.toString())], [200, { profilingGroupNames: [] }])
})

type Headers = Readonly<Record<string, string>>

const altered: readonly [string, (headers: Headers) => Headers, string][] = [
  ['one digit of the signature changed', changed(/.$/, (digit) => (digit === '0' ? '1' : '0')), invalid],
  [
    'the signature in capitals',
    changed(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase().replace(/^\d+$/, 'A')),
    incomplete,
  ],
  ['no Signature', changed(/, Signature=.*/, () => ''), incomplete],
  ['no SignedHeaders', changed(/ SignedHeaders=[^,]+,/, () => ''), incomplete],
  ['the host not signed', changed(/;host;/, () => ';'), invalid],
  ['the date not signed', changed(/;x-amz-date/, () => ''), invalid],
  ['another algorithm', changed(/^AWS4-HMAC-SHA256/, () => 'AWS4-ECDSA-P256-SHA256'), incomplete],
  ['an unsigned x-amz- header added', (headers) => ({ ...headers, 'x-amz-meta': 'added' }), invalid],
  [
    'another date than the signed one',
    (headers) => ({ ...headers, 'x-amz-date': other(headers['x-amz-date']!) }),
    invalid,
  ],
  ['no date', ({ 'x-amz-date': _, ...headers }) => headers, incomplete],
  [
    'another type than the signed one',
    (headers) => ({ ...headers, 'content-type': 'application/x-amzn-ion' }),
    invalid,
  ],
  ['an unsigned session token', (headers) => ({ ...headers, 'x-amz-security-token': 'token' }), invalid],
  ['UNSIGNED-PAYLOAD', (headers) => ({ ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }), invalid],
  ['Basic credentials', (headers) => ({ ...headers, authorization: 'Basic d2ljazp3aWNr' }), incomplete],
  ['an empty Authorization', (headers) => ({ ...headers, authorization: '' }), incomplete],
]

for (const [what, alter, name] of altered) {
  test(`${what}: ${name}, and nothing is kept`, async () => {
    const call = post({})
    const answer = await sendAsIs(target, alter(caller.signed(call)), call.body as string)
    assert.equal(answer.status, 403)
    assert.equal(answer.name, name, answer.message)
    assert.equal(await caller.profile('shop'), null)
  })
}

test('a body that is not the signed one, a path or a query that is not', async () => {
  const call = post({})
  const headers = caller.signed(call)
  const body = call.body as string
  for (const answer of [
    await sendAsIs(target, headers, body.replace('1}', '2}')),
    await sendAsIs(target, headers, `${body} `),
    await sendAsIs(`${target}?profileToken=x`, headers, body),
    await sendAsIs('/profilingGroups/shop2/agentProfile', headers, body),
  ]) {
    assert.deepEqual([answer.status, answer.name], [403, 'InvalidSignatureException'])
  }
  assert.equal((await sendAsIs(target, headers, body)).status, 204)
})

test('two Authorization headers, of which one is right', async () => {
  const headers = caller.signed({ target: '/profilingGroups' })
  const twice = Object.entries(headers).flatMap(([name, value]) =>
    name === 'authorization'
      ? [name, value, name, value.replace('Signature=', 'Signature=0')]
      : [name, value],
  )
  const outgoing = request(`${wick.url}/profilingGroups`, {
    headers: twice.concat('host', new URL(wick.url).host),
  })
  outgoing.end()
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  assert.equal(answer.statusCode, 403)
})

test('a presigned URL is refused', async () => {
  const query = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0'
  assertRefused(
    await caller.send({ target: `/profilingGroups?${query}` }),
    'IncompleteSignatureException',
    /Presigned URLs are not supported/,
  )
  const { status } = await caller.send({ target: `/profilingGroups?${query}`, signature: null })
  assert.equal(status, 403)
})

test('a stranger learns nothing of what exists: the same answer for a group and for none', async () => {
  for (const signature of [
    null,
    { secretAccessKey: 'x'.repeat(40) },
    { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
  ]) {
    const [there, absent, nonsense] = await Promise.all(
      ['/profilingGroups/shop', '/profilingGroups/none', '/nothing'].map((asked) =>
        caller.send({ target: asked, signature }),
      ),
    )
    assert.equal(there!.status, 403)
    assert.deepEqual([absent!.status, absent!.body], [there!.status, there!.body])
    assert.deepEqual([nonsense!.status, nonsense!.body], [there!.status, there!.body])
  }
})

test('a stranger cannot make the server take a body: the answer comes before it', async () => {
  const outgoing = request(wick.url + target, {
    method: 'POST',
    headers: { 'content-length': 32 * 1024 * 1024 },
  })
  outgoing.flushHeaders()
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  assert.equal(answer.statusCode, 403)
  outgoing.destroy()
})

test('threat 5: the first request after the answer that a key is switched off is refused', async () => {
  const iam = async (Action: string, parameters: Readonly<Record<string, string>>): Promise<string> => {
    const body = new URLSearchParams({ Action, Version: '2010-05-08', UserName: 'ann', ...parameters })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const call = { method: 'POST', target: '/', headers, signature: { service: 'iam' } }
    const answer = await caller.send({ ...call, body: body.toString() })
    assert.equal(answer.status, 200, answer.body.toString())
    return answer.body.toString()
  }
  await iam('CreateUser', {})
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerAgentAccess'
  await iam('AttachUserPolicy', { PolicyArn })
  const made = await iam('CreateAccessKey', {})
  const [AccessKeyId, secretAccessKey] = ['AccessKeyId', 'SecretAccessKey'].map(
    (name) => new RegExp(`<${name}>([^<]*)<`).exec(made)![1]!,
  ) as [string, string]
  // Time and again: an answer out of some memory would have to be lucky each time.
  for (let i = 0; i < 20; i++) {
    const send = () => caller.send(post({ accessKeyId: AccessKeyId, secretAccessKey }))
    assert.equal((await send()).status, 204)
    await iam('UpdateAccessKey', { AccessKeyId, Status: 'Inactive' })
    assertRefused(await send(), unrecognized, /security token included in the request is invalid/)
    await iam('UpdateAccessKey', { AccessKeyId, Status: 'Active' })
  }
})

test('neither answers nor the log hold a secret or a signature', async () => {
  const { body, headers } = await caller.send(post({ secretAccessKey: 'x'.repeat(40) }))
  for (const text of [body.toString(), JSON.stringify(headers), wick.said()]) {
    assert.ok(!text.includes(wick.credentials.secretAccessKey))
    assert.doesNotMatch(text, /[0-9a-f]{64}/)
  }
})

/** With a part of the Authorization header replaced. */
function changed(part: RegExp, to: (found: string) => string): (headers: Headers) => Headers {
  return (headers) => {
    const authorization = headers.authorization!.replace(part, to)
    assert.notEqual(authorization, headers.authorization)
    return { ...headers, authorization }
  }
}

/** A second earlier or later. */
function other(date: string): string {
  return date.endsWith('00Z') ? date.replace('00Z', '01Z') : date.replace(/..Z$/, '00Z')
}

function assertRefused({ status, headers, body }: Answer, name: string, message: RegExp): void {
  assert.equal(status, 403)
  assert.equal(headers['x-amzn-errortype'], name)
  const told = JSON.parse(body.toString())
  assert.deepEqual(Object.keys(told), ['__type', 'message'])
  assert.equal(told.__type, name)
  assert.match(told.message, message)
}

async function sendAsIs(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<{ status: number; name: string; message: string }> {
  const outgoing = request(wick.url + path, { method: 'POST', headers })
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  if (answer.statusCode === 204) return { status: 204, name: '', message: '' }
  const { __type: name, message } = (await json(answer)) as { __type: string; message: string }
  return { status: answer.statusCode!, name, message }
}
