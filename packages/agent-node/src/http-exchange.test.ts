/** Ways to a server: direct, through proxies of both kinds, with certificates of both sides, and none at all in time. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, request as forward, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createRequire } from 'node:module'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { HttpClient } from './http-exchange.ts'
import { certificate } from './testing/certificate.ts'

const milliseconds = 10_000

interface Listening {
  readonly port: number
}

async function listen(
  t: TestContext,
  server: { listen: Server['listen']; close: () => unknown },
): Promise<Listening> {
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  t.after(() => {
    ;(server as Server).closeAllConnections?.()
    server.close()
  })
  return { port: (listening.address() as AddressInfo).port }
}

const echo = async (request: IncomingMessage): Promise<string> =>
  `${request.method} ${request.url} ${request.headers.host} ${await buffer(request)}`

/** Nobody else finds it. */
const onlyThroughProxy = 'server.invalid'

/** Forwards plain requests, tunnels the others, and writes both down. */
async function proxy(
  t: TestContext,
  { password = '', server = createServer() }: { readonly password?: string; readonly server?: Server } = {},
): Promise<Listening & { readonly seen: string[] }> {
  const seen: string[] = []
  const isAllowed = ({ headers }: IncomingMessage): boolean =>
    password === '' ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(`shop:${password}`).toString('base64')}`
  server.on('request', (request, response) => {
    seen.push(`${request.method} ${request.url}`)
    if (!isAllowed(request)) {
      response.writeHead(407).end()
      return
    }
    const { 'proxy-authorization': _, ...headers } = request.headers
    const onward = forward(request.url!, { method: request.method!, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`)
    socket.on('error', () => {})
    if (!isAllowed(request)) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const [host, port] = request.url!.split(':')
    const onward = connect(Number(port), host === onlyThroughProxy ? '127.0.0.1' : host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    t.after(() => onward.destroy())
  })
  return { ...(await listen(t, server)), seen }
}

const post = (url: string) => ({ method: 'POST', url, body: Buffer.from('profile'), milliseconds })

test('a proxy is asked to forward what goes to an http address', async (t) => {
  const target = await listen(
    t,
    createServer(async (request, response) => response.end(await echo(request))),
  )
  const through = await proxy(t)
  const client = new HttpClient({ environment: { HTTP_PROXY: `http://127.0.0.1:${through.port}` } })
  const answer = await client.send(post(`http://127.0.0.1:${target.port}/a?b=c`))
  assert.equal(answer.body.toString(), `POST /a?b=c 127.0.0.1:${target.port} profile`)
  assert.deepEqual(through.seen, [`POST http://127.0.0.1:${target.port}/a?b=c`])
})

test('through a tunnel TLS is with the server: the proxy sees its name and nothing else', async (t) => {
  const own = certificate(t, 'wick')
  const target = await listen(
    t,
    createTlsServer({ cert: own.cert, key: own.key }, async (request, response) =>
      response.end(await echo(request)),
    ),
  )
  const through = await proxy(t)
  const environment = { HTTPS_PROXY: `http://127.0.0.1:${through.port}` }
  const client = new HttpClient({ environment, caBundle: own.certificateFile })
  const host = `${onlyThroughProxy}:${target.port}`
  const answer = await client.send(post(`https://${host}/a?b=c`))
  assert.equal(answer.body.toString(), `POST /a?b=c ${host} profile`)
  assert.deepEqual(through.seen, [`CONNECT ${host}`])
  await assert.rejects(
    new HttpClient({ environment }).send(post(`https://${host}/`)),
    /cannot be reached: self-signed certificate/,
    'a server that is not trusted is not trusted through a tunnel either',
  )
})

