import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { connect, createServer, type PeerCertificate } from 'node:tls'
import { issueServerCertificate, makeAuthority } from './certificate-authority.ts'
import { curve, opensslCertificate, rsa } from './testing/openssl-certificate.ts'
import { ensureTlsMaterial, openTlsMaterial, type TlsMaterial } from './tls-material.ts'

const day = 24 * 60 * 60 * 1000
const now = Date.now()
let directory: string
const file = (name: string): string => join(directory, 'tls', name)
const read = (name: string): string => readFileSync(file(name), 'utf8')
const all = ['ca-key.pem', 'ca.pem', 'server-key.pem', 'server.pem']
const contents = (): string[] => readdirSync(join(directory, 'tls')).sort().map(read)
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wick-tls-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const ensure = (names: readonly string[] = ['localhost'], at = now): Promise<TlsMaterial> =>
  ensureTlsMaterial(directory, names, at)

const pair = () => ({ certificate: file('server.pem'), key: file('server-key.pem') })

/** Opening fails with the message and changes no file. */
async function refused(message: RegExp, at = now, names?: readonly string[]): Promise<void> {
  const before = contents()
  await assert.rejects(ensure(names, at), { name: 'StartupError', message })
  assert.deepEqual(contents(), before)
}

/** A pair that another authority has made, as an operator would put it there. */
async function putForeign(names: readonly string[], at = now): Promise<string> {
  const issued = await issueServerCertificate(await makeAuthority(at), names, at)
  mkdirSync(join(directory, 'tls'), { recursive: true })
  writeFileSync(file('server.pem'), issued.certificate)
  writeFileSync(file('server-key.pem'), issued.key)
  return issued.certificate
}

test('the first start makes an authority and a server certificate; keys are for their owner alone', async () => {
  const made = await ensure()
  assert.deepEqual(readdirSync(join(directory, 'tls')).sort(), all)
  assert.deepEqual(
    all.map((name) => statSync(file(name)).mode & 0o777),
    [0o600, 0o644, 0o600, 0o644],
  )
  assert.equal(statSync(join(directory, 'tls')).mode & 0o777, 0o700)
  assert.deepEqual(made, {
    certificate: read('server.pem'),
    key: read('server-key.pem'),
    caFile: file('ca.pem'),
    files: pair(),
    endsAt: new X509Certificate(read('server.pem')).validToDate.getTime(),
  })
})

