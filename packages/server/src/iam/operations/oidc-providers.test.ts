import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { accountId, type TestIam, testIam, testStart } from '../testing/test-iam.ts'

let iam: TestIam
beforeEach(() => {
  iam = testIam()
})

const url = 'https://token.actions.example/team'
const arn = `arn:aws:iam::${accountId}:oidc-provider/token.actions.example/team`
const thumbprint = 'ab'.repeat(20)
const create = (changes = {}) =>
  iam.call('CreateOpenIDConnectProvider', { Url: url, ClientIDList: ['sts.amazonaws.com'], ...changes })

test('a provider is known by its issuer, and shown without the scheme', () => {
  const made = create({ ThumbprintList: [thumbprint], Tags: [{ Key: 'team', Value: 'a' }] })
  assert.deepEqual(made, { OpenIDConnectProviderArn: arn, Tags: [{ Key: 'team', Value: 'a' }] })
  assert.deepEqual(iam.call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn }), {
    Url: 'token.actions.example/team',
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: [thumbprint],
    CreateDate: testStart,
    Tags: [{ Key: 'team', Value: 'a' }],
  })
  assert.deepEqual(iam.call('ListOpenIDConnectProviders'), { OpenIDConnectProviderList: [{ Arn: arn }] })
  iam.refuses('EntityAlreadyExists', 'CreateOpenIDConnectProvider', { Url: url })
})

test('issuers that differ in the path, the port or a slash at the end are others', () => {
  create()
  for (const other of ['https://token.actions.example', `${url}/`, 'https://token.actions.example:8443/team'])
    create({ Url: other })
  assert.equal(iam.account.oidcProviders.size, 4)
})

for (const Url of [
  ...[
    'http://issuer.example',
    'issuer.example',
    'https://',
    'https://Issuer.example',
    'ftp://issuer.example',
  ],
  ...['https://issuer.example?a=b', 'https://issuer.example#a', 'https://user@issuer.example', 'https://a b'],
  ...[
    'https://issuer.example:443',
    'https://issuer.example/a/../b',
    'https://issuer.example/*',
    'https://é.example',
  ],
  ...["https://issuer.example/a'b", 'https://issuer.example/${x}', 'https://issuer.example/a%20b'],
])
  test(`${Url} is no issuer`, () => iam.refuses('InvalidInput', 'CreateOpenIDConnectProvider', { Url }))

test('clients come and go, each once', () => {
  create({ ClientIDList: ['a', 'a'] })
  const clients = () => iam.account.oidcProviders.values().next().value?.clientIds
  iam.call('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn: arn, ClientID: 'b' })
  iam.call('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn: arn, ClientID: 'b' })
  assert.deepEqual(clients(), ['a', 'b'])
  iam.call('RemoveClientIDFromOpenIDConnectProvider', { OpenIDConnectProviderArn: arn, ClientID: 'a' })
  iam.call('RemoveClientIDFromOpenIDConnectProvider', { OpenIDConnectProviderArn: arn, ClientID: 'x' })
  assert.deepEqual(clients(), ['b'])
})

test('there are a hundred clients, a hundred providers and five thumbprints at most', () => {
  const ClientIDList = Array.from({ length: 101 }, (_, i) => `client-${i}`)
  iam.refuses('LimitExceeded', 'CreateOpenIDConnectProvider', { Url: url, ClientIDList })
  create({ ClientIDList: ClientIDList.slice(1) })
  iam.refuses('LimitExceeded', 'AddClientIDToOpenIDConnectProvider', {
    OpenIDConnectProviderArn: arn,
    ClientID: 'x',
  })
  const ThumbprintList = Array.from({ length: 6 }, (_, i) => `${i}`.repeat(40))
  iam.refuses('InvalidInput', 'UpdateOpenIDConnectProviderThumbprint', {
    OpenIDConnectProviderArn: arn,
    ThumbprintList,
  })
  iam.refuses('InvalidInput', 'UpdateOpenIDConnectProviderThumbprint', {
    OpenIDConnectProviderArn: arn,
    ThumbprintList: ['x'.repeat(40)],
  })
  for (let i = 1; i < 100; i++) create({ Url: `${url}/${i}` })
  iam.refuses('LimitExceeded', 'CreateOpenIDConnectProvider', { Url: `${url}/100` })
})

test('tags are put, listed and taken', () => {
  create()
  const OpenIDConnectProviderArn = arn
  const Tags = [
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '2' },
  ]
  iam.call('TagOpenIDConnectProvider', { OpenIDConnectProviderArn, Tags })
  assert.deepEqual(iam.pages('ListOpenIDConnectProviderTags', 'Tags', 1, { OpenIDConnectProviderArn }), [
    [Tags[0]],
    [Tags[1]],
  ])
  iam.call('UntagOpenIDConnectProvider', { OpenIDConnectProviderArn, TagKeys: ['A'] })
  assert.deepEqual(iam.call('ListOpenIDConnectProviderTags', { OpenIDConnectProviderArn }).Tags, [Tags[1]])
})

test('one that is not there can be deleted, as at AWS, and nothing else', () => {
  create()
  iam.call('UpdateOpenIDConnectProviderThumbprint', {
    OpenIDConnectProviderArn: arn,
    ThumbprintList: [thumbprint],
  })
  for (const other of [
    `${arn}/x`,
    arn.replace(accountId, '999999999999'),
    arn.replace('oidc-provider', 'saml-provider'),
    `arn:aws:iam::${accountId}:oidc-provider/__proto__`,
  ]) {
    iam.refuses('NoSuchEntity', 'GetOpenIDConnectProvider', { OpenIDConnectProviderArn: other })
    iam.call('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn: other })
  }
  assert.equal(iam.account.oidcProviders.size, 1)
  iam.call('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn: arn })
  assert.equal(iam.account.oidcProviders.size, 0)
})
