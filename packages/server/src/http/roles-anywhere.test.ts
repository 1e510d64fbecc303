import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anywhereOperations } from '@wick/wire/anywhere'
import {
  type Made,
  make,
  makeAuthority,
  makeList,
  rsaKeys,
  type ToMake,
} from '../certificates/testing/pki.ts'
import { put } from '../iam/changes.ts'
import { testRole } from '../iam/testing/identities.ts'
import { type SessionRequest, signSessionRequest } from '../roles-anywhere/testing/sign-session-request.ts'
import { errorIn, type Received, startTestServer, type TestServer } from './testing/test-server.ts'

const service = 'rolesanywhere'
let server: TestServer
let root: Made
let leaf: Made
before(async () => {
  server = await startTestServer()
  const { now } = server.test
  const times = { notBefore: now - 86_400_000, notAfter: now + 86_400_000 }
  root = await makeAuthority('CN=Root', times)
  leaf = await leafBy(root)
})
after(() => server.close())

const leafBy = (by: Made, parts: ToMake = {}) => {
  const { now } = server.test
  return make({
    by,
    subject: 'CN=orders-1,O=Example',
    notBefore: now - 60_000,
    notAfter: now + 86_400_000,
    ...parts,
  })
}

async function call(method: string, target: string, body?: unknown): Promise<Received> {
  return server.signed(
    { method, target, ...(body !== undefined && { body: JSON.stringify(body) }) },
    { service },
  )
}

/** The answer of a call that succeeds. */
async function done(method: string, target: string, body?: unknown) {
  const answer = await call(method, target, body)
  assert.ok(
    answer.status === 200 || answer.status === 201,
    `${method} ${target}: ${answer.status} ${answer.text}`,
  )
  return JSON.parse(answer.text)
}

const anchorOf = (pem: string) => ({
  name: 'Our CA',
  enabled: true,
  source: { sourceType: 'CERTIFICATE_BUNDLE', sourceData: { x509CertificateData: pem } },
})

const trusting = (
  condition: object = {},
  action: unknown = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'rolesanywhere.amazonaws.com' },
        Action: action,
        Condition: condition,
      },
    ],
  })

/** Puts the role whose trust policy says this; a role, an anchor and a profile that belong together. */
async function setUp(
  trustPolicy = trusting(),
): Promise<{ trustAnchorArn: string; profileArn: string; roleArn: string }> {
  const { accountId } = server.test.config
  const change = put('role', testRole('agents', { trustPolicy }))
  await server.test.services.accounts.change(accountId, () => ({ changes: [change], output: null }))
  const roleArn = `arn:aws:iam::${accountId}:role/agents`
  const { trustAnchor } = await done('POST', '/trustanchors', anchorOf(root.pem))
  const { profile } = await done('POST', '/profiles', { name: 'agents', roleArns: [roleArn], enabled: true })
  return { trustAnchorArn: trustAnchor.trustAnchorArn, profileArn: profile.profileArn, roleArn }
}

type Arns = Awaited<ReturnType<typeof setUp>>

function request(arns: Arns, changes: Partial<SessionRequest> = {}) {
  return signSessionRequest({
    host: new URL(server.url).host,
    region: server.test.config.region,
    at: server.test.now,
    by: leaf,
    serialNumber: '81985529216486895',
    ...arns,
    ...changes,
  })
}

const ask = (arns: Arns, changes: Partial<SessionRequest> = {}) =>
  server.send({ method: 'POST', ...request(arns, changes) })

async function credentialsOf(answer: Received) {
  assert.equal(answer.status, 201, answer.text)
  return JSON.parse(answer.text).credentialSet[0]
}

// Administration

