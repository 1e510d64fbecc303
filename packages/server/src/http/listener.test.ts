import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  type ConnectionOptions,
  connect,
  createServer as createTlsServer,
  getCiphers,
  type TLSSocket,
} from 'node:tls'
import { promisify } from 'node:util'
import { issueServerCertificate, makeAuthority } from '../identity/certificate-authority.ts'
import { opensslCertificate, rsa } from '../identity/testing/openssl-certificate.ts'
import type { Answer } from './answer.ts'
import type { Exchange } from './exchange.ts'
import type { ListenerOptions } from './listener.ts'
import { type ExchangeServer, startExchangeServer } from './testing/exchange-server.ts'
import { type RawConnection, type RawConnectionOptions, rawConnection } from './testing/raw-connection.ts'

const get = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'
const hello: Answer = { status: 200, headers: {}, body: 'hello' }

let tls: { certificate: string; key: string }
let ca: string
before(async () => {
  const authority = await makeAuthority(Date.now())
  ca = authority.certificate
  tls = await issueServerCertificate(authority, ['localhost', '127.0.0.1'], Date.now())
})

const servers: ExchangeServer[] = []
const connections: RawConnection[] = []
afterEach(async () => {
  for (const { socket } of connections.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) await server.close(0)
})

async function start(
  options: Partial<ListenerOptions> = {},
  handle: (exchange: Exchange) => Answer | Promise<Answer> = () => hello,
): Promise<ExchangeServer> {
  const server = await startExchangeServer(handle, options)
  servers.push(server)
  return server
}

async function connection(
  { port }: { readonly port: number },
  options?: RawConnectionOptions,
): Promise<RawConnection> {
  const made = await rawConnection(port, options)
  connections.push(made)
  return made
}

/** What is agreed on with a TLS server; or the error's code. */
async function handshake(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...options })
  try {
    await once(socket, 'secureConnect')
    return `${socket.getProtocol()} ${socket.getCipher().standardName}`
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  } finally {
    socket.destroy()
  }
}

const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const

test('port 0 is a free one, and the address says which', async () => {
  const server = await start()
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.notEqual(server.port, 0)
  assert.equal(await (await fetch(server.url)).text(), 'hello')
})

test('an address of IPv6 stands in brackets', async (t) => {
  try {
    const server = await start({ listen: { host: '::1', port: 0 } })
    assert.match(server.url, /^http:\/\/\[::1\]:\d+$/)
  } catch (error) {
    t.skip(`this machine has no IPv6: ${(error as Error).message}`)
  }
})

test('a port in use is explained, with what to do', async () => {
  const { port } = await start()
  await assert.rejects(
    startExchangeServer(() => hello, { listen: { host: '127.0.0.1', port } }),
    {
      name: 'StartupError',
      message: `Cannot listen on 127.0.0.1:${port}: another program listens there. Stop it, or choose another port with --listen.`,
    },
  )
})

test('an address that this machine does not have is explained', async () => {
  await assert.rejects(
    startExchangeServer(() => hello, { listen: { host: '192.0.2.1', port: 0 } }),
    {
      name: 'StartupError',
      message: /^Cannot listen on 192\.0\.2\.1:0: this machine has no such address/,
    },
  )
})

test('TLS 1.1 is refused, by a client that gets it elsewhere', async () => {
  const lenient = createTlsServer({ cert: tls.certificate, key: tls.key, ...old })
  lenient.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => void lenient.listen(0, '127.0.0.1', resolve))
  const { port } = lenient.address() as { port: number }
  assert.match(await handshake(port, old), /^TLSv1\.1 /)
  lenient.close()
  assert.equal(await handshake((await start({ tls })).port, old), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
})

