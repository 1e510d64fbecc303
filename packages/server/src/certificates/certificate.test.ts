import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCertificate, serialHex } from './certificate.ts'
import { CertificateError } from './der.ts'
import { nameText } from './name.ts'
import {
  clientAuthentication,
  ecKeys,
  extension,
  make,
  makeAuthority,
  now,
  rsaKeys,
  serverAuthentication,
  usages,
} from './testing/pki.ts'
import { refused } from './testing/refused.ts'

const unreadable = /cannot be read/

test('a certificate says who it is, until when, and what its key is for', async () => {
  const root = await makeAuthority('CN=Root,O=Example')
  const made = await make({
    by: root,
    subject: 'CN=orders-1,OU=Shop,O=Example',
    serialNumber: '0abc',
    extendedKeyUsage: [clientAuthentication, serverAuthentication],
    names: [
      { type: 'dns', value: 'orders-1.example.com' },
      { type: 'url', value: 'spiffe://example.com/orders' },
      { type: 'ip', value: '10.0.0.1' },
      { type: 'dn', value: 'CN=Other,O=Else' },
    ],
  })
  const parsed = parseCertificate(made.der)
  assert.equal(parsed.serialNumber, 0xabcn)
  assert.equal(serialHex(parsed), '0abc')
  assert.equal(nameText(parsed.issuer), 'O=Example,CN=Root')
  assert.deepEqual(parsed.subject.attributes, [
    ['CN', 'orders-1'],
    ['OU', 'Shop'],
    ['O', 'Example'],
  ])
  assert.equal(parsed.notBefore, now - 86_400_000)
  assert.equal(parsed.notAfter, now + 86_400_000)
  assert.equal(parsed.authority, null)
  assert.deepEqual(parsed.keyUsage, new Set(['digitalSignature']))
  assert.deepEqual(parsed.extendedKeyUsage, [clientAuthentication, serverAuthentication])
  assert.deepEqual(
    parsed.alternativeNames.map(({ kind, value }) => [
      kind,
      typeof value === 'string' ? value : nameText(value),
    ]),
    [
      ['DNS', 'orders-1.example.com'],
      ['URI', 'spiffe://example.com/orders'],
      ['Name', 'O=Else,CN=Other'],
    ],
  )
})

test('an authority says how many may follow below it', async () => {
  const read = async (pathLength?: number) =>
    parseCertificate(
      (await makeAuthority('CN=A', { authority: pathLength === undefined ? {} : { pathLength } })).der,
    )
  assert.deepEqual((await read()).authority, { pathLength: null })
  assert.deepEqual((await read(0)).authority, { pathLength: 0 })
  assert.deepEqual((await read(3)).authority, { pathLength: 3 })
  assert.deepEqual((await read()).keyUsage, new Set(['keyCertSign', 'crlSign']))
})

test('what a certificate leaves out is not assumed', async () => {
  const parsed = parseCertificate((await make({ authority: null, keyUsage: null })).der)
  assert.equal(parsed.authority, null)
  assert.equal(parsed.keyUsage, null)
  assert.equal(parsed.extendedKeyUsage, null)
  assert.deepEqual(parsed.alternativeNames, [])
})

for (const [words, keys] of [
  ['RSA of 2048 bits', () => rsaKeys(2048)],
  ['P-256', () => ecKeys('P-256')],
  ['P-384', () => ecKeys('P-384')],
  ['P-521', () => ecKeys('P-521')],
] as const) {
  test(`a key of ${words} is accepted`, async () => {
    parseCertificate((await make({ keys: await keys() })).der)
  })
}

test('a key of RSA below 2048 bits is refused', async () =>
  refused(() => parseCertificate(small.der), /kind that is not accepted: RSA of 2048/))
const small = await make({ keys: await rsaKeys(1024) })

test('a key of Ed25519 is refused: no request can be signed with it', async () => {
  const keys = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const by = await makeAuthority('CN=A')
  const made = await make({ by, keys })
  refused(() => parseCertificate(made.der), /kind that is not accepted/)
})

test('a signature over SHA-1 is refused', async () => {
  const made = await make({ keys: await rsaKeys(2048, 'SHA-1'), signatureHash: 'SHA-1' })
  refused(() => parseCertificate(made.der), /weak or unknown algorithm/)
})

test('a signature of RSA-PSS is refused: its hash is a parameter', async () => {
  const keys = await crypto.subtle.generateKey(
    { name: 'RSA-PSS', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  )
  const { X509CertificateGenerator } = await import('@peculiar/x509')
  const made = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=A',
    keys,
    signingAlgorithm: { name: 'RSA-PSS', saltLength: 32 } as Algorithm,
  })
  refused(() => parseCertificate(Buffer.from(made.rawData)), /weak or unknown algorithm/)
})

test('a critical extension that is not understood is refused; the same uncritical is not', async () => {
  const unknown = '1.3.6.1.4.1.99999.1'
  const critical = await make({ extensions: [extension(unknown, true, [5, 0])] })
  refused(
    () => parseCertificate(critical.der),
    /critical extension 1\.3\.6\.1\.4\.1\.99999\.1 is not understood/,
  )
  parseCertificate((await make({ extensions: [extension(unknown, false, [1, 2, 3])] })).der)
})

test('name constraints are refused, critical or not: they could not be honoured', async () => {
  for (const isCritical of [true, false]) {
    const made = await makeAuthority('CN=A', { extensions: [extension('2.5.29.30', isCritical, [0x30, 0])] })
    refused(() => parseCertificate(made.der), /not understood|Name constraints/)
  }
})

