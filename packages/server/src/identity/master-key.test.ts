import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { openMasterKey } from './master-key.ts'

let directory: string
let file: string
let catalog: Catalog
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wick-key-'))
  file = join(directory, 'master.key')
  catalog = sqliteCatalog(openDatabase(':memory:'))
})
afterEach(async () => {
  await catalog.close()
  rmSync(directory, { recursive: true })
})

/** Opening fails with the message, and neither key file nor catalog is changed by it. */
async function refused(message: RegExp): Promise<void> {
  const before = [readdirSync(directory), await catalog.readNote('master-key-check')]
  await assert.rejects(openMasterKey(file, catalog), (error: Error) => {
    assert.equal(error.name, 'StartupError')
    assert.match(error.message, message)
    assert.ok(error.message.includes(file))
    return true
  })
  assert.deepEqual([readdirSync(directory), await catalog.readNote('master-key-check')], before)
}

function replaceKey(text: string, mode = 0o400): void {
  rmSync(file, { force: true })
  writeFileSync(file, text)
  chmodSync(file, mode)
}

test('the first start makes a key of 32 random bytes that only its owner can read', async () => {
  await openMasterKey(file, catalog)
  assert.match(readFileSync(file, 'utf8'), /^[0-9a-f]{64}\n$/)
  assert.equal(statSync(file).mode & 0o777, 0o400)
  assert.deepEqual(readdirSync(directory), ['master.key'])
})

test('later starts use the key that is there', async () => {
  const first = await openMasterKey(file, catalog)
  const text = readFileSync(file, 'utf8')
  const second = await openMasterKey(file, catalog)
  assert.equal(readFileSync(file, 'utf8'), text)
  assert.deepEqual(second.open('p', first.seal('p', Uint8Array.of(1))), Uint8Array.of(1))
})

test('a key made beforehand is taken', async () => {
  replaceKey('ab'.repeat(32))
  await openMasterKey(file, catalog)
  assert.equal(readFileSync(file, 'utf8'), 'ab'.repeat(32))
})

test('a start cut off after the key was made goes on with it', async () => {
  await openMasterKey(file, catalog)
  const text = readFileSync(file, 'utf8')
  const emptyCatalog = sqliteCatalog(openDatabase(':memory:'))
  await openMasterKey(file, emptyCatalog)
  await emptyCatalog.close()
  assert.equal(readFileSync(file, 'utf8'), text)
})

test('where data exists, a missing key is never replaced by a new one', async () => {
  await openMasterKey(file, catalog)
  rmSync(file)
  await refused(/is missing.*Put it back.*WICK_MASTER_KEY_FILE.*Nothing was changed/)
})

test('another key is refused', async () => {
  await openMasterKey(file, catalog)
  replaceKey('ab'.repeat(32))
  await refused(/is not the master key of this data.*Nothing was changed/)
})

test('a key that others can read is refused, with the remedy', async () => {
  await openMasterKey(file, catalog)
  for (const mode of [0o440, 0o404, 0o420, 0o644, 0o410]) {
    chmodSync(file, mode)
    await refused(new RegExp(`open to other users \\(mode 0${mode.toString(8)}\\)\\. Run: chmod 0400 `))
  }
  chmodSync(file, 0o600)
  await openMasterKey(file, catalog)
})

test('a file that holds no key is refused and kept', async () => {
  for (const text of [
    '',
    'secret',
    'AB'.repeat(32),
    'ab'.repeat(31),
    `${'ab'.repeat(32)}\n\n`,
    '\0'.repeat(64),
  ]) {
    replaceKey(text)
    await refused(/64 hexadecimal digits are expected/)
    assert.equal(readFileSync(file, 'utf8'), text)
  }
})

test('a key that cannot be read or made is told in plain words', async () => {
  mkdirSync(file, { mode: 0o700 })
  await refused(/cannot be read: it is a directory/)
  const elsewhere = join(directory, 'missing', 'master.key')
  await assert.rejects(
    openMasterKey(elsewhere, catalog),
    /missing\/master\.key cannot be written: its directory/,
  )
})
