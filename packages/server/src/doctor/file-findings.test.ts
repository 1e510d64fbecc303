import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { loadConfig } from '../config/load-config.ts'
import { opensslCertificate, rsa } from '../identity/testing/openssl-certificate.ts'
import { fileFindings } from './file-findings.ts'

const day = 24 * 60 * 60 * 1000
/** Key → user. */
const owners: Readonly<Record<string, string>> = { AKIAFIRST: 'wick-admin', AKIAANN: 'ann' }

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wick-doctor-'))
  mkdirSync(join(directory, 'tls'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function put(name: string, text: string, mode = 0o600): void {
  writeFileSync(join(directory, name), text)
  chmodSync(join(directory, name), mode)
}

async function found(flags: readonly string[] = [], now = Date.now()): Promise<string[]> {
  const result = loadConfig(['--data', directory, ...flags], {}, () => '')
  assert.ok(result.kind === 'valid')
  const findings = await fileFindings(result.config, (id) => owners[id] ?? null, now)
  return findings.map(
    ({ severity, id, subject }) => `${severity} ${id}: ${subject.replace(directory, 'DIR')}`,
  )
}

test('a directory in which everything is as it was made has nothing to find', async () => {
  put('catalog.db', '')
  put('tls/ca.pem', '', 0o644)
  assert.deepEqual(await found(), [])
})

test('what other users may read is unsafe, and the command that closes it is said', async () => {
  put('catalog.db', '', 0o640)
  put('tls/server-key.pem', '', 0o604)
  put('own-key.pem', '', 0o644)
  chmodSync(directory, 0o755)
  const flags = ['--tls-certificate', join(directory, 'own.pem'), '--tls-key', join(directory, 'own-key.pem')]
  assert.deepEqual(await found(flags), [
    'unsafe file-open: DIR',
    'unsafe file-open: DIR/catalog.db',
    'unsafe file-open: DIR/tls/server-key.pem',
    'unsafe file-open: DIR/own-key.pem',
  ])
})

test('a certificate that ends within 30 days is unsafe, and so is a weak one', async () => {
  put('tls/server.pem', opensslCertificate(rsa(2048)).certificate)
  assert.deepEqual(await found([], Date.now() - day), [])
  assert.deepEqual(await found([], Date.now() + day), ['unsafe certificate-ends: DIR/tls/server.pem'])
  assert.deepEqual(await found(['--insecure-http'], Date.now() + day), [], 'nobody is shown it')
  put('tls/server.pem', opensslCertificate(rsa(1024)).certificate)
  assert.deepEqual(await found([], Date.now() - day), ['unsafe certificate-weak: DIR/tls/server.pem'])
})

test("the first administrator's key in its file is worth a note", async () => {
  const credentials = (id: string) => `[wick-admin]\naws_access_key_id = ${id}\naws_secret_access_key = x\n`
  put('credentials', credentials('AKIAFIRST'))
  assert.deepEqual(await found(), ['note administrator-key-file: DIR/credentials'])
  for (const other of ['AKIAANN', 'AKIAGONE']) {
    put('credentials', credentials(other))
    assert.deepEqual(await found(), [], other)
  }
})
