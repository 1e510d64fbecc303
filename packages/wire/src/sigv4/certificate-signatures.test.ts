import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ApiError } from '../errors.ts'
import { refuses } from '../testing/refuses.ts'
import { parseAuthorization, parseCertificateAuthorization } from './authorization.ts'
import { sha256Hex } from './canonical-request.ts'
import { allMutations, meaning, signedHeaderNames } from './testing/mutations.ts'
import { signed, withHeader } from './testing/signed.ts'
import { drawer, type WireRequest } from './testing/wire-request.ts'
import { type CertificateProof, verifyCertificate } from './verify.ts'

/** What AWS's credential helper sent, byte for byte: see fixtures/sigv4/README.md. */
const file = new URL('../../../../fixtures/sigv4/roles-anywhere-helper.json', import.meta.url)
interface Recorded {
  readonly name: string
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}
const recorded: { readonly requests: readonly Recorded[] } = JSON.parse(readFileSync(file, 'utf8'))
const [rsa, ec] = recorded.requests.map(
  ({ method, target, headers, body }): WireRequest => ({
    request: { method, rawTarget: target, rawHeaders: headers.flat() },
    body: Buffer.from(body),
  }),
) as [WireRequest, WireRequest]

/** The certificate as the platform reads it. */
function certificateOf(der: Buffer): CertificateProof['certificate'] {
  const certificate = new X509Certificate(der)
  return {
    publicKey: certificate.publicKey,
    serialNumber: BigInt(`0x${certificate.serialNumber}`).toString(),
  }
}

/** @param own of the request unless given: a mutated certificate is not of this test */
function judge({ request, body }: WireRequest, own?: CertificateProof['certificate']): void {
  const parsed = parseCertificateAuthorization(request)
  verifyCertificate(parsed, {
    regions: ['eu-west-1', 'us-east-1'],
    service: 'rolesanywhere',
    now: Date.parse('2026-11-25T20:39:00Z'),
    skewMilliseconds: 5 * 60_000,
    bodySha256Hex: sha256Hex(body),
    certificate: own ?? certificateOf(parsed.certificate),
  })
}

const invalid = 'InvalidSignatureException'
const incomplete = 'IncompleteSignatureException'
const unrecognized = 'UnrecognizedClientException'
const doesNotMatch = /^The request signature we calculated does not match/
const withAuthorization = (wire: WireRequest, change: (text: string) => string): WireRequest => ({
  ...wire,
  request: withHeader(wire.request, 'authorization', change),
})
const withCertificate = (wire: WireRequest, header: string, change: (text: string) => string) => ({
  ...wire,
  request: withHeader(wire.request, header, change),
})

test("requests of AWS's credential helper are verified as they were recorded, RSA and ECDSA", () => {
  judge(rsa)
  judge(ec)
})

test('a request says which certificate it brings and what leads from it to an authority', () => {
  const one = parseCertificateAuthorization(rsa.request)
  assert.equal(one.algorithm, 'AWS4-X509-RSA-SHA256')
  assert.deepEqual(one.scope, { date: '20261125', region: 'eu-west-1', service: 'rolesanywhere' })
  assert.match(new X509Certificate(one.certificate).subject, /CN=orders-1/)
  assert.deepEqual(one.chain, [])
  const two = parseCertificateAuthorization(ec.request)
  assert.equal(two.algorithm, 'AWS4-X509-ECDSA-SHA256')
  assert.deepEqual(
    two.chain.map((der) => new X509Certificate(der).subject),
    ['O=Example\nCN=Fixture issuer'],
  )
})

test("neither parser takes what is the other's", () => {
  refuses(incomplete, () => parseAuthorization(rsa.request), /must start with AWS4-HMAC-SHA256/)
  refuses(
    incomplete,
    () => parseCertificateAuthorization(signed()),
    /must start with AWS4-X509-RSA-SHA256 or/,
  )
})

test('the key of another certificate is refused', () => {
  const certificate = (wire: WireRequest) =>
    certificateOf(parseCertificateAuthorization(wire.request).certificate)
  const issuer = certificateOf(parseCertificateAuthorization(ec.request).chain[0]!)
  refuses(invalid, () => judge(rsa, certificate(ec)), doesNotMatch)
  refuses(invalid, () => judge(ec, certificate(rsa)), doesNotMatch)
  refuses(invalid, () => judge(ec, { ...issuer, serialNumber: certificate(ec).serialNumber }), doesNotMatch)
})

test('a serial number of another certificate is refused: the credential must name what signs', () => {
  for (const serial of [
    '1',
    '0',
    `0${certificateOf(parseCertificateAuthorization(rsa.request).certificate).serialNumber}`,
  ])
    refuses(
      invalid,
      () => judge(withAuthorization(rsa, (text) => text.replace(/Credential=\d+/, `Credential=${serial}`))),
      doesNotMatch,
    )
  for (const serial of ['-1', 'AKIDEXAMPLE', '0x12', '9'.repeat(50), '1e3'])
    refuses(unrecognized, () =>
      judge(withAuthorization(rsa, (text) => text.replace(/Credential=\d+/, `Credential=${serial}`))),
    )
})

