/** What the first start on an empty directory makes, and that every later start keeps it. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ConnectionOptions, connect } from 'node:tls'
import { startCaller } from '../support/caller.ts'
import { startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick

before(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'wick-e2e-')), 'made/by wick')
  wick = await startWick({ directory, flags: ['--tls-name', 'wick.example.org,10.1.2.3'] })
})

after(async () => {
  await wick?.stop()
  await rm(join(directory, '../..'), { recursive: true, force: true })
})

test('stdout holds one line: the address, with the port that was found free', () => {
  assert.match(wick.printed(), /^wick: listening on https:\/\/127\.0\.0\.1:[1-9]\d*\n$/)
})

test('nobody else can enter the directory, read a key in it or change anything', async () => {
  assert.equal(await modeOf('.'), 0o700)
  assert.equal(await modeOf('master.key'), 0o400)
  assert.equal(await modeOf('credentials'), 0o600)
  for (const name of ['tls/ca-key.pem', 'tls/server-key.pem', 'catalog.db'])
    assert.equal(await modeOf(name), 0o600, name)
  for (const name of ['profiles', 'tls']) assert.equal(await modeOf(name), 0o700, name)
  for (const name of await readdir(directory, { recursive: true }))
    assert.equal((await modeOf(name)) & 0o022, 0, name)
})

test('what others can get at later is named in the log, with the remedy', async () => {
  assert.doesNotMatch(wick.said(), /directory\.notice/)
  const loosened = [
    ['.', 0o755, 0o700],
    ['credentials', 0o640, 0o600],
    ['tls/ca-key.pem', 0o604, 0o600],
    ['tls/server-key.pem', 0o644, 0o600],
    ['catalog.db', 0o666, 0o600],
  ] as const
  for (const [name, mode] of loosened) await chmod(join(directory, name), mode)
  await wick.stop()
  wick = await startWick({ directory, flags: ['--tls-name', 'wick.example.org,10.1.2.3'] })
  for (const [name, mode, right] of loosened) {
    const file = join(directory, name)
    const said = `${file} is open to other users (mode 0${mode.toString(8)}). Run: chmod 0${right.toString(8)} ${file}`
    assert.ok(wick.said().includes(said), said)
    await chmod(file, right)
  }
})

test('the master key is 32 bytes, and lies nowhere else', async () => {
  const key = (await read('master.key')).trim()
  assert.match(key, /^[0-9a-f]{64}$/)
  await assertAbsent(key, 'master.key')
  await assertAbsent(Buffer.from(key, 'hex').toString('latin1'), 'master.key')
})

test("the administrator's key is in the form AWS's tools read, and its secret lies nowhere else", async () => {
  assert.match(
    await read('credentials'),
    /^\[wick-admin\]\naws_access_key_id = AKIA[A-Z2-7]{16}\naws_secret_access_key = [A-Za-z0-9+/]{40}\n$/,
  )
  await assertAbsent(wick.credentials.secretAccessKey, 'credentials')
})

test("the region, the address and the authority are in the form AWS's tools read", async () => {
  const lines = (await read('config')).split('\n')
  assert.ok(lines.includes('[profile wick-admin]'))
  assert.ok(lines.includes('region = us-east-1'))
  assert.ok(lines.includes(`endpoint_url = ${wick.url}`))
  assert.ok(lines.includes(`ca_bundle = ${directory}/tls/ca.pem`))
})

test("the server's certificate is signed by the directory's authority, with SHA-256 and keys on P-256", async () => {
  const authority = new X509Certificate(await read('tls/ca.pem'))
  const server = new X509Certificate(await read('tls/server.pem'))
  assert.equal(authority.ca, true)
  assert.equal(server.ca, false)
  assert.ok(authority.verify(authority.publicKey))
  assert.ok(server.verify(authority.publicKey))
  assert.ok(server.checkIssued(authority))
  for (const certificate of [authority, server]) {
    assert.equal(certificate.signatureAlgorithm, 'ecdsa-with-SHA256')
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  }
})

test('the certificate is good for localhost, the loopback addresses and each --tls-name, and for nothing else', async () => {
  const server = new X509Certificate(await read('tls/server.pem'))
  for (const name of ['localhost', 'wick.example.org']) assert.equal(server.checkHost(name), name)
  for (const address of ['127.0.0.1', '::1', '10.1.2.3']) assert.equal(server.checkIP(address), address)
  assert.equal(server.checkHost('example.org'), undefined)
  assert.equal(server.subjectAltName?.split(', ').length, 5)
})

test('whoever trusts the authority reaches the server, with TLS 1.2 or 1.3; whoever does not, does not', async () => {
  const ca = await read('tls/ca.pem')
  const port = Number(new URL(wick.url).port)
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    assert.equal(await handshake({ port, ca, minVersion: version, maxVersion: version }), version)
  assert.equal(await handshake({ port }), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  assert.match(
    await handshake({ port, ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }),
    /PROTOCOL_VERSION/,
  )
})

test('a later start keeps every key, certificate and group', async () => {
  const kept = [
    'master.key',
    'credentials',
    ...(await readdir(join(directory, 'tls'))).map((name) => `tls/${name}`),
  ]
  const contents = await Promise.all(kept.map(read))
  const caller = await startCaller(wick)
  await caller.createGroup('shop')
  const end = Date.now()
  const profile = JSON.stringify({
    start: end - 1000,
    end,
    callgraph: { children: { main: { counts: { RUNNABLE: 7 } } } },
  })
  assert.equal((await caller.post('shop', profile)).status, 204)
  const described = (await caller.send({ target: '/profilingGroups/shop' })).body.toString()

  assert.equal(await wick.stop(), 0)
  wick = await startWick({ directory, flags: ['--tls-name', 'wick.example.org,10.1.2.3'] })

  assert.deepEqual(await Promise.all(kept.map(read)), contents)
  const again = await startCaller(wick)
  assert.equal((await again.send({ target: '/profilingGroups/shop' })).body.toString(), described)
  assert.deepEqual((await again.profile('shop'))?.callgraph.children, { main: { counts: { RUNNABLE: 7 } } })
})

test('another --tls-name gets another certificate of the same authority', async (t) => {
  const place = await temporaryDirectory(t)
  const first = await startWick({ directory: place })
  const ca = await readFile(join(place, 'tls/ca.pem'), 'utf8')
  await first.stop()
  const second = await startWick({ directory: place, flags: ['--tls-name', 'other.example.org'] })
  t.after(() => second.stop())
  assert.equal(await readFile(join(place, 'tls/ca.pem'), 'utf8'), ca)
  const port = Number(new URL(second.url).port)
  assert.equal(await handshake({ port, ca, servername: 'other.example.org' }), 'TLSv1.3')
})

async function modeOf(name: string): Promise<number> {
  return (await stat(join(directory, name))).mode & 0o777
}

function read(name: string): Promise<string> {
  return readFile(join(directory, name), 'utf8')
}

async function assertAbsent(secret: string, home: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (!entry.isFile() || file === join(directory, home)) continue
    assert.ok(!(await readFile(file, 'latin1')).includes(secret), `${file} holds a secret`)
  }
}

/** @returns the protocol agreed on, or the code of the error */
function handshake(options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', ...options })
    socket.once('secureConnect', () => {
      resolve(socket.getProtocol()!)
      socket.destroy()
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}
