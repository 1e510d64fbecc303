import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
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

test('what takes the place of a secret is not searched for secrets: no caller can make a message grow', () => {
  const bomb = Array.from({ length: 40 }, (_, i) => ({ password: ['HIDD', 'SECU'][i % 2] }))
  const message = 'not authorised: HIDD'
  assert.equal(withoutSecrets(message, secretsIn(bomb)), `not authorised: ${hidden}`)
})

test('whatever the secrets are, none of them is left, and each place of them is one word', () => {
  const letters = fc.constantFrom('a', 'b', 'c')
  const secret = fc.string({ unit: letters, minLength: 2, maxLength: 5 })
  const text = fc.string({ unit: letters, maxLength: 40 })
  fc.assert(
    fc.property(text, fc.array(secret, { maxLength: 6 }), (told, secrets) => {
      const inPlace = Array.from(told, () => false)
      for (const one of secrets)
        for (let at = told.indexOf(one); at >= 0; at = told.indexOf(one, at + 1))
          inPlace.fill(true, at, at + one.length)
      const expected = Array.from(told, (letter, i) =>
        inPlace[i] ? (inPlace[i - 1] ? '' : hidden) : letter,
      ).join('')
      assert.equal(withoutSecrets(told, secrets), expected)
    }),
  )
})

test('more than an honest request has to be looked for is not: the message is omitted', () => {
  const many = Array.from({ length: 101 }, (_, i) => `secret-${i}`)
  assert.equal(withoutSecrets('quotes secret-5', many), 'omitted: 15 characters, 101 secrets')
  assert.equal(withoutSecrets('x'.repeat(5000), ['hunter22']), 'omitted: 5000 characters, 1 secrets')
  assert.equal(withoutSecrets('x'.repeat(5000), []), 'x'.repeat(5000))
})
