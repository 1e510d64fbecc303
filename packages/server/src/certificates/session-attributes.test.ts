import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Certificate, parseCertificate } from './certificate.ts'
import { defaultMappings, sessionTags, sourceIdentity } from './session-attributes.ts'
import { make, makeAuthority, type ToMake } from './testing/pki.ts'
import { refused } from './testing/refused.ts'

const root = await makeAuthority('CN=Root,O=Example')
const certificate = async (parts: ToMake): Promise<Certificate> =>
  parseCertificate((await make({ by: root, ...parts })).der)

test('names become tags as Roles Anywhere makes them', async () => {
  const leaf = await certificate({
    subject: 'CN=orders-1,OU=Shop,O=Example\\, Inc.,C=DE',
    names: [
      { type: 'ip', value: '10.0.0.1' },
      { type: 'dns', value: 'first.example' },
      { type: 'dns', value: 'second.example' },
      { type: 'url', value: 'spiffe://example.com/orders' },
      { type: 'url', value: 'spiffe://example.com/admin' },
      { type: 'dn', value: 'CN=alias,O=Else' },
    ],
  })
  assert.deepEqual(sessionTags(leaf, defaultMappings), {
    'x509Issuer/CN': 'Root',
    'x509Issuer/O': 'Example',
    'x509SAN/DNS': 'first.example',
    'x509SAN/URI': 'spiffe://example.com/orders',
    'x509SAN/Name/CN': 'alias',
    'x509SAN/Name/O': 'Else',
    'x509Subject/CN': 'orders-1',
    'x509Subject/OU': 'Shop',
    'x509Subject/O': 'Example, Inc.',
    'x509Subject/C': 'DE',
  })
})

test('an attribute that a name has more than once gives one value', async () => {
  const leaf = await certificate({ subject: 'CN=a,OU=one,OU=two' })
  assert.equal(sessionTags(leaf, defaultMappings)['x509Subject/OU'], 'one/two')
})

test('mappings say which parts become tags', async () => {
  const leaf = await certificate({
    subject: 'CN=a,O=b',
    names: [
      { type: 'url', value: 'u:r' },
      { type: 'dns', value: 'd' },
    ],
  })
  assert.deepEqual(
    sessionTags(leaf, [
      { certificateField: 'x509Subject', specifiers: ['CN', 'OU'] },
      { certificateField: 'x509SAN', specifiers: ['URI', 'Name/*'] },
    ]),
    { 'x509Subject/CN': 'a', 'x509SAN/URI': 'u:r' },
  )
  assert.deepEqual(sessionTags(leaf, []), {})
})

test('a value too long for a tag is not cut off but refused', async () => {
  const fits = `spiffe://${'a'.repeat(247)}`
  assert.equal(
    sessionTags(await certificate({ names: [{ type: 'url', value: fits }] }), defaultMappings)['x509SAN/URI'],
    fits,
  )
  const longer = await certificate({ names: [{ type: 'url', value: `${fits}a` }] })
  refused(() => sessionTags(longer, defaultMappings), /x509SAN\/URI is longer than 256 characters/)
  // Not mapped, it does no harm.
  sessionTags(longer, [{ certificateField: 'x509Subject', specifiers: ['*'] }])
})

test('more attributes than a session has tags are refused', async () => {
  const subject = Array.from({ length: 51 }, (_, i) => `1.3.6.1.4.1.99999.${i}=x`).join()
  const leaf = await certificate({ subject })
  refused(() => sessionTags(leaf, defaultMappings), /more than 50 attributes/)
})

test('an attribute without a name here is told by its number', async () => {
  const leaf = await certificate({ subject: 'CN=a,1.3.6.1.4.1.99999.1=x' })
  assert.equal(sessionTags(leaf, defaultMappings)['x509Subject/1.3.6.1.4.1.99999.1'], 'x')
})

for (const [subject, expected] of [
  ['CN=orders-1,O=Example', 'orders-1'],
  ['CN=first,CN=second', 'second'],
  ['CN=a@b.c+d=e_f', 'a@b.c+d=e_f'],
  ['O=Example', null],
  ['CN=x', null],
  ['CN=Orders One', null],
  ['CN=grün', null],
  [`CN=${'a'.repeat(65)}`, null],
] as const) {
  test(`the source identity of '${subject}' is ${expected}`, async () =>
    assert.equal(
      sourceIdentity(await certificate({ subject: subject.replaceAll('+', '\\+').replace('d=', 'd\\=') })),
      expected,
    ))
}
