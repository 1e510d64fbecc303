/** A group's profiles out to files and in again, by the command line, against a real server. */
import assert from 'node:assert/strict'
import { access, lstat, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { callPathSums } from '../support/call-paths.ts'
import { type Caller, startCaller } from '../support/caller.ts'
import { type Ended, ended, runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

const minute = 60_000
let wick: Wick
let caller: Caller
let files: string
const closing: (() => Promise<void>)[] = []

before(async () => {
  const scope = { after: (done: () => Promise<void>) => void closing.push(done) }
  files = await temporaryDirectory(scope)
  wick = await startWick({ directory: await temporaryDirectory(scope) })
  caller = await startCaller(wick)
  for (const group of ['orders', 'copy', 'sum']) await caller.createGroup(group)
  for (let host = 0; host < 3; host++) {
    for (let back = 1; back <= 4; back++) {
      const end = Date.now() - back * 5 * minute
      const main = {
        file: 'main;1.py',
        line: [3, 9],
        children: {
          'parse (a;b)\n': { counts: { RUNNABLE: host + 1, BLOCKED: back } },
          '__proto__\uD800': { counts: { RUNNABLE: 1 } },
        },
      }
      const agentMetadata = { fleetInfo: { hostName: `host-${host}` } }
      const { status } = await caller.post(
        'orders',
        JSON.stringify({ start: end - 5 * minute, end, agentMetadata, callgraph: { children: { main } } }),
      )
      assert.equal(status, 204)
    }
  }
})
after(async () => {
  await wick.stop()
  for (const close of closing) await close()
})

function store(...args: readonly string[]): Promise<Ended> {
  return ended(runWick(['store', ...args], { WICK_DATA: wick.directory }))
}

async function sums(group: string): Promise<ReturnType<typeof callPathSums>> {
  const profile = await caller.profile(group)
  return profile === null ? new Map() : callPathSums(profile)
}

test('an archive of a group, imported into another, answers as the first one does; again, it changes nothing', async () => {
  const file = join(files, 'orders.wickarc')
  const exported = await store('export', '--group', 'orders', '--output', file, '--json')
  assert.deepEqual([exported.exitCode, exported.stderr], [0, ''])
  const { profiles, lost, bytes } = JSON.parse(exported.stdout)
  assert.deepEqual([profiles, lost, bytes], [12, 0, (await readFile(file)).length])

  const imported = await store('import', '--group', 'copy', file)
  assert.deepEqual([imported.exitCode, imported.stdout], [0, 'wick: 12 profiles stored\n'])
  const expected = await sums('orders')
  assert.equal(expected.size, 3)
  assert.deepEqual(await sums('copy'), expected)

  const again = await store('import', '--group', 'copy', '--json', file)
  assert.deepEqual(JSON.parse(again.stdout), { stored: 0, repeated: 12, refused: 0, messages: [] })
  assert.deepEqual(await sums('copy'), expected)
})

test('the sum of a time goes out in each format and in again as one profile', async () => {
  const expected = await sums('orders')
  const time = ['--from', new Date(Date.now() - 60 * minute).toISOString(), '--to', new Date().toISOString()]
  const end = ['--to', new Date(Date.now() - 120 * minute).toISOString()]
  for (const [i, format] of ['speedscope', 'collapsed-by-counter', 'pprof'].entries()) {
    const file = join(files, `sum.${format}`)
    const out = await store('export', '--group', 'orders', ...time, '--format', format, '--output', file)
    assert.equal(out.exitCode, 0, out.stderr)
    const back = await store('import', '--group', 'sum', '--format', format, ...end, file)
    assert.deepEqual([back.exitCode, back.stdout], [0, 'wick: 1 profile stored\n'], back.stderr)
    assert.equal(total(await sums('sum')), (i + 1) * total(expected))
  }
  const stdout = await store('export', '--group', 'orders', ...time, '--format', 'collapsed', '--output', '-')
  assert.match(stdout.stdout, /^main;parse \(a%3Bb\)%0A \d+\n/m)
  assert.match(stdout.stderr, /^wick: \d+ B\n$/)
})

function total(of: ReturnType<typeof callPathSums>): number {
  return of.values().reduce((sum, count) => sum + count, 0)
}

/** Of an archive, as docs/formats.md has it. */
function chunksOf(archive: Buffer): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0; at < archive.length; at += chunks.at(-1)!.length)
    chunks.push(archive.subarray(at, at + 8 + archive.readUInt32LE(at)))
  return chunks
}

