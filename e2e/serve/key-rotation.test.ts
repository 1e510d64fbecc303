/** Another master key: everything opens with it, the old one with nothing, and no moment leaves data without a key. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startCaller } from '../support/caller.ts'
import { post, type SomeData, someData } from '../support/some-data.ts'
import { type Ended, ended, runWick, startWick, temporaryDirectory } from '../support/wick.ts'

type Environment = Readonly<Record<string, string>>

test('after a rotation every profile and the administrator are as they were, and the old key is refused', async (t) => {
  const data = await someData(t)
  const file = join(data.directory, 'master.key')
  const old = await readFile(file, 'utf8')
  const { exitCode, stdout, stderr } = await rotate(data.directory)
  assert.equal(stderr, '')
  assert.equal(exitCode, 0)
  assert.match(
    stdout,
    /1 data key and 1 access key are sealed under it\..*\n.*master\.key, and the old one is gone/,
  )
  assert.notEqual(await readFile(file, 'utf8'), old)
  assert.equal((await stat(file)).mode & 0o777, 0o400)
  assert.deepEqual(
    (await readdir(data.directory)).filter((name) => name.startsWith('master')),
    ['master.key'],
  )
  await assertServes(data)

  await rm(file)
  await writeFile(file, old, { mode: 0o400 })
  const refused = await serve(data.directory)
  assert.equal(refused.exitCode, 1)
  assert.match(
    refused.stderr,
    /is not the master key of this data \(it is the one from before the last rotation\)/,
  )
})

test('wick iam rotate-master-key is the same command', async (t) => {
  const data = await someData(t)
  const old = await readFile(join(data.directory, 'master.key'))
  const command = ['iam', 'rotate-master-key']
  const { exitCode, stdout } = await ended(runWick([...command, '--data', data.directory]))
  assert.equal(exitCode, 0)
  assert.match(stdout, /1 data key and 1 access key are sealed under it/)
  assert.notDeepEqual(await readFile(join(data.directory, 'master.key')), old)
  await assertServes(data)
  const helps = await Promise.all(
    [command, ['key', 'rotate']].map((words) => ended(runWick(['help', ...words]))),
  )
  assert.equal(helps[0]!.stdout, helps[1]!.stdout)
})

test('while a server runs on the directory the rotation is refused, by name of the server, and changes nothing', async (t) => {
  const { directory } = await someData(t)
  const key = await readFile(join(directory, 'master.key'))
  const wick = await startWick({ directory })
  t.after(() => wick.stop())
  const { exitCode, stdout, stderr } = await rotate(directory)
  assert.equal(exitCode, 1)
  assert.equal(stdout, '')
  assert.match(
    stderr,
    new RegExp(`in use by another wick \\(process ${wick.process.pid}\\)\\. Stop it first`),
  )
  assert.deepEqual(await readFile(join(directory, 'master.key')), key)
  assert.equal((await (await startCaller(wick)).send({ target: '/profilingGroups' })).status, 200)
})

test('with --data-keys profiles from before and after are added up, across sealing and another rotation', async (t) => {
  const data = await someData(t)
  for (const samples of [21, 28]) {
    assert.match((await rotate(data.directory, ['--data-keys'])).stdout, /each group has a new data key/)
    const wick = await startWick({ directory: data.directory })
    const caller = await startCaller(wick)
    await post(caller, Date.now() - 15 * 60_000)
    assert.equal((await caller.send({ method: 'POST', target: '/v1/store/seal' })).status, 204)
    assert.deepEqual((await caller.profile('shop'))?.callgraph.counts, { RUNNABLE: samples })
    assert.equal(await caller.metric('wick_store_damage_total'), 0)
    assert.equal(await wick.stop(), 0)
  }
})

test('a key in the environment is changed there, and is never in a file', async (t) => {
  const [old, fresh] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]
  const data = await someData(t, { environment: { WICK_MASTER_KEY: old } })
  const alone = await rotate(data.directory, [], { WICK_MASTER_KEY: old })
  assert.equal(alone.exitCode, 1)
  assert.match(alone.stderr, /WICK_NEW_MASTER_KEY or with --new-key-file\. Nothing was changed/)

  const { exitCode, stdout, stderr } = await rotate(data.directory, [], {
    WICK_MASTER_KEY: old,
    WICK_NEW_MASTER_KEY: fresh,
  })
  assert.equal(stderr, '')
  assert.equal(exitCode, 0)
  assert.match(stdout, /start the server with it from now on/)
  for (const key of [old, fresh]) assert.ok(!stdout.includes(key))
  const refused = await serve(data.directory, { WICK_MASTER_KEY: old })
  assert.match(
    refused.stderr,
    /WICK_MASTER_KEY is not the master key of this data \(it is the one from before/,
  )
  await assertServes(data, { WICK_MASTER_KEY: fresh })
  assert.ok(!existsSync(join(data.directory, 'master.key')))
})

test('the key moves from its file to the environment: the file is removed', async (t) => {
  const data = await someData(t)
  const environment = { WICK_NEW_MASTER_KEY: randomBytes(32).toString('hex') }
  assert.equal((await rotate(data.directory, [], environment)).exitCode, 0)
  assert.ok(!existsSync(join(data.directory, 'master.key')))
  await assertServes(data, { WICK_MASTER_KEY: environment.WICK_NEW_MASTER_KEY })
})

test('a key at --master-key-file is replaced there, by the one in --new-key-file', async (t) => {
  const file = join(await temporaryDirectory(t), 'key')
  const mine = `${file}.mine`
  await writeFile(mine, `${randomBytes(32).toString('hex')}\n`, { mode: 0o400 })
  const data = await someData(t, { environment: { WICK_MASTER_KEY_FILE: file } })
  const { exitCode } = await rotate(data.directory, ['--master-key-file', file, '--new-key-file', mine])
  assert.equal(exitCode, 0)
  assert.deepEqual(await readFile(file), await readFile(mine))
  await assertServes(data, { WICK_MASTER_KEY_FILE: file })
})

const key = 'ab'.repeat(32)
const mistakes: readonly [readonly string[], Environment, number, RegExp][] = [
  [[], {}, 2, /--data DIR \(or WICK_DATA\) is needed/],
  [['--data', '/nowhere/wick'], {}, 1, /\/nowhere\/wick is no data directory of Wick/],
  [['--data', 'x', '--dta', 'y'], {}, 2, /'--dta'/],
  [
    ['--data', 'x'],
    { WICK_NEW_MASTER_KEY: 'c0ffee' },
    2,
    /WICK_NEW_MASTER_KEY must be 64 hexadecimal digits/,
  ],
  [['--data', 'x', '--new-key-file', 'f'], { WICK_NEW_MASTER_KEY: key }, 2, /give one new key/],
]

for (const [args, environment, code, said] of mistakes) {
  const typed = [...Object.keys(environment), 'wick key rotate', ...args].join(' ')
  test(`'${typed}' is explained, with exit code ${code}`, async () => {
    const { exitCode, stdout, stderr } = await ended(runWick(['key', 'rotate', ...args], environment))
    assert.equal(exitCode, code)
    assert.equal(stdout, '')
    assert.match(stderr, said)
    assert.doesNotMatch(stderr, /\n {4}at |c0ffee/)
  })
}

test('a rotation ended by kill -9 at any moment leaves a directory that starts, and can be rotated', async (t) => {
  const data = await someData(t)
  const seen = new Set<string>()
  for (const delay of [null, 0, 1, 2, 4, 8]) {
    const child = runWick(['key', 'rotate', '--data', data.directory, '--data-keys'])
    const end = ended(child)
    // From where the new key lies beside the old one there are a few milliseconds to the end.
    while (child.exitCode === null && !existsSync(join(data.directory, 'master.key.next'))) await wait(1)
    if (delay !== null) await wait(delay)
    child.kill('SIGKILL')
    await end
    seen.add(child.signalCode ?? 'done')
    await assertServes(data)
    assert.ok(!existsSync(join(data.directory, 'master.key.next')))
  }
  assert.ok(seen.has('SIGKILL'), 'every rotation was faster')
  assert.equal((await rotate(data.directory)).exitCode, 0)
  await assertServes(data)
})

async function assertServes({ directory, profile }: SomeData, environment: Environment = {}): Promise<void> {
  const wick = await startWick({ directory, environment })
  try {
    assert.deepEqual(await (await startCaller(wick)).profile('shop'), profile)
  } finally {
    assert.equal(await wick.stop(), 0)
  }
}

function rotate(
  directory: string,
  flags: readonly string[] = [],
  environment: Environment = {},
): Promise<Ended> {
  return ended(runWick(['key', 'rotate', '--data', directory, ...flags], environment))
}

function serve(directory: string, environment: Environment = {}): Promise<Ended> {
  return ended(runWick(['serve', '--data', directory, '--listen', '127.0.0.1:0'], environment))
}
