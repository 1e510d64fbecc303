import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type ByteBudget, byteBudget } from '../operations/byte-budget.ts'
import { sha256 } from '../operations/testing/test-services.ts'
import { isAlone } from '../threads/body-buffer.ts'
import { CallerGone } from './error-answer.ts'
import type { Exchange } from './exchange.ts'
import { type Body, readBody } from './read-body.ts'
import { type ExchangeServer, startExchangeServer } from './testing/exchange-server.ts'
import { type RawConnection, rawConnection } from './testing/raw-connection.ts'

const maxBytes = 1000
const budgetBytes = 1500

let server: ExchangeServer
let budget: ByteBudget
let begun: Exchange[]
let bodies: Promise<Body>[]
let connections: RawConnection[]
beforeEach(async () => {
  budget = byteBudget(budgetBytes)
  begun = []
  bodies = []
  connections = []
  server = await startExchangeServer(async (exchange) => {
    begun.push(exchange)
    const body = readBody(exchange, maxBytes, budget, null)
    bodies.push(body)
    const { bytes } = await body
    return { status: 200, headers: {}, body: `${bytes.length} bytes` }
  })
})
afterEach(async () => {
  for (const { socket } of connections) socket.destroy()
  await server.close(0)
  await Promise.all(begun.map(closed))
  assert.equal(budget.held, 0, 'everything is there again')
})

async function connection(): Promise<RawConnection> {
  const made = await rawConnection(server.port)
  connections.push(made)
  return made
}

function head(headers: readonly string[]): string {
  return `${['POST / HTTP/1.1', 'host: x', ...headers].join('\r\n')}\r\n\r\n`
}

