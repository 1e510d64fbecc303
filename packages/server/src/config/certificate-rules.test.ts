import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificateRules } from './certificate-rules.ts'
import { loadConfig } from './load-config.ts'

const orders = {
  uri: 'spiffe://example.com/orders/*',
  trustAnchor: 'arn:aws:rolesanywhere:us-east-1:123456789012:trust-anchor/a',
  profile: 'arn:aws:rolesanywhere:us-east-1:123456789012:profile/p',
  role: 'arn:aws:iam::123456789012:role/team/agents',
}

test('rules are read in their order, and say by what they know certificates', () => {
  const { uri: _, ...rest } = orders
  assert.deepEqual(
    certificateRules.read(JSON.stringify({ orders, others: { ...rest, commonName: 'a-?' } })),
    [
      { name: 'orders', commonName: null, ...orders },
      { name: 'others', uri: null, ...rest, commonName: 'a-?' },
    ],
  )
  assert.deepEqual(certificateRules.read(''), [])
})

for (const [words, value, message] of [
  ['no object', [], /an object of rules/],
  ['a rule that is a text', { a: 'b' }, /'a' is none/],
  ['an unknown part', { a: { ...orders, urn: 'x' } }, /there is 'urn'/],
  ['no pattern', { a: { ...orders, uri: undefined } }, /neither uri nor commonName/],
  ['an empty pattern', { a: { ...orders, uri: '' } }, /'uri' must be a string/],
  ['a pattern that is a list', { a: { ...orders, uri: ['x'] } }, /'uri' must be a string/],
  ['no role', { a: { ...orders, role: undefined } }, /'role' must be the ARN of one/],
  ['a user for a role', { a: { ...orders, role: orders.role.replace('role', 'user') } }, /'role' must be/],
  ['a profile for an anchor', { a: { ...orders, trustAnchor: orders.profile } }, /'trustAnchor' must be/],
  ['an anchor for a profile', { a: { ...orders, profile: orders.trustAnchor } }, /'profile' must be/],
] as const) {
  test(`${words} is refused`, () =>
    assert.throws(() => certificateRules.read(JSON.stringify(value)), message))
}

test('text that is no JSON is refused', () =>
  assert.throws(() => certificateRules.read('{'), /an object of rules/))

test('client certificates are of a listener, and need TLS', () => {
  const load = (file: object) =>
    loadConfig(['--data', 'dir', '--config', 'wick.json'], {}, () => JSON.stringify(file))
  const agents = { listen: '10.0.0.5:8444', clientCertificates: { orders } }
  const loaded = load({ listeners: { agents } })
  assert.ok(loaded.kind === 'valid', JSON.stringify(loaded))
  assert.equal(loaded.config.listeners[0]?.clientCertificates[0]?.role, orders.role)
  assert.deepEqual(loaded.config.clientCertificates, [])
  const plain = load({ listeners: { agents: { ...agents, listen: '127.0.0.1:1', insecureHttp: true } } })
  assert.ok(plain.kind === 'invalid')
  assert.match(
    plain.problems.join(),
    /Client certificates need TLS, and the listener 'agents' speaks plain HTTP/,
  )
})
