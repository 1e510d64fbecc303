import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import type { LookupFunction } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { FetchFailed, fetchJson } from './fetch-json.ts'
import type { GuardOptions } from './guarded-request.ts'
import { json, startWebServer, type WebServer } from './testing/web-server.ts'

let server: WebServer
let answer: (response: ServerResponse) => void
before(async () => {
  server = await startWebServer((_, response) => answer(response))
})
after(() => server.close())
beforeEach(() => {
  answer = (response) => json(response, { a: [1] })
})

const get = (path = '/x', options: Partial<GuardOptions> = {}): Promise<unknown> =>
  fetchJson(`${server.url}${path}`, { allowsPrivate: true, authorities: [server.authority], ...options })

/** A name server that says what it is told to. */
const saying =
  (...addresses: readonly string[]): LookupFunction =>
  (_, __, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

async function fails(asking: Promise<unknown>, reason: RegExp): Promise<void> {
  await assert.rejects(asking, (error) => error instanceof FetchFailed && reason.test(error.message))
}

test('a document is read from where it is allowed to lie', async () => {
  assert.deepEqual(await get('/x?y=z'), { a: [1] })
  assert.equal(server.asked.at(-1), '/x?y=z')
})

test('what no authority that is trusted vouches for is refused', async () => {
  await fails(fetchJson(`${server.url}/x`, { allowsPrivate: true }), /certificate/)
  await fails(get('/x', { authorities: [] }), /certificate/)
  const byAddress = fetchJson(`https://127.0.0.2:${server.port}/x`, {
    allowsPrivate: true,
    authorities: [server.authority],
  })
  await fails(byAddress, /127\.0\.0\.2/)
})

test('threat 10: anything but a document is refused: a redirect, an error, what is no JSON or has no end', async () => {
  const before = server.asked.length
  for (const [reply, reason] of [
    [(r) => r.writeHead(302, { location: 'https://169.254.169.254/' }).end(), /answered 302/],
    [(r) => r.writeHead(204).end(), /answered 204/],
    [(r) => r.writeHead(500).end('{}'), /answered 500/],
    [(r) => r.end('<html>'), /JSON/],
    [(r) => r.end(''), /JSON/],
    [(r) => r.end(`"${'x'.repeat(64 * 1024)}"`), /longer than 65536/],
    [(r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from('1f8b', 'hex')), /JSON/],
    [(r) => r.destroy(), /hang up/],
  ] as const satisfies [(response: ServerResponse) => void, RegExp][]) {
    answer = reply
    await fails(get(), reason)
  }
  assert.equal(server.asked.length - before, 8)
})

test('who answers slowly, or never to the end, is not waited for', async () => {
  const startedAt = performance.now()
  answer = () => {}
  await fails(get('/x', { timeoutMilliseconds: 200 }), /abort/)
  answer = (response) => {
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }
  await fails(get('/x', { timeoutMilliseconds: 200 }), /abort/)
  await fails(get('/x', { timeoutMilliseconds: 200, lookup: () => {} }), /abort/)
  assert.ok(performance.now() - startedAt < 3000)
})

/** Hosts that stand for this machine, its networks, or nobody on the internet. */
const hidden = `
  127.0.0.1 127.1 127.0.1 127.255.255.254 127.0.0.1. 127.1. 2130706433 017700000001 0x7f000001 0x7F000001
  0177.0.0.1 00000177.0.0.1 0x7f.1 0x7F.0x0.0x0.0x1 0x7f.0.0.01 0177.0x0.1 localhost LOCALHOST
  0 0.0.0.0 0x0 1 0.0.0.1 10.1.2.3 10.1 167772161 0x0a000001 012.0.0.1 10.255.255.255 0x0a.1 10.0x1.0.1
  127.0x1 0x7f.0x000001 0x0.0.0.0 00.00.00.00
  172.16.0.1 172.16.1 2886729729 0xac100001 0254.0020.0.1 172.31.255.255
  192.168.0.1 192.168.1 3232235521 0xc0a80001 0300.0250.0.1 192.0xa8.1 0300.168.0x1
  169.254.169.254 169.254.43518 2852039166 0xa9fea9fe 0xA9FEA9FE 0xa9.254.0251.254 0251.0376.0251.0376
  100.64.0.1 100.127.255.255 192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
  224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 100.64.1 0144.64.0.1 3758096385 4294967295
  %31%32%37.0.0.1 127%2e0%2e0%2e1 %31%30.0.0.1 %5B::1%5D
  ①②⑦.⓪.⓪.① 127。0。0。1 127．0．0．1 127｡0｡0｡1 １２７.０.０.１ 𝟏𝟐𝟕.0.0.1 ①⑥⑨.②⑤④.①⑥⑨.②⑤④
  [::1] [::] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::127.0.0.1] [::7f00:1] [::a9fe:a9fe]
  [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::FFFF:127.0.0.1] [::ffff:0:0] [::ffff:0:127.0.0.1]
  [::ffff:10.0.0.1] [::ffff:a00:1] [::ffff:192.168.0.1] [::ffff:169.254.169.254] [::ffff:a9fe:a9fe]
  [fc00::1] [fd00:ec2::254] [fdff::1] [fe80::1] [febf::1] [fec0::1] [ff01::1] [ff02::1] [ff05::2] [fd12:3456:789a::1]
  [64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b::10.0.0.1] [64:ff9b:1::1] [2002:7f00:1::] [2002:a9fe:a9fe::]
  [2002:c0a8:1::1] [2001:0:7f00:1::] [2001:db8::1] [100::1] [3fff::1] [fe80::1%25lo] [fe80::1%lo] [::1%25lo]
`
  .trim()
  .split(/\s+/)

test('threat 10: more than 120 ways to write such a host are known here, and no two are the same', () => {
  assert.ok(new Set(hidden).size === hidden.length && hidden.length > 120, `${hidden.length}`)
})

test('threat 10: no address of this machine and its networks is connected to, however it is written', async () => {
  const before = server.connections()
  for (const host of hidden)
    await fails(
      fetchJson(`https://${host}:${server.port}/x`, {
        allowsPrivate: false,
        authorities: [server.authority],
      }),
      /no public address|no URL/,
    )
  assert.equal(server.connections(), before)
})

test('threat 10: nor is one that a name stands for, also not beside a public one', async () => {
  const before = server.connections()
  const options = { allowsPrivate: false, authorities: [server.authority] }
  await fails(get('/x', { allowsPrivate: false }), /no public address/)
  for (const addresses of [
    ['127.0.0.1'],
    ['8.8.8.8', '127.0.0.1'],
    ['::ffff:127.0.0.1'],
    ['::1'],
    ['2606:4700::1111', 'fe80::1'],
    ['169.254.169.254'],
  ])
    await fails(
      fetchJson(`https://issuer.example:${server.port}/x`, { ...options, lookup: saying(...addresses) }),
      /no public address/,
    )
  await fails(
    fetchJson('https://issuer.example/x', { ...options, lookup: saying() }),
    /the name has no address/,
  )
  assert.equal(server.connections(), before)
})

test('threat 10: a name that changes its address between two look-ups gains nothing: there is one', async () => {
  const before = server.connections()
  let asked = 0
  const rebinding: LookupFunction = (...call) => saying(asked++ === 0 ? '192.0.2.1' : '127.0.0.1')(...call)
  await fails(
    fetchJson(`https://rebinding.example:${server.port}/x`, { allowsPrivate: false, lookup: rebinding }),
    /192\.0\.2\.1 is no public address/,
  )
  assert.deepEqual([asked, server.connections() - before], [1, 0])
})

test('threat 10: anything but an HTTPS URL without credentials is refused', async () => {
  for (const url of [
    ...['', 'x', 'localhost', 'http://localhost/', 'file:///etc/passwd', 'ftp://localhost/', 'data:,{}'],
    ...[
      'https://',
      'https://a b/',
      'https://[::1%25eth0]/',
      'https://user@localhost/',
      'https://u:p@8.8.8.8/',
    ],
    ...['https://8.8.8.8@127.0.0.1/', 'javascript:1', 'unix:/var/run/docker.sock', '//localhost/'],
  ])
    await assert.rejects(fetchJson(url, { allowsPrivate: true }), FetchFailed)
})