test('trust anchors, profiles and lists are made, listed, changed and deleted', async () => {
  const { trustAnchor } = await done('POST', '/trustanchors', anchorOf(root.pem))
  const id = trustAnchor.trustAnchorId
  assert.deepEqual((await done('GET', `/trustanchor/${id}`)).trustAnchor, trustAnchor)
  assert.equal((await done('POST', `/trustanchor/${id}/disable`)).trustAnchor.enabled, false)
  assert.equal((await done('PATCH', `/trustanchor/${id}`, { name: 'New' })).trustAnchor.name, 'New')

  const list = await makeList(root, { serialNumbers: ['0a'] })
  const crlData = Buffer.from(list.pem).toString('base64')
  const { crl } = await done('POST', '/crls', {
    name: 'l',
    crlData,
    trustAnchorArn: trustAnchor.trustAnchorArn,
  })
  assert.equal((await done('POST', `/crl/${crl.crlId}/enable`)).crl.enabled, true)
  assert.deepEqual(
    (await done('GET', '/crls')).crls.map(({ name }: { name: string }) => name),
    ['l'],
  )

  const { profile } = await done('POST', '/profiles', { name: 'p', roleArns: [] })
  const mapping = { certificateField: 'x509Subject', mappingRules: [{ specifier: 'CN' }] }
  await done('DELETE', `/profiles/${profile.profileId}/mappings?certificateField=x509Subject`)
  const mapped = await done('PUT', `/profiles/${profile.profileId}/mappings`, mapping)
  assert.deepEqual(mapped.profile.attributeMappings.at(-1), mapping)

  const resourceArn = profile.profileArn
  await done('POST', '/TagResource', { resourceArn, tags: [{ key: 'team', value: 'a' }] })
  const tagsTarget = `/ListTagsForResource?resourceArn=${encodeURIComponent(resourceArn)}`
  assert.deepEqual((await done('GET', tagsTarget)).tags, [{ key: 'team', value: 'a' }])
  await done('POST', '/UntagResource', { resourceArn, tagKeys: ['team'] })
  assert.deepEqual((await done('GET', tagsTarget)).tags, [])

  await done('DELETE', `/trustanchor/${id}`)
  await done('DELETE', `/profile/${profile.profileId}`)
  for (const target of [`/trustanchor/${id}`, `/crl/${crl.crlId}`, `/profile/${profile.profileId}`])
    assert.equal(errorIn(await call('GET', target)), 'ResourceNotFoundException', target)
})

test('pages follow one another, and what was made meanwhile neither repeats nor hides others', async () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  for (const name of names) {
    server.test.now += 1
    await done('POST', '/profiles', { name, roleArns: [] })
  }
  const seen: string[] = []
  let target = '/profiles?pageSize=2'
  for (let pages = 0; ; pages++) {
    const { profiles, nextToken } = await done('GET', target)
    seen.push(...profiles.map(({ name }: { name: string }) => name))
    if (nextToken === undefined) break
    assert.ok(profiles.length === 2 && pages < 5)
    await done('DELETE', `/profile/${profiles[0].profileId}`)
    target = `/profiles?pageSize=2&nextToken=${nextToken}`
  }
  assert.deepEqual(seen, names)
  const foreign = await call('GET', '/trustanchors?nextToken=p1-abc')
  assert.equal(errorIn(foreign), 'ValidationException')
})

test('whoever may not administer is refused, before it is told what there is', async () => {
  const key = await server.addUser('nobody')
  for (const { method, path, name } of anywhereOperations) {
    if (name === 'CreateSession') continue
    const target = path.replaceAll(/\{\w+\}/g, '00000000-0000-0000-0000-000000000000')
    const withArn = method === 'GET' ? '?resourceArn=a' : ''
    const body = { name: 'a', roleArns: [], resourceArn: 'a', tags: [], tagKeys: [] }
    const answer = await server.signed(
      { method, target: `${target}${withArn}`, ...(method !== 'GET' && { body: JSON.stringify(body) }) },
      { service, key },
    )
    assert.deepEqual([answer.status, errorIn(answer)], [403, 'AccessDeniedException'], name)
    assert.match(answer.text, new RegExp(`rolesanywhere:${name}`))
  }
})

test('every operation of administration is refused to strangers, and to those who sign for another service', async () => {
  for (const { method, path, name } of anywhereOperations) {
    if (name === 'CreateSession') continue
    const target = path.replaceAll(/\{\w+\}/g, 'x')
    const stranger = await server.send({ method, target })
    assert.equal(errorIn(stranger), 'MissingAuthenticationTokenException', name)
    const profiler = await server.signed({ method, target })
    assert.equal(errorIn(profiler), 'UnknownOperationException', name)
  }
})

test('the paths of the profiler are none of this service', async () => {
  const answer = await server.signed({ target: '/profilingGroups' }, { service })
  assert.equal(errorIn(answer), 'UnknownOperationException')
})

test('notifications are not taken and forgotten', async () => {
  const answer = await call('PATCH', '/put-notifications-settings', {})
  assert.deepEqual([answer.status, errorIn(answer)], [501, 'NotImplementedException'])
})

// Sessions

