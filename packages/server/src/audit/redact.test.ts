import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redacted, secretsIn, withoutSecrets } from './redact.ts'

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

test('secrets are hidden by the name they stand under, however it is written and wherever it is', () => {
  const names = [
    ...['Password', 'NewPassword', 'old_password', 'secretAccessKey', 'SessionToken', 'x-amz-security-token'],
    ...['TokenCode', 'AuthenticationCode1', 'AuthenticationCode2', 'Base32StringSeed', 'QRCodePNG', 'ticket'],
    ...[
      'WebIdentityToken',
      'SAMLAssertion',
      'Authorization',
      'recoveryCodes',
      'client_secret',
      'totp',
      'webhookUrl',
    ],
  ]
  for (const name of names) {
    const told = JSON.stringify(redacted({ a: [{ [name]: 'hunter22' }], [name]: { deep: 'hunter22' } }))
    assert.ok(!told.includes('hunter22'), name)
  }
})

test('what is no secret stays', () => {
  const input = { UserName: 'bob', profileToken: 't', clientToken: 'c', NextToken: 'n', Tags: [{ Key: 'a' }] }
  assert.deepEqual(redacted(input), input)
  assert.equal(redacted(undefined), null)
})

test('names of prototypes are names', () => {
  const copy = redacted(JSON.parse('{"__proto__":{"a":1},"constructor":2}')) as object
  assert.deepEqual(Object.keys(copy), ['__proto__', 'constructor'])
  assert.equal(Object.getPrototypeOf(copy), Object.prototype)
})

test('what is deep, long or large is cut', () => {
  let deep: unknown = 'end'
  for (let i = 0; i < 5000; i++) deep = { deep }
  assert.ok(JSON.stringify(redacted(deep)).length < 500)
  assert.ok(JSON.stringify(redacted({ text: 'x'.repeat(1_000_000) })).length < 25_000)
  assert.match(JSON.stringify(redacted(Array(1000).fill('x'.repeat(1000)))), /omitted/)
  assert.deepEqual(redacted({ bytes: new Uint8Array(5) }), { bytes: '5 bytes' })
})

test('a message that quotes a secret does not tell it', () => {
  const input = { password: 'hunter22', tokenCode: '12', inner: { Seed: 'ABCDEFGH' } }
  assert.deepEqual(secretsIn(input), ['hunter22', 'ABCDEFGH'])
  assert.equal(withoutSecrets("'hunter22' is too short", secretsIn(input)), `'${hidden}' is too short`)
})
