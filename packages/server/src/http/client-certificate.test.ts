import assert from 'node:assert/strict'
import { Agent, type AgentOptions, request as httpsRequest } from 'node:https'
import { after, before, test } from 'node:test'
import { type Made, make, makeAuthority, makeList, type ToMake } from '../certificates/testing/pki.ts'
import type { CertificateRule } from '../config/certificate-rules.ts'
import { put } from '../iam/changes.ts'
import { testRole } from '../iam/testing/identities.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let root: Made
let between: Made
let leaf: Made
const rules: CertificateRule[] = []
const group = 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders'

before(async () => {
  server = await startTestServer({ tls: true, certificateRules: rules, trustedProxies: ['127.0.0.1'] })
  root = await authority('CN=Root')
  between = await authority('CN=Between', { by: root })
  leaf = await leafBy(root)
  await setUp()
})
after(() => server.close())

const day = 86_400_000
const times = () => ({ notBefore: server.test.now - day, notAfter: server.test.now + day })
const authority = (subject: string, parts: ToMake = {}) => makeAuthority(subject, { ...times(), ...parts })
const leafBy = (by: Made, parts: ToMake = {}) =>
  make({
    by,
    subject: 'CN=orders-1,O=Example',
    names: [{ type: 'url', value: 'spiffe://example.com/orders/1' }],
    ...times(),
    ...parts,
  })

/** What the administrator does. */
async function administer(method: string, target: string, body: unknown) {
  const answer = await server.signed(
    { method, target, body: JSON.stringify(body) },
    { service: 'rolesanywhere' },
  )
  assert.ok(answer.status < 300, answer.text)
  return JSON.parse(answer.text)
}

async function setUp(): Promise<void> {
  const { accountId } = server.test.config
  const trustPolicy = JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'rolesanywhere.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Condition: { StringLike: { 'aws:PrincipalTag/x509Subject/CN': 'orders-*' } },
      },
    ],
  })
  const inlinePolicies = {
    agent: JSON.stringify({
      Statement: [{ Effect: 'Allow', Action: 'codeguru-profiler:DescribeProfilingGroup', Resource: group }],
    }),
  }
  const role = put('role', testRole('agents', { trustPolicy, inlinePolicies }))
  await server.test.services.accounts.change(accountId, () => ({ changes: [role], output: null }))
  const { trustAnchor } = await administer('POST', '/trustanchors', {
    name: 'ca',
    enabled: true,
    source: { sourceType: 'CERTIFICATE_BUNDLE', sourceData: { x509CertificateData: root.pem } },
  })
  const roleArn = `arn:aws:iam::${accountId}:role/agents`
  const { profile } = await administer('POST', '/profiles', { name: 'p', enabled: true, roleArns: [roleArn] })
  rules.push({
    name: 'orders',
    uri: 'spiffe://example.com/orders/*',
    commonName: null,
    trustAnchor: trustAnchor.trustAnchorArn,
    profile: profile.profileArn,
    role: roleArn,
  })
  const made = await server.signed({
    method: 'POST',
    target: '/profilingGroups?clientToken=a',
    body: JSON.stringify({ profilingGroupName: 'orders' }),
  })
  assert.equal(made.status, 201, made.text)
}

interface Answer {
  readonly status: number
  readonly text: string
}

const shown = (by: Made, ...chain: readonly Made[]): AgentOptions => ({
  cert: [by, ...chain].map(({ pem }) => pem).join(''),
  key: by.privateKey.export({ type: 'pkcs8', format: 'pem' }),
})

/** Describes the group, without a signature. */
function describe(
  certificate: AgentOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const agent = new Agent({ ...certificate, rejectUnauthorized: false })
  return get(agent, headers).finally(() => agent.destroy())
}

function get(
  agent: Agent,
  headers: Readonly<Record<string, string>> = {},
  path = '/profilingGroups/orders',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(`${server.url}${path}`, { agent, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode!, text }))
    })
    request.on('error', reject)
    request.end()
  })
}

async function refused(answer: Promise<Answer>, message: RegExp, status = 403): Promise<void> {
  const { status: found, text } = await answer
  assert.equal(found, status, text)
  assert.match(text, message)
}

test('a client certificate stands for the role of its rule, and for nothing that the role may not', async () => {
  const agent = new Agent({ ...shown(leaf), rejectUnauthorized: false, keepAlive: true })
  const allowed = await get(agent)
  assert.equal(allowed.status, 200, allowed.text)
  assert.equal(JSON.parse(allowed.text).name, 'orders')
  await refused(
    get(agent, {}, '/profilingGroups'),
    /assumed-role\/agents\/0123456789abcdef is not authorized to perform: codeguru-profiler:ListProfilingGroups/,
  )
  agent.destroy()
})

