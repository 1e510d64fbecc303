import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseQuery, type RequestParts } from '../request-parts.ts'
import { refuses } from '../testing/refuses.ts'
import { anywhereArn, parseAnywhereArn } from './arns.ts'
import {
  parseCreateProfile,
  parseCreateSession,
  parseCreateTrustAnchor,
  parseDeleteAttributeMapping,
  parseImportCrl,
  parseList,
  parsePutAttributeMapping,
  parseTagResource,
  parseUntagResource,
  parseUpdateCrl,
  parseUpdateProfile,
  parseUpdateTrustAnchor,
} from './inputs.ts'

const parts = (body: unknown = {}, query = ''): RequestParts => ({
  labels: {},
  query: parseQuery(query),
  header: () => undefined,
  body: Buffer.from(JSON.stringify(body)),
})

const invalid = 'ValidationException'
const malformed = 'SerializationException'

const address = { region: 'eu-west-1', accountId: '123456789012', kind: 'trust-anchor', id: 'a-b' } as const
const arn = 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/a-b'
const role = 'arn:aws:iam::123456789012:role/team/agents'
const source = { sourceType: 'CERTIFICATE_BUNDLE', sourceData: { x509CertificateData: 'PEM' } }

test('an ARN is written and read', () => {
  assert.equal(anywhereArn(address), arn)
  assert.deepEqual(parseAnywhereArn(arn), address)
})

for (const text of [
  '',
  'arn',
  'arn:aws:iam::123456789012:role/a',
  arn.replace('trust-anchor', 'anchor'),
  arn.replace('/a-b', ''),
  arn.replace('aws', 'aws-cn'),
  `${arn}:more`,
]) {
  test(`'${text}' is the ARN of nothing here`, () => assert.equal(parseAnywhereArn(text), null))
}

test('a trust anchor is made of certificates, disabled unless told otherwise', () => {
  assert.deepEqual(
    { ...parseCreateTrustAnchor(parts({ name: 'Our CA', source })), tags: {} },
    {
      name: 'Our CA',
      certificates: 'PEM',
      enabled: false,
      tags: {},
    },
  )
  const full = {
    name: 'a',
    source,
    enabled: true,
    tags: [{ key: 'team', value: 'x' }],
    notificationSettings: [],
  }
  const read = parseCreateTrustAnchor(parts(full))
  assert.equal(read.enabled, true)
  assert.deepEqual({ ...read.tags }, { team: 'x' })
})

test('what an update does not name stays', () => {
  assert.deepEqual(parseUpdateTrustAnchor(parts({})), { name: null, certificates: null })
  assert.deepEqual(parseUpdateTrustAnchor(parts({ name: 'b', source })), { name: 'b', certificates: 'PEM' })
  assert.deepEqual(parseUpdateCrl(parts({})), { name: null, data: null })
  assert.deepEqual(Object.values(parseUpdateProfile(parts({}))), [null, null, null, null, null, null])
  assert.deepEqual(parseUpdateProfile(parts({ roleArns: [] })).roleArns, [])
})

test('a profile has the duration of an hour unless told otherwise', () => {
  const read = parseCreateProfile(parts({ name: 'p', roleArns: [role] }))
  assert.deepEqual(
    { ...read, tags: {} },
    {
      name: 'p',
      roleArns: [role],
      managedPolicyArns: [],
      sessionPolicy: null,
      durationSeconds: 3600,
      requireInstanceProperties: false,
      acceptRoleSessionName: false,
      enabled: false,
      tags: {},
    },
  )
})

test('a session is asked for in the query, in the body, or in both', () => {
  const expected = {
    trustAnchorArn: 't',
    profileArn: 'p',
    roleArn: 'r',
    durationSeconds: 900,
    roleSessionName: 'night.run+1',
    hasInstanceProperties: true,
  }
  const rest = { durationSeconds: 900, roleSessionName: 'night.run+1', instanceProperties: { host: 'a' } }
  assert.deepEqual(parseCreateSession(parts(rest, 'trustAnchorArn=t&profileArn=p&roleArn=r')), expected)
  const body = { ...rest, trustAnchorArn: 't', profileArn: 'p', roleArn: 'r' }
  assert.deepEqual(parseCreateSession(parts(body)), expected)
  const short = parseCreateSession(parts({}, 'trustAnchorArn=t&profileArn=p&roleArn=r'))
  assert.deepEqual(
    [short.durationSeconds, short.roleSessionName, short.hasInstanceProperties],
    [null, null, false],
  )
})

test('pages, mappings, tags and lists are read', () => {
  assert.deepEqual(parseList(parts({}, '')), { pageSize: 100, nextToken: null })
  assert.deepEqual(parseList(parts({}, 'pageSize=2&nextToken=x')), { pageSize: 2, nextToken: 'x' })
  assert.deepEqual(
    parsePutAttributeMapping(
      parts({ certificateField: 'x509SAN', mappingRules: [{ specifier: 'URI' }, { specifier: 'Name/*' }] }),
    ),
    { certificateField: 'x509SAN', specifiers: ['URI', 'Name/*'] },
  )
  assert.deepEqual(
    parseDeleteAttributeMapping(parts({}, 'certificateField=x509SAN&specifiers=URI&specifiers=DNS')),
    { certificateField: 'x509SAN', specifiers: ['URI', 'DNS'] },
  )
  assert.equal(parseDeleteAttributeMapping(parts({}, 'certificateField=x509Subject')).specifiers, null)
  assert.deepEqual(parseUntagResource(parts({ resourceArn: arn, tagKeys: ['a'] })).tagKeys, ['a'])
  assert.deepEqual(
    parseImportCrl(parts({ name: 'c', crlData: 'YWJj', trustAnchorArn: arn })).data,
    Buffer.from('abc'),
  )
})

