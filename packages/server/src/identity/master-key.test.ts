import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { SecretKey } from '../config/secret-key.ts'
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
  await assert.rejects(openMasterKey({ file, given: null }, catalog), (error: Error) => {
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
  await openMasterKey({ file, given: null }, catalog)
  assert.match(readFileSync(file, 'utf8'), /^[0-9a-f]{64}\n$/)
  assert.equal(statSync(file).mode & 0o777, 0o400)
  assert.deepEqual(readdirSync(directory), ['master.key'])
})

test('later starts use the key that is there', async () => {
  const first = await openMasterKey({ file, given: null }, catalog)
  const text = readFileSync(file, 'utf8')
  const second = await openMasterKey({ file, given: null }, catalog)
  assert.equal(readFileSync(file, 'utf8'), text)
  assert.deepEqual(second.sealer.open('p', first.sealer.seal('p', Uint8Array.of(1))), Uint8Array.of(1))
})

test('a key made beforehand is taken', async () => {
  replaceKey('ab'.repeat(32))
  await openMasterKey({ file, given: null }, catalog)
  assert.equal(readFileSync(file, 'utf8'), 'ab'.repeat(32))
})

test('a start cut off after the key was made goes on with it', async () => {
  await openMasterKey({ file, given: null }, catalog)
  const text = readFileSync(file, 'utf8')
  const emptyCatalog = sqliteCatalog(openDatabase(':memory:'))
  await openMasterKey({ file, given: null }, emptyCatalog)
  await emptyCatalog.close()
  assert.equal(readFileSync(file, 'utf8'), text)
})

test('where data exists, a missing key is never replaced by a new one', async () => {
  await openMasterKey({ file, given: null }, catalog)
  rmSync(file)
  await refused(/is missing.*Put it back.*WICK_MASTER_KEY_FILE.*Nothing was changed/)
})

test('another key is refused', async () => {
  await openMasterKey({ file, given: null }, catalog)
  replaceKey('ab'.repeat(32))
  await refused(/is not the master key of this data.*Nothing was changed/)
})

test('a key that others can read is refused, with the remedy', async () => {
  await openMasterKey({ file, given: null }, catalog)
  for (const mode of [0o440, 0o404, 0o420, 0o644, 0o410]) {
    chmodSync(file, mode)
    await refused(new RegExp(`open to other users \\(mode 0${mode.toString(8)}\\)\\. Run: chmod 0400 `))
  }
  chmodSync(file, 0o600)
  await openMasterKey({ file, given: null }, catalog)
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

test('a key file with any one bit changed, or cut anywhere, opens nothing', async () => {
  await openMasterKey({ file, given: null }, catalog)
  const text = readFileSync(file, 'latin1')
  for (let length = 0; length < 64; length++) {
    replaceKey(text.slice(0, length))
    await refused(/64 hexadecimal digits are expected/)
  }
  for (let bit = 0; bit < 64 * 8; bit++) {
    const bytes = Buffer.from(text, 'latin1')
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    rmSync(file)
    writeFileSync(file, bytes, { mode: 0o400 })
    await refused(/64 hexadecimal digits are expected|is not the master key of this data/)
  }
})

test('a key that cannot be read or made is told in plain words', async () => {
  mkdirSync(file, { mode: 0o700 })
  await refused(/cannot be read: it is a directory/)
  const elsewhere = join(directory, 'missing', 'master.key')
  await assert.rejects(
    openMasterKey({ file: elsewhere, given: null }, catalog),
    /missing\/master\.key cannot be written: its directory/,
  )
})

const given = SecretKey.parse('a1'.repeat(32))!

test('with a key from the environment no file is made, and only that key opens the data', async () => {
  const first = await openMasterKey({ file, given }, catalog)
  const second = await openMasterKey({ file, given }, catalog)
  assert.deepEqual(readdirSync(directory), [])
  assert.deepEqual(second.sealer.open('p', first.sealer.seal('p', Uint8Array.of(1))), Uint8Array.of(1))
  await assert.rejects(
    openMasterKey({ file, given: SecretKey.generate() }, catalog),
    /^StartupError: WICK_MASTER_KEY is not the master key of this data .*Nothing was changed/,
  )
  await refused(/is missing.*or give the key itself in WICK_MASTER_KEY/)
})

test('a key from the environment and a file are one key, or refused with the word which is the right one', async () => {
  const refuses = (message: RegExp): Promise<void> =>
    assert.rejects(openMasterKey({ file, given }, catalog), ({ name, message: text }: Error) => {
      assert.equal(name, 'StartupError')
      assert.match(text, message)
      assert.doesNotMatch(text, /(?:a1){4}/)
      return true
    })
  replaceKey('b2'.repeat(32))
  await refuses(/^WICK_MASTER_KEY and the master key \S+ are two different keys\. Keep one of them\./)
  assert.equal(await catalog.readNote('master-key-check'), null)

  await openMasterKey({ file, given: null }, catalog)
  await refuses(/two different keys\. The data is encrypted under the second: unset the variable\./)
  replaceKey('c3'.repeat(32))
  await refuses(/two different keys\. The data is encrypted under neither/)
  assert.equal(readFileSync(file, 'utf8'), 'c3'.repeat(32))
  replaceKey('secret')
  await refuses(/holds no master key/)
  replaceKey('b2'.repeat(32))
  const same = await openMasterKey({ file, given: SecretKey.parse('b2'.repeat(32)) }, catalog)
  assert.equal(same.file, file)
  assert.equal(readFileSync(file, 'utf8'), 'b2'.repeat(32))
})

test('a file that is no key of any kind is not read to its end', async () => {
  replaceKey('ab'.repeat(32))
  truncateSync(file, 2 ** 42)
  await refused(/64 hexadecimal digits are expected/)
})

test("a key beside the right one, as a rotation leaves it that was cut off, is discarded; any other key's place is safe", async () => {
  await openMasterKey({ file, given: null }, catalog)
  const right = readFileSync(file, 'utf8')
  writeFileSync(`${file}.next`, 'half a k', { mode: 0o400 })
  writeFileSync(`${file}.next.new`, 'ha', { mode: 0o400 })
  await openMasterKey({ file, given: null }, catalog)
  assert.deepEqual(readdirSync(directory), ['master.key'])

  replaceKey('c3'.repeat(32))
  writeFileSync(`${file}.next`, right, { mode: 0o400 })
  await refused(/is not the master key of this data/)
  assert.equal(readFileSync(file, 'utf8'), 'c3'.repeat(32))
  rmSync(file)
  await openMasterKey({ file, given: null }, catalog)
  assert.equal(readFileSync(file, 'utf8'), right)
})
