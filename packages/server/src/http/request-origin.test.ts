import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { networksOf } from './networks.ts'
import { originOf } from './request-origin.ts'

interface Way {
  readonly peer: string
  readonly trusted?: readonly string[]
  readonly isTls?: boolean
  readonly forwarded?: string
  readonly protocol?: string
}

function request({ peer, isTls = false, forwarded, protocol }: Way): IncomingMessage {
  const plain = { remoteAddress: peer }
  const tls = {
    ...plain,
    encrypted: true,
    getProtocol: () => 'TLSv1.3',
    getCipher: () => ({ standardName: 'TLS_AES_256_GCM_SHA384' }),
  }
  return {
    socket: (isTls ? tls : plain) as unknown as Socket,
    headers: { 'x-forwarded-for': forwarded, 'x-forwarded-proto': protocol },
  } as unknown as IncomingMessage
}

function came(way: Way) {
  const door = { listener: 'agents', isTrustedProxy: networksOf(way.trusted ?? []) }
  return originOf(door, request(way))
}

const address = (way: Way): string | undefined => came(way)?.sourceAddress
const isSecure = (way: Way): boolean | undefined => came(way)?.isSecureTransport

test('without a trusted proxy the connection alone counts, whatever its headers claim', () => {
  assert.deepEqual(came({ peer: '192.0.2.1', forwarded: '127.0.0.1', protocol: 'https' }), {
    sourceAddress: '192.0.2.1',
    isSecureTransport: false,
    listener: 'agents',
    tls: null,
  })
  assert.deepEqual(came({ peer: '192.0.2.1', isTls: true, protocol: 'http' }), {
    sourceAddress: '192.0.2.1',
    isSecureTransport: true,
    listener: 'agents',
    tls: { version: 'TLSv1.3', cipherSuite: 'TLS_AES_256_GCM_SHA384' },
  })
})

test('the caller is the right-most address that no trusted proxy has', () => {
  const trusted = ['10.0.0.0/8', '2001:db8:f::/48']
  for (const [peer, forwarded, caller] of [
    ['10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '127.0.0.1, 192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '127.0.0.1, 192.0.2.1, 10.9.9.9', '192.0.2.1'],
    ['2001:db8:f::1', '192.0.2.1,10.1.1.1', '192.0.2.1'],
    ['::ffff:10.0.0.1', '::ffff:192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '::ffff:c000:201', '192.0.2.1'],
    ['10.0.0.1', '2001:DB8:0:0::1', '2001:db8::1'],
    ['10.0.0.1', '192.0.2.1:4711', '192.0.2.1'],
    ['10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['10.0.0.1', '[2001:db8::1]', '2001:db8::1'],
    ['11.0.0.1', '192.0.2.1, 10.9.9.9', '11.0.0.1'],
  ] as const)
    assert.equal(address({ peer, forwarded, trusted }), caller, `${peer} for ${forwarded}`)
})

test('where only trusted proxies are named, the farthest of them asks; where nobody is, the proxy itself', () => {
  const trusted = ['10.0.0.0/8']
  assert.equal(address({ peer: '10.0.0.1', forwarded: '10.0.0.3, 10.0.0.2', trusted }), '10.0.0.3')
  assert.equal(address({ peer: '10.0.0.1', trusted }), '10.0.0.1')
})

test('nonsense before the caller is his own affair; nonsense in his place is nobody', () => {
  const trusted = ['10.0.0.1']
  assert.equal(address({ peer: '10.0.0.1', forwarded: 'unknown, , 192.0.2.1', trusted }), '192.0.2.1')
  for (const forwarded of [
    'unknown',
    '192.0.2.1, ',
    ',',
    '192.0.2.1, _hidden',
    '192.0.2',
    '192.0.2.1:x',
    '[::1',
    '[::1]x',
    '[]:1',
    '192.0.2.1/8',
    `${'1'.repeat(5000)}`,
  ])
    assert.equal(came({ peer: '10.0.0.1', forwarded, trusted }), null, forwarded)
})

test('a proxy says by which transport it was asked; all it names must be safe', () => {
  const trusted = ['10.0.0.1']
  const by = (protocol?: string, isTls?: boolean): boolean | undefined =>
    isSecure({
      peer: '10.0.0.1',
      trusted,
      ...(protocol !== undefined && { protocol }),
      ...(isTls && { isTls }),
    })
  assert.deepEqual([by('https'), by('HTTPS'), by('https, https')], [true, true, true])
  assert.deepEqual(
    [by('http'), by('https, http'), by('http, https'), by('wss')],
    [false, false, false, false],
  )
  assert.deepEqual([by(undefined), by(undefined, true)], [false, true], 'silence leaves the connection')
  assert.equal(by('http', true), false, 'TLS from the proxy to here does not make the rest of the way safe')
})

test('all requests of a connection share its origin; behind a proxy each has its own', () => {
  const direct = { listener: 'default', isTrustedProxy: networksOf([]) }
  const one = request({ peer: '192.0.2.1' })
  assert.equal(originOf(direct, one), originOf(direct, { ...one, headers: {} } as IncomingMessage))
  const behind = { listener: 'default', isTrustedProxy: networksOf(['192.0.2.1']) }
  const headers = { 'x-forwarded-for': '198.51.100.7' } as IncomingMessage['headers']
  assert.equal(originOf(behind, { ...one, headers } as IncomingMessage)?.sourceAddress, '198.51.100.7')
})

test('what a caller puts into X-Forwarded-For never changes who he is', () => {
  const trusted = ['10.0.0.1']
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (invented) => {
      const forwarded = `${invented},192.0.2.1`
      assert.equal(address({ peer: '10.0.0.1', forwarded, trusted }), '192.0.2.1')
      assert.equal(address({ peer: '192.0.2.1', forwarded: invented, trusted }), '192.0.2.1')
    }),
  )
})
