/** The key that everything is sealed under: without it, or with another one, nothing starts and nothing is harmed. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCaller } from '../support/caller.ts'
import { readOnlyView } from '../support/mounts.ts'
import { someData } from '../support/some-data.ts'
import {
  type Ended,
  ended,
  runWick,
  runWickAsPlainUser,
  startWick,
  temporaryDirectory,
} from '../support/wick.ts'

test('threat 18: WICK_MASTER_KEY_FILE puts the key elsewhere, and the data is of no use without it', async (t) => {
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

test('a key on a read-only file system, as secrets are mounted, is good for every start', async (t) => {
  const directory = await temporaryDirectory(t)
  const writable = await temporaryDirectory(t)
  await writeFile(join(writable, 'key'), randomBytes(32).toString('hex'), { mode: 0o400 })
  const environment = { WICK_MASTER_KEY_FILE: join(await readOnlyView(t, writable), 'key') }
  for (let starts = 0; starts < 3; starts++) {
    const wick = await startWick({ directory, environment })
    assert.equal(await wick.stop(), 0)
  }
  const rotation = await ended(runWick(['key', 'rotate', '--data', directory], environment))
  assert.equal(rotation.exitCode, 1)
  assert.match(rotation.stderr, /key\.next cannot be written: the file system is read-only\.\n$/)
})

test('with WICK_MASTER_KEY no key is written anywhere, said anywhere, or needed in a file', async (t) => {
  const key = randomBytes(32).toString('hex')
  const environment = { WICK_MASTER_KEY: key }
  const { directory, profile } = await someData(t, { environment })
  const wick = await startWick({ directory, environment })
  t.after(() => wick.stop())
  assert.deepEqual(await (await startCaller(wick)).profile('shop'), profile)
  await wick.stop()
  assert.ok(!`${wick.printed()}${wick.said()}`.includes(key))
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    assert.ok(!entry.name.includes('master.key'), entry.name)
    if (!entry.isFile()) continue
    const content = await readFile(join(entry.parentPath, entry.name))
    assert.ok(!content.includes(key) && !content.includes(Buffer.from(key, 'hex')), entry.name)
  }

  assertRefused(await start(directory), /master key \S+\/master\.key is missing.*WICK_MASTER_KEY/)
  const another = { WICK_MASTER_KEY: randomBytes(32).toString('hex') }
  assertRefused(
    await start(directory, another),
    /WICK_MASTER_KEY is not the master key of this data.*Nothing was/,
  )
})

test('a WICK_MASTER_KEY that is no key is refused, and not repeated', async (t) => {
  const directory = await temporaryDirectory(t)
  const { exitCode, stderr } = await start(directory, { WICK_MASTER_KEY: 'c0ffee' })
  assert.equal(exitCode, 2)
  assert.equal(
    stderr,
    'wick: WICK_MASTER_KEY must be 64 hexadecimal digits (0-9 and a-f); what it holds is not shown.\n',
  )
  assert.deepEqual(await readdir(directory), [])
})

test('a WICK_MASTER_KEY beside another key in the file is refused, with the word which one is right', async (t) => {
  const { directory } = await someData(t)
  const environment = { WICK_MASTER_KEY: randomBytes(32).toString('hex') }
  const file = join(directory, 'master.key')
  assertRefused(
    await start(directory, environment),
    /WICK_MASTER_KEY and the master key \S+master\.key are two different keys\. .* second: unset the variable/,
  )
  const same = { WICK_MASTER_KEY: (await readFile(file, 'utf8')).trim() }
  const wick = await startWick({ directory, environment: same })
  assert.equal(await wick.stop(), 0)
})

test('wick config check says that a master key is set, and no more', async () => {
  const key = randomBytes(32).toString('hex')
  for (const flags of [[], ['--json']]) {
    const check = runWick(['config', 'check', '--data', 'x', ...flags], { WICK_MASTER_KEY: key })
    const { exitCode, stdout, stderr } = await ended(check)
    assert.equal(exitCode, 0)
    assert.match(stdout, /^WICK_MASTER_KEY +set +\(never shown\)$|"masterKey": "set"/m)
    assert.ok(!stdout.includes(key))
    assert.equal(stderr, '')
  }
})

test('what the server starts does not inherit the keys', async (t) => {
  const directory = await temporaryDirectory(t)
  const key = randomBytes(32).toString('hex')
  const starter = join(await temporaryDirectory(t), 'starter.mjs')
  // Preloaded into the server: starts a program as the server would, when told.
  await writeFile(
    starter,
    `import { spawn } from 'node:child_process'
     process.on('SIGUSR2', () => spawn('env', { stdio: ['ignore', 2, 2] }).on('exit', () => console.error('DONE')))`,
  )
  const keys = { WICK_MASTER_KEY: key, WICK_NEW_MASTER_KEY: key }
  const environment = { ...keys, NODE_OPTIONS: `--import=${starter}`, WICK_REGION: 'eu-west-1' }
  const wick = await startWick({ directory, environment })
  t.after(() => wick.stop())
  const done = new Promise<void>((resolve) => {
    wick.process.stderr!.on('data', () => wick.said().includes('DONE') && resolve())
  })
  wick.process.kill('SIGUSR2')
  await done
  assert.match(wick.said(), /^WICK_REGION=eu-west-1$/m)
  assert.ok(!wick.said().includes(key))
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
  test(`threat 18: with ${what} the server refuses to start, changes nothing, and goes on once the right one is back`, async (t) => {
    const { directory, profile } = await someData(t)
    const file = join(directory, 'master.key')
    const right = await readFile(file)
    const catalog = await readFile(join(directory, 'catalog.db'))

    await damage(file)
    const refused = await start(directory)
    assertRefused(refused, said)
    assert.deepEqual(await readFile(join(directory, 'catalog.db')), catalog)

    await rename(file, `${file}.wrong`)
    await writeFile(file, right, { mode: 0o400 })
    const wick = await startWick({ directory })
    t.after(() => wick.stop())
    assert.deepEqual(await (await startCaller(wick)).profile('shop'), profile)
  })
}

test('a key that this user may not read is named', async (t) => {
  const { directory } = await someData(t)
  await chmod(join(directory, 'master.key'), 0o000)
  assertRefused(
    await ended(runWickAsPlainUser(['serve', '--data', directory, '--listen', '127.0.0.1:0'])),
    /master\.key cannot be read: this user has no permission/,
  )
})

function assertRefused({ exitCode, stdout, stderr }: Ended, said: RegExp): void {
  assert.equal(exitCode, 1)
  assert.equal(stdout, '')
  assert.match(stderr, said)
  assert.doesNotMatch(stderr, /\n {4}at /, 'a stack trace is no explanation')
}

function start(directory: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return ended(runWick(['serve', '--data', directory, '--listen', '127.0.0.1:0'], environment))
}

async function replace(file: string, content: string): Promise<void> {
  await rename(file, `${file}.away`)
  await writeFile(file, content, { mode: 0o400 })
}