test('an algorithm that is not that of the key is refused', () => {
  const renamed = (wire: WireRequest) =>
    withAuthorization(wire, (text) =>
      text.startsWith('AWS4-X509-RSA') ? text.replace('RSA', 'ECDSA') : text.replace('ECDSA', 'RSA'),
    )
  refuses(invalid, () => judge(renamed(rsa)), doesNotMatch)
  refuses(invalid, () => judge(renamed(ec)), doesNotMatch)
  for (const name of ['AWS4-X509-RSA-SHA512', 'AWS4-X509-MLDSA', 'AWS4-X509', 'RSA'])
    refuses(incomplete, () => judge(withAuthorization(rsa, (text) => text.replace(/^\S+/, name))))
})

test('service, region and time are judged as for every signature', () => {
  const parsed = parseCertificateAuthorization(rsa.request)
  const proof = {
    regions: ['eu-west-1'],
    service: 'rolesanywhere',
    now: Date.parse('2026-11-25T20:39:00Z'),
    skewMilliseconds: 5 * 60_000,
    bodySha256Hex: sha256Hex(rsa.body),
    certificate: certificateOf(parsed.certificate),
  }
  verifyCertificate(parsed, proof)
  refuses(invalid, () => verifyCertificate(parsed, { ...proof, service: 'sts' }), /correct service/)
  refuses(invalid, () => verifyCertificate(parsed, { ...proof, regions: [] }), /valid region/)
  refuses(invalid, () => verifyCertificate(parsed, { ...proof, now: proof.now + 3_600_000 }), /expired/)
  refuses(invalid, () => verifyCertificate(parsed, { ...proof, now: proof.now - 3_600_000 }), /not yet/)
})

for (const header of ['x-amz-x509', 'x-amz-x509-chain']) {
  for (const [words, change] of Object.entries({
    empty: () => '',
    'not base64': () => 'no base64!',
    'base64 with a blank inside': (text: string) => `${text.slice(0, 8)} ${text.slice(8)}`,
    'base64 of the URL kind': (text: string) => text.replaceAll('+', '-').replaceAll('/', '_'),
    'base64 that ends in the middle': (text: string) => text.slice(0, -3),
    PEM: (text: string) => `-----BEGIN CERTIFICATE-----${text}-----END CERTIFICATE-----`,
  })) {
    test(`${header} that is ${words} is refused`, () =>
      refuses(incomplete, () => judge(withCertificate(ec, header, change)), /base64-encoded DER/))
  }
}

test('a chain that is too long is refused before any of it is decoded', () =>
  refuses(
    incomplete,
    () => judge(withCertificate(ec, 'x-amz-x509-chain', () => Array(6).fill('!').join())),
    /more than 5 certificates/,
  ))

test('without a certificate, and with a session token, nothing is accepted', () => {
  const unsigned = (name: string, wire: WireRequest): WireRequest => {
    const at = wire.request.rawHeaders.findIndex((text) => text.toLowerCase() === name)
    const rawHeaders = wire.request.rawHeaders.toSpliced(at, 2)
    return withAuthorization({ ...wire, request: { ...wire.request, rawHeaders } }, (text) =>
      text.replace(`;${name}`, ''),
    )
  }
  refuses(incomplete, () => judge(unsigned('x-amz-x509', rsa)), /no 'X-Amz-X509' header/)
  const withToken = {
    ...rsa,
    request: { ...rsa.request, rawHeaders: [...rsa.request.rawHeaders, 'X-Amz-Security-Token', 'x'] },
  }
  refuses(invalid, () => judge(withToken), /'x-amz-security-token' must be a 'SignedHeader'/)
  const signedToken = withAuthorization(withToken, (text) =>
    text.replace(';x-amz-x509', ';x-amz-security-token;x-amz-x509'),
  )
  refuses(unrecognized, () => judge(signedToken))
})

for (const [name, wire] of [
  ['RSA', rsa],
  ['ECDSA', ec],
] as const) {
  test(`a single mutation of a request signed with an ${name} key is refused`, (t) => {
    const own = certificateOf(parseCertificateAuthorization(wire.request).certificate)
    const signedNames = signedHeaderNames(wire)
    const before = meaning(wire, signedNames)
    const draw = drawer(4)
    let refused = 0
    for (let round = 0; round < 60; round++) {
      for (const [mutationName, mutation] of Object.entries(allMutations('12345', 'us-east-1'))) {
        const mutant = mutation(wire, draw)
        if (mutant === null || meaning(mutant, signedNames) === before) continue
        assert.throws(() => judge(mutant, own), ApiError, `${mutationName}: ${JSON.stringify(mutant)}`)
        refused++
      }
    }
    t.diagnostic(`${refused} mutations refused`)
    assert.ok(refused > 2000, `${refused} mutations`)
  })
}

test('every signature that differs in one bit is refused', () => {
  for (const wire of [rsa, ec]) {
    const right = /Signature=([0-9a-f]+)/.exec(wire.request.rawHeaders.join())![1]!
    for (let bit = 0; bit < right.length * 4; bit += 3) {
      const bytes = Buffer.from(right, 'hex')
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      refuses(
        invalid,
        () => judge(withAuthorization(wire, (text) => text.replace(right, bytes.toString('hex')))),
        doesNotMatch,
      )
    }
  }
})

test('a signature of another length, or none, is refused', () => {
  for (const [digits, code] of [
    ['', incomplete],
    ['0', incomplete],
    ['00', invalid],
    ['0'.repeat(512), invalid],
    ['ff'.repeat(1024), invalid],
    ['ff'.repeat(1025), incomplete],
    ['FF', incomplete],
  ] as const)
    for (const wire of [rsa, ec])
      refuses(code, () =>
        judge(withAuthorization(wire, (text) => text.replace(/Signature=.*/, `Signature=${digits}`))),
      )
})
