import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { ApiError, type ApiErrorName } from '@wick/wire'
import type { CreateProfileInput, CreateSessionInput } from '@wick/wire/anywhere'
import { parseCertificate } from '../certificates/certificate.ts'
import {
  type Made,
  make,
  makeAuthority,
  makeList,
  now,
  rsaKeys,
  type ToMake,
} from '../certificates/testing/pki.ts'
import { put } from '../iam/changes.ts'
import { testRole } from '../iam/testing/identities.ts'
import {
  createProfile,
  createTrustAnchor,
  importCrl,
  putAttributeMapping,
  setEnabled,
} from './administration.ts'
import { arnOf, found } from './entities.ts'
import { exchange } from './exchange.ts'
import { parsePresented } from './presented.ts'
import { seen } from './subjects.ts'
import {
  accountId,
  anchorInput,
  profileInput,
  role,
  roleArn,
  type TestDesk,
  testDesk,
} from './testing/desk.ts'

const root = await makeAuthority('CN=Root')
const middle = await makeAuthority('CN=Middle', { by: root })
const leafBy = (by: Made, parts: ToMake = {}) => make({ by, subject: 'CN=orders-1,O=Example', ...parts })
const leaf = await leafBy(root)

let bench: TestDesk
beforeEach(() => {
  bench = testDesk(now)
  bench.take(createTrustAnchor(bench.desk, anchorInput(root.pem), 'a1'))
  profileOf({})
})

/** The profile, made anew. */
function profileOf(changes: Partial<CreateProfileInput>): void {
  bench.take(createProfile(bench.desk, profileInput(changes), 'p1'))
}

const trustAnchorArn = `arn:aws:rolesanywhere:eu-west-1:${accountId}:trust-anchor/a1`
const profileArn = `arn:aws:rolesanywhere:eu-west-1:${accountId}:profile/p1`
const input = (changes: Partial<CreateSessionInput> = {}): CreateSessionInput => ({
  trustAnchorArn,
  profileArn,
  roleArn,
  durationSeconds: null,
  roleSessionName: null,
  hasInstanceProperties: false,
  ...changes,
})

const ask = (changes: Partial<CreateSessionInput> = {}, of: Made = leaf, sent: readonly Made[] = []) =>
  exchange(
    bench.desk,
    input(changes),
    parsePresented(
      of.der,
      sent.map(({ der }) => der),
    ),
  )

function refuses(code: ApiErrorName, attempt: () => unknown, message?: RegExp): void {
  assert.throws(attempt, (error) => {
    assert.ok(error instanceof ApiError, `not an ApiError: ${error}`)
    assert.equal(error.code, code, error.message)
    if (message !== undefined) assert.match(error.message, message)
    return true
  })
}

const denied = 'AccessDeniedException'
const invalid = 'ValidationException'
const absent = 'ResourceNotFoundException'

test('a certificate of the anchor is exchanged for a role of the profile', () => {
  const { trustAnchor, profile, ...rest } = ask()
  assert.deepEqual([trustAnchor.id, profile.id], ['a1', 'p1'])
  assert.deepEqual(rest, {
    role,
    sessionName: '0123456789abcdef',
    expiresAt: now + 3_600_000,
    tags: { 'x509Subject/CN': 'orders-1', 'x509Subject/O': 'Example', 'x509Issuer/CN': 'Root' },
    sourceIdentity: 'orders-1',
    subject: 'O=Example,CN=orders-1',
  })
})

test('what came along leads to the anchor', async () => {
  const below = await leafBy(middle)
  ask({}, below, [middle])
  refuses(denied, () => ask({}, below), /^Untrusted certificate\. No chain leads/)
})

test('certificates sent along that prove nothing do no harm', async () => {
  const below = await leafBy(middle)
  const weak = await make({ keys: await rsaKeys(1024) })
  ask({}, below, [weak, { ...weak, der: Buffer.from('garbage') }, middle])
  refuses(denied, () => ask({}, weak), /^Untrusted certificate\. The key is of a kind that is not accepted/)
})

test('what is wrong with the certificate is told', async () => {
  const old = await leafBy(root, { notAfter: now - 1 })
  refuses(denied, () => ask({}, old), /^Untrusted certificate\. .*expired/)
  const long = await leafBy(root, { names: [{ type: 'dns', value: 'a'.repeat(257) }] })
  refuses(denied, () => ask({}, long), /longer than 256/)
})