test('a certificate is exchanged for credentials that sign as the role', async () => {
  const arns = await setUp()
  const answer = await ask(arns)
  const { credentials, ...rest } = await credentialsOf(answer)
  const { accountId } = server.test.config
  assert.deepEqual(rest, {
    assumedRoleUser: {
      arn: `arn:aws:sts::${accountId}:assumed-role/agents/0123456789abcdef`,
      assumedRoleId: rest.assumedRoleUser.assumedRoleId,
    },
    packedPolicySize: 0,
    roleArn: arns.roleArn,
    sourceIdentity: 'orders-1',
  })
  assert.equal(Date.parse(credentials.expiration), server.test.now + 3_600_000)
  const who = await server.signed(
    {
      method: 'POST',
      target: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    },
    { service: 'sts', key: credentials },
  )
  assert.match(who.text, /assumed-role\/agents\/0123456789abcdef/)

  const { subjectArn } = JSON.parse(answer.text)
  const { subjects } = await done('GET', '/subjects')
  assert.deepEqual(
    subjects.map((one: { subjectArn: string; x509Subject: string }) => [one.subjectArn, one.x509Subject]),
    [[subjectArn, 'O=Example,CN=orders-1']],
  )
  const { subject } = await done('GET', `/subject/${subjects[0].subjectId}`)
  assert.equal(subject.credentials[0].serialNumber, '81985529216486895')
})

test('an RSA key, and an authority between, will do', async () => {
  const arns = await setUp()
  const { now } = server.test
  const between = await makeAuthority('CN=Between', {
    by: root,
    notBefore: now - 60_000,
    notAfter: now + 86_400_000,
  })
  const rsa = await leafBy(between, { keys: await rsaKeys(2048) })
  await credentialsOf(await ask(arns, { by: rsa, chain: [between] }))
  assert.equal(errorIn(await ask(arns, { by: rsa })), 'AccessDeniedException')
})

test('the role decides by what the certificate says, and by the anchor', async () => {
  const arns = await setUp(
    trusting({ StringEquals: { 'aws:PrincipalTag/x509Subject/CN': ['orders-1', 'orders-2'] } }),
  )
  await credentialsOf(await ask(arns))
  const other = await leafBy(root, { subject: 'CN=payments-1' })
  const refused = await ask(arns, { by: other })
  assert.equal(errorIn(refused), 'AccessDeniedException')
  assert.match(refused.text, /does not trust this certificate with sts:AssumeRole/)

  const byAnchor = await setUp(
    trusting({
      ArnEquals: { 'aws:SourceArn': arns.trustAnchorArn },
      StringLike: { 'sts:SourceIdentity': 'orders-*' },
    }),
  )
  await credentialsOf(await ask({ ...byAnchor, trustAnchorArn: arns.trustAnchorArn }))
  assert.equal(errorIn(await ask(byAnchor)), 'AccessDeniedException')
})

test('a role that does not trust Roles Anywhere, or not with tags and source identity, is not given', async () => {
  for (const policy of [
    trusting({}, 'sts:AssumeRole'),
    trusting({}, ['sts:AssumeRole', 'sts:TagSession']),
    trusting({}, ['sts:TagSession', 'sts:SetSourceIdentity']),
    trusting().replace('rolesanywhere.amazonaws.com', 'codeguru-profiler.amazonaws.com'),
    trusting().replace(
      '{"Service":"rolesanywhere.amazonaws.com"}',
      `{"AWS":"${server.test.config.accountId}"}`,
    ),
  ]) {
    const arns = await setUp(policy)
    assert.equal(errorIn(await ask(arns)), 'AccessDeniedException', policy)
  }
})

test('a request that somebody else signed, or that was changed, is refused', async () => {
  const arns = await setUp()
  const thief = await leafBy(root)
  const stolen = { ...leaf, privateKey: thief.privateKey }
  const invalid = 'InvalidSignatureException'
  assert.equal(errorIn(await ask(arns, { by: stolen })), invalid)
  assert.equal(errorIn(await ask(arns, { serialNumber: '1' })), invalid)
  assert.equal(errorIn(await ask(arns, { at: server.test.now - 3_600_000 })), invalid)
  assert.equal(errorIn(await ask(arns, { region: 'eu-north-9' })), invalid)
  assert.equal(errorIn(await ask(arns, { service: 'codeguru-profiler' })), invalid)
  const { headers, target } = request(arns)
  const changed = await server.send({ method: 'POST', target, headers, body: '{"durationSeconds":900}' })
  assert.equal(errorIn(changed), invalid)
  const elsewhere = target.replace('role%2Fagents', 'role%2Fadmins')
  const { body } = request(arns)
  assert.equal(errorIn(await server.send({ method: 'POST', target: elsewhere, headers, body })), invalid)
})

