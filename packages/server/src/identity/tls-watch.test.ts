import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Issued, issueServerCertificate, makeAuthority } from './certificate-authority.ts'
import { openTlsMaterial } from './tls-material.ts'
import { type TlsWatch, watchTls } from './tls-watch.ts'

const day = 24 * 60 * 60 * 1000
const start = Date.now()

let directory: string
let authority: Issued
let now: number
let watch: TlsWatch | null
let changes: string[]
let troubles: string[]
let endings: number[]
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'wick-tls-watch-'))
  authority = await makeAuthority(start)
  now = start
  watch = null
  changes = []
  troubles = []
  endings = []
})
afterEach(async () => {
  await watch?.close()
  rmSync(directory, { recursive: true })
})

const files = () => ({ certificate: join(directory, 'server.pem'), key: join(directory, 'key.pem') })
const issue = (at = start): Promise<Issued> => issueServerCertificate(authority, ['localhost'], at)

function put({ certificate, key }: Issued): void {
  writeFileSync(files().key, key)
  writeFileSync(files().certificate, certificate)
}

/** @param periodMilliseconds so long that nothing happens by itself, unless told otherwise */
async function begin(first: Issued, periodMilliseconds = 1_000_000): Promise<void> {
  put(first)
  watch = watchTls({
    current: await openTlsMaterial(files(), now),
    load: () => openTlsMaterial(files(), now),
    onChange: ({ certificate }) => changes.push(certificate),
    onTrouble: (message) => troubles.push(message),
    onEnding: (days) => endings.push(days),
    now: () => now,
    periodMilliseconds,
  })
}

async function until(isSo: () => boolean): Promise<void> {
  const patience = Date.now() + 20_000
  while (!isSo()) {
    assert.ok(Date.now() < patience, 'it does not happen')
    await wait(5)
  }
}

test('a certificate that is replaced on disk is taken by itself, soon', async () => {
  await begin(await issue(), 5)
  const next = await issue()
  put(next)
  await until(() => changes.length > 0)
  assert.deepEqual(changes.at(-1), next.certificate)
})

test('a reload takes it at once, and takes nothing twice', async () => {
  await begin(await issue())
  const next = await issue()
  put(next)
  await watch!.reload()
  await watch!.reload()
  assert.deepEqual([changes, troubles], [[next.certificate], []])
})

test('half a pair, no certificate, none at all: the one in use stays, with a word about it, until it is whole', async () => {
  await begin(await issue())
  const next = await issue()
  writeFileSync(files().certificate, next.certificate)
  await watch!.reload()
  writeFileSync(files().certificate, 'no certificate')
  await watch!.reload()
  rmSync(files().certificate)
  await watch!.reload()
  assert.deepEqual(changes, [])
  assert.match(troubles[0] ?? '', /key\.pem is not the key of .*server\.pem/)
  assert.match(troubles[1] ?? '', /server\.pem holds no certificate/)
  assert.match(troubles[2] ?? '', /server\.pem is missing/)
  put(next)
  await watch!.reload()
  assert.deepEqual(changes, [next.certificate])
})

test('what cannot be used is said once, not every few seconds', async () => {
  await begin(await issue(), 5)
  writeFileSync(files().certificate, 'no certificate')
  await until(() => troubles.length > 0)
  await wait(50)
  assert.equal(troubles.length, 1)
})

test('a certificate that has expired is not taken', async () => {
  await begin(await issue())
  put(await issue(start - 500 * day))
  await watch!.reload()
  assert.match(troubles[0] ?? '', /expired on/)
  assert.deepEqual(changes, [])
})

test('of one that ends within 30 days it is told at the start and once a day', async () => {
  await begin(await issue(start - 390 * day), 5)
  assert.deepEqual(endings, [6])
  await wait(50)
  assert.deepEqual(endings, [6], 'not more often')
  now = start + day
  await until(() => endings.length > 1)
  assert.deepEqual(endings, [6, 5])
})

/** One that has begun. @param reading what happens while the files are read */
async function counting(reading = (): void => {}): Promise<{ loads: number }> {
  put(await issue())
  const counted = { loads: 0 }
  watch = watchTls({
    current: await openTlsMaterial(files(), now),
    load: async () => {
      counted.loads++
      const found = await openTlsMaterial(files(), now)
      reading()
      return found
    },
    onChange: ({ certificate }) => changes.push(certificate),
    onTrouble: assert.fail,
    onEnding: () => assert.fail('it lasts'),
    now: () => now,
    periodMilliseconds: 5,
  })
  await until(() => counted.loads === 1)
  return counted
}

test('once a day it is read anew though its files have not changed: what is ours is renewed so', async () => {
  const counted = await counting()
  await wait(50)
  assert.equal(counted.loads, 1, 'it may have changed since the server read it to start')
  now += day
  await until(() => counted.loads === 2)
})

test('so it is when the clock is set back: what is ours may have been renewed by one that was ahead', async () => {
  const counted = await counting()
  now += 100 * day
  await until(() => counted.loads === 2)
  now -= 100 * day
  await until(() => counted.loads === 3)
  await wait(50)
  assert.equal(counted.loads, 3)
  assert.deepEqual(changes, [])
})

test('a certificate that is put there while the files are read is not passed over', async () => {
  const next = await issue()
  let isPut = false
  await counting(() => {
    if (!isPut) put(next)
    isPut = true
  })
  await until(() => changes.length > 0)
  assert.deepEqual(changes, [next.certificate])
})