test('neither a disabled anchor nor a disabled profile gives anything', () => {
  bench.take(setEnabled(bench.desk, 'trust-anchor', 'a1', false))
  refuses(denied, () => ask(), /trust anchor is disabled/)
  bench.take(setEnabled(bench.desk, 'trust-anchor', 'a1', true))
  bench.take(setEnabled(bench.desk, 'profile', 'p1', false))
  refuses(denied, () => ask(), /profile is disabled/)
})

test('anchor and profile must be of this account and region, and of their kind', () => {
  for (const wrong of [
    { trustAnchorArn: profileArn },
    { profileArn: trustAnchorArn },
    { trustAnchorArn: trustAnchorArn.replace(accountId, '210987654321') },
    { profileArn: profileArn.replace('eu-west-1', 'us-east-1') },
    { profileArn: `${profileArn}0` },
    { trustAnchorArn: 'a1' },
  ])
    refuses(absent, () => ask(wrong))
})

test('an anchor vouches for its own certificates, not for those of another anchor', async () => {
  const other = await makeAuthority('CN=Other')
  bench.take(createTrustAnchor(bench.desk, anchorInput(other.pem), 'a2'))
  refuses(denied, () => ask({ trustAnchorArn: trustAnchorArn.replace(/a1$/, 'a2') }), /Untrusted/)
})

test('a role that the profile does not name, and one that is not there, are refused alike', () => {
  const refusal = /^The profile does not allow this role\.$/
  const admins = testRole('admins')
  bench.take({ changes: [put('role', admins)], output: null })
  refuses(denied, () => ask({ roleArn: roleArn.replace('agents', 'admins') }), refusal)
  refuses(denied, () => ask({ roleArn: roleArn.replace('agents', 'nobody') }), refusal)
  refuses(denied, () => ask({ roleArn: roleArn.replace(accountId, '210987654321') }), refusal)
  profileOf({ roleArns: [roleArn.replace('agents', 'gone')] })
  refuses(denied, () => ask({ roleArn: roleArn.replace('agents', 'gone') }), refusal)
  // Another path is another role, although names are unique.
  profileOf({ roleArns: [roleArn.replace('role/', 'role/team/')] })
  refuses(denied, () => ask({ roleArn: roleArn.replace('role/', 'role/team/') }), refusal)
})

test('a session lasts as long as asked for, at most as long as the profile says', () => {
  const seconds = (durationSeconds: number | null) => (ask({ durationSeconds }).expiresAt - now) / 1000
  assert.deepEqual([seconds(900), seconds(3600), seconds(43_200), seconds(null)], [900, 3600, 3600, 3600])
  profileOf({ durationSeconds: 1800 })
  assert.deepEqual([seconds(900), seconds(3600), seconds(null)], [900, 1800, 1800])
})

test('what is longer than the role allows is refused', () => {
  profileOf({ durationSeconds: 7200 })
  refuses(invalid, () => ask(), /exceeds the MaxSessionDuration set for this role/)
  ask({ durationSeconds: 3600 })
})

test('no session outlives its certificate', async () => {
  const short = await leafBy(root, { notAfter: now + 60_000 })
  assert.equal(ask({}, short).expiresAt, now + 60_000)
})

test('a session is named after the serial number; otherwise only where the profile accepts it', () => {
  refuses(denied, () => ask({ roleSessionName: 'night' }), /does not accept a roleSessionName/)
  profileOf({ acceptRoleSessionName: true })
  assert.equal(ask({ roleSessionName: 'night' }).sessionName, 'night')
  assert.equal(ask().sessionName, '0123456789abcdef')
})

test('a profile may ask for instance properties', () => {
  profileOf({ requireInstanceProperties: true })
  refuses(invalid, () => ask(), /requires instanceProperties/)
  ask({ hasInstanceProperties: true })
})