/** The same chunk in another place of an archive. */
function numbered(chunk: Buffer, number: number): Buffer {
  const moved = Buffer.from(chunk)
  moved.writeUInt32LE(number, 9)
  moved.writeUInt32LE(crc32(moved.subarray(8)), 4)
  return moved
}

test('what of archives is damaged, cut off or none is refused and named, and all the rest is imported', async () => {
  await caller.createGroup('rest')
  const file = join(files, 'whole.wickarc')
  await store('export', '--group', 'orders', '--output', file)
  const whole = await readFile(file)
  const [about, records, end] = chunksOf(whole) as [Buffer, Buffer, Buffer]
  const flipped = (bytes: Buffer, at: number): Buffer =>
    bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)) as Buffer
  const contents = {
    unknown: Buffer.concat([flipped(about, 30), records, end]),
    // The same records twice: the first ones are damaged.
    damaged: Buffer.concat([about, flipped(records, 40), numbered(records, 2), numbered(end, 3)]),
    none: Buffer.from('something longer than the header of a chunk'),
    cut: whole.subarray(0, -1),
  }
  const [unknown, damaged, none, cut] = await Promise.all(
    Object.entries(contents).map(async ([name, bytes]) => {
      const path = join(files, `${name}.wickarc`)
      await writeFile(path, bytes)
      return path
    }),
  )
  const args = ['import', '--group', 'rest', unknown!, damaged!, none!, cut!] as const
  const imported = await store(...args)
  assert.deepEqual(
    [imported.exitCode, imported.stdout],
    [1, 'wick: 12 profiles stored, 12 were there already\n'],
  )
  const messages = [
    `${unknown}: The chunk is not what was written: its checksum does not fit.`,
    `${damaged}: The chunk is not what was written: its checksum does not fit.`,
    `${none} is no archive of Wick.`,
    `${cut} was cut off: what is whole of it was imported.`,
  ]
  assert.equal(
    imported.stderr,
    `wick: 4 refused:\n${messages.map((message) => `      ${message}\n`).join('')}`,
  )
  const again = await store(...args, '--json')
  assert.deepEqual(JSON.parse(again.stdout), { stored: 0, repeated: 24, refused: 4, messages })
  assert.deepEqual(await sums('rest'), await sums('orders'))
})

test('a chunk that became the end, or of no kind, by damage is refused and hides nothing behind it', async () => {
  await caller.createGroup('hidden')
  const file = join(files, 'hiding.wickarc')
  await store('export', '--group', 'orders', '--output', file)
  const [about, records, end] = chunksOf(await readFile(file)) as [Buffer, Buffer, Buffer]
  const ofKind = (kind: number): Buffer => records.map((byte, i) => (i === 8 ? kind : byte)) as Buffer
  for (const [kind, stored, repeated] of [
    [2, 12, 0],
    [7, 0, 12],
  ] as const) {
    await writeFile(file, Buffer.concat([about, ofKind(kind), numbered(records, 2), numbered(end, 3)]))
    const { exitCode, stdout } = await store('import', '--group', 'hidden', '--json', file)
    const messages = [`${file}: The chunk is not what was written: its checksum does not fit.`]
    assert.deepEqual([exitCode, JSON.parse(stdout)], [1, { stored, repeated, refused: 1, messages }])
  }
})

test('of archives one behind the other in a file it is said that only the first is imported', async () => {
  const file = join(files, 'two.wickarc')
  await store('export', '--group', 'orders', '--output', file)
  const archive = await readFile(file)
  await writeFile(file, Buffer.concat([archive, archive]))
  const { exitCode, stderr } = await store('import', '--group', 'rest', file)
  const message = `${file} goes on behind its end, at byte ${archive.length}: what is before it was imported.`
  assert.deepEqual([exitCode, stderr], [1, `wick: 1 refused:\n      ${message}\n`])
})

