import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { ApiError, type ApiErrorName } from '@wick/wire'
import { make, makeAuthority, makeList, now } from '../certificates/testing/pki.ts'
import {
  createProfile,
  createTrustAnchor,
  deleteAttributeMapping,
  deleteProfile,
  deleteTrustAnchor,
  importCrl,
  putAttributeMapping,
  setEnabled,
  tag,
  tagsOf,
  untag,
  updateCrl,
  updateProfile,
  updateTrustAnchor,
} from './administration.ts'
import { crlDetail, profileDetail, trustAnchorDetail } from './describe.ts'
import { allOf, arnOf, found } from './entities.ts'
import { anchorInput, profileInput, roleArn, type TestDesk, testDesk } from './testing/desk.ts'

const root = await makeAuthority('CN=Root')
const other = await makeAuthority('CN=Other')
const leaf = await make({ by: root })
const list = await makeList(root, { serialNumbers: ['0a'] })

const sessionPolicy = JSON.stringify({
  Statement: [{ Effect: 'Allow', Action: 'codeguru-profiler:*', Resource: '*' }],
})

let bench: TestDesk
beforeEach(() => {
  bench = testDesk(now)
})

function refuses(code: ApiErrorName, attempt: () => unknown, message?: RegExp): void {
  assert.throws(attempt, (error) => {
    assert.ok(error instanceof ApiError, `not an ApiError: ${error}`)
    assert.equal(error.code, code, error.message)
    if (message !== undefined) assert.match(error.message, message)
    return true
  })
}

const invalid = 'ValidationException'
const absent = 'ResourceNotFoundException'

const anchor = (certificates = root.pem, id = 'a1') =>
  bench.take(createTrustAnchor(bench.desk, anchorInput(certificates), id))
const profile = (changes = {}, id = 'p1') => bench.take(createProfile(bench.desk, profileInput(changes), id))
const crl = (data: Buffer = Buffer.from(list.pem), id = 'c1') => {
  const trustAnchorArn = arnOf(bench.desk, 'trust-anchor', found(bench.desk, 'trust-anchor', 'a1'))
  return bench.take(
    importCrl(bench.desk, { name: 'list', data, trustAnchorArn, enabled: true, tags: {} }, id),
  )
}

test('a trust anchor is described as it was made', () => {
  anchor(root.pem + other.pem)
  assert.deepEqual(trustAnchorDetail(bench.desk, found(bench.desk, 'trust-anchor', 'a1')), {
    trustAnchorId: 'a1',
    trustAnchorArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/a1',
    name: 'Our CA',
    source: {
      sourceType: 'CERTIFICATE_BUNDLE',
      sourceData: { x509CertificateData: root.pem + other.pem },
    },
    enabled: true,
    createdAt: '2026-11-25T12:00:00.000Z',
    updatedAt: '2026-11-25T12:00:00.000Z',
  })
})

for (const [words, text, message] of [
  ['no certificate', 'hello', /No certificate is there/],
  ['a certificate of a host', leaf.pem, /'CN=orders-1,O=Example'|none of an authority/],
  ['a broken certificate', root.pem.replace('MII', 'MIA'), /cannot be read|Not PEM/],
  [
    'a private key beside it',
    `${root.pem}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`,
    /holds a private key/,
  ],
] as const) {
  test(`a trust anchor of ${words} is refused, also where one is updated`, () => {
    refuses(invalid, () => anchor(text), message)
    anchor()
    refuses(invalid, () => updateTrustAnchor(bench.desk, 'a1', { name: null, certificates: text }), message)
  })
}