test('the mappings of the profile say what becomes a tag', () => {
  bench.take(putAttributeMapping(bench.desk, 'p1', { certificateField: 'x509Issuer', specifiers: [] }))
  const before = ask().tags
  assert.ok('x509Issuer/CN' in before)
  const { attributeMappings: _, ...profile } = found(bench.desk, 'profile', 'p1')
  const attributeMappings = [{ certificateField: 'x509Subject', specifiers: ['CN'] }] as const
  bench.take({ changes: [put('profile', { ...profile, attributeMappings })], output: null })
  assert.deepEqual(ask().tags, { 'x509Subject/CN': 'orders-1' })
})

test('a revoked certificate gives nothing, as long as the list is enabled', async () => {
  const { der } = await makeList(root, { serialNumbers: ['0123456789abcdef'] })
  bench.take(
    importCrl(bench.desk, { name: 'list', data: der, trustAnchorArn, enabled: true, tags: {} }, 'c1'),
  )
  refuses(denied, () => ask(), /is revoked/)
  bench.take(setEnabled(bench.desk, 'crl', 'c1', false))
  ask()
})

test('a list that cannot be read any more denies, rather than being passed over', () => {
  const anchor = found(bench.desk, 'trust-anchor', 'a1')
  const crl = {
    id: 'c1',
    region: anchor.region,
    name: 'list',
    enabled: true,
    tags: {},
    createdAt: now,
    updatedAt: now,
    trustAnchorId: 'a1',
    data: 'AAAA',
  }
  bench.take({ changes: [put('crl', crl)], output: null })
  refuses(denied, () => ask(), /^Untrusted certificate/)
})

// Who was seen

const note = (of: Made, id: string) =>
  bench.take({ changes: seen(bench.desk, parseCertificate(of.der), id), output: null })
const subjects = () => [...bench.account.subjects.values()]

test('whoever had a session is noted, once for each certificate', async () => {
  note(leaf, 's1')
  bench.now += 3_600_000
  note(leaf, 's2')
  const renewed = await leafBy(root, { serialNumber: '02' })
  bench.now += 3_600_000
  note(renewed, 's3')
  const [subject, ...more] = subjects()
  assert.deepEqual(more, [])
  assert.deepEqual([subject?.id, subject?.x509Subject], ['s1', 'O=Example,CN=orders-1'])
  assert.deepEqual([subject?.createdAt, subject?.lastSeenAt], [now, now + 7_200_000])
  assert.deepEqual(
    subject?.credentials.map(({ serialNumber, issuer, seenAt }) => [serialNumber, issuer, seenAt - now]),
    [
      ['81985529216486895', 'CN=Root', 3_600_000],
      ['2', 'CN=Root', 7_200_000],
    ],
  )
  assert.deepEqual(parseCertificate(pemBody(subject!.credentials[0]!.certificate)).der, leaf.der)
})

const pemBody = (pem: string) => Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64')

test('asking again at once writes nothing', () => {
  note(leaf, 's1')
  bench.now += 299_999
  assert.deepEqual(seen(bench.desk, parseCertificate(leaf.der), 's2'), [])
  bench.now += 1
  assert.equal(seen(bench.desk, parseCertificate(leaf.der), 's2').length, 1)
})

test('of the certificates of a subject the last five are kept', async () => {
  for (let i = 1; i <= 7; i++) note(await leafBy(root, { serialNumber: `0${i}` }), 's')
  assert.deepEqual(
    subjects()[0]?.credentials.map(({ serialNumber }) => serialNumber),
    ['3', '4', '5', '6', '7'],
  )
})

test('there is an end to subjects: the one not seen for longest goes', () => {
  const one = { region: 'eu-west-1', enabled: true, createdAt: now, updatedAt: now, credentials: [] }
  const changes = Array.from({ length: 5000 }, (_, i) =>
    put('subject', { ...one, id: `s${i}`, x509Subject: `CN=${i}`, lastSeenAt: now + ((i + 3000) % 5000) }),
  )
  bench.take({ changes, output: null })
  note(leaf, 'new')
  assert.equal(bench.account.subjects.size, 5000)
  assert.ok(!bench.account.subjects.has('eu-west-1/CN=2000'))
  assert.ok(bench.account.subjects.has('eu-west-1/O=Example,CN=orders-1'))
})

test('an ARN leads back to what it names', () =>
  assert.equal(arnOf(bench.desk, 'profile', found(bench.desk, 'profile', 'p1')), profileArn))
