import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { connect, type Server, type Socket } from 'node:net'
import { afterEach, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { issueServerCertificate, makeAuthority } from '../identity/certificate-authority.ts'
import {
  type ConnectionGate,
  type ConnectionRefusal,
  connectionGate,
  type GateOptions,
} from './connection-gate.ts'
import type { LogEntry } from './log.ts'
import { type ExchangeServer, startExchangeServer } from './testing/exchange-server.ts'

interface Rules {
  readonly allow?: readonly string[]
  readonly deny?: readonly string[]
  readonly proxies?: readonly string[]
  readonly most?: number
}

const servers: ExchangeServer[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) await server.close(0)
})

function gateOf({ allow = [], deny = [], proxies = [], most = 1000 }: Rules) {
  const refused: ConnectionRefusal[] = []
  const log: LogEntry[] = []
  const settings: GateOptions['settings'] = {
    name: 'agents',
    allowNetworks: allow,
    denyNetworks: deny,
    trustedProxies: proxies,
  }
  const gate = connectionGate({
    settings,
    maxConnectionsPerAddress: most,
    onRefused: (why) => refused.push(why),
    log: (entry) => log.push(entry),
  })
  return { gate, refused, log }
}

/** Lets somebody knock from any address, without a network. */
function door(gate: ConnectionGate) {
  const server = new EventEmitter()
  gate.guard(server as Server)
  return (remoteAddress: string | undefined) => {
    const socket = Object.assign(new EventEmitter(), {
      remoteAddress,
      isOpen: true,
      destroy: () => {
        socket.isOpen = false
      },
    })
    server.emit('connection', socket)
    return socket
  }
}

const isOpen = (rules: Rules, address: string): boolean => door(gateOf(rules).gate)(address).isOpen

test('everybody may connect where no network is named', () => {
  for (const address of ['192.0.2.1', '2001:db8::1', '127.0.0.1']) assert.ok(isOpen({}, address))
})

test('those on the list alone may connect, in whatever form their address is shown', () => {
  const allow = ['10.0.0.0/8', '2001:db8::/32']
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8:1::1'])
    assert.ok(isOpen({ allow }, address))
  for (const address of ['11.0.0.1', '::ffff:11.0.0.1', '2001:db9::1', '127.0.0.1', '::1'])
    assert.ok(!isOpen({ allow }, address), address)
})

test('to be denied is stronger than to be allowed', () => {
  const rules = { allow: ['10.0.0.0/8'], deny: ['10.6.0.0/16', '::ffff:10.7.0.0/112'] }
  assert.deepEqual(
    ['10.5.0.1', '10.6.0.1', '::ffff:10.6.0.1', '10.7.0.1'].map((address) => isOpen(rules, address)),
    [true, false, false, false],
  )
})

test('a trusted proxy may connect: those it speaks for are judged one by one', () => {
  const rules = { allow: ['192.0.2.0/24'], proxies: ['10.0.0.7'] }
  assert.ok(isOpen(rules, '10.0.0.7'))
  assert.ok(!isOpen(rules, '10.0.0.8'))
  assert.equal(gateOf(rules).gate.admits('10.0.0.7'), false)
})

test('threat 15: one address holds so many connections and no more; each that ends makes room', () => {
  const { gate, refused } = gateOf({ most: 2 })
  const knock = door(gate)
  const [first] = [knock('192.0.2.1'), knock('::ffff:192.0.2.1')]
  assert.equal(knock('192.0.2.1').isOpen, false)
  assert.equal(knock('192.0.2.2').isOpen, true, 'others have their own')
  assert.deepEqual(refused, ['address'])
  first.emit('close')
  assert.equal(knock('192.0.2.1').isOpen, true)
  assert.equal(knock('192.0.2.1').isOpen, false)
})

test('addresses of one network of 64 bits are one machine', () => {
  const knock = door(gateOf({ most: 1 }).gate)
  assert.ok(knock('2001:db8::1').isOpen)
  for (const address of ['2001:db8::2', '2001:db8:0:0:ffff::', '2001:db8::a:b:c:d'])
    assert.equal(knock(address).isOpen, false, address)
  for (const address of ['2001:db8:0:1::1', '2001:db8:1::1', 'fe80::1'])
    assert.equal(knock(address).isOpen, true, address)
})

test('nobody is counted on loopback, nor trusted proxies', () => {
  const knock = door(gateOf({ most: 1, proxies: ['10.0.0.7'] }).gate)
  for (const address of ['127.0.0.1', '::1', '10.0.0.7'])
    for (let i = 0; i < 5; i++) assert.ok(knock(address).isOpen, address)
})

test('a socket that is gone already is nobody', () => {
  const { gate, refused } = gateOf({ allow: ['10.0.0.0/8'] })
  door(gate)(undefined)
  assert.deepEqual(refused, [])
})

test('of thousands who are refused all are counted, and one is logged', () => {
  const { gate, refused, log } = gateOf({ deny: ['192.0.2.0/24'] })
  const knock = door(gate)
  for (let i = 0; i < 3000; i++) knock(`192.0.2.${i % 256}`)
  assert.equal(refused.length, 3000)
  assert.deepEqual(log, [
    {
      level: 'warn',
      event: 'connection.refused',
      listener: 'agents',
      why: 'network',
      address: '192.0.2.0',
      count: 1,
    },
  ])
})

async function startGuarded(rules: Rules, isTls = false) {
  const { gate, refused } = gateOf(rules)
  const tls = isTls
    ? await issueServerCertificate(await makeAuthority(Date.now()), ['localhost'], Date.now())
    : null
  const server = await startExchangeServer(() => ({ status: 200, headers: {}, body: 'hello' }), { gate, tls })
  servers.push(server)
  return { server, refused }
}

test('who may not connect gets no byte: neither an answer nor the beginning of TLS', async () => {
  for (const isTls of [false, true]) {
    const { server, refused } = await startGuarded({ deny: ['127.0.0.1'] }, isTls)
    let received = 0
    const count = (chunk: Buffer): void => {
      received += chunk.length
    }
    const raw = connect(server.port, '127.0.0.1')
      .on('data', count)
      .on('error', () => {})
    raw.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(raw, 'close')
    const tls = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false })
    await assert.rejects(once(tls, 'secureConnect'))
    assert.equal(received, 0)
    assert.deepEqual(refused, ['network', 'network'])
  }
})

test('who may connect is served beside them', async () => {
  const { server } = await startGuarded({ allow: ['127.0.0.0/30'], deny: ['127.0.0.3'] })
  const ask = async (localAddress: string): Promise<string> => {
    const socket = connect({ port: server.port, host: '127.0.0.1', localAddress })
    sockets.push(socket)
    socket.on('error', () => {}).end('GET / HTTP/1.0\r\n\r\n')
    let text = ''
    for await (const chunk of socket) text += chunk
    return text
  }
  assert.match(await ask('127.0.0.2'), /hello$/)
  assert.equal(await ask('127.0.0.3').catch(() => ''), '')
})
