import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, get as httpGet, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, test } from 'node:test'
import type { Answer } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { type ExchangeServer, startExchangeServer } from './testing/exchange-server.ts'
import { type RawConnection, rawConnection } from './testing/raw-connection.ts'

const refusal: Answer = { status: 403, headers: { 'x-test': 'a' }, body: 'refused' }

let server: ExchangeServer
let answer: Answer
let begun: Exchange[]
let connections: RawConnection[]
beforeEach(async () => {
  answer = refusal
  connections = []
  // Nothing reads the body.
  begun = []
  server = await startExchangeServer((exchange) => {
    begun.push(exchange)
    return answer
  })
})
afterEach(async () => {
  for (const { socket } of connections) socket.destroy()
  await server.close(0)
})

async function connection(): Promise<RawConnection> {
  const made = await rawConnection(server.port)
  connections.push(made)
  return made
}

function post(...headers: string[]): string {
  return `${['POST / HTTP/1.1', 'host: x', ...headers].join('\r\n')}\r\n\r\n`
}

const get = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'

test('a large answer comes whole, however slowly it is read, and the connection goes on', async () => {
  const body = randomBytes(3 * 1024 * 1024 + 1)
  answer = { status: 200, headers: {}, body }
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let time = 0; time < 2; time++) {
    const request = httpGet({ port: server.port, host: '127.0.0.1', agent })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    assert.equal(response.headers['content-length'], String(body.length))
    assert.equal(request.reusedSocket, time > 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.deepEqual(await buffer(response), body)
  }
  agent.destroy()
})

test('who goes away in the middle of a large answer harms nobody', async () => {
  answer = { status: 200, headers: {}, body: randomBytes(8 * 1024 * 1024) }
  const { write, socket, until } = await connection()
  write(get)
  await until(/200 OK/)
  socket.destroy()
  answer = refusal
  const other = await connection()
  other.write(get)
  await other.until(/refused$/)
})

/** More than the kernel keeps for a connection. */
const endless = 48 * 1024 * 1024

test('threat 15: who never reads a large answer loses it and the connection', async () => {
  server.patience = 50
  answer = { status: 200, headers: {}, body: Buffer.alloc(endless) }
  for (let i = 0; i < 3; i++) {
    const { socket, write } = await connection()
    socket.pause()
    write(get)
  }
  while (begun.length < 3) await new Promise((resolve) => setImmediate(resolve))
  await Promise.all(begun.map(({ response }) => response.closed || once(response, 'close')))
  assert.deepEqual(
    begun.map(({ response }) => response.writableFinished),
    [false, false, false],
  )
})

test('who reads slowly gets all of it, however long that takes', async () => {
  server.patience = 1000
  answer = { status: 200, headers: {}, body: Buffer.alloc(endless) }
  const { socket, write, ended } = await connection()
  let unread = 0
  socket.on('data', (chunk: Buffer) => {
    unread += chunk.length
    if (unread < endless / 24) return
    unread = 0
    socket.pause()
    setTimeout(() => socket.resume(), 100)
  })
  write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  const { length } = await ended()
  assert.ok(length > endless)
  assert.equal(begun[0]!.response.writableFinished, true)
})

test('an answer has its length, an id, the time it took, and is not kept or guessed at', async () => {
  const { write, until } = await connection()
  write(get)
  const text = await until(/refused$/)
  for (const line of [
    /^HTTP\/1\.1 403 Forbidden\r\n/,
    /\r\nx-test: a\r\n/,
    /\r\ncontent-length: 7\r\n/,
    /\r\nx-amzn-requestid: [\da-f-]{36}\r\n/,
    /\r\nserver-timing: total;dur=\d+\.\d\d\r\n/,
    /\r\nx-content-type-options: nosniff\r\n/,
    /\r\ncache-control: no-store\r\n/,
    /\r\ndate: /i,
  ])
    assert.match(text, line)
})

test('an answer may say itself how long it may be kept', async () => {
  answer = { ...refusal, headers: { 'cache-control': 'no-cache' } }
  const { write, until } = await connection()
  write(get)
  const text = await until(/refused$/)
  assert.match(text, /cache-control: no-cache\r\n/)
  assert.doesNotMatch(text, /no-store/)
})

test('204 and 304 have neither body nor length', async () => {
  for (const status of [204, 304]) {
    answer = { status, headers: {}, body: '' }
    const { write, until } = await connection()
    write(get)
    assert.doesNotMatch(await until(/\r\n\r\n$/), /content-length|transfer-encoding/i)
  }
})

test('a small body that nobody read is passed over, and the connection goes on', async () => {
  const { write, until } = await connection()
  write(`${post('content-length: 3')}abc${get}`)
  const text = await until(/refused[\s\S]*refused$/)
  assert.equal(text.match(/HTTP\/1\.1 403/g)?.length, 2)
  assert.doesNotMatch(text, /connection: close/i)
})

test('a small body that comes after its answer is passed over, too', async () => {
  const { write, until } = await connection()
  write(post('content-length: 3'))
  await until(/refused$/)
  write(`abc${get}`)
  await until(/refused[\s\S]*refused$/)
})

test('the answer arrives although a large body is still being sent: it is read to its end, then the connection ends', async () => {
  const { write, until, ended, socket } = await connection()
  const length = 20_000_000
  write(post(`content-length: ${length}`))
  const text = await until(/refused$/)
  assert.match(text, /\r\nconnection: close\r\n/i)
  for (let sent = 0; sent < length; sent += 1_000_000) write(Buffer.alloc(1_000_000))
  assert.match(await ended(), /refused$/)
  assert.equal(socket.errored, null, 'a connection that is cut off can lose its answer on the way')
})

test('chunks that nobody wants are read to their end', async () => {
  const { write, until, ended, socket } = await connection()
  write(post('transfer-encoding: chunked'))
  await until(/refused$/)
  for (let i = 0; i < 10; i++) write(`186a0\r\n${'x'.repeat(100_000)}\r\n`)
  write('0\r\n\r\n')
  assert.match(await ended(), /refused$/)
  assert.equal(socket.errored, null)
})

test('who asks before sending a body gets its answer, and the connection ends: the body may come or not', async () => {
  for (const body of ['abc', '']) {
    const { write, until, ended } = await connection()
    write(post('expect: 100-continue', 'content-length: 3'))
    const text = await until(/refused$/)
    assert.doesNotMatch(text, /100 Continue/)
    assert.match(text, /\r\nconnection: close\r\n/i)
    write(body + get)
    assert.equal((await ended()).match(/HTTP\/1\.1/g)?.length, 1)
  }
})

test('once the server stops, the connection ends with the answer', async () => {
  server.isDraining = true
  const { write, ended } = await connection()
  write(get)
  assert.match(await ended(), /connection: close\r\n[\s\S]*refused$/i)
})
