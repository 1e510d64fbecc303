/** The key that everything is sealed under: without it, or with another one, nothing starts and nothing is harmed. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startCaller } from '../support/caller.ts'
import { type Ended, ended, runWick, startWick, temporaryDirectory } from '../support/wick.ts'

test('WICK_MASTER_KEY_FILE puts the key elsewhere, and the data is of no use without it', async (t) => {
  const directory = await temporaryDirectory(t)
  const elsewhere = await temporaryDirectory(t)
  const environment = { WICK_MASTER_KEY_FILE: join(elsewhere, 'key') }
  const wick = await startWick({ directory, environment })
  t.after(() => wick.stop())
  assert.equal((await stat(environment.WICK_MASTER_KEY_FILE)).mode & 0o777, 0o400)
  await assert.rejects(stat(join(directory, 'master.key')), { code: 'ENOENT' })
  await wick.stop()

  const without = await start(directory)
  assert.equal(without.exitCode, 1)
  assert.match(
    without.stderr,
    /master key \S+\/master\.key is missing.*WICK_MASTER_KEY_FILE.*Nothing was changed/,
  )
  await assert.rejects(stat(join(directory, 'master.key')), { code: 'ENOENT' })
  const again = await startWick({ directory, environment })
  assert.equal(await again.stop(), 0)
})

const damages: readonly [string, (file: string) => Promise<void>, RegExp][] = [
  [
    'another key',
    (file) => replace(file, `${randomBytes(32).toString('hex')}\n`),
    /is not the master key of this data.*Put the right one back\. Nothing was changed\./,
  ],
  ['half a key', (file) => replace(file, 'a1b2c3'), /holds no master key: 64 hexadecimal digits/],
  ['an empty key', (file) => replace(file, ''), /holds no master key: 64 hexadecimal digits/],
  [
    'a key that others may read',
    (file) => chmod(file, 0o444),
    /is open to other users \(mode 0444\)\. Run: chmod 0400/,
  ],
  [
    'a directory in its place',
    async (file) => {
      await rename(file, `${file}.away`)
      await mkdir(file, 0o700)
    },
    /master\.key cannot be read: it is a directory/,
  ],
]

for (const [what, damage, said] of damages) {
  test(`with ${what} the server refuses to start, changes nothing, and goes on once the right one is back`, async (t) => {
    const { directory, profile } = await someData(t)
    const file = join(directory, 'master.key')
    const right = await readFile(file)
    const catalog = await readFile(join(directory, 'catalog.db'))

    await damage(file)
    const refused = await start(directory)
    assert.equal(refused.exitCode, 1)
    assert.equal(refused.stdout, '')
    assert.match(refused.stderr, said)
    assert.doesNotMatch(refused.stderr, /\n {4}at /, 'a stack trace is no explanation')
    assert.deepEqual(await readFile(join(directory, 'catalog.db')), catalog)

    await rename(file, `${file}.wrong`)
    await writeFile(file, right, { mode: 0o400 })
    const wick = await startWick({ directory })
    t.after(() => wick.stop())
    assert.deepEqual(await (await startCaller(wick)).profile('shop'), profile)
  })
}

async function someData(t: TestContext): Promise<{ directory: string; profile: unknown }> {
  const directory = await temporaryDirectory(t)
  const wick = await startWick({ directory })
  const caller = await startCaller(wick)
  await caller.createGroup('shop')
  const end = Date.now()
  const body = JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: 7 } } })
  assert.equal((await caller.post('shop', body)).status, 204)
  const profile = await caller.profile('shop')
  assert.equal(await wick.stop(), 0)
  return { directory, profile }
}

function start(directory: string): Promise<Ended> {
  return ended(runWick(['serve', '--data', directory, '--listen', '127.0.0.1:0']))
}

async function replace(file: string, content: string): Promise<void> {
  await rename(file, `${file}.away`)
  await writeFile(file, content, { mode: 0o400 })
}