test('a proxy gets the name and password of its address, the server does not', async (t) => {
  const own = certificate(t, 'wick')
  const headers: string[] = []
  const target = createServer((request, response) => {
    headers.push(...Object.keys(request.headers))
    response.end('plain')
  })
  const secure = createTlsServer({ cert: own.cert, key: own.key }, (request, response) => {
    headers.push(...Object.keys(request.headers))
    response.end('secure')
  })
  const [plainAt, secureAt] = [await listen(t, target), await listen(t, secure)]
  const through = await proxy(t, { password: 'p@ss:word' })
  const way = (credentials: string) => `http://${credentials}127.0.0.1:${through.port}`
  const clientWith = (credentials: string) =>
    new HttpClient({
      environment: { HTTP_PROXY: way(credentials), HTTPS_PROXY: way(credentials) },
      caBundle: own.certificateFile,
    })
  const client = clientWith('shop:p%40ss%3Aword@')
  assert.equal((await client.send(post(`http://127.0.0.1:${plainAt.port}/`))).body.toString(), 'plain')
  assert.equal((await client.send(post(`https://127.0.0.1:${secureAt.port}/`))).body.toString(), 'secure')
  assert.ok(!headers.includes('proxy-authorization'))
  assert.equal((await clientWith('').send(post(`http://127.0.0.1:${plainAt.port}/`))).status, 407)
  await assert.rejects(
    clientWith('').send(post(`https://127.0.0.1:${secureAt.port}/`)),
    /the proxy 127\.0\.0\.1:\d+ answers 407/,
  )
})

test('no proxy leads to the metadata of this machine', async (t) => {
  const target = await listen(
    t,
    createServer(async (request, response) => response.end(await echo(request))),
  )
  const through = await proxy(t)
  const environment = { HTTP_PROXY: `http://127.0.0.1:${through.port}` }
  await new HttpClient({ environment, isDirect: true }).send(post(`http://127.0.0.1:${target.port}/`))
  assert.deepEqual(through.seen, [])
})

test('a client certificate is shown to a server that asks for one, directly and through a tunnel', async (t) => {
  const own = certificate(t, 'wick')
  const client = certificate(t, 'orders-1')
  const target = await listen(
    t,
    createTlsServer(
      { cert: own.cert, key: own.key, ca: client.cert, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        response.end((request.socket as TLSSocket).getPeerCertificate().subject?.CN)
      },
    ),
  )
  const through = await proxy(t)
  const ways: [string, Record<string, string>][] = [
    ['127.0.0.1', {}],
    [onlyThroughProxy, { HTTPS_PROXY: `http://127.0.0.1:${through.port}` }],
  ]
  for (const [host, environment] of ways) {
    const url = `https://${host}:${target.port}/`
    const options = { environment, caBundle: own.certificateFile }
    const identified = new HttpClient({
      ...options,
      clientCertificate: client.certificateFile,
      clientKey: client.keyFile,
    })
    assert.equal((await identified.send(post(url))).body.toString(), 'orders-1')
    await assert.rejects(new HttpClient(options).send(post(url)), /cannot be reached/)
  }
})

test('a proxy that is spoken to by TLS is trusted as the server is, and is shown the certificate', async (t) => {
  const own = certificate(t, 'wick')
  const client = certificate(t, 'orders-1')
  const identities = { cert: own.cert, key: own.key, ca: client.cert, requestCert: true }
  const target = await listen(
    t,
    createTlsServer(identities, (_request, response) => response.end('through')),
  )
  const through = await proxy(t, { server: createTlsServer(identities) })
  const options = {
    environment: { HTTPS_PROXY: `https://127.0.0.1:${through.port}` },
    clientCertificate: client.certificateFile,
    clientKey: client.keyFile,
  }
  const url = `https://${onlyThroughProxy}:${target.port}/`
  const trusting = new HttpClient({ ...options, caBundle: own.certificateFile })
  assert.equal((await trusting.send(post(url))).body.toString(), 'through')
  await assert.rejects(new HttpClient(options).send(post(url)), /self-signed certificate/)
})

