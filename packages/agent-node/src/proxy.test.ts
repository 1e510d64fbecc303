import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyFor } from './proxy.ts'

const through = (url: string, environment: Record<string, string>): string | null =>
  proxyFor(new URL(url), environment)?.host ?? null

test('HTTPS_PROXY leads to https addresses, HTTP_PROXY to http ones; lower case wins', () => {
  const environment = {
    HTTPS_PROXY: 'http://one:3128',
    https_proxy: 'two:3128',
    HTTP_PROXY: 'http://three:3128',
  }
  assert.equal(through('https://wick.example', environment), 'two:3128')
  assert.equal(through('http://wick.example', environment), 'three:3128')
  assert.equal(through('https://wick.example', {}), null)
})

test('NO_PROXY exempts names with all below them, addresses, ports, or everything', () => {
  const exempt = (list: string, url: string) =>
    through(url, { HTTPS_PROXY: 'http://p:1', NO_PROXY: list }) === null
  assert.ok(exempt('example.com', 'https://wick.example.com'))
  assert.ok(exempt('a, .example.com', 'https://wick.example.com'))
  assert.ok(exempt('*.example.com', 'https://wick.example.com'))
  assert.ok(exempt('*', 'https://wick.example.com'))
  assert.ok(exempt('127.0.0.1', 'https://127.0.0.1:8443'))
  assert.ok(exempt('::1', 'https://[::1]:8443'))
  assert.ok(exempt('[::1]:8443', 'https://[::1]:8443'))
  assert.ok(exempt('wick.example.com:8443', 'https://wick.example.com:8443'))
  assert.ok(!exempt('wick.example.com:443', 'https://wick.example.com:8443'))
  assert.ok(!exempt('ample.com', 'https://wick.example.com'))
  assert.ok(!exempt('', 'https://wick.example.com'))
})

test('what is no address is no proxy', () => {
  for (const text of ['http://', 'socks5://p:1', ':::']) {
    assert.equal(through('https://wick.example', { HTTPS_PROXY: text }), null)
  }
})