test('TLS 1.3 is taken where the client has it, 1.2 else, each with forward secrecy and AEAD only', async () => {
  const { port, url } = await start({ tls })
  assert.match(url, /^https:/)
  assert.equal(await handshake(port, {}), 'TLSv1.3 TLS_AES_256_GCM_SHA384')
  const second = (ciphers: string): Promise<string> => handshake(port, { maxVersion: 'TLSv1.2', ciphers })
  for (const [cipher, standardName] of [
    ['ECDHE-ECDSA-AES128-GCM-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
    ['ECDHE-ECDSA-AES256-GCM-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
    ['ECDHE-ECDSA-CHACHA20-POLY1305', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
  ] as const)
    assert.equal(await second(cipher), `TLSv1.2 ${standardName}`)
  for (const cipher of ['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA', 'ECDHE-ECDSA-AES128-CCM'])
    assert.match(await second(cipher), /ALERT_HANDSHAKE_FAILURE/, cipher)
})

/** Of the versions and cipher suites that OpenSSL can speak at all, those a server agrees to. */
async function scan(port: number, suites: readonly string[]): Promise<string[]> {
  const agreed: string[] = []
  for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const) {
    for (const suite of suites) {
      const found = await handshake(port, {
        minVersion: version,
        maxVersion: version,
        ciphers: `${suite}:@SECLEVEL=0`,
        rejectUnauthorized: false,
      })
      if (found.startsWith('TLS')) agreed.push(`${version} ${suite}`)
    }
  }
  return agreed
}

test('threat 25: TLS 1.0 and 1.1, RSA key exchange, CBC and everything else without forward secrecy are refused', async () => {
  const suites = getCiphers()
    .filter((name) => !name.startsWith('tls_'))
    .map((name) => name.toUpperCase())
  const own = opensslCertificate(rsa(2048))
  const lenient = createTlsServer({
    cert: own.certificate,
    key: own.key,
    minVersion: 'TLSv1',
    ciphers: 'ALL:@SECLEVEL=0',
  })
  lenient.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => void lenient.listen(0, '127.0.0.1', resolve))
  const possible = await scan((lenient.address() as { port: number }).port, suites)
  lenient.close()
  for (const bad of ['TLSv1 AES128-SHA', 'TLSv1.1 ECDHE-RSA-AES128-SHA', 'TLSv1.2 AES128-GCM-SHA256'])
    assert.ok(possible.includes(bad), `this client must be able to speak ${bad}`)
  assert.ok(possible.includes('TLSv1.2 ECDHE-RSA-AES128-SHA256'), 'and CBC')

  const served = await scan((await start({ tls: own })).port, suites)
  assert.deepEqual(served.toSorted(), [
    'TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256',
    'TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384',
    'TLSv1.2 ECDHE-RSA-CHACHA20-POLY1305',
  ])
})

test('another certificate is for new connections; those that are open go on', async () => {
  const server = await start({ tls })
  const nameOf = async (): Promise<string> => {
    const socket = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }
  const fingerprint = ({ certificate }: { certificate: string }): string =>
    new X509Certificate(certificate).fingerprint256
  const open = connect({ port: server.port, host: '127.0.0.1', servername: 'localhost', ca })
  await once(open, 'secureConnect')
  assert.equal(await nameOf(), fingerprint(tls))
  const next = opensslCertificate(rsa(2048))
  server.setTls(next)
  assert.equal(await nameOf(), fingerprint(next))
  assert.equal(
    await handshake(server.port, { ...old, rejectUnauthorized: false }),
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'what is asked of TLS stays',
  )
  open.write(get)
  const [answer] = await once(open, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 200/)
  open.destroy()
})

test('a listener that asks for certificates is shown them whole, resumed or not, also with a certificate of its own that is new', async () => {
  const chain = await makeAuthority(Date.now())
  const shown = await issueServerCertificate(chain, ['localhost'], Date.now())
  const server = await start({ tls, asksForCertificates: true }, ({ request }) => {
    const certificate = (request.socket as TLSSocket).getPeerX509Certificate()
    const subjects = [certificate?.subject, certificate?.issuerCertificate?.subject].map(
      (subject) => !!subject,
    )
    return { ...hello, body: subjects.join() }
  })
  let session: Buffer | undefined
  const told = async (certificates: ConnectionOptions): Promise<string> => {
    const place = { port: server.port, host: '127.0.0.1', rejectUnauthorized: false }
    const socket = connect({ ...place, ...certificates, ...(session !== undefined && { session }) })
    socket.on('session', (given) => {
      session = given
    })
    socket.write(get)
    const [answer] = await once(socket, 'data')
    socket.destroy()
    return String(answer).split('\r\n\r\n')[1]!
  }
  const own = { cert: shown.certificate + chain.certificate, key: shown.key }
  for (const material of [tls, tls, opensslCertificate(rsa(2048))]) {
    server.setTls(material)
    assert.equal(await told(own), 'true,true')
    assert.equal(await told(own), 'true,true')
  }
  session = undefined
  assert.equal(await told({}), 'false,false')
})

test('plain HTTP on the TLS port is no request, and does not disturb the others', async () => {
  const server = await start({ tls })
  const plain = await connection(server)
  plain.write(get)
  assert.doesNotMatch(await plain.ended(), /hello/)
  assert.match(await handshake(server.port, {}), /^TLSv1\.3/)
})

test('what is no HTTP is answered with 400 and cut off; it carries an id, a time and a date as all answers', async () => {
  const server = await start()
  for (const text of [
    'nonsense\r\n\r\n',
    'GET / HTTP/1.1\r\nno colon\r\n\r\n',
    'GET / HTTP/9.9\r\nhost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    '\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n',
  ]) {
    const { write, ended } = await connection(server)
    write(text)
    const answer = await ended()
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/, JSON.stringify(text))
    assert.match(answer, /\r\nconnection: close\r\n/i)
    for (const name of ['x-amzn-requestid: [\\da-f-]{36}', 'server-timing: total;dur=0', 'date: '])
      assert.match(answer, new RegExp(`\r\n${name}`), JSON.stringify(text))
  }
})