test('files that change are used from the next request on: no session outlives the certificate that it is of', async (t) => {
  const own = certificate(t, 'wick')
  const clients = [certificate(t, 'orders-1'), certificate(t, 'orders-2')] as const
  const ca = clients.map(({ cert }) => cert)
  const target = await listen(
    t,
    createTlsServer(
      { cert: own.cert, key: own.key, ca, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const socket = request.socket as TLSSocket
        response.end(`${socket.getPeerCertificate().subject?.CN} ${socket.isSessionReused()}`)
      },
    ),
  )
  const [{ certificateFile, keyFile }, second] = clients
  const client = new HttpClient({
    environment: {},
    caBundle: own.certificateFile,
    clientCertificate: certificateFile,
    clientKey: keyFile,
  })
  const told = async (): Promise<string> =>
    (await client.send(post(`https://127.0.0.1:${target.port}/`))).body.toString()
  assert.deepEqual([await told(), await told()], ['orders-1 false', 'orders-1 true'])
  writeFileSync(certificateFile, second.cert)
  writeFileSync(keyFile, second.key)
  assert.deepEqual([await told(), await told()], ['orders-2 false', 'orders-2 true'])
})

test('what a program does to its own http.request is not in the way, nor are its agents', async (t) => {
  const target = await listen(
    t,
    createServer(async (request, response) => response.end(await echo(request))),
  )
  const url = `http://127.0.0.1:${target.port}/`
  const http: typeof import('node:http') = createRequire(import.meta.url)('node:http')
  const forbidden = (): never => {
    throw new Error("the program's")
  }
  t.mock.method(http, 'request', forbidden)
  t.mock.method(http.globalAgent as never as { addRequest(): void }, 'addRequest', forbidden)
  assert.equal((await new HttpClient({ environment: {} }).send(post(url))).status, 200)
})

test('a proxy that says nothing costs no more than the deadline', async (t) => {
  const silent = await listen(
    t,
    createTcpServer((socket) => {
      socket.on('error', () => {})
      t.after(() => socket.destroy())
    }) as never,
  )
  const proxied = {
    HTTPS_PROXY: `http://127.0.0.1:${silent.port}`,
    HTTP_PROXY: `http://127.0.0.1:${silent.port}`,
  }
  for (const url of ['https://192.0.2.1/', 'http://192.0.2.1/']) {
    await assert.rejects(
      new HttpClient({ environment: proxied }).send({ method: 'GET', url, milliseconds: 200 }),
      /192\.0\.2\.1 did not answer within 0\.2 s/,
    )
  }
})

/** A process that takes no notice of so many connections that are waiting for it, nor of more. */
async function deafServer(t: TestContext, waiting: number): Promise<string> {
  const script = `const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: ${waiting} }, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return `http://127.0.0.1:${port}/`
}

test('a server that takes no connection, or no bytes, is given up soon: either would keep the process alive', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const client = new HttpClient({ environment: {} })
  const full = await deafServer(t, 1)
  for (let i = 0; i < 3; i++) {
    const socket = connect(Number(new URL(full).port), '127.0.0.1').on('error', () => {})
    t.after(() => socket.destroy())
  }
  const deaf = await deafServer(t, 10)
  await Promise.all([
    assert.rejects(client.send(post(full)), /cannot be reached: no connection within 2 s/),
    assert.rejects(
      client.send(post(full.replace('127.0.0.1', 'localhost'))),
      /no connection within 2 s|ECONNREFUSED/,
    ),
    assert.rejects(
      client.send({ ...post(deaf), body: Buffer.alloc(30_000_000) }),
      /cannot be reached: nothing was taken for 4 s/,
    ),
  ])
  // Who takes its time for an answer is waited for.
  const slow = await listen(
    t,
    createServer((_request, response) => setTimeout(() => response.end('at last'), 4500)),
  )
  assert.equal((await client.send(post(`http://127.0.0.1:${slow.port}/`))).body.toString(), 'at last')
})
