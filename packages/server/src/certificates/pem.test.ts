import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPem } from './pem.ts'
import { refused } from './testing/refused.ts'

const block = (label: string, text: string) => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`

test('blocks are read in order, whatever stands between them and however lines end', () => {
  const text = `Subject: CN=a\n${block('CERTIFICATE', 'YWI=')}\n# next\n${block('CERTIFICATE', 'Y2Rl\nZmdo')}`
  const expected = [Buffer.from('ab'), Buffer.from('cdefgh')]
  assert.deepEqual(readPem(text, 'CERTIFICATE'), expected)
  assert.deepEqual(readPem(text.replaceAll('\n', '\r\n'), 'CERTIFICATE'), expected)
  assert.deepEqual(readPem('nothing', 'CERTIFICATE'), [])
})

for (const label of ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY']) {
  test(`a ${label} that came along is noticed`, () =>
    refused(
      () => readPem(block('CERTIFICATE', 'YWI=') + block(label, 'YWI='), 'CERTIFICATE'),
      /holds a private key/,
    ))
}

for (const [words, text] of Object.entries({
  'another label': block('X509 CRL', 'YWI='),
  'no end': '-----BEGIN CERTIFICATE-----\nYWI=\n',
  'an end without a beginning': '-----END CERTIFICATE-----\n',
  'a beginning inside': `-----BEGIN CERTIFICATE-----\n${block('CERTIFICATE', 'YWI=')}`,
  'something that is not base64': block('CERTIFICATE', 'Y*I='),
  'no content': block('CERTIFICATE', ''),
  headers: block('CERTIFICATE', 'Proc-Type: 4,ENCRYPTED\n\nYWI='),
})) {
  test(`a block with ${words} is refused`, () => refused(() => readPem(text, 'CERTIFICATE'), /^Not PEM/))
}
