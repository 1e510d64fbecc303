/** A directory that cannot be used is named, with the reason, in one line; exit code 1. */
import assert from 'node:assert/strict'
import { chmod, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { startCaller } from '../support/caller.ts'
import { readOnlyView } from '../support/mounts.ts'
import {
  type Ended,
  ended,
  runWick,
  runWickAsPlainUser,
  startWick,
  temporaryDirectory,
} from '../support/wick.ts'

test('a directory below a regular file', async (t) => {
  const file = join(await temporaryDirectory(t), 'file')
  await writeFile(file, '')
  const reason = 'a part of the path is a file, not a directory'
  assertSaid(await serve(join(file, 'data')), `${file}/data cannot be written: ${reason}.`)
})

test('a regular file', async (t) => {
  const file = join(await temporaryDirectory(t), 'file')
  await writeFile(file, '')
  assertSaid(await serve(file), `${file} cannot be written: there is something else of that name.`)
})

test('a directory in which this user may not write', async (t) => {
  const directory = await temporaryDirectory(t)
  await chmod(directory, 0o555)
  const reason = 'this user has no permission'
  assertSaid(
    await serve(directory, { isPlainUser: true }),
    `The catalog ${directory}/catalog.db cannot be used: ${reason}.`,
  )
  assert.deepEqual(await readdir(directory), [])
})

test('a directory below one in which this user may not write', async (t) => {
  const directory = await temporaryDirectory(t)
  await chmod(directory, 0o555)
  const reason = 'this user has no permission'
  assertSaid(
    await serve(join(directory, 'data'), { isPlainUser: true }),
    `${directory}/data cannot be written: ${reason}.`,
  )
})

for (const was of ['empty', 'used']) {
  test(`a directory on a read-only file system that was ${was} before`, async (t) => {
    const writable = await temporaryDirectory(t)
    if (was === 'used') await startAndStop(writable)
    const directory = await readOnlyView(t, writable)
    const reason = 'the file system is read-only'
    assertSaid(await serve(directory), `The catalog ${directory}/catalog.db cannot be used: ${reason}.`)
  })
}

test('a directory with something else in place of the catalog', async (t) => {
  const directory = await temporaryDirectory(t)
  await writeFile(join(directory, 'catalog.db'), 'What was said in the meeting of March.\n'.repeat(200))
  const reason = 'file is not a database'
  assertSaid(await serve(directory), `The catalog ${directory}/catalog.db cannot be used: ${reason}.`)
})

for (const state of ['missing', 'empty']) {
  test(`a directory with profiles whose catalog is ${state}: nothing of it is taken for left over`, async (t) => {
    const directory = await temporaryDirectory(t)
    const wick = await startWick({ directory })
    const caller = await startCaller(wick)
    await caller.createGroup('shop')
    const end = Date.now()
    const body = JSON.stringify({
      start: end - 60_000,
      end,
      callgraph: { children: { main: { counts: { R: 1 } } } },
    })
    assert.equal((await caller.post('shop', body)).status, 204)
    assert.equal(await wick.stop(), 0)
    const catalog = join(directory, 'catalog.db')
    const aside = join(directory, 'aside.db')
    await rename(catalog, aside)
    if (state === 'empty') await writeFile(catalog, '')
    const files = (await readdir(directory, { recursive: true })).sort()
    const said = await serve(directory)
    assert.equal(said.exitCode, 1)
    assert.match(
      said.stderr,
      /catalog\.db is missing or empty, and there is data that only it can name \(.+\)\. Put it back, or the whole directory from a backup\. Nothing was changed\.\n$/,
    )
    assert.deepEqual((await readdir(directory, { recursive: true })).sort(), files)
    await rename(aside, catalog)
    await startAndStop(directory)
  })
}

test('a directory whose profiles were written by a later version', async (t) => {
  const directory = await temporaryDirectory(t)
  await startAndStop(directory)
  const header = Buffer.alloc(38)
  header.write('WICKSEG\0', 'latin1')
  header.writeUInt16LE(3, 8)
  header.writeUInt32LE(crc32(header.subarray(0, 34)), 34)
  const name = '001795617677040-00000000'
  await writeFile(join(directory, `profiles/${name}.wickseg`), header)
  const reason = `segment ${name}: it has format version 3; this version of Wick reads 2`
  assertSaid(await serve(directory), `The profiles in ${directory}/profiles cannot be opened: ${reason}`)
})

test('a directory it could use before still works after a refused start', async (t: TestContext) => {
  const directory = await temporaryDirectory(t)
  await startAndStop(directory)
  await chmod(directory, 0o555)
  assert.equal((await serve(directory, { isPlainUser: true })).exitCode, 1)
  await chmod(directory, 0o700)
  await startAndStop(directory)
})

async function startAndStop(directory: string): Promise<void> {
  assert.equal(await (await startWick({ directory })).stop(), 0)
}

function assertSaid({ exitCode, stdout, stderr }: Ended, message: string): void {
  assert.equal(stderr, `wick: ${message}\n`)
  assert.equal(exitCode, 1)
  assert.equal(stdout, '')
}

function serve(directory: string, { isPlainUser = false } = {}): Promise<Ended> {
  const args = ['serve', '--data', directory, '--listen', '127.0.0.1:0']
  return ended(isPlainUser ? runWickAsPlainUser(args) : runWick(args))
}