test('whoever signs with an access key, or not at all, has no certificate to exchange', async () => {
  const body = JSON.stringify({ durationSeconds: 900 })
  assert.equal(
    errorIn(await call('POST', '/sessions', { durationSeconds: 900 })),
    'IncompleteSignatureException',
  )
  const unsigned = await server.send({ method: 'POST', target: '/sessions', body })
  assert.equal(errorIn(unsigned), 'MissingAuthenticationTokenException')
})

test('a certificate signs nothing but CreateSession', async () => {
  const arns = await setUp()
  const { headers } = request(arns)
  for (const [method, target] of [
    ['GET', '/profilingGroups'],
    ['GET', '/trustanchors'],
    ['POST', '/'],
  ] as const)
    assert.match(
      errorIn(await server.send({ method, target, headers: { ...headers, 'x-wick-service': '' } })),
      /IncompleteSignature/,
    )
})

test('a profile limits what its sessions may do, by text and by managed policies', async () => {
  const arns = await setUp()
  const { accountId } = server.test.config
  const attachedPolicies = ['arn:aws:iam::aws:policy/AmazonCodeGuruProfilerFullAccess']
  const role = testRole('agents', { trustPolicy: trusting(), attachedPolicies })
  const changes = [put('role', role)]
  await server.test.services.accounts.change(accountId, () => ({ changes, output: null }))
  const id = arns.profileArn.split('/')[1]
  const listing = { target: '/profilingGroups' }
  const mayList = async () => {
    const { credentials } = await credentialsOf(await ask(arns))
    return (await server.signed(listing, { key: credentials })).status
  }
  assert.equal(await mayList(), 200)
  const allow = (action: string) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })
  await done('PATCH', `/profile/${id}`, { sessionPolicy: allow('codeguru-profiler:GetProfile') })
  assert.equal(await mayList(), 403)
  await done('PATCH', `/profile/${id}`, {
    managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess'],
  })
  assert.equal(await mayList(), 200)
  await done('PATCH', `/profile/${id}`, { managedPolicyArns: ['arn:aws:iam::aws:policy/Nothing'] })
  assert.match(
    (await ask(arns)).text,
    /names the policy arn:aws:iam::aws:policy\/Nothing, which is not there/,
  )
})

test('a certificate makes no more calls than an identity may', async () => {
  const arns = await setUp()
  await credentialsOf(await ask(arns))
  const { services, config } = server.test
  const caller = `certificate ${config.accountId}/O=Example,CN=orders-1`
  assert.throws(() => {
    for (let i = 0; i < 10_000; i++) services.throttle.take(caller, 'CreateSession')
  })
  const answer = await ask(arns)
  assert.deepEqual([answer.status, errorIn(answer)], [429, 'ThrottlingException'])
  await credentialsOf(await ask(arns, { by: await leafBy(root, { subject: 'CN=orders-2' }) }))
  server.test.now += 60_000
})

test('a request that two readers could understand in two ways is refused', async () => {
  const arns = await setUp()
  const { target, headers, body } = request(arns)
  const twice = await server.send({ method: 'POST', target: `${target}&roleArn=a`, headers, body })
  assert.match(errorIn(twice), /InvalidSignature|Validation/)
})

test('a revoked certificate gets nothing any more', async () => {
  const arns = await setUp()
  await credentialsOf(await ask(arns))
  const list = await makeList(root, { serialNumbers: ['0123456789abcdef'] })
  const crlData = Buffer.from(list.pem).toString('base64')
  await done('POST', '/crls', { name: 'l', crlData, trustAnchorArn: arns.trustAnchorArn, enabled: true })
  const refused = await ask(arns)
  assert.equal(errorIn(refused), 'AccessDeniedException')
  assert.match(refused.text, /is revoked/)
})

test('an account, anchor or profile that is not there is told so', async () => {
  const arns = await setUp()
  for (const wrong of [
    { trustAnchorArn: arns.trustAnchorArn.replace(server.test.config.accountId, '999999999999') },
    { trustAnchorArn: 'x' },
    { profileArn: `${arns.profileArn}0` },
  ])
    assert.equal(errorIn(await ask({ ...arns, ...wrong })), 'ResourceNotFoundException')
})

test('a body that is large is not read', async () => {
  const arns = await setUp()
  const answer = await ask(arns, { body: JSON.stringify({ durationSeconds: 900, more: 'x'.repeat(17_000) }) })
  assert.equal(errorIn(answer), 'ValidationException')
})
