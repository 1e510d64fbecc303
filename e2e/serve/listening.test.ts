/** Where a server may listen, and what it says where it cannot. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startCaller } from '../support/caller.ts'
import { ended, runWick, startWick, temporaryDirectory } from '../support/wick.ts'

const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
const loopback = addresses
  .filter(({ internal }) => internal)
  .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address))

for (const host of ['localhost', ...loopback]) {
  test(`--insecure-http serves plain HTTP on ${host}, and makes no certificate`, async (t) => {
    const directory = await temporaryDirectory(t)
    const wick = await startWick({ directory, listen: `${host}:0`, flags: ['--insecure-http'] })
    t.after(() => wick.stop())
    assert.match(wick.url, /:[1-9]\d*$/)
    assert.ok(wick.url.startsWith(`http://${host}:`))
    const { status } = await (await startCaller(wick)).send({ target: '/profilingGroups' })
    assert.equal(status, 200)
    assert.doesNotMatch(await readFile(join(directory, 'config'), 'utf8'), /ca_bundle/)
    await assert.rejects(readFile(join(directory, 'tls/server.pem')), { code: 'ENOENT' })
  })
}

for (const listen of ['0.0.0.0:0', '[::]:0', '192.0.2.1:8443', 'wick.example.org:0']) {
  test(`--insecure-http is refused on ${listen}, before anything is made`, async (t) => {
    const directory = join(await temporaryDirectory(t), 'data')
    const { exitCode, stdout, stderr } = await ended(
      runWick(['serve', '--data', directory, '--listen', listen, '--insecure-http']),
    )
    assert.equal(exitCode, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /^wick: --insecure-http is for loopback addresses only, and --listen names /)
    assert.match(stderr, /leave --insecure-http out to use TLS, or listen on 127\.0\.0\.1\.\n$/)
    await assert.rejects(readFile(join(directory, 'catalog.db')), { code: 'ENOENT' })
  })
}

test('a port that is taken is said to be, with exit code 1, and the directory is free again', async (t) => {
  const first = await startWick({ directory: await temporaryDirectory(t) })
  t.after(() => first.stop())
  const { host } = new URL(first.url)
  const directory = await temporaryDirectory(t)
  const { exitCode, stdout, stderr } = await ended(runWick(['serve', '--data', directory, '--listen', host]))
  assert.equal(exitCode, 1)
  assert.equal(stdout, '')
  assert.equal(
    stderr,
    `wick: Cannot listen on ${host}: another program listens there. Stop it, or choose another port with --listen.\n`,
  )
  const second = await startWick({ directory })
  assert.equal(await second.stop(), 0)
})

test('an address that this machine does not have is said to be none of its own', async (t) => {
  const directory = await temporaryDirectory(t)
  // Reserved for documentation: TEST-NET-3.
  const { exitCode, stderr } = await ended(
    runWick(['serve', '--data', directory, '--listen', '203.0.113.1:0']),
  )
  assert.equal(exitCode, 1)
  assert.match(stderr, /^wick: Cannot listen on 203\.0\.113\.1:0: this machine has no such address\..*\n$/)
})

test('/metrics is for this machine, and for the networks that are allowed to read it', async (t) => {
  const outside = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address
  assert.ok(outside, 'this test needs a network interface with an IPv4 address beside loopback')
  const directory = await temporaryDirectory(t)
  const statuses = async (flags: readonly string[]): Promise<number[]> => {
    const wick = await startWick({ directory, listen: '0.0.0.0:0', flags: ['--tls-name', outside, ...flags] })
    const at = async (host: string): Promise<number> => {
      const caller = await startCaller({ ...wick, url: wick.url.replace('0.0.0.0', host) })
      const { status, headers } = await caller.send({ target: '/metrics', signature: null })
      if (status !== 200) assert.equal(headers['x-amzn-errortype'], 'MissingAuthenticationTokenException')
      assert.equal((await caller.send({ target: '/healthz', signature: null })).status, 200)
      return status
    }
    const seen = [await at('127.0.0.1'), await at(outside)]
    await wick.stop()
    return seen
  }
  assert.deepEqual(await statuses([]), [200, 403])
  assert.deepEqual(await statuses(['--metrics-networks', `${outside}/32`]), [200, 200])
})

test('listeners of their own for agents, the console and administration, each for its own networks', async (t) => {
  const directory = await temporaryDirectory(t)
  const config = join(directory, 'wick.json')
  const listeners = {
    agents: { listen: '127.0.0.1:0', serves: ['agents'] },
    console: { listen: '127.0.0.1:0', serves: ['console'], insecureHttp: true },
    closed: { listen: '127.0.0.1:0', denyNetworks: ['127.0.0.0/8'] },
  }
  await writeFile(config, JSON.stringify({ serves: ['administration'], listeners }))
  const wick = await startWick({ directory: join(directory, 'data'), flags: ['--config', config] })
  t.after(() => wick.stop())
  while (!wick.said().includes('wick: closed listens on ')) await wait(10)
  const lines = wick.said().matchAll(/^wick: (\w+) listens on (.*)$/gm)
  const urls = new Map([...lines].map(([, name, url]) => [name, url!]))
  assert.deepEqual([...urls.keys()], Object.keys(listeners))
  assert.match(urls.get('console')!, /^http:/)

  const administration = await startCaller(wick)
  await administration.createGroup('shop')
  const agents = await startCaller({ ...wick, url: urls.get('agents')! })
  const end = Date.now()
  const profile = JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: 1 } } })
  assert.equal((await agents.post('shop', profile)).status, 204)
  assert.equal((await agents.send({ target: '/profilingGroups' })).status, 404)
  assert.equal((await administration.send({ target: '/console/', signature: null })).status, 404)
  const root = await fetch(`${urls.get('console')}/`, { redirect: 'manual' })
  assert.equal(root.headers.get('location'), '/console/')
  const link = await administration.send({ method: 'POST', target: '/v1/console/sign-in-links' })
  assert.ok(JSON.parse(String(link.body)).url.startsWith(`${urls.get('console')}/console/sign-in#`))
  await assert.rejects(fetch(`${urls.get('closed')}/healthz`))
})
