import assert from 'node:assert/strict'
import { test } from 'node:test'
import { siteOf } from './site.ts'

test('a passkey belongs to a host name, whatever the port', () => {
  assert.deepEqual(siteOf('wick.example.org:8443', true), {
    id: 'wick.example.org',
    origin: 'https://wick.example.org:8443',
  })
  assert.deepEqual(siteOf('localhost:8080', false), { id: 'localhost', origin: 'http://localhost:8080' })
})

test('to addresses none can belong, nor to names without TLS, nor to what is no host', () => {
  for (const host of ['127.0.0.1:8443', '[::1]:8443', '', 'a b', '2130706433'])
    assert.equal(siteOf(host, true), null, host)
  assert.equal(siteOf('wick.example.org', false), null)
})
