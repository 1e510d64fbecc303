import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { consoleFiles } from './console-files.ts'
import { type ExchangeServer, startExchangeServer } from './testing/exchange-server.ts'
import { rawConnection } from './testing/raw-connection.ts'

const page = `<!doctype html><title>Wick</title>${' '.repeat(2000)}`
const script = `export const a = 1\n${'// b\n'.repeat(500)}`

let parent: string
let directory: string
let server: ExchangeServer
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'wick-console-files-'))
  directory = join(parent, 'dist')
  writeFileSync(join(parent, 'secret.txt'), 'secret')
  const files = consoleFiles(directory)
  server = await startExchangeServer((exchange) =>
    files.answer(exchange, exchange.rawPath.slice('/console/'.length)),
  )
})
afterEach(async () => {
  await server.close(0)
  rmSync(parent, { recursive: true })
})

function write(name: string, content: string | Uint8Array): void {
  const file = join(directory, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

function build(): void {
  write('index.html', page)
  write('assets/index-B1a2.js', script)
  write('mark.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
  write('assets/font-Cc3.woff2', Uint8Array.of(1, 2, 3))
}

interface Received {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
  readonly text: string
}

/** The request line goes out as it is written here, and nothing is decompressed on the way. */
async function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Received> {
  const { write: send, ended } = await rawConnection(server.port)
  const lines = Object.entries({ host: 'x', connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  send(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  const received = await ended()
  const end = received.indexOf('\r\n\r\n')
  const [status = '', ...fields] = received.slice(0, end).split('\r\n')
  const bytes = Buffer.from(received.slice(end + 4), 'latin1')
  return {
    status: Number(status.split(' ')[1]),
    headers: new Headers(fields.map((field) => field.split(/: (.*)/, 2) as [string, string])),
    bytes,
    text: bytes.toString(),
  }
}

test('files are served with their type', async () => {
  build()
  const types = {
    '/console/index.html': 'text/html; charset=utf-8',
    '/console/assets/index-B1a2.js': 'text/javascript; charset=utf-8',
    '/console/mark.svg': 'image/svg+xml',
    '/console/assets/font-Cc3.woff2': 'font/woff2',
  }
  for (const [path, type] of Object.entries(types)) {
    const { status, headers } = await ask(path)
    assert.deepEqual([status, headers.get('content-type')], [200, type], path)
  }
  assert.equal((await ask('/console/assets/index-B1a2.js')).text, script)
})

test('any other path is the page itself, which knows its own routes; a missing asset is none', async () => {
  build()
  for (const path of ['/console/', '/console/groups/orders', '/console/sign-in', '/console/__proto__']) {
    const { status, text } = await ask(path)
    assert.deepEqual([status, text], [200, page], path)
  }
  const { status, text } = await ask('/console/assets/old-A9z.js')
  assert.deepEqual([status, text], [404, 'The console has no such file.\n'])
})

test('no path leads out of the directory', async () => {
  build()
  for (const path of [
    '/console/../secret.txt',
    '/console/../../../../../../../../etc/passwd',
    '/console/..%2fsecret.txt',
    '/console/%2e%2e/secret.txt',
    '/console/%2e%2e%2fsecret.txt',
    '/console/..%5csecret.txt',
    '/console/..\\secret.txt',
    '/console//secret.txt',
    `/console/${join('..', 'secret.txt')}`,
    '/console/assets/../../secret.txt',
    '/console/assets/..%2f..%2fsecret.txt',
    '/console/secret.txt%00.js',
    '/console//etc/passwd',
    '/console/file:///etc/passwd',
  ]) {
    const { text } = await ask(path)
    assert.ok(text === page || text === 'The console has no such file.\n', `${path}: ${text.slice(0, 100)}`)
  }
})

test('a link in the directory is not followed out of it', async () => {
  build()
  symlinkSync(join(parent, 'secret.txt'), join(directory, 'link.txt'))
  assert.equal((await ask('/console/link.txt')).text, page)
})

test('what has a hash in its name is kept for ever, everything else is asked for again each time', async () => {
  build()
  const kept = async (path: string): Promise<string | null> => (await ask(path)).headers.get('cache-control')
  assert.equal(await kept('/console/assets/index-B1a2.js'), 'public, max-age=31536000, immutable')
  assert.equal(await kept('/console/'), 'no-cache')
  assert.equal(await kept('/console/mark.svg'), 'no-cache')
  assert.equal(await kept('/console/assets/missing.js'), 'no-store')
})

test('who has it already is told so, without the body', async () => {
  build()
  const first = await ask('/console/')
  const etag = first.headers.get('etag')!
  assert.match(etag, /^"[\w-]{22}"$/)
  const again = await ask('/console/', { 'if-none-match': etag })
  assert.deepEqual([again.status, again.text], [304, ''])
  assert.equal(again.headers.get('etag'), etag)
  const other = await ask('/console/', { 'if-none-match': '"other"' })
  assert.deepEqual([other.status, other.text], [200, page])
  assert.notEqual((await ask('/console/mark.svg')).headers.get('etag'), etag)
})

test('text is compressed where gzip is asked for, and only there', async () => {
  build()
  for (const accept of ['', 'identity', 'br', 'gzip;q=0']) {
    const { headers, text } = await ask('/console/', { 'accept-encoding': accept })
    assert.deepEqual([headers.get('content-encoding'), text], [null, page], accept)
    assert.equal(headers.get('vary'), 'accept-encoding')
  }
  const { headers, bytes } = await ask('/console/', { 'accept-encoding': 'gzip, br' })
  assert.deepEqual([headers.get('content-encoding'), headers.get('vary')], ['gzip', 'accept-encoding'])
  assert.ok(bytes.length < page.length)
  assert.equal(gunzipSync(bytes).toString(), page)
})

test('what compression would not make smaller is sent as it is', async () => {
  build()
  const { headers } = await ask('/console/assets/font-Cc3.woff2', { 'accept-encoding': 'gzip' })
  assert.equal(headers.get('content-encoding'), null)
})

test('threat 19: pages run nothing but what comes from here, stand in no frame and tell nobody where they were', async () => {
  build()
  for (const path of ['/console/', '/console/assets/index-B1a2.js', '/console/assets/missing.js']) {
    const { headers } = await ask(path)
    assert.equal(
      headers.get('content-security-policy'),
      "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; worker-src 'self'",
    )
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.match(headers.get('permissions-policy') ?? '', /camera=\(\)/)
    assert.equal(headers.get('strict-transport-security'), null, 'not over plain HTTP')
  }
})

test('a console that is not built says how to build it, and is there once it is', async () => {
  const first = await ask('/console/')
  assert.equal(first.status, 503)
  assert.match(first.text, /npm run build/)
  write('assets/a.js', 'half a build')
  assert.equal((await ask('/console/')).status, 503)
  build()
  assert.equal((await ask('/console/')).text, page)
})
