import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { parseQuery } from '@wick/wire'
import { refuseAmbiguousHead, refuseAmbiguousQuery } from './ambiguity.ts'
import { type ExchangeServer, startExchangeServer } from './testing/exchange-server.ts'
import { type RawConnection, rawConnection } from './testing/raw-connection.ts'

let server: ExchangeServer
let connection: RawConnection
beforeEach(async () => {
  server = await startExchangeServer((exchange) => {
    refuseAmbiguousHead(exchange)
    return { status: 200, headers: {}, body: 'understood' }
  })
  connection = await rawConnection(server.port)
})
afterEach(async () => {
  connection.socket.destroy()
  await server.close(0)
})

async function answerTo(...headers: readonly string[]): Promise<string> {
  const { write, until } = connection
  write(`${['GET / HTTP/1.1', 'host: x', ...headers].join('\r\n')}\r\n\r\n`)
  return until(/understood|given more than once|signed and comes/)
}

test('a request that says each thing once is understood', async () => {
  assert.match(
    await answerTo(
      'authorization: AWS4-HMAC-SHA256 x',
      'content-type: application/json',
      'x-amz-date: 20261125T000000Z',
      'x-amz-content-sha256: x',
      'cookie: theme=dark',
      'accept: a',
      'accept: b',
      'x-forwarded-for: 1.2.3.4',
      'x-forwarded-for: 1.2.3.4',
    ),
    /understood/,
  )
})

for (const [name, value] of [
  ['content-type', 'application/json'],
  ['content-encoding', 'gzip'],
  ['host', 'x'],
  ['x-amz-date', '20261125T000000Z'],
  ['x-amz-security-token', 't'],
  ['x-amz-target', 't'],
  ['X-Amz-Anything', 't'],
  ['x-wick-console', '1'],
  ['x-wick-csrf', 't'],
] as const)
  test(`the header ${name} given twice is refused, also with equal values and in other letters`, async () => {
    const again = `${name.toUpperCase()}: ${value}`
    assert.match(await answerTo(`${name}: ${value}`, again), new RegExp(`'${name}' is given more`, 'i'))
  })

test('a signature and a session at once are refused', async () => {
  const signature = 'authorization: AWS4-HMAC-SHA256 x'
  assert.match(await answerTo(signature, 'cookie: wick-session=s'), /signed and comes with a session/)
})

test('a query parameter is given once, whether anybody reads it or not', () => {
  for (const raw of ['a=1&a=2', 'a=1&a=1', 'a&%61', '__proto__=1&__proto__=1', 'tagkeys=a&tagkeys=b'])
    assert.throws(() => refuseAmbiguousQuery(parseQuery(raw)), { code: 'ValidationException' }, raw)
})

test('what lists several things may be given several times', () => {
  for (const raw of ['', 'a=1&b=1&A=1', 'tagKeys=a&tagKeys=b&tagKeys=a'])
    refuseAmbiguousQuery(parseQuery(raw))
})