test('an extension given twice is refused', async () => {
  const made = await make({
    extensions: [extension('2.5.29.37', false, [0x30, 0]), extension('2.5.29.37', false, [0x30, 0])],
  })
  refused(() => parseCertificate(made.der), unreadable)
})

for (const [words, value] of Object.entries({
  'key usage that is no bit string': ['2.5.29.15', [0x04, 1, 0x80]],
  'key usage with something behind it': ['2.5.29.15', [0x03, 2, 7, 0x80, 0x05, 0]],
  'extended key usage of no numbers': ['2.5.29.37', [0x30, 2, 0x05, 0]],
  'constraints with a negative path length': ['2.5.29.19', [0x30, 6, 0x01, 1, 0xff, 0x02, 1, 0x80]],
  'constraints whose truth is neither': ['2.5.29.19', [0x30, 3, 0x01, 1, 0x01]],
  'a DNS name that holds a NUL': ['2.5.29.17', [0x30, 5, 0x82, 3, 0x61, 0x00, 0x62]],
  'a DNS name beyond ASCII': ['2.5.29.17', [0x30, 4, 0x82, 2, 0xc3, 0xa9]],
  'a URI that is empty': ['2.5.29.17', [0x30, 2, 0x86, 0]],
  'a length that is not there': ['2.5.29.17', [0x30, 0x7f, 0x82]],
  'the indefinite length of BER': ['2.5.29.17', [0x30, 0x80, 0, 0]],
  'a length in more bytes than it needs': ['2.5.29.17', [0x30, 0x81, 3, 0x82, 1, 0x61]],
  'a tag of several bytes': ['2.5.29.17', [0x3f, 0x81, 0x01, 0]],
} as const)) {
  test(`${words} is refused`, async () => {
    const [oid, bytes] = value
    const made = await make({ authority: null, keyUsage: null, extensions: [extension(oid, false, bytes)] })
    refused(() => parseCertificate(made.der), /cannot be read|negative number/)
  })
}

test('bytes behind the certificate, before it, and another encoding of it are refused', async () => {
  const { der, pem } = await make()
  parseCertificate(der)
  refused(() => parseCertificate(Buffer.concat([der, Buffer.of(0)])), unreadable)
  refused(() => parseCertificate(Buffer.concat([der, der])), unreadable)
  refused(() => parseCertificate(Buffer.concat([Buffer.of(0x30, 0), der])), unreadable)
  refused(() => parseCertificate(Buffer.from(pem)), unreadable)
})

test('what is larger than any certificate is refused before it is read', () =>
  refused(() => parseCertificate(Buffer.alloc(12 * 1024 + 1, 0x30)), /12288 bytes at most/))

test('thousands of alternative names do not fit', async () => {
  const names = Array.from({ length: 1500 }, (_, i) => ({ type: 'dns' as const, value: `h${i}.example` }))
  const made = await make({ names })
  refused(() => parseCertificate(made.der), /bytes at most/)
})

test('elements nested as deep as fits are refused without ado', () => {
  const depth = 3000
  let nested = Buffer.alloc(0)
  for (let i = 0; i < depth; i++) {
    const length = nested.length
    const head = length < 128 ? [0x30, length] : [0x30, 0x82, length >> 8, length & 0xff]
    nested = Buffer.concat([Buffer.from(head), nested])
  }
  refused(() => parseCertificate(nested.subarray(0, 12_000)), unreadable)
  refused(() => parseCertificate(nested), unreadable)
})

test('every truncated certificate, and random bytes, are refused and nothing else happens', async () => {
  const { der } = await make({ names: [{ type: 'dns', value: 'a.example' }] })
  for (let length = 0; length < der.length; length++)
    refused(() => parseCertificate(der.subarray(0, length)), unreadable)
  for (const seed of [0, 1, 0x30, 0x80, 0xff]) {
    refused(() => parseCertificate(Buffer.alloc(300, seed)), unreadable)
  }
})

test('a certificate with any one byte changed is refused, or is another one that nobody signed', async () => {
  const root = await makeAuthority('CN=Root')
  const { der } = await make({ by: root, extendedKeyUsage: [clientAuthentication] })
  const authority = parseCertificate(root.der)
  let read = 0
  for (let at = 0; at < der.length; at++) {
    for (const bit of [0, 3, 7]) {
      const changed = Buffer.from(der)
      changed[at]! ^= 1 << bit
      try {
        const parsed = parseCertificate(changed)
        read++
        assert.ok(!parsed.platform.verify(authority.publicKey), `byte ${at}, bit ${bit}`)
      } catch (error) {
        assert.ok(error instanceof CertificateError, `byte ${at}, bit ${bit}: ${error}`)
      }
    }
  }
  assert.ok(read > 100)
})

test('a name that would read as two attributes is written so that it does not', async () => {
  const { der } = await make({ subject: 'CN=a\\,O\\=Bank,O=Example' })
  const { subject } = parseCertificate(der)
  assert.deepEqual(subject.attributes, [
    ['CN', 'a,O=Bank'],
    ['O', 'Example'],
  ])
  assert.equal(nameText(subject), 'O=Example,CN=a\\,O=Bank')
})

test('the usage of encipherment alone is no signature', async () => {
  const { der } = await make({ keyUsage: usages.keyEncipherment | usages.dataEncipherment })
  assert.deepEqual(parseCertificate(der).keyUsage, new Set())
})