function chunked(...chunks: string[]): string {
  return [...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')
}

async function answerTo(headers: readonly string[], body: string): Promise<string> {
  const { write, until } = await connection()
  write(head(headers) + body)
  return until(/\r\n\r\n[\s\S]+/)
}

test('a body comes whole, with its hash, in a buffer of its own', async () => {
  const sent = randomBytes(maxBytes)
  const { write, until } = await connection()
  write(head([`content-length: ${maxBytes}`]))
  for (let at = 0; at < maxBytes; at += 100) write(sent.subarray(at, at + 100))
  await until(/1000 bytes$/)
  const { bytes, sha256: hash } = await bodies[0]!
  assert.deepEqual(Buffer.from(bytes), sent)
  assert.deepEqual(hash, sha256(sent))
  assert.ok(isAlone(bytes))
})

test('no body is an empty one', async () => {
  assert.match(await answerTo([], ''), /0 bytes$/)
  assert.match(await answerTo(['content-length: 0'], ''), /0 bytes$/)
  assert.match(await answerTo(['transfer-encoding: chunked'], chunked()), /0 bytes$/)
  assert.deepEqual((await bodies[0]!).sha256, sha256(new Uint8Array(0)))
})

test('a body in chunks is put together', async () => {
  assert.match(await answerTo(['transfer-encoding: chunked'], chunked('abc', 'd', 'efgh')), /8 bytes$/)
  assert.equal(Buffer.from((await bodies[0]!).bytes).toString(), 'abcdefgh')
})

test('a body announced as too long is refused before a byte of it is read', async () => {
  const { write, until } = await connection()
  write(head([`content-length: ${maxBytes + 1}`]))
  await until(/longer than 1000 bytes/)
  await assert.rejects(bodies[0]!, { code: 'ValidationException' })
})

test('a body in chunks is refused as soon as it is too long, although it has not ended', async () => {
  const { write, until } = await connection()
  write(head(['transfer-encoding: chunked']))
  write(`3e8\r\n${'x'.repeat(1000)}\r\n`)
  write('1\r\nx\r\n')
  await until(/longer than 1000 bytes/)
})

test('who asks before sending is told to go on, or refused without having sent anything', async () => {
  const allowed = await connection()
  allowed.write(head(['expect: 100-continue', 'content-length: 3']))
  await allowed.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
  allowed.write('abc')
  assert.match(await allowed.until(/bytes$/), /200 OK[\s\S]*3 bytes$/)
  const refused = await connection()
  refused.write(head(['expect: 100-continue', 'content-length: 1001']))
  assert.match(await refused.until(/longer than/), /^HTTP\/1\.1 400/)
})

test('a body that more than exhausts what all may hold is refused unread, and a later one finds room again', async () => {
  const first = await connection()
  first.write(head([`content-length: ${maxBytes}`]))
  await held(maxBytes)
  for (const headers of [[], ['expect: 100-continue']]) {
    const second = await connection()
    second.write(head([`content-length: ${maxBytes}`, ...headers]))
    assert.doesNotMatch(await second.until(/Too many bodies/), /100 Continue/)
  }
  first.write('x'.repeat(maxBytes))
  await first.until(/1000 bytes$/)
  assert.match(await answerTo([`content-length: ${maxBytes}`], 'x'.repeat(maxBytes)), /1000 bytes$/)
})

test('where the caller goes away in the middle nothing stays taken and nobody is answered', async () => {
  const { write, socket } = await connection()
  write(head([`content-length: ${maxBytes}`]) + 'x'.repeat(400))
  await held(maxBytes)
  socket.destroy()
  await assert.rejects(bodies[0]!, CallerGone)
  await closed(begun[0]!)
})

test('where the caller stops in the middle of chunks it is gone, too', async () => {
  const { write, socket } = await connection()
  write(`${head(['transfer-encoding: chunked'])}5\r\nab`)
  await held(2)
  socket.end()
  await assert.rejects(bodies[0]!, CallerGone)
})

test('what a body took is given back once it is answered, on the same connection again and again', async () => {
  const { write, until } = await connection()
  for (let i = 1; i <= 4; i++) {
    write(head([`content-length: ${maxBytes}`]) + 'x'.repeat(maxBytes))
    await until(new RegExp(`(1000 bytes[^]*){${i}}$`))
  }
})

test('who loses its place is told so, keeps nothing, and the other goes on', async () => {
  const slow = await connection()
  slow.write(head([`content-length: ${maxBytes}`]) + 'x'.repeat(10))
  await held(maxBytes)
  // As it stands some seconds later.
  Object.assign(begun[0]!, { startedAt: performance.now() - 6000 })
  assert.match(await answerTo([`content-length: ${maxBytes}`], 'x'.repeat(maxBytes)), /1000 bytes$/)
  await slow.until(/came too slowly/)
  await assert.rejects(bodies[0]!, { code: 'ServiceUnavailableException' })
})

test('slowness alone costs nobody a place', async () => {
  const slow = await connection()
  slow.write(head(['content-length: 500']) + 'x'.repeat(10))
  await held(500)
  Object.assign(begun[0]!, { startedAt: performance.now() - 6000 })
  assert.match(await answerTo([`content-length: ${maxBytes}`], 'x'.repeat(maxBytes)), /1000 bytes$/)
  slow.write('x'.repeat(490))
  await slow.until(/500 bytes$/)
})

/** Resolves once exactly so many bytes of the budget are taken. */
async function held(bytes: number): Promise<void> {
  for (;;) {
    if (budget.held === bytes) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function closed({ response }: Exchange): Promise<void> {
  if (!response.closed) await once(response, 'close')
}

test('threat 15: a body that comes slower than is worth a connection is given up, a slow one is not', async () => {
  const pace = { bytesPerSecond: 100, graceMilliseconds: 100 }
  await server.close(0)
  server = await startExchangeServer(async (exchange) => {
    begun.push(exchange)
    const { bytes } = await readBody(exchange, maxBytes, budget, null, pace)
    return { status: 200, headers: {}, body: `${bytes.length} bytes` }
  })
  const slow = await connection()
  slow.write(`${head(['content-length: 1000'])}a`)
  const steady = await connection()
  steady.write(head(['content-length: 100']))
  for (let sent = 0; sent < 100; sent += 20) {
    steady.write('x'.repeat(20))
    await wait(50)
  }
  assert.match(await steady.until(/bytes$/), /\r\n\r\n100 bytes$/)
  assert.match(await slow.until(/second/), /less than 100 bytes a second/)
})
