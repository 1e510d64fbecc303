/**
 * Requests that two programs on the way may read differently. Each is refused and the connection closed, or there is one way
 * to read it, which is the one RFC 9112 gives. What hides in it is never a request of its own.
 */
import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { type ExchangeServer, startExchangeServer } from './testing/exchange-server.ts'
import { rawConnection } from './testing/raw-connection.ts'

let server: ExchangeServer
/** Method, target and body of what was taken for a request. */
let seen: string[]
before(async () => {
  server = await startExchangeServer(async ({ method, rawTarget, request }) => {
    const body = await buffer(request)
    seen.push(`${method} ${rawTarget} ${body}`.trim())
    return { status: 200, headers: { connection: 'close' }, body: 'hello' }
  })
})
after(() => server.close(0))

const start = 'POST /p HTTP/1.1\r\nhost: x\r\n'
const hidden = 'GET /hidden HTTP/1.1\r\nhost: x\r\n\r\n'
const chunks = `0\r\n\r\n${hidden}`
const withHead = (head: string, rest = chunks): string => `${start}${head}\r\n\r\n${rest}`

const refused: Readonly<Record<string, string>> = {
  'a length, then chunks': withHead('content-length: 4\r\ntransfer-encoding: chunked'),
  'chunks, then a length': withHead('transfer-encoding: chunked\r\ncontent-length: 4'),
  'chunks and a length of zero': withHead('transfer-encoding: chunked\r\ncontent-length: 0'),
  'two lengths': withHead('content-length: 0\r\ncontent-length: 33', hidden),
  'two lengths in one line': withHead('content-length: 0, 33', hidden),
  'a length twice in one line': withHead('content-length: 33, 33', hidden),
  'a length with a plus': withHead('content-length: +0', hidden),
  'a length below zero': withHead('content-length: -1', hidden),
  'a length in hexadecimal': withHead('content-length: 0x21', hidden),
  'a length with a fraction': withHead('content-length: 0.0', hidden),
  'a length with an exponent': withHead('content-length: 0e1', hidden),
  'a length with a letter behind': withHead('content-length: 0a', hidden),
  'a length with an underscore': withHead('content-length: 3_5', hidden),
  'a length in quotes': withHead('content-length: "0"', hidden),
  'a length with a space inside': withHead('content-length: 3 5', hidden),
  'a length beyond all numbers': withHead(`content-length: ${'9'.repeat(40)}`, hidden),
  'no length': withHead('content-length:', hidden),
  'chunked, then identity': withHead('transfer-encoding: chunked, identity'),
  'identity alone': withHead('transfer-encoding: identity'),
  'gzip alone': withHead('transfer-encoding: gzip'),
  'an encoding nobody knows': withHead('transfer-encoding: xchunked'),
  'chunked with letters behind': withHead('transfer-encoding: chunkedx'),
  'white space behind the encoding': withHead('transfer-encoding: chunked \t'),
  'chunked in quotes': withHead('transfer-encoding: "chunked"'),
  'chunked behind a semicolon': withHead('transfer-encoding: chunked;q=0.5'),
  'chunked behind a vertical tab': withHead('transfer-encoding: \x0bchunked'),
  'chunked behind NUL': withHead('transfer-encoding: \0chunked'),
  'two lines of encodings, the last another': withHead(
    'transfer-encoding: chunked\r\ntransfer-encoding: identity',
  ),
  'a space before the colon of the encoding': withHead('transfer-encoding : chunked'),
  'a tab before the colon of the encoding': withHead('transfer-encoding\t: chunked'),
  'a space before the colon of the length': withHead('content-length : 33', hidden),
  'a folded encoding': withHead('transfer-encoding:\r\n chunked'),
  'a folded length': withHead('content-length:\r\n 33', hidden),
  'a header that begins with a space': withHead(' transfer-encoding: chunked'),
  'an encoding behind a bare LF': withHead('a: b\ntransfer-encoding: chunked'),
  'an encoding behind a bare CR': withHead('a: b\rtransfer-encoding: chunked'),
  'lines that end in LF alone': `${start.replaceAll('\r\n', '\n')}content-length: 0\n\n${hidden}`,
  'NUL in the name of the encoding': withHead('transfer\0-encoding: chunked'),
  'a line without a colon': withHead('transfer-encoding chunked'),
  'a header without a name': withHead(': chunked'),
  'a chunk size that is no number': withHead('transfer-encoding: chunked', `x\r\n\r\n${hidden}`),
  'a chunk size in the C way': withHead('transfer-encoding: chunked', `0x0\r\n\r\n${hidden}`),
  'a chunk size below zero': withHead('transfer-encoding: chunked', `-0\r\n\r\n${hidden}`),
  'a chunk size beyond all numbers': withHead('transfer-encoding: chunked', `${'f'.repeat(32)}\r\n${hidden}`),
  'a chunk size that ends in LF alone': withHead('transfer-encoding: chunked', `0\n\n${hidden}`),
  'a chunk size that ends in CR alone': withHead('transfer-encoding: chunked', `0\r\r${hidden}`),
  'a chunk that is longer than it says': withHead('transfer-encoding: chunked', `1\r\nab\r\n${chunks}`),
  'a chunk that ends in LF alone': withHead('transfer-encoding: chunked', `1\r\na\n${chunks}`),
  'LF in what a chunk says about itself': withHead('transfer-encoding: chunked', `1;a\nb\r\na\r\n${chunks}`),
  'a space before a chunk size': withHead('transfer-encoding: chunked', ` 0\r\n\r\n${hidden}`),
  'a length in trailers': withHead('transfer-encoding: chunked', '1\r\na\r\n0\r\ncontent-length: 33\r\n\r\n'),
  'a space before the method': ` ${start}content-length: 0\r\n\r\n${hidden}`,
  'a target with a space': 'POST /p /q HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n',
  'HTTP 0.9': 'GET /p\r\n\r\n',
  'HTTP 2 in the words of HTTP 1': `POST /p HTTP/2.0\r\nhost: x\r\ncontent-length: 0\r\n\r\n${hidden}`,
}

