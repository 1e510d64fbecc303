import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from './exchange.ts'
import { pageHeaders } from './page-headers.ts'

function strict(host: string | undefined, isSecureTransport = true): unknown {
  const exchange = { request: { headers: { host } }, origin: { isSecureTransport } } as unknown as Exchange
  return pageHeaders(exchange)['strict-transport-security']
}

test('threat 25: over TLS the browser is told to come by TLS alone', () => {
  for (const host of ['wick.example.org', 'wick.example.org:8443', 'wick'])
    assert.equal(strict(host), 'max-age=31536000', host)
})

test('it is not told so over plain HTTP, and not about names that other programs share', () => {
  assert.equal(strict('wick.example.org', false), undefined)
  for (const host of [
    'localhost',
    'LOCALHOST:8443',
    'wick.localhost',
    '127.0.0.1:8443',
    '10.0.0.1',
    '[::1]:8443',
    'a b',
    '',
    undefined,
  ])
    assert.equal(strict(host), undefined, String(host))
})