test('a refused connection is given up although its client keeps it open', async () => {
  const guarded: Server[] = []
  const gate = { guard: (server: Server) => void guarded.push(server) }
  const server = await start({ gate, timeouts: { headers: 200, check: 50 } })
  const count = promisify(guarded[0]!.getConnections.bind(guarded[0]))
  for (const text of [
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: half a head',
  ]) {
    const { socket, write, until } = await connection(server, { allowHalfOpen: true })
    write(text)
    await until(/^HTTP\/1\.1 4/)
    while ((await count()) > 0) await setTimeout(20)
    assert.equal(socket.writable, true)
  }
})

test('what is no HTTP behind a request does not get an answer in the middle of that request’s', async () => {
  const server = await start({}, () => ({ ...hello, body: 'x'.repeat(64 * 1024 * 1024) }))
  const { socket, write, until, ended } = await connection(server)
  write(get)
  await until(/^HTTP\/1\.1 200/)
  socket.pause()
  write('nonsense\r\n\r\n')
  await setTimeout(50)
  socket.resume()
  assert.ok(!(await ended()).includes('400'))
})

test('a request whose two lengths contradict each other is refused whole: nothing is smuggled behind it', async () => {
  const server = await start()
  for (const headers of [
    'content-length: 5\r\ntransfer-encoding: chunked',
    'transfer-encoding: chunked\r\ncontent-length: 5',
    'content-length: 5\r\ncontent-length: 6',
    'transfer-encoding: chunked, identity',
    'transfer-encoding: xchunked',
    'transfer-encoding : chunked',
  ]) {
    const { write, ended } = await connection(server)
    write(
      `POST / HTTP/1.1\r\nhost: x\r\n${headers}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n`,
    )
    const answer = await ended()
    assert.match(answer, /^HTTP\/1\.1 400/, headers)
    assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1, headers)
  }
})

test('a head of more than 16 KiB is refused by its own status', async () => {
  const server = await start()
  const { write, ended } = await connection(server)
  write(`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(17 * 1024)}\r\n\r\n`)
  assert.match(await ended(), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
})

test('a head that does not come to its end is given up', async () => {
  const server = await start({ timeouts: { headers: 50, request: 100, check: 10 } })
  const { write, ended } = await connection(server)
  write('GET / HTTP/1.1\r\nhost')
  assert.match(await ended(), /^HTTP\/1\.1 408 Request Timeout\r\n/)
})

test('a body that does not come to its end is given up, and the connection closed', async () => {
  const server = await start(
    { timeouts: { headers: 50, request: 100, check: 10 } },
    ({ request }) => new Promise((resolve) => request.resume().once('end', () => resolve(hello))),
  )
  const { write, ended } = await connection(server)
  write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab')
  assert.doesNotMatch(await ended(), /hello/)
})

test('a connection is kept for the next request', async () => {
  const server = await start()
  const { write, until } = await connection(server)
  write(get)
  await until(/hello$/)
  write(get)
  await until(/hello[\s\S]*hello$/)
})

test('an expectation that HTTP does not know is no reason to go past the handler', async () => {
  const server = await start()
  const { write, until } = await connection(server)
  write('GET / HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\n\r\n')
  assert.match(await until(/hello$/), /^HTTP\/1\.1 200/)
})

test('closing lets open requests finish, takes no new ones, and frees the port', async () => {
  const { promise: mayAnswer, resolve: answerNow } = Promise.withResolvers<void>()
  const { promise: arrived, resolve: isHere } = Promise.withResolvers<void>()
  const server = await start({}, async () => {
    isHere()
    await mayAnswer
    return hello
  })
  const idle = await connection(server)
  const open = await connection(server)
  open.write(get)
  await arrived
  const closed = server.close(60_000)
  await idle.ended()
  await assert.rejects(rawConnection(server.port), { code: 'ECONNREFUSED' })
  answerNow()
  assert.match(await open.ended(), /hello$/)
  await closed
  const next = createServer()
  await new Promise<void>((resolve) => void next.listen(server.port, '127.0.0.1', resolve))
  next.close()
})

test('closing cuts off what does not finish in its time', async () => {
  const { promise: arrived, resolve: isHere } = Promise.withResolvers<void>()
  const server = await start({}, () => {
    isHere()
    return new Promise<never>(() => {})
  })
  const open = await connection(server)
  open.write(get)
  await arrived
  await server.close(20)
  assert.equal(await open.ended(), '')
})