test('what an update does not name stays', () => {
  anchor()
  profile({ sessionPolicy, durationSeconds: 900 })
  bench.now += 1000
  bench.take(updateTrustAnchor(bench.desk, 'a1', { name: 'New', certificates: null }))
  const updated = found(bench.desk, 'trust-anchor', 'a1')
  assert.deepEqual(
    [updated.name, updated.certificates, updated.updatedAt - updated.createdAt],
    ['New', root.pem, 1000],
  )
  const nothing = {
    name: null,
    roleArns: null,
    managedPolicyArns: null,
    sessionPolicy: null,
    durationSeconds: null,
    acceptRoleSessionName: null,
  }
  bench.take(updateProfile(bench.desk, 'p1', { ...nothing, acceptRoleSessionName: true }))
  const { updatedAt: _, ...changed } = found(bench.desk, 'profile', 'p1')
  const { attributeMappings: __, createdAt: ___, id: ____, region: _____, ...rest } = changed
  assert.deepEqual(rest, profileInput({ sessionPolicy, durationSeconds: 900, acceptRoleSessionName: true }))
})

test('a profile is described with the mappings that Roles Anywhere has', () => {
  const detail = profileDetail(bench.desk, profile({ sessionPolicy }))
  assert.deepEqual(detail, {
    profileId: 'p1',
    profileArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:profile/p1',
    name: 'agents',
    createdBy: '123456789012',
    requireInstanceProperties: false,
    acceptRoleSessionName: false,
    sessionPolicy,
    roleArns: [roleArn],
    managedPolicyArns: [],
    durationSeconds: 3600,
    attributeMappings: [
      { certificateField: 'x509Issuer', mappingRules: [{ specifier: '*' }] },
      {
        certificateField: 'x509SAN',
        mappingRules: [{ specifier: 'DNS' }, { specifier: 'URI' }, { specifier: 'Name/*' }],
      },
      { certificateField: 'x509Subject', mappingRules: [{ specifier: '*' }] },
    ],
    enabled: true,
    createdAt: '2026-11-25T12:00:00.000Z',
    updatedAt: '2026-11-25T12:00:00.000Z',
  })
})

test('a session policy that cannot be read is refused with the line and the reason', () => {
  const message = /^The session policy cannot be accepted\. Line 1: /
  for (const text of ['{}', 'x', sessionPolicy.replace('Allow', 'allow')])
    refuses(invalid, () => profile({ sessionPolicy: text }), message)
})