test('a file that cannot be read is refused by name, and the others are imported', async () => {
  await caller.createGroup('others')
  // Larger than any program of Node reads at once, and empty on disk.
  const large = join(files, 'large.collapsed')
  await writeFile(large, '')
  await truncate(large, 3 * 1024 ** 3)
  const good = join(files, 'good.collapsed')
  await writeFile(good, 'main;parse 3\n')
  const end = new Date(Date.now() - minute).toISOString()
  const imported = await store('import', '--group', 'others', '--to', end, large, good)
  assert.deepEqual([imported.exitCode, imported.stdout], [1, 'wick: 1 profile stored\n'])
  assert.match(imported.stderr, /^wick: 1 refused:\n {6}.*large\.collapsed cannot be read: File size .*\n$/)
})

test('an export leaves devices and links what they are, and says in a line why it cannot write', async () => {
  const file = join(files, 'plain.wickarc')
  const to = async (target: string, name: string): Promise<Ended> => {
    const link = join(files, name)
    await symlink(target, link)
    const done = await store('export', '--group', 'orders', '--output', link)
    assert.ok((await lstat(link)).isSymbolicLink(), name)
    return done
  }
  await writeFile(file, '')
  assert.equal((await to(file, 'link')).exitCode, 0)
  assert.ok((await readFile(file)).length > 0)
  assert.equal((await to('/dev/null', 'nothing')).exitCode, 0)
  const full = await to('/dev/full', 'full')
  assert.equal(full.exitCode, 1)
  assert.match(full.stderr, /^wick: \/dev\/full cannot be written: ENOSPC[^\n]*\n$/)
  const directory = await store('export', '--group', 'orders', '--output', files)
  assert.deepEqual([directory.exitCode, directory.stderr], [1, `wick: ${files} is a directory.\n`])
})

const nobody = "wick: The server refused: The profiling group 'nobody' does not exist.\n"
const failures: readonly (readonly [readonly string[], number, RegExp | string])[] = [
  [['export', '--group', 'orders'], 2, /needs --output/],
  [['export', '--output', 'x'], 2, /needs --group/],
  [['export', '--group', 'orders', '--output', 'x', '--format', 'svg'], 2, /no format 'svg': archive, pprof/],
  [['export', '--group', 'orders', '--output', 'x', '--format', 'pprof'], 2, /A time is needed for pprof/],
  [['export', '--group', 'orders', '--output', 'x', '--from', 'noon'], 2, /--from must be a time such as/],
  [['export', '--group', 'orders', '--output', 'x', '--period', 'PT1H'], 2, /An archive has no --period/],
  [['export', '--group', 'orders', '--output', '-', '--json'], 2, /no room for --json/],
  [['export', '--group', 'orders', '--output', '/nowhere/x'], 1, /\/nowhere\/x.partial cannot be written/],
  [['export', '--group', 'nobody', '--output', 'x'], 1, nobody],
  [['import', '--group', 'copy'], 2, /needs a FILE/],
  [['import', '--group', 'copy', 'x.txt'], 2, /The name of x.txt does not tell what it is/],
  [['import', '--group', 'copy', 'x.folded'], 2, /x.folded does not say of what time it is: give --to/],
  [['import', '--group', 'copy', 'missing.wickarc'], 1, /missing.wickarc cannot be read: ENOENT/],
  [['import', '--group', 'nobody', 'HERE.json'], 1, nobody],
  [['import', '--group', 'copy', '--format', 'archive', 'HERE.json'], 1, /HERE.json is no archive of Wick/],
  [
    ['import', '--group', 'copy', 'HERE.json'],
    1,
    /wick: 1 refused:\n {6}.*HERE.json: The field start is required/,
  ],
]
for (const [args, code, message] of failures) {
  test(`wick store ${args.join(' ')} fails with ${code}, and says why`, async () => {
    const here = join(files, 'HERE.json')
    await writeFile(here, '{"end":1,"callgraph":{},"something":"longer than the header of a chunk"}')
    const output = join(files, 'x')
    const given = args.map((arg) => (arg === 'HERE.json' ? here : arg === 'x' ? output : arg))
    const { exitCode, stdout, stderr } = await store(...given)
    assert.equal(exitCode, code, stderr)
    assert.equal(stdout, code === 1 && stderr.includes('1 refused') ? 'wick: 0 profiles stored\n' : '')
    if (typeof message === 'string') assert.equal(stderr, message)
    else assert.match(stderr, message)
    await assert.rejects(access(output))
  })
}
