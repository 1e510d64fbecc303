/** What is no request is refused and cut off, before anything can hide behind it. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-'))
  wick = await startWick({ directory, flags: ['--insecure-http'] })
})

after(async () => {
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

const get = 'GET /healthz HTTP/1.1\r\nhost: wick\r\n'
const post = 'POST /profilingGroups HTTP/1.1\r\nhost: wick\r\n'
const hidden = 'GET /healthz HTTP/1.1\r\nhost: wick\r\n\r\n'

const malformed: Readonly<Record<string, string | Uint8Array>> = {
  'plain words': 'What is this?\r\n\r\n',
  'the beginning of TLS': Buffer.from('16030100a5010000a10303', 'hex'),
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a version that does not exist': 'GET /healthz HTTP/9.9\r\nhost: wick\r\n\r\n',
  'no host': 'GET /healthz HTTP/1.1\r\n\r\n',
  'lines that end in LF alone': 'GET /healthz HTTP/1.1\nhost: wick\n\n',
  'a space before a colon': 'GET /healthz HTTP/1.1\r\nhost : wick\r\n\r\n',
  'a folded header': `${get}a: b\r\n c\r\n\r\n`,
  'NUL in a header': `${get}a: b\0c\r\n\r\n`,
  'a path that is not encoded': 'GET /gr\u00fcn HTTP/1.1\r\nhost: wick\r\n\r\n',
  'two ways to say how long the body is': `${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'two lengths': `${post}content-length: 3\r\ncontent-length: 50\r\n\r\nabc${hidden}`,
  'a length below zero': `${post}content-length: -1\r\n\r\n${hidden}`,
  'a length with a sign': `${post}content-length: +3\r\n\r\nabc${hidden}`,
  'a length of 23 digits': `${post}content-length: ${'9'.repeat(23)}\r\n\r\n`,
  'an encoding nobody knows': `${post}transfer-encoding: cow\r\n\r\n${hidden}`,
  'an encoding after chunked': `${post}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
  'a chunk whose length is no number': `${post}transfer-encoding: chunked\r\n\r\nzz\r\n${hidden}`,
  'a chunk with 20 kB to say about itself': `${post}transfer-encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\na\r\n`,
}

for (const [what, bytes] of Object.entries(malformed)) {
  test(`${what}: 400, once, and the connection is closed`, async () => {
    const answer = await answerTo(bytes)
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
    assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1, answer)
    for (const header of [
      /\r\nx-amzn-requestid: \S/i,
      /\r\nserver-timing: total;dur=\d/i,
      /\r\nconnection: close/i,
    ])
      assert.match(answer, header)
  })
}

for (const [what, bytes] of Object.entries({
  'a header of 17 kB': `${get}a: ${'x'.repeat(17_000)}\r\n\r\n`,
  'a path of 17 kB': `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nhost: wick\r\n\r\n`,
  'thousands of headers': `${get}${'a: b\r\n'.repeat(3000)}\r\n`,
})) {
  test(`${what}: 431, and the connection is closed`, async () => {
    assert.match(await answerTo(bytes), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
  })
}

test('CONNECT is not answered, but cut off', async () => {
  assert.equal(await answerTo('CONNECT wick:1 HTTP/1.1\r\nhost: wick\r\n\r\n'), '')
})

test('bytes at random, two hundred times', async () => {
  for (let trial = 0; trial < 200; trial++) {
    const bytes = Buffer.from(Array.from({ length: 64 }, () => Math.floor(Math.random() * 256)))
    const answer = await answerTo(Buffer.concat([bytes, Buffer.from('\r\n\r\n')]))
    assert.match(answer, /^(HTTP\/1\.1 4\d\d |$)/, bytes.toString('hex'))
  }
})

/** Everything that comes back until the server closes the connection. */
function answerTo(bytes: string | Uint8Array): Promise<string> {
  const socket = connect(Number(new URL(wick.url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  return text(socket)
}
