/** A server's certificate is replaced while it runs. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from 'node:tls'
import { ended, runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

/** A self-signed one, by OpenSSL. @returns its text */
async function makeCertificate(certificate: string, key: string, hash: string): Promise<string> {
  const options = [
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    `-${hash}`,
    '-days',
    '30',
    '-subj',
    '/CN=localhost',
  ]
  execFileSync('openssl', ['req', ...options, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  return readFile(certificate, 'utf8')
}

async function certificateOf({ url }: Wick): Promise<string> {
  const { hostname: host, port } = new URL(url)
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { raw } = socket.getPeerCertificate()
  socket.destroy()
  return raw.toString('base64')
}

const bare = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----|\n/g, '')

async function said(wick: Wick, text: string): Promise<void> {
  while (!wick.said().includes(text)) await wait(20)
}

test('a new certificate is taken at SIGHUP; a bad one is not, and the server goes on', async (t) => {
  const directory = await temporaryDirectory(t)
  const [certificate, key] = [join(directory, 'own.pem'), join(directory, 'own-key.pem')]
  const make = (): Promise<string> => makeCertificate(certificate, key, 'sha256')
  const first = await make()
  const flags = ['--tls-certificate', certificate, '--tls-key', key]
  const wick = await startWick({ directory: join(directory, 'data'), flags })
  t.after(() => wick.stop())
  assert.equal(await certificateOf(wick), bare(first))

  const second = await make()
  wick.process.kill('SIGHUP')
  await said(wick, '"event":"tls.reloaded"')
  assert.equal(await certificateOf(wick), bare(second))

  await copyFile(certificate, key)
  wick.process.kill('SIGHUP')
  await said(wick, '"event":"tls.not-reloaded"')
  assert.equal(await certificateOf(wick), bare(second))
  assert.equal(await wick.stop(), 0)
})

test('threat 25: a server does not start with a weak certificate, and says why', async (t) => {
  const directory = await temporaryDirectory(t)
  const [certificate, key] = [join(directory, 'own.pem'), join(directory, 'own-key.pem')]
  await makeCertificate(certificate, key, 'sha1')
  const flags = ['--tls-certificate', certificate, '--tls-key', key, '--listen', '127.0.0.1:0']
  const { exitCode, stderr } = await ended(runWick(['serve', '--data', join(directory, 'data'), ...flags]))
  assert.equal(exitCode, 1)
  assert.match(
    stderr,
    /^wick: The certificate .*own\.pem is not used, because it is signed by sha1WithRSAEncryption/,
  )
  const half = await ended(runWick(['serve', '--data', join(directory, 'data'), '--tls-key', key]))
  assert.equal(half.exitCode, 2)
  assert.match(half.stderr, /--tls-certificate and --tls-key belong together/)
})
