import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accountId,
  certificateNames,
  choice,
  isLoopback,
  listenAddress,
  networks,
  path,
  regions,
  truth,
  whole,
} from './setting-types.ts'

function refuses(read: (text: string) => unknown, texts: readonly string[]): void {
  for (const text of texts) assert.throws(() => read(text), Error, `'${text}' is accepted`)
}

test('a listen address is a host and a port', () => {
  assert.deepEqual(listenAddress.read('127.0.0.1:8443'), { host: '127.0.0.1', port: 8443 })
  assert.deepEqual(listenAddress.read('0.0.0.0:0'), { host: '0.0.0.0', port: 0 })
  assert.deepEqual(listenAddress.read('[::1]:65535'), { host: '::1', port: 65_535 })
  assert.deepEqual(listenAddress.read('wick.example.org:443'), { host: 'wick.example.org', port: 443 })
  refuses(listenAddress.read, [
    '',
    ':8443',
    '8443',
    'localhost',
    'localhost:',
    'localhost:x',
    'localhost:65536',
    'localhost:-1',
    '::1:8443',
    '[::1]',
    '[localhost]:1',
    '[127.0.0.1]:1',
    'https://localhost:1',
    'a b:1',
    ' localhost:1',
    '-a:1',
    'a\0:1',
  ])
})

test('a number is whole and within its bounds', () => {
  const { read } = whole(10, 1000)
  assert.deepEqual(['10', '1000', '0500'].map(read), [10, 1000, 500])
  refuses(read, [
    '9',
    '1001',
    '',
    ' 10',
    '10.0',
    '1e2',
    '0x10',
    '-10',
    '+10',
    'ten',
    '10 000',
    '9'.repeat(400),
  ])
})

test('a switch is true or false', () => {
  assert.deepEqual(['true', 'false'].map(truth.read), [true, false])
  refuses(truth.read, ['', 'TRUE', 'yes', '1'])
})

test('an account has twelve digits', () => {
  assert.equal(accountId.read('000000000012'), '000000000012')
  refuses(accountId.read, ['', '12345678901', '1234567890123', '12345678901a', '１２３４５６７８９０１２'])
})

test('names of a certificate are host names and addresses', () => {
  assert.deepEqual(certificateNames.read('Wick.example.org, *.example.org,10.0.0.7,::1,'), [
    'wick.example.org',
    '*.example.org',
    '10.0.0.7',
    '::1',
  ])
  refuses(certificateNames.read, ['a b', 'https://a', 'a:1', '*', 'a.*.b', 'a..b', `${'a'.repeat(64)}.b`])
})

test('regions and networks are lists', () => {
  assert.deepEqual(regions.read('eu-west-1,us-gov-east-1'), ['eu-west-1', 'us-gov-east-1'])
  assert.deepEqual(regions.read(''), [])
  refuses(regions.read, ['EU', 'a/b', '-a'])
  assert.deepEqual(networks.read('10.0.0.0/8,fd00::/8,192.168.1.1'), [
    '10.0.0.0/8',
    'fd00::/8',
    '192.168.1.1',
  ])
  refuses(networks.read, ['10.0.0.0/33', 'fd00::/129', '10.0.0.0/8/8', 'localhost', '10.0.0.0/'])
})

test('a choice is one of its words', () => {
  const type = choice('minute', 'each')
  assert.deepEqual([type.placeholder, type.read('each')], ['minute|each', 'each'])
  refuses(type.read, ['', 'Each', 'minute|each', 'constructor'])
})

test('a path has no NUL', () => {
  assert.equal(path('DIR').read('/var/lib/wick 😀'), '/var/lib/wick 😀')
  refuses(path('DIR').read, ['a\0b'])
})

test('loopback is 127.0.0.0/8, ::1 and localhost', () => {
  assert.deepEqual(['127.0.0.1', '127.255.255.255', '::1', 'localhost'].map(isLoopback), [
    true,
    true,
    true,
    true,
  ])
  assert.deepEqual(['0.0.0.0', '::', '126.0.0.1', '::2', '127.0.0.1.example.org', ''].map(isLoopback), [
    false,
    false,
    false,
    false,
    false,
    false,
  ])
})