test('without a certificate a request must be signed as everywhere', async () => {
  await refused(describe({}), /Missing Authentication Token/)
  const signed = await server.signed({ target: '/profilingGroups' })
  assert.equal(signed.status, 200)
})

test('what leads to the anchor may come along, and must come along each time', async () => {
  const below = await leafBy(between)
  for (let i = 0; i < 2; i++) assert.equal((await describe(shown(below, between))).status, 200)
  await refused(describe(shown(below)), /Untrusted certificate\. No chain leads/)
})

test('a connection that would be resumed is made anew, so that nothing of its certificates is missing', async () => {
  const below = await leafBy(between)
  const agent = new Agent({ ...shown(below, between), rejectUnauthorized: false, maxCachedSessions: 10 })
  for (let i = 0; i < 3; i++) assert.equal((await get(agent)).status, 200)
  agent.destroy()
})

test('certificates of others are refused', async () => {
  const stranger = await authority('CN=Root')
  await refused(describe(shown(await leafBy(stranger))), /Untrusted certificate\. No chain leads/)
  await refused(
    describe(
      shown(await make({ ...times(), names: [{ type: 'url', value: 'spiffe://example.com/orders/1' }] })),
    ),
    /Untrusted certificate/,
  )
  await refused(describe(shown(root)), /No rule of this listener|Untrusted certificate/)
})

test('a certificate that no rule means, and one that the role does not trust, are refused', async () => {
  const uri = (value: string) => ({ names: [{ type: 'url' as const, value }] })
  await refused(
    describe(shown(await leafBy(root, uri('spiffe://example.com/payments/1')))),
    /No rule of this listener/,
  )
  await refused(describe(shown(await leafBy(root, { names: [] }))), /No rule of this listener/)
  // The first counts, as it does for tags.
  const second = {
    names: [...uri('spiffe://example.com/payments/1').names, ...uri('spiffe://example.com/orders/1').names],
  }
  await refused(describe(shown(await leafBy(root, second))), /No rule of this listener/)
  const other = await leafBy(root, { subject: 'CN=payments-1' })
  await refused(describe(shown(other)), /does not trust this certificate/)
})

test('a rule may name a common name, and both where it names both', async () => {
  const rule = { ...rules[0]!, name: 'night', uri: null, commonName: 'orders-night-?' }
  rules.push(rule)
  const names = { names: [] }
  assert.equal(
    (await describe(shown(await leafBy(root, { subject: 'CN=orders-night-1', ...names })))).status,
    200,
  )
  await refused(describe(shown(await leafBy(root, { subject: 'CN=orders-night-10', ...names }))), /No rule/)
  await refused(
    describe(shown(await leafBy(root, { subject: 'CN=a,CN=orders-night-1', ...names }))),
    /No rule/,
  )
  rules[1] = { ...rule, uri: 'spiffe://example.com/night' }
  await refused(describe(shown(await leafBy(root, { subject: 'CN=orders-night-1', ...names }))), /No rule/)
  rules.pop()
})

test('a browser, which shows its certificate to every page, is refused', async () => {
  for (const headers of [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
  ])
    await refused(describe(shown(leaf), headers), /Client certificates are for agents/)
})

test('the certificate of a proxy is not that of whose request it passes on', async () => {
  await refused(describe(shown(leaf), { 'x-forwarded-for': '192.0.2.7' }), /Missing Authentication Token/)
})

test('a signature says who it is, whatever the connection was opened with', async () => {
  await refused(describe(shown(leaf), { authorization: 'AWS4-HMAC-SHA256 nothing' }), /Credential/)
})

test('on an open connection a certificate counts no longer than it does elsewhere', async () => {
  const agent = new Agent({ ...shown(leaf), rejectUnauthorized: false, keepAlive: true, maxSockets: 1 })
  assert.equal((await get(agent)).status, 200)
  const { der } = await makeList(root, { serialNumbers: ['0123456789abcdef'] })
  const { crl } = await administer('POST', '/crls', {
    name: 'l',
    crlData: der.toString('base64'),
    trustAnchorArn: rules[0]!.trustAnchor,
    enabled: true,
  })
  await refused(get(agent), /is revoked/)
  await administer('POST', `/crl/${crl.crlId}/disable`, {})
  assert.equal((await get(agent)).status, 200)
  const { now } = server.test
  server.test.now = now + day + 1
  await refused(get(agent), /expired/)
  server.test.now = now
  agent.destroy()
})
