import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { weaknessOf } from './certificate-strength.ts'
import { curve, opensslCertificate, rsa } from './testing/openssl-certificate.ts'

function weakness(key: readonly string[], hash?: string): string | null {
  return weaknessOf(new X509Certificate(opensslCertificate(key, hash).certificate))
}

test('threat 25: a certificate signed over SHA-1 or MD5 is weak, whatever its key', () => {
  assert.match(weakness(rsa(2048), 'sha1') ?? '', /signed by sha1WithRSAEncryption, whose hash can be forged/)
  assert.match(weakness(curve('prime256v1'), 'sha1') ?? '', /signed by ecdsa-with-SHA1/)
  assert.match(weakness(rsa(2048), 'md5') ?? '', /signed by md5WithRSAEncryption/)
})

test('threat 25: an RSA key below 2048 bits and a small curve are weak', () => {
  assert.equal(weakness(rsa(1024)), 'its RSA key has 1024 bits; 2048 or more are needed')
  assert.match(weakness(curve('secp224r1')) ?? '', /on the curve secp224r1; P-256 or a larger one is needed/)
})

test('what browsers accept is not weak', () => {
  for (const [key, hash] of [
    [rsa(2048), 'sha256'],
    [rsa(3072), 'sha512'],
    [curve('prime256v1'), 'sha256'],
    [curve('secp384r1'), 'sha384'],
    [curve('secp521r1'), 'sha512'],
    [['-newkey', 'ed25519'], 'sha256'],
  ] as const)
    assert.equal(weakness(key, hash), null, key.join(' '))
})
