/** What a server keeps, in numbers, and whether it is what was written: by the command line, while the server runs. */
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Caller, startCaller } from '../support/caller.ts'
import { type Ended, ended, runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

const minute = 60_000
let wick: Wick
let caller: Caller
const closing: (() => Promise<void>)[] = []

before(async () => {
  const scope = { after: (done: () => Promise<void>) => void closing.push(done) }
  wick = await startWick({ directory: await temporaryDirectory(scope) })
  caller = await startCaller(wick)
  await caller.createGroup('orders')
  for (let back = 1; back <= 3; back++) {
    const end = Date.now() - back * 5 * minute
    const callgraph = { children: { main: { counts: { RUNNABLE: back } } } }
    const { status } = await caller.post('orders', JSON.stringify({ start: end - minute, end, callgraph }), {
      token: `t${back}`,
    })
    assert.equal(status, 204)
  }
})
after(async () => {
  await wick.stop()
  for (const close of closing) await close()
})

function store(...args: readonly string[]): Promise<Ended> {
  return ended(runWick(['store', ...args], { WICK_DATA: wick.directory }))
}

async function samples(): Promise<number> {
  const profile = await caller.profile('orders')
  return profile?.callgraph.children?.main?.counts?.RUNNABLE ?? 0
}

test('stats tell profiles, files, bytes and times of each group, before and after sealing', async () => {
  const { groups: before } = JSON.parse((await store('stats', '--json')).stdout)
  assert.deepEqual([before[0].profilingGroupName, before[0].unsealed.profiles], ['orders', 3])
  await store('seal')
  const { exitCode, stdout, stderr } = await store('stats', '--json')
  assert.deepEqual([exitCode, stderr], [0, ''])
  const { groups, segments, tokens } = JSON.parse(stdout)
  assert.equal(groups[0].unsealed.profiles, 0)
  const [windows] = groups[0].levels
  assert.deepEqual([windows.level, windows.files, windows.profiles], ['PT5M', 3, 3])
  const files = await readdir(join(wick.directory, 'blocks', groups[0].groupId))
  const sizes = await Promise.all(
    files.map(
      async (file) => (await readFile(join(wick.directory, 'blocks', groups[0].groupId, file))).length,
    ),
  )
  const told = [...groups[0].levels, groups[0].dictionaries].reduce((sum, { bytes }) => sum + bytes, 0)
  assert.equal(
    told,
    sizes.reduce((a, b) => a + b),
  )
  assert.equal(segments.files, 0)
  assert.equal(tokens.files, 1)
  const text = (await store('stats')).stdout
  assert.match(text, /^orders\n {2}not sealed +0 profiles +0 B\n {2}5 minutes +3 profiles +3 files +\d/)
  assert.match(text, /\nall: [\d.]+ kB; 0 segments 0 B, 1 token list \d+ B\n$/)
})

test('what is as it was written is said to be; a changed byte is found, and can be quarantined', async () => {
  const sound = await store('verify')
  assert.deepEqual([sound.exitCode, sound.stderr], [0, ''])
  assert.match(sound.stdout, /^wick: \d+ files read, all as they were written\n$/)
  assert.equal(await samples(), 6)

  const { groups } = JSON.parse((await store('stats', '--json')).stdout)
  const directory = join(wick.directory, 'blocks', groups[0].groupId)
  const start = groups[0].levels[0].newest as number
  const file = (await readdir(directory)).find((name) => name.startsWith(`${start}-`) && name.length === 50)!
  const bytes = await readFile(join(directory, file))
  bytes[bytes.length - 1]! ^= 1
  await writeFile(join(directory, file), bytes)

  const found = await store('verify')
  assert.equal(found.exitCode, 1)
  const key = `${groups[0].groupId}/${file}`
  assert.equal(
    found.stdout.slice(0, found.stdout.lastIndexOf('wick: ')),
    `wick: damaged: ${key}, byte 0 (group orders, ${new Date(start).toISOString()})\n` +
      '      lost: 1 profile of one group; roll-ups made before have their sum\n',
  )
  const moved = JSON.parse((await store('verify', '--quarantine', '--json')).stdout)
  assert.deepEqual([moved.findings.length, moved.findings[0].isQuarantined], [1, true])
  assert.deepEqual(await readdir(join(wick.directory, 'blocks/quarantine')), [key.replace('/', '.')])
  assert.equal((await store('verify')).exitCode, 0)
  // Where its hour is over there is a roll-up by now, which holds it.
  const hours = groups[0].levels.find(({ level }: { level: string }) => level === 'PT1H')
  const isInRollUp = hours.newest !== null && start < hours.newest + 60 * minute
  assert.equal(await samples(), isInRollUp ? 6 : 5)
})

test('both need a server that runs on the directory, and no other flags than they know', async () => {
  for (const command of ['stats', 'verify']) {
    const unknown = await store(command, '--what')
    assert.deepEqual([unknown.exitCode, unknown.stdout], [2, ''])
    const nowhere = await ended(runWick(['store', command, '--data', '/nowhere']))
    assert.equal(nowhere.exitCode, 1)
    assert.match(nowhere.stderr, /There is no \/nowhere\/(credentials|config):/)
  }
})