/** What it is, wherever it is read: a body of so many bytes, and what follows it. */
const unambiguous: Readonly<Record<string, { readonly bytes: string; readonly means: readonly string[] }>> = {
  'a length': { bytes: withHead('content-length: 33', hidden), means: [`POST /p ${hidden.trim()}`] },
  'a length with zeros before it': {
    bytes: withHead('content-length: 0033', hidden),
    means: [`POST /p ${hidden.trim()}`],
  },
  'names and chunked in capitals': {
    bytes: withHead('TRANSFER-ENCODING: CHUNKED', `21\r\n${hidden}\r\n0\r\n\r\n`),
    means: [`POST /p ${hidden.trim()}`],
  },
  'spaces before the encoding': {
    bytes: withHead('transfer-encoding:   chunked', `21\r\n${hidden}\r\n0\r\n\r\n`),
    means: [`POST /p ${hidden.trim()}`],
  },
  'a chunk that says something about itself': {
    bytes: withHead('transfer-encoding: chunked', `21;a=b\r\n${hidden}\r\n0\r\n\r\n`),
    means: [`POST /p ${hidden.trim()}`],
  },
  'words in trailers': {
    bytes: withHead('transfer-encoding: chunked', '1\r\na\r\n0\r\nx-a: b\r\n\r\n'),
    means: ['POST /p a'],
  },
}

async function answersTo(bytes: string): Promise<string> {
  seen = []
  const { write, socket, ended } = await rawConnection(server.port)
  write(Buffer.from(bytes, 'latin1'))
  const patience = setTimeout(() => socket.destroy(), 3000)
  const answers = await ended()
  clearTimeout(patience)
  return answers
}

test('threat 24: at least forty ways to smuggle a request are known here', () => {
  assert.ok(Object.keys(refused).length + Object.keys(unambiguous).length >= 40)
  assert.equal(hidden.length, 33, 'the lengths in the vectors are of this')
})

for (const [what, bytes] of Object.entries(refused)) {
  test(`threat 24: ${what}: refused, and what hides in it is no request`, async () => {
    const answers = await answersTo(bytes)
    assert.deepEqual(
      seen.filter((request) => request.includes('/hidden') || request.startsWith('POST')),
      [],
    )
    assert.match(answers, /^HTTP\/1\.1 400 Bad Request\r\n/)
    assert.equal(answers.match(/HTTP\/1\.1 /g)?.length, 1, 'one answer, then the connection ends')
  })
}

for (const [what, { bytes, means }] of Object.entries(unambiguous)) {
  test(`threat 24: ${what}: one request with one body, wherever it is read`, async () => {
    const answers = await answersTo(bytes)
    assert.deepEqual(seen, means)
    assert.match(answers, /^HTTP\/1\.1 200 /)
  })
}
