/** What settings, environment and the shared files make of the way to the server, together. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Connection, connectionOf } from './connection.ts'
import { NoCredentials } from './credentials/credentials.ts'
import { type AgentOptions, readSettings } from './settings.ts'

type Connecting = (options: AgentOptions, more?: Record<string, string>) => Connection

/** A machine with such shared files, and keys in its environment. */
function machine(
  t: TestContext,
  files: { readonly credentials?: string; readonly config?: string },
): Connecting {
  const directory = mkdtempSync(join(tmpdir(), 'wick-agent-connection-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return (options, more = {}) => {
    const environment = {
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
      AWS_CONFIG_FILE: join(directory, 'config'),
      AWS_ACCESS_KEY_ID: 'ENV',
      AWS_SECRET_ACCESS_KEY: 's',
      ...more,
    }
    return connectionOf(readSettings(options, environment), environment, { measure: (turn) => turn() })
  }
}

test('keys of a profile that is an argument win over keys in the environment; those over AWS_PROFILE', async (t) => {
  const connect = machine(t, { credentials: '[shop]\naws_access_key_id = SHOP\naws_secret_access_key = s\n' })
  const keyOf = async (...how: Parameters<Connecting>): Promise<string> =>
    (await connect(...how).credentials.get()).accessKeyId
  assert.equal(await keyOf({ credentialProfile: 'shop' }), 'SHOP')
  assert.equal(await keyOf({ credentialProfile: 'shop' }, { AWS_PROFILE: 'other' }), 'SHOP')
  assert.equal(await keyOf({}, { AWS_PROFILE: 'shop' }), 'ENV')
  assert.equal(await keyOf({}, { AWS_PROFILE: 'shop', AWS_ACCESS_KEY_ID: '' }), 'SHOP')
})

test('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS holds for the server and for STS, in the environment and the shared files', async (t) => {
  const asked: string[] = []
  // A proxy sees who is asked.
  const proxy = createServer((request, response) => {
    asked.push(request.url!)
    response.writeHead(500).end()
  })
  proxy.on('connect', (request, socket) => {
    asked.push(request.url!)
    socket.end('HTTP/1.1 502 No\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => proxy.close())
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const connect = machine(t, {
    config:
      '[profile shop]\nrole_arn = arn:aws:iam::1:role/shop\ncredential_source = Environment\n' +
      'endpoint_url = http://files.example\n',
  })
  const urls = { AWS_ENDPOINT_URL: 'http://all.example', HTTP_PROXY: address, HTTPS_PROXY: address }
  const options = { credentialProfile: 'shop', region: 'eu-west-1' }
  for (const [more, endpoint, sts] of [
    [{}, 'http://all.example', 'http://all.example/'],
    [{ AWS_ENDPOINT_URL: '' }, 'http://files.example', 'http://files.example/'],
    [
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'https://codeguru-profiler.eu-west-1.amazonaws.com',
      'sts.eu-west-1.amazonaws.com:443',
    ],
  ] as const) {
    const connection = connect(options, { ...urls, ...more })
    assert.equal(connection.endpoint, endpoint)
    await assert.rejects(connection.credentials.get(), NoCredentials)
    assert.equal(asked.pop(), sts)
  }
})

test('what the log says of an address has no password', (t) => {
  const connect = machine(t, {})
  for (const [endpoint, shown] of [
    ['http://shop:hunter2@wick.example:8443/', 'http://wick.example:8443/'],
    ['http://shop:hunt/er2@wick.example', 'http://wick.example'],
    ['https://wick.example/profiler?key=hunter2', 'https://wick.example/profiler'],
  ] as const) {
    assert.equal(connect({ endpoint }).endpoint, shown)
  }
})
