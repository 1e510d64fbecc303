import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwords } from './passwords.ts'

const { hash, matches } = passwords()

test('a password matches its hash, and nothing else does', async () => {
  const kept = await hash('correct horse battery staple')
  assert.equal(await matches('correct horse battery staple', kept), true)
  for (const other of ['', 'correct horse battery stapl', 'Correct horse battery staple', '\0', '__proto__'])
    assert.equal(await matches(other, kept), false)
})

test('a hash says how it was made and holds nothing of the password', async () => {
  const kept = await hash('correct horse battery staple')
  assert.match(kept, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  assert.notEqual(await hash('correct horse battery staple'), kept, 'each has a salt of its own')
})

test('hashes that the reference implementation made are read, whatever they cost', async () => {
  // argon2-cffi, which wraps the reference implementation.
  const made: readonly [password: string, hash: string][] = [
    [
      'password',
      '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$/DO3gTkjHTS3Fia9YkXB1y76GQrWBcPYFmpyrc7fosI',
    ],
    ['p\u00e4ssword', '$argon2id$v=19$m=256,t=3,p=4$c29tZXNhbHQ$/IBHPJZzE+ZDawacgTxW2BRYJ/aN5rhZ'],
  ]
  for (const [password, hash] of made) {
    assert.equal(await matches(password, hash), true)
    assert.equal(await matches(password.toUpperCase(), hash), false)
  }
})

test('without a hash nothing matches', async () => {
  assert.equal(await matches('', null), false)
  assert.equal(await matches('anything', null), false)
})

test('the same letters typed another way are the same password', async () => {
  assert.equal(
    await matches('cafe\u0301 au lait, s’il vous plaît', await hash('caf\u00e9 au lait, s’il vous plaît')),
    true,
  )
})

test('more than some dozens at a time are turned away, and those that wait come in their turn', async () => {
  const { matches } = passwords()
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => matches('x', null)))
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  assert.equal(refused.length, 40 - 2 - 32)
  for (const { reason } of refused as PromiseRejectedResult[]) assert.equal(reason.name, 'PasswordsBusy')
  assert.equal(await matches('x', null), false)
})
