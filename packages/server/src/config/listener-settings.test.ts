import assert from 'node:assert/strict'
import { test } from 'node:test'
import { furtherListeners, listenersOf } from './listener-settings.ts'
import { loadConfig } from './load-config.ts'

function load(file: object, flags: readonly string[] = []) {
  return loadConfig(['--data', 'dir', '--config', 'wick.json', ...flags], {}, () => JSON.stringify(file))
}

function listeners(file: object, flags: readonly string[] = []) {
  const result = load(file, flags)
  assert.ok(result.kind === 'valid', JSON.stringify(result))
  return listenersOf(result.config)
}

function problem(file: object): string {
  const result = load(file)
  assert.ok(result.kind === 'invalid', 'it is valid')
  return result.problems.join('\n')
}

const everything = ['agents', 'console', 'administration']
const open = {
  allowNetworks: [],
  denyNetworks: [],
  trustedProxies: [],
  endpointPolicy: null,
  clientCertificates: [],
}

test('unless told otherwise there is one listener, and it serves everything to everybody', () => {
  assert.deepEqual(listeners({}), [
    {
      name: 'default',
      listen: { host: '127.0.0.1', port: 8443 },
      insecureHttp: false,
      serves: everything,
      ...open,
    },
  ])
})

test('further listeners have names, and what each does not say is as open as the default', () => {
  const file = {
    listen: '127.0.0.1:8443',
    serves: 'administration',
    listeners: {
      agents: {
        listen: '10.0.0.5:8444',
        serves: ['agents'],
        allowNetworks: ['10.0.0.0/8', 'fd00::/8'],
        denyNetworks: '10.6.6.6',
        endpointPolicy: 'agents.json',
      },
      console: { listen: '[::1]:8080', serves: ['console'], insecureHttp: true, trustedProxies: ['::1'] },
      all: { listen: '0.0.0.0:0' },
    },
  }
  assert.deepEqual(listeners(file), [
    {
      name: 'default',
      listen: { host: '127.0.0.1', port: 8443 },
      insecureHttp: false,
      serves: ['administration'],
      ...open,
    },
    {
      name: 'agents',
      listen: { host: '10.0.0.5', port: 8444 },
      insecureHttp: false,
      serves: ['agents'],
      allowNetworks: ['10.0.0.0/8', 'fd00::/8'],
      denyNetworks: ['10.6.6.6'],
      trustedProxies: [],
      clientCertificates: [],
      endpointPolicy: 'agents.json',
    },
    {
      name: 'console',
      listen: { host: '::1', port: 8080 },
      insecureHttp: true,
      serves: ['console'],
      ...open,
      trustedProxies: ['::1'],
    },
    { name: 'all', listen: { host: '0.0.0.0', port: 0 }, insecureHttp: false, serves: everything, ...open },
  ])
})

test('what the flags say of networks is about the listener of --listen alone', () => {
  const flags = [
    '--allow-networks',
    '10.0.0.0/8',
    '--deny-networks=10.1.1.1',
    '--trusted-proxies',
    '10.0.0.7',
  ]
  const [first, second] = listeners({ listeners: { agents: { listen: '0.0.0.0:1' } } }, flags)
  assert.deepEqual(
    [first?.allowNetworks, first?.denyNetworks, first?.trustedProxies],
    [['10.0.0.0/8'], ['10.1.1.1'], ['10.0.0.7']],
  )
  assert.deepEqual([second?.allowNetworks, second?.denyNetworks, second?.trustedProxies], [[], [], []])
})

test('a flag and a variable hold the same as JSON', () => {
  const text = '{"agents":{"listen":"10.0.0.5:8444","serves":["agents"]}}'
  const fromFlag = loadConfig(['--data', 'dir', '--listeners', text], {}, () => '')
  const fromVariable = loadConfig(['--data', 'dir'], { WICK_LISTENERS: text }, () => '')
  assert.ok(fromFlag.kind === 'valid' && fromVariable.kind === 'valid')
  assert.deepEqual(fromFlag.config, fromVariable.config)
  assert.equal(fromFlag.config.listeners[0]?.name, 'agents')
})

test('what is wrong is named, with its listener', () => {
  const agents = { listen: '10.0.0.5:8444' }
  for (const [wrong, told] of [
    [{ agents: {} }, /in 'agents', 'listen' must be a string/],
    [{ agents: { listen: '10.0.0.5' } }, /in 'agents', 'listen' must be HOST:PORT/],
    [{ agents: { listen: 8444 } }, /in 'agents', 'listen' must be a string/],
    [{ agents: { ...agents, serve: ['agents'] } }, /in 'agents' there is 'serve'.*serves/],
    [{ agents: { ...agents, serves: [] } }, /in 'agents', 'serves' must be some of agents, console/],
    [{ agents: { ...agents, serves: ['agent'] } }, /'agent' is none of them/],
    [{ agents: { ...agents, serves: [1] } }, /in 'agents', 'serves' must be a list of strings/],
    [{ agents: { ...agents, allowNetworks: ['10/8'] } }, /'allowNetworks' must be addresses or networks/],
    [{ agents: { ...agents, endpointPolicy: {} } }, /'endpointPolicy' must be a string/],
    [{ agents: { ...agents, insecureHttp: 'true' } }, /'insecureHttp' must be true or false/],
    [
      { agents: { ...agents, insecureHttp: true } },
      /insecureHttp in 'agents' is for loopback addresses only/,
    ],
    [{ default: agents }, /'default', which is that of --listen; 'default' is none/],
    [{ 'Two words': agents }, /'Two words' is none/],
    [{ __proto_: agents }, /'__proto_' is none/],
    [{ agents: 'x' }, /listeners that are objects/],
    [{ agents: null }, /listeners that are objects/],
    [[agents], /'listeners' must be an object/],
  ] as const)
    assert.match(problem({ listeners: wrong }), told, JSON.stringify(wrong))
  for (const text of ['[]', '1', 'x', '{', '"a"', 'null'])
    assert.throws(() => furtherListeners.read(text), /an object of listeners by their names/, text)
})

test('somebody must be able to change something', () => {
  assert.match(problem({ serves: ['agents'] }), /No listener serves administration/)
  const other = { admin: { listen: '127.0.0.1:1', serves: ['administration'] } }
  assert.equal(load({ serves: ['agents'], listeners: other }).kind, 'valid')
})