test('a role of another account is refused', () => {
  const foreign = roleArn.replace('123456789012', '210987654321')
  refuses(invalid, () => profile({ roleArns: [foreign] }), /another account's/)
  profile()
  const nothing = {
    name: null,
    managedPolicyArns: null,
    sessionPolicy: null,
    durationSeconds: null,
    acceptRoleSessionName: null,
  }
  refuses(invalid, () => updateProfile(bench.desk, 'p1', { ...nothing, roleArns: [foreign] }))
})

test('mappings are added to a field and taken from it', () => {
  profile()
  const mappings = () =>
    Object.fromEntries(
      found(bench.desk, 'profile', 'p1').attributeMappings.map((one) => [
        one.certificateField,
        one.specifiers,
      ]),
    )
  bench.take(
    deleteAttributeMapping(bench.desk, 'p1', { certificateField: 'x509SAN', specifiers: ['DNS', 'Name/*'] }),
  )
  bench.take(deleteAttributeMapping(bench.desk, 'p1', { certificateField: 'x509Issuer', specifiers: null }))
  bench.take(
    putAttributeMapping(bench.desk, 'p1', { certificateField: 'x509SAN', specifiers: ['URI', 'Name/CN'] }),
  )
  assert.deepEqual(mappings(), { x509Subject: ['*'], x509SAN: ['URI', 'Name/CN'] })
  const many = Array.from({ length: 51 }, (_, i) => `a${i}`)
  refuses(invalid, () =>
    putAttributeMapping(bench.desk, 'p1', { certificateField: 'x509Subject', specifiers: many }),
  )
})

test('a revocation list is taken as PEM and as DER, of an authority of its anchor only', async () => {
  anchor()
  assert.deepEqual(crlDetail(bench.desk, crl()), {
    crlId: 'c1',
    crlArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:crl/c1',
    name: 'list',
    crlData: Buffer.from(list.pem).toString('base64'),
    trustAnchorArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/a1',
    enabled: true,
    createdAt: '2026-11-25T12:00:00.000Z',
    updatedAt: '2026-11-25T12:00:00.000Z',
  })
  crl(list.der, 'c2')
  const foreign = await makeList(other, { serialNumbers: [] })
  refuses(invalid, () => crl(foreign.der), /not signed by an authority of the trust anchor/)
  refuses(invalid, () => crl(Buffer.from(root.pem)), /Not PEM/)
  refuses(invalid, () => crl(Buffer.from(list.pem + list.pem)), /one revocation list/)
  refuses(invalid, () => updateCrl(bench.desk, 'c1', { name: null, data: foreign.der }))
  const next = await makeList(root, { serialNumbers: ['0b'] })
  bench.take(updateCrl(bench.desk, 'c1', { name: 'next', data: next.der }))
  const updated = found(bench.desk, 'crl', 'c1')
  assert.deepEqual([updated.name, updated.data], ['next', next.der.toString('base64')])
})

test('an anchor is not turned to authorities that did not sign its revocation lists', () => {
  anchor()
  crl()
  const turn = (certificates: string) => updateTrustAnchor(bench.desk, 'a1', { name: null, certificates })
  refuses(invalid, () => turn(other.pem), /revocation list 'list' is of none of these authorities/)
  bench.take(turn(other.pem + root.pem))
})

test('the revocation lists of an anchor go with it, and no others', () => {
  anchor()
  crl()
  anchor(root.pem, 'a2')
  const trustAnchorArn = arnOf(bench.desk, 'trust-anchor', found(bench.desk, 'trust-anchor', 'a2'))
  const input = { name: 'list', data: list.der, trustAnchorArn, enabled: true, tags: {} }
  bench.take(importCrl(bench.desk, input, 'c2'))
  bench.take(deleteTrustAnchor(bench.desk, 'a1'))
  assert.deepEqual(
    allOf(bench.desk, 'trust-anchor').map(({ id }) => id),
    ['a2'],
  )
  assert.deepEqual(
    allOf(bench.desk, 'crl').map(({ id }) => id),
    ['c2'],
  )
})

test('what is in another region, or gone, is not there', () => {
  anchor()
  profile()
  const elsewhere = { ...bench.desk, region: 'us-east-1' }
  refuses(absent, () => found(elsewhere, 'trust-anchor', 'a1'), /trust-anchor\/a1/)
  refuses(absent, () => deleteProfile(elsewhere, 'p1'))
  refuses(absent, () => setEnabled(elsewhere, 'profile', 'p1', false))
  assert.deepEqual(allOf(elsewhere, 'profile'), [])
  bench.take(deleteProfile(bench.desk, 'p1'))
  refuses(absent, () => deleteProfile(bench.desk, 'p1'))
})

test('each kind is switched off and on', () => {
  anchor()
  profile()
  crl()
  for (const [kind, id] of [
    ['trust-anchor', 'a1'],
    ['profile', 'p1'],
    ['crl', 'c1'],
  ] as const) {
    for (const enabled of [false, true]) {
      bench.take(setEnabled(bench.desk, kind, id, enabled))
      assert.equal(found(bench.desk, kind, id).enabled, enabled)
    }
  }
})

test('tags are set, replaced and removed by ARN', () => {
  anchor()
  const arn = 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/a1'
  bench.take(tag(bench.desk, arn, { team: 'a', stage: 'x' }))
  bench.take(tag(bench.desk, arn, { team: 'b' }))
  assert.deepEqual(tagsOf(bench.desk, arn), { team: 'b', stage: 'x' })
  bench.take(untag(bench.desk, arn, ['stage', 'none']))
  assert.deepEqual(tagsOf(bench.desk, arn), { team: 'b' })
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, '']))
  refuses(invalid, () => tag(bench.desk, arn, many), /50 tags/)
  for (const wrong of [
    `${arn}x`,
    arn.replace('123456789012', '210987654321'),
    arn.replace('eu-west-1', 'us-east-1'),
    'x',
    roleArn,
  ])
    refuses(absent, () => tagsOf(bench.desk, wrong))
})

test('there is an end to how many there may be', () => {
  for (let i = 0; i < 50; i++) anchor(root.pem, `a${i}`)
  refuses('ServiceQuotaExceededException', () => anchor(root.pem, 'more'))
})