test('OpenSSL accepts the certificate by its strictest rules, for every name', async () => {
  await ensure(['wick.example.org', '*.wick.example.org', '10.0.0.7', 'fd00::7'])
  const verify = (...args: string[]): string =>
    execFileSync(
      'openssl',
      [
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-CAfile',
        file('ca.pem'),
        ...args,
        file('server.pem'),
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    )
  for (const name of ['localhost', 'wick.example.org', 'a.wick.example.org'])
    assert.match(verify('-verify_hostname', name), /: OK\n$/)
  for (const address of ['127.0.0.1', '::1', '10.0.0.7', 'fd00::7'])
    assert.match(verify('-verify_ip', address), /: OK\n$/)
  assert.throws(() => verify('-verify_hostname', 'elsewhere.example.org'), /hostname mismatch/)
})

test('the authority may sign servers and nothing below them, for ten years', async () => {
  await ensure()
  const text = execFileSync('openssl', ['x509', '-in', file('ca.pem'), '-noout', '-text'], {
    encoding: 'utf8',
  })
  assert.match(text, /Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
  assert.match(text, /Key Usage: critical\s+Certificate Sign\n/)
  assert.match(text, /ecdsa-with-SHA256[\s\S]*prime256v1/)
  const { validFromDate, validToDate } = new X509Certificate(read('ca.pem'))
  assert.equal(Math.round((validToDate.getTime() - validFromDate.getTime()) / day), 3650)
})

test('the server certificate is for servers, for 397 days', async () => {
  await ensure()
  const text = execFileSync('openssl', ['x509', '-in', file('server.pem'), '-noout', '-text'], {
    encoding: 'utf8',
  })
  assert.match(text, /Key Usage: critical\s+Digital Signature\n/)
  assert.match(text, /Extended Key Usage: *\s+TLS Web Server Authentication\n/)
  assert.match(text, /Subject Key Identifier/)
  assert.match(text, /Authority Key Identifier/)
  const certificate = new X509Certificate(read('server.pem'))
  assert.equal(certificate.ca, false)
  assert.equal(certificate.validToDate.getTime() - certificate.validFromDate.getTime(), 397 * day)
  assert.equal(certificate.subjectAltName, 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
})

test('a client that trusts the authority is content, one that does not is not', async () => {
  const { certificate, key } = await ensure()
  const server = createServer({ cert: certificate, key }, (socket) => socket.end())
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const handshake = (ca: string | undefined): Promise<PeerCertificate> =>
    new Promise((resolve, reject) => {
      const socket = createConnection(port, '127.0.0.1')
      const client = connect({ socket, host: '127.0.0.1', ...(ca === undefined ? {} : { ca }) }, () => {
        resolve(client.getPeerCertificate())
        client.destroy()
      })
      client.on('error', reject)
    })
  await handshake(read('ca.pem'))
  await assert.rejects(handshake(undefined), /self-signed|unable to (verify|get)/)
  server.close()
})

test('a later start changes nothing', async () => {
  const first = await ensure()
  const before = contents()
  assert.deepEqual(await ensure(['localhost'], now + 366 * day), first)
  assert.deepEqual(contents(), before)
})

test('with less than 30 days left it is renewed by the same authority', async () => {
  const first = await ensure()
  const ca = read('ca.pem')
  const renewed = await ensure(['localhost'], now + 368 * day)
  assert.notEqual(renewed.certificate, first.certificate)
  assert.equal(read('ca.pem'), ca)
  assert.equal(new X509Certificate(renewed.certificate).verify(new X509Certificate(ca).publicKey), true)
  assert.deepEqual(await ensure(['localhost'], now + 369 * day), renewed)
})

test('one that a clock made which was years ahead is made again by the same authority once the clock is right', async () => {
  await ensure()
  const ca = read('ca.pem')
  await ensure(['localhost'], now + 1000 * day)
  const again = await ensure()
  assert.ok(new X509Certificate(again.certificate).validFromDate.getTime() < now)
  assert.equal(read('ca.pem'), ca)
})

test('a clock that is behind the making of the authority renews nothing', async () => {
  const first = await ensure()
  assert.deepEqual(await ensure(['localhost'], now - 1000 * day), first)
})

test('it is renewed when names come or go, not when they are only written differently', async () => {
  const first = await ensure(['wick.example.org', 'fd00::7'])
  assert.deepEqual(await ensure(['FD00:0::7', 'Wick.Example.org', '0:0:0:0:0:0:0:1']), first)
  const more = await ensure(['wick.example.org', 'fd00::7', 'new.example.org'])
  assert.match(new X509Certificate(more.certificate).subjectAltName!, /DNS:new\.example\.org/)
  const fewer = await ensure(['new.example.org'])
  assert.doesNotMatch(new X509Certificate(fewer.certificate).subjectAltName!, /wick\.example\.org/)
})

test('a certificate never outlives its authority, and an authority that ends is followed by another', async () => {
  await ensure()
  const ca = new X509Certificate(read('ca.pem'))
  const late = await ensure(['localhost'], now + 3500 * day)
  assert.equal(new X509Certificate(late.certificate).validTo, ca.validTo)
  const after = await ensure(['localhost'], now + 3640 * day)
  assert.notEqual(read('ca.pem'), ca.toString())
  assert.equal(
    new X509Certificate(after.certificate).verify(new X509Certificate(read('ca.pem')).publicKey),
    true,
  )
})

test("an operator's certificate is used and left alone, whatever its names and remaining days", async () => {
  await ensure()
  const foreign = await putForeign(['elsewhere.example.org'], now - 390 * day)
  const before = contents()
  const used = await ensure(['wick.example.org'])
  const endsAt = new X509Certificate(foreign).validToDate.getTime()
  assert.deepEqual(used, {
    certificate: foreign,
    key: read('server-key.pem'),
    caFile: null,
    files: pair(),
    endsAt,
  })
  assert.deepEqual(contents(), before)
})

test("an operator's certificate needs no authority of ours", async () => {
  await putForeign(['wick.example.org'])
  assert.equal((await ensure()).caFile, null)
  assert.equal(existsSync(file('ca.pem')), false)
})

test('where the key of the authority is kept elsewhere, its certificate is used as long as it lasts', async () => {
  const first = await ensure()
  rmSync(file('ca-key.pem'))
  assert.deepEqual(await ensure(['localhost'], now + 380 * day), first)
  await refused(/server\.pem expired on \d{4}-\d\d-\d\d\. Replace it/, now + 400 * day)
  rmSync(file('server.pem'))
  rmSync(file('server-key.pem'))
  await refused(/tls\/ca-key\.pem is not there or not the key of/)
})

test('a key that does not belong to the certificate is refused', async () => {
  await ensure()
  writeFileSync(file('server-key.pem'), (await makeAuthority(now)).key)
  await refused(/server-key\.pem is not the key of .*server\.pem/)
  await putForeign(['localhost'])
  writeFileSync(file('server-key.pem'), 'no key')
  await refused(/server-key\.pem is not the key of .*server\.pem/)
})

test('half a pair is refused', async () => {
  await putForeign(['localhost'])
  renameSync(file('server-key.pem'), file('aside'))
  await refused(/server-key\.pem is missing/)
  renameSync(file('aside'), file('server-key.pem'))
  rmSync(file('server.pem'))
  await refused(/server\.pem is missing/)
})

test('an expired certificate is refused, with its date', async () => {
  await putForeign(['localhost'], now - 400 * day)
  await refused(/server\.pem expired on \d{4}-\d\d-\d\d/)
})

test('a file that holds no certificate is named', async () => {
  await ensure()
  writeFileSync(file('server.pem'), 'no certificate')
  await refused(/server\.pem holds no certificate in PEM form/)
  writeFileSync(file('ca.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  await refused(/ca\.pem holds no certificate in PEM form/)
})

test('a replacement that was cut off between its two files is completed', async () => {
  const first = await ensure()
  const renewed = await ensure(['localhost'], now + 380 * day)
  // As it is after the new key took its place and before the new certificate did.
  writeFileSync(file('server.pem.ready'), renewed.certificate)
  writeFileSync(file('server.pem'), first.certificate)
  assert.deepEqual(await ensure(['localhost'], now + 380 * day), renewed)
  assert.deepEqual(readdirSync(join(directory, 'tls')).sort(), all)
  // As it is before the new key took its place.
  writeFileSync(file('server.pem.ready'), first.certificate)
  assert.deepEqual(await ensure(['localhost'], now + 380 * day), renewed)
})

test('threat 25: a weak certificate is not used, and it is said why', async () => {
  await ensure()
  for (const [weak, why] of [
    [
      opensslCertificate(rsa(2048), 'sha1'),
      /is not used, because it is signed by sha1With.* Replace it and its key/,
    ],
    [opensslCertificate(rsa(1024)), /is not used, because its RSA key has 1024 bits/],
    [opensslCertificate(curve('secp224r1')), /is not used, because its key is on the curve secp224r1/],
  ] as const) {
    writeFileSync(file('server.pem'), weak.certificate)
    writeFileSync(file('server-key.pem'), weak.key)
    await refused(why)
    await assert.rejects(openTlsMaterial(pair(), now), { name: 'StartupError', message: why })
  }
})

test('a certificate kept elsewhere is used as it is; self-signed, it is what clients must trust', async () => {
  mkdirSync(join(directory, 'tls'))
  const own = opensslCertificate(rsa(2048))
  writeFileSync(file('server.pem'), own.certificate)
  writeFileSync(file('server-key.pem'), own.key)
  const { caFile, certificate } = await openTlsMaterial(pair(), now)
  assert.deepEqual([caFile, certificate], [file('server.pem'), own.certificate])
  await putForeign(['wick.example.org'])
  assert.equal((await openTlsMaterial(pair(), now)).caFile, null)
  rmSync(file('server.pem'))
  await assert.rejects(openTlsMaterial(pair(), now), {
    message: /server\.pem is missing: .* Put it there, or leave --tls-certificate and --tls-key out/,
  })
})
