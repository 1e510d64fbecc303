import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostOf, loopbackAnd, networksOf, plainAddress } from './networks.ts'

function allowed(networks: readonly string[], addresses: readonly (string | undefined)[]): unknown[] {
  const judge = loopbackAnd(networks)
  return addresses.filter((address) => judge(address))
}

test('loopback is always allowed, in every form a socket shows it', () => {
  const addresses = ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1']
  assert.deepEqual(allowed([], addresses), addresses)
})

test('nobody else is, unless named', () => {
  assert.deepEqual(allowed([], ['10.0.0.1', '::', '::2', '192.168.1.1', '::ffff:10.0.0.1', 'fe80::1']), [])
})

test('a network ends where its mask says', () => {
  assert.deepEqual(
    allowed(
      ['10.1.0.0/16', '192.168.7.9'],
      ['10.1.0.0', '10.1.255.255', '10.2.0.0', '192.168.7.9', '192.168.7.8'],
    ),
    ['10.1.0.0', '10.1.255.255', '192.168.7.9'],
  )
  assert.deepEqual(
    allowed(['2001:db8::/32', 'fd00::5'], ['2001:db8::1', '2001:db9::1', 'fd00::5', 'fd00::6']),
    ['2001:db8::1', 'fd00::5'],
  )
})

test('a network of IPv4 holds its addresses mapped into IPv6', () => {
  assert.deepEqual(allowed(['10.0.0.0/8'], ['::ffff:10.9.8.7', '::ffff:11.0.0.1']), ['::ffff:10.9.8.7'])
})

test('what is no address is never allowed', () => {
  assert.deepEqual(
    allowed(['0.0.0.0/0'], [undefined, '', 'localhost', '127.0.0.1, 10.0.0.1', '::ffff:x.y']),
    [],
  )
})

test('a network of mapped addresses is the one of IPv4', () => {
  assert.deepEqual(
    allowed(
      ['::ffff:10.0.0.0/104', '::ffff:192.168.7.9'],
      ['10.9.8.7', '11.0.0.1', '192.168.7.9', '192.168.7.8'],
    ),
    ['10.9.8.7', '192.168.7.9'],
  )
})

test('no network holds nobody, not even this machine', () => {
  assert.deepEqual(['127.0.0.1', '::1', '10.0.0.1'].filter(networksOf([])), [])
})

test('each address has one spelling', () => {
  for (const [text, plain] of [
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:a00:1', '10.0.0.1'],
    ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['010.0.0.1', null],
    ['10.1', null],
    ['', null],
    [undefined, null],
  ] as const)
    assert.equal(plainAddress(text), plain, String(text))
})

test('where strangers are counted, the addresses of one machine are one', () => {
  assert.equal(hostOf('192.0.2.1'), '192.0.2.1')
  assert.notEqual(hostOf('192.0.2.1'), hostOf('192.0.2.2'))
  for (const address of ['2001:db8::1', '2001:db8::ffff:1', '2001:db8:0:0:1:2:3:4'])
    assert.equal(hostOf(address), '2001:db8:0:0', address)
  assert.notEqual(hostOf('2001:db8:0:1::1'), hostOf('2001:db8::1'))
})
