/** `wick audit`: what an operator does with the trail, and what somebody who tampers with it is caught by. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startCaller } from '../support/caller.ts'
import { type Ended, ended, runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

const audit = (...args: readonly string[]): Promise<Ended> => ended(runWick(['audit', ...args]))

async function until(what: string, is: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; !(await is()); i++) {
    assert.ok(i < 300, what)
    await wait(100)
  }
}

/** Each hour there is a digest that nobody asked for: not while they are counted. */
async function awayFromTheHour(): Promise<void> {
  const hour = 3_600_000
  const left = hour - (Date.now() % hour)
  if (left < 30_000) await wait(left + 1000)
}

/** What takes digests, and fails at first. */
async function sinkOf(t: TestContext) {
  const got: string[] = []
  let failures = 0
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const isFailing = failures === 0
    if (isFailing) failures++
    else got.push(body)
    response.writeHead(isFailing ? 500 : 204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/digests`, got }
}

test('digests are made, signed anew, copied outside; all of it is verified beside the server and without it', async (t) => {
  const parent = await temporaryDirectory(t)
  const [directory, copy] = [join(parent, 'data'), join(parent, 'copy')]
  await mkdir(copy)
  await awayFromTheHour()
  const sink = await sinkOf(t)
  const flags = ['--insecure-http', '--audit-copy-directory', copy, '--audit-sink', sink.url]
  const wick = await startWick({ directory, flags })
  const caller = await startCaller(wick)
  await caller.createGroup('shop')
  const data = ['--data', directory]

  const keys = await audit('public-key', ...data)
  const keyFile = join(parent, 'key.pem')
  await writeFile(keyFile, keys.stdout)
  assert.match(
    (await audit('digest', ...data)).stdout,
    /^wick: digest 2 covers the trail up to record \d+\n$/,
  )
  assert.match((await audit('rotate-key', ...data)).stdout, /digest 3 is the last one under the old key/)
  await caller.createGroup('mail')
  assert.equal((await audit('digest', ...data)).exitCode, 0)
  const jsonIn = async (path: string) => (await readdir(path)).filter((name) => name.endsWith('.json'))
  await until('the copy', async () => (await jsonIn(copy)).length === 4)

  const outside = ['--digests', copy]
  const proofs = [outside, ['--public-key', keyFile]]
  for (const proof of proofs) {
    const { exitCode, stdout, stderr } = await audit('verify', ...data, ...proof)
    assert.equal(exitCode, 0, stdout + stderr)
    assert.match(stdout, /^\d+ records and 4 digests are as they were written/)
  }
  const noted = /(\d+:[0-9a-f]{64})/.exec((await audit('verify', ...data)).stdout)![1]!
  const followed = await audit('tail', ...data, '--no-follow', '--lines', '1000')
  assert.match(
    followed.stdout,
    /wick-admin {2}127\.0\.0\.1 {2}CreateProfilingGroup {2}\S+profilingGroup\/shop\n/,
  )

  // The sink failed once: it is asked again within a minute, or when the server stops.
  assert.equal(await wick.stop(), 0)
  assert.match(wick.said(), /audit.copy-failed.*answered 500/)
  assert.deepEqual(
    sink.got,
    await Promise.all((await jsonIn(copy)).sort().map((name) => readFile(join(copy, name), 'utf8'))),
  )

  for (const proof of [...proofs, ['--noted', noted]])
    assert.equal((await audit('verify', ...data, ...proof)).exitCode, 0, proof.join(' '))
  const rotated = await ended(runWick(['key', 'rotate', ...data]))
  assert.equal(rotated.exitCode, 0, rotated.stderr)
  assert.equal((await audit('verify', ...data)).exitCode, 0, 'under the new master key')

  const records = join(directory, 'audit/records')
  const [name] = await readdir(records)
  const bytes = await readFile(join(records, name!))
  bytes[3]! ^= 0x10
  await writeFile(join(records, name!), bytes)
  const told = await audit('verify', ...data)
  assert.deepEqual([told.exitCode, told.stdout], [1, `audit/records/${name}: was changed\n`])
})

test('the trail is followed while calls are made', async (t) => {
  const directory = await temporaryDirectory(t)
  const wick = await startWick({ directory, flags: ['--insecure-http'] })
  const tail = runWick(['audit', 'tail', '--data', directory, '--json'])
  t.after(async () => {
    const end = once(tail, 'exit')
    if (tail.kill()) await end
    await wick.stop()
  })
  let seen = ''
  tail.stdout!.on('data', (chunk: Buffer) => {
    seen += chunk
  })
  const caller = await startCaller(wick)
  for (const name of ['one', 'two']) {
    await caller.createGroup(name)
    await until(name, () => seen.includes(`"profilingGroupName":"${name}"`))
  }
  for (const line of seen.trim().split('\n')) assert.equal(typeof JSON.parse(line).eventID, 'string')
})

test('a call is in the trail for as many days as --audit-retention-days says, and no longer', async (t) => {
  const parent = await temporaryDirectory(t)
  const directory = join(parent, 'data')
  const clock = join(parent, 'clock.mjs')
  await writeFile(clock, 'const { now } = Date; Date.now = () => now() + process.env.DAYS_AHEAD * 86_400_000')
  const after = async (days: number, meanwhile = async (_: Wick): Promise<void> => {}): Promise<string> => {
    const environment = { NODE_OPTIONS: `--import=${clock}`, DAYS_AHEAD: String(days) }
    const wick = await startWick({ directory, flags: ['--audit-retention-days', '1'], environment })
    await meanwhile(wick)
    assert.equal(await wick.stop(), 0)
    const { exitCode, stdout, stderr } = await audit('verify', '--data', directory)
    assert.equal(exitCode, 0, stdout + stderr)
    return (await audit('export', '--data', directory)).stdout
  }
  const first = await after(0, async (wick) => {
    await (await startCaller(wick)).createGroup('shop')
    assert.equal((await audit('digest', '--data', directory)).exitCode, 0)
  })
  assert.match(first, /CreateProfilingGroup/)
  // A clock that jumps ahead makes nothing old: it may be set right again.
  assert.match(await after(800), /CreateProfilingGroup/)
  assert.match(await after(0.9), /CreateProfilingGroup/)
  assert.doesNotMatch(await after(1.8), /CreateProfilingGroup/)
})