test('a tag may be called what a prototype has', () => {
  const { tags } = parseTagResource(parts({ resourceArn: arn, tags: [{ key: '__proto__', value: 'x' }] }))
  assert.deepEqual(Object.entries(tags), [['__proto__', 'x']])
  assert.equal(({} as Record<string, unknown>).x, undefined)
})

const session = { trustAnchorArn: 't', profileArn: 'p', roleArn: 'r' }
const profile = { name: 'p', roleArns: [role] }
const crl = { name: 'c', crlData: 'YWJj', trustAnchorArn: arn }

for (const [words, code, read] of [
  ['an anchor without a name', invalid, () => parseCreateTrustAnchor(parts({ source }))],
  ['an anchor without certificates', invalid, () => parseCreateTrustAnchor(parts({ name: 'a' }))],
  [
    'an anchor of another kind',
    invalid,
    () => parseCreateTrustAnchor(parts({ name: 'a', source: { ...source, sourceType: 'AWS_ACM_PCA' } })),
  ],
  [
    'an anchor longer than 16,000 characters',
    invalid,
    () =>
      parseCreateTrustAnchor(
        parts({ name: 'a', source: { ...source, sourceData: { x509CertificateData: 'x'.repeat(16_001) } } }),
      ),
  ],
  [
    'notifications that nobody would get',
    invalid,
    () => parseCreateTrustAnchor(parts({ name: 'a', source, notificationSettings: [{ enabled: true }] })),
  ],
  ['a name with a slash', invalid, () => parseCreateTrustAnchor(parts({ name: 'a/b', source }))],
  ['a name of 256 letters', invalid, () => parseUpdateCrl(parts({ name: 'a'.repeat(256) }))],
  ['a name that is a number', malformed, () => parseUpdateCrl(parts({ name: 1 }))],
  ['a profile without roles', invalid, () => parseCreateProfile(parts({ name: 'p' }))],
  [
    'a role that is a user',
    invalid,
    () => parseCreateProfile(parts({ ...profile, roleArns: [role.replace('role', 'user')] })),
  ],
  ['a role by its name', invalid, () => parseUpdateProfile(parts({ roleArns: ['agents'] }))],
  ['251 roles', invalid, () => parseUpdateProfile(parts({ roleArns: Array(251).fill(role) }))],
  [
    'a policy that is a role',
    invalid,
    () => parseCreateProfile(parts({ ...profile, managedPolicyArns: [role] })),
  ],
  [
    'a session policy above 2,048 characters',
    invalid,
    () => parseUpdateProfile(parts({ sessionPolicy: ' '.repeat(2049) })),
  ],
  ['a duration of 899 s', invalid, () => parseCreateProfile(parts({ ...profile, durationSeconds: 899 }))],
  ['a duration of 43,201 s', invalid, () => parseUpdateProfile(parts({ durationSeconds: 43_201 }))],
  [
    'a duration that is text',
    malformed,
    () => parseCreateSession(parts({ ...session, durationSeconds: '900' })),
  ],
  ['a list that is not base64', invalid, () => parseImportCrl(parts({ ...crl, crlData: 'a b' }))],
  ['a list of nothing', invalid, () => parseImportCrl(parts({ ...crl, crlData: '' }))],
  [
    'a list above 300,000 bytes',
    invalid,
    () => parseImportCrl(parts({ ...crl, crlData: Buffer.alloc(300_001).toString('base64') })),
  ],
  ['a list of no anchor', invalid, () => parseImportCrl(parts({ ...crl, trustAnchorArn: null }))],
  ['a page of 0', invalid, () => parseList(parts({}, 'pageSize=0'))],
  ['a page of 101', invalid, () => parseList(parts({}, 'pageSize=101'))],
  [
    'a field that no certificate has',
    invalid,
    () => parsePutAttributeMapping(parts({ certificateField: 'x509Serial' })),
  ],
  [
    'a rule without a specifier',
    invalid,
    () => parsePutAttributeMapping(parts({ certificateField: 'x509SAN', mappingRules: [{}] })),
  ],
  ['a session of no role', invalid, () => parseCreateSession(parts({ ...session, roleArn: null }))],
  [
    'a session of an ARN given twice',
    invalid,
    () => parseCreateSession(parts(session, 'roleArn=a&roleArn=b')),
  ],
  [
    'a session name of one letter',
    invalid,
    () => parseCreateSession(parts({ ...session, roleSessionName: 'a' })),
  ],
  [
    'a session name with a slash',
    invalid,
    () => parseCreateSession(parts({ ...session, roleSessionName: 'a/b' })),
  ],
  [
    'a session name of 65 letters',
    invalid,
    () => parseCreateSession(parts({ ...session, roleSessionName: 'a'.repeat(65) })),
  ],
  [
    'a tag of AWS',
    invalid,
    () => parseTagResource(parts({ resourceArn: arn, tags: [{ key: 'aws:a', value: '' }] })),
  ],
  [
    'a tag without a value',
    invalid,
    () => parseTagResource(parts({ resourceArn: arn, tags: [{ key: 'a' }] })),
  ],
  ['tags that are a map', malformed, () => parseTagResource(parts({ resourceArn: arn, tags: { a: 'b' } }))],
  ['a body that is a list', malformed, () => parseCreateSession(parts([]))],
] as const) {
  test(`${words} is refused`, () => refuses(code, read))
}
