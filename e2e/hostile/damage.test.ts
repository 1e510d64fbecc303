/** Damage on disk: found by its checksum, reported, and never a wrong number; everything it does not concern is served. */
import assert from 'node:assert/strict'
import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { CallNode } from '../support/call-paths.ts'
import { type Caller, startCaller } from '../support/caller.ts'
import { ended, runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

const headerBytes = 38
const groups = ['a', 'b']

/** What was posted to a directory, one post after the other and alternately to two groups, and the segment it is in. */
interface Stored {
  readonly directory: string
  readonly segment: string
  readonly bytes: Buffer
  /** Where the record of each post begins and, at the end, where the last one ends: docs/formats.md. */
  readonly borders: readonly number[]
}

test('a record with a flipped byte is left out with what its group has after it; the other group is whole', async (t) => {
  const stored = await store(t, 8)
  const at = stored.borders[2]!
  await flip(stored, at + 80)
  const { wick, caller } = await start(t, stored)
  await assertHolds(caller, 'a', [0])
  await assertHolds(caller, 'b', [1, 3, 5, 7])
  const told = reports(wick)
  assert.deepEqual(told.filter(({ offset }) => offset === at).length, 1)
  for (const { level, file, lost } of told)
    assert.deepEqual([level, file, typeof lost], ['error', stored.segment, 'string'])
  assert.equal(await caller.metric('wick_store_damage_total'), told.length)
})

test('after damage the group goes on: what is posted then is kept and served, beside what was before', async (t) => {
  const stored = await store(t, 4)
  await flip(stored, stored.borders[2]! + 80)
  const { wick, caller } = await start(t, stored)
  await post(caller, 4)
  await assertHolds(caller, 'a', [0, 4])
  assert.equal(await wick.stop(), 0)
  const again = await start(t, stored)
  await assertHolds(again.caller, 'a', [0, 4])
  await assertHolds(again.caller, 'b', [1, 3])
})

test('wherever a byte is flipped, no number is wrong, what is before it is served, and it is reported', async (t) => {
  const stored = await store(t, 6)
  const { borders, bytes } = stored
  const middle = borders[3]!
  // Of the file's header, of a record's length, checksum, kind, group, ordinal, window, time, token, digest, payload, tag.
  const inHeader = [0, 8, 12, 30, 35]
  const inRecord = [0, 1, 3, 4, 8, 9, 25, 29, 33, 41, 57, 73, 90].map((offset) => middle + offset)
  for (const at of [...inHeader, ...inRecord, borders[4]! - 1, bytes.length - 1]) {
    await writeFile(stored.segment, bytes)
    await flip(stored, at)
    const { wick, caller } = await start(t, stored)
    const firstHit = at < headerBytes ? 0 : borders.findLastIndex((border) => border <= at)
    for (const group of groups) {
      const held = await heldOf(caller, group)
      const before = numbersOf(group, firstHit)
      assert.deepEqual(held.slice(0, before.length), before, `${group} with byte ${at} flipped`)
      assert.ok(!held.includes(firstHit))
    }
    assert.ok(reports(wick).length > 0, `byte ${at} flipped and nothing said`)
    assert.equal(await caller.metric('wick_store_damage_total'), reports(wick).length)
    await wick.stop()
  }
})

test('a segment cut short anywhere keeps what is whole; the rest is reported once, kept aside, and no obstacle', async (t) => {
  const stored = await store(t, 4)
  const { directory, segment, bytes, borders } = stored
  const last = borders[3]!
  const lengths = [
    1,
    headerBytes - 1,
    headerBytes + 3,
    borders[1]! + 50,
    last + 1,
    last + 8,
    last + 40,
    bytes.length - 1,
  ]
  for (const length of lengths) {
    await writeFile(segment, bytes)
    await truncate(segment, length)
    const { wick, caller } = await start(t, stored)
    const sound = borders.findLast((border) => border <= length) ?? 0
    const whole = Math.max(0, borders.indexOf(sound))
    for (const group of groups) await assertHolds(caller, group, numbersOf(group, whole))
    assert.deepEqual(
      reports(wick).map(({ file, offset }) => ({ file, offset })),
      [{ file: segment, offset: sound }],
    )
    assert.equal(await caller.metric('wick_store_damage_total'), 1)
    const aside = await readdir(join(directory, 'profiles/quarantine'))
    const contents = await Promise.all(
      aside.map((name) => readFile(join(directory, 'profiles/quarantine', name))),
    )
    assert.ok(contents.some((tail) => tail.equals(bytes.subarray(sound, length))))
    await wick.stop()
    const again = await start(t, stored)
    assert.deepEqual(reports(again.wick), [], 'reported a second time')
    for (const group of groups) await assertHolds(again.caller, group, numbersOf(group, whole))
    await again.wick.stop()
  }
  const { caller } = await start(t, stored)
  await post(caller, 4)
  await assertHolds(caller, 'a', [0, 2, 4])
})

test('zeros behind the last record, as a power cut leaves them, are cut off, and nothing else is', async (t) => {
  const stored = await store(t, 4)
  await appendFile(stored.segment, Buffer.alloc(4096))
  const { wick, caller } = await start(t, stored)
  for (const group of groups) await assertHolds(caller, group, numbersOf(group, 4))
  assert.equal(reports(wick).length, 1)
  assert.deepEqual(await readFile(stored.segment), stored.bytes)
})

test('profiles that are damaged while the server runs are found when they are read', async (t) => {
  const stored = await store(t, 4)
  const { wick, caller } = await start(t, stored)
  await flip(stored, stored.borders[2]! + 80)
  await assertHolds(caller, 'a', [0])
  await assertHolds(caller, 'b', [1, 3])
  assert.equal(reports(wick).length, 1)
  assert.equal(await caller.metric('wick_store_damage_total'), 1)
})

test("a group's data key that was changed is named, and nothing is served under another", async (t) => {
  const { directory } = await store(t, 2)
  const file = join(directory, 'catalog.db')
  const catalog = new DatabaseSync(file)
  const { key } = catalog
    .prepare("SELECT sealed_data_key AS key FROM profiling_groups WHERE name = 'a'")
    .get() as {
    key: Uint8Array
  }
  key[30]! ^= 1
  catalog.prepare("UPDATE profiling_groups SET sealed_data_key = ? WHERE name = 'a'").run(key)
  catalog.close()
  const { exitCode, stderr } = await ended(runWick(['serve', '--data', directory, '--listen', '127.0.0.1:0']))
  assert.equal(exitCode, 1)
  assert.match(
    stderr,
    /^wick: The data key of the profiling group 'a' in \S+catalog\.db cannot be opened: .*\n$/,
  )
})

async function store(t: TestContext, count: number): Promise<Stored> {
  const directory = await temporaryDirectory(t)
  const wick = await startWick({ directory, flags: ['--insecure-http'] })
  const caller = await startCaller(wick)
  for (const group of groups) await caller.createGroup(group)
  for (let number = 0; number < count; number++) await post(caller, number)
  assert.equal(await wick.stop(), 0)
  const segments = (await readdir(join(directory, 'profiles'))).filter((name) => name.endsWith('.wickseg'))
  assert.equal(segments.length, 1)
  const segment = join(directory, 'profiles', segments[0]!)
  const bytes = await readFile(segment)
  const borders = [headerBytes]
  while (borders.at(-1)! < bytes.length)
    borders.push(borders.at(-1)! + 8 + bytes.readUInt32LE(borders.at(-1)!))
  assert.deepEqual([borders.length, borders.at(-1)], [count + 1, bytes.length])
  return { directory, segment, bytes, borders }
}

/** Even numbers go to `a`, odd ones to `b`. */
async function post(caller: Caller, number: number): Promise<void> {
  const end = Date.now()
  const children = { [`post ${number}`]: { counts: { RUNNABLE: 1 + number } } }
  const body = JSON.stringify({ start: end - 1000, end, callgraph: { children: { main: { children } } } })
  assert.equal((await caller.post(groups[number % 2]!, body, { token: `post-${number}` })).status, 204)
}

function numbersOf(group: string, count: number): number[] {
  return [...Array(count).keys()].filter((number) => groups[number % 2] === group)
}

async function flip({ segment }: Stored, at: number): Promise<void> {
  const bytes = await readFile(segment)
  bytes[at]! ^= 0x10
  await writeFile(segment, bytes)
}

async function start(t: TestContext, { directory }: Stored): Promise<{ wick: Wick; caller: Caller }> {
  const wick = await startWick({ directory, flags: ['--insecure-http'] })
  t.after(() => wick.stop())
  return { wick, caller: await startCaller(wick) }
}

/** The numbers of the posts that a group shows, each with the count it was posted with. */
async function heldOf(caller: Caller, group: string): Promise<number[]> {
  const profile = await caller.profile(group)
  const children: Readonly<Record<string, CallNode>> = profile?.callgraph.children?.main?.children ?? {}
  return Object.entries(children).map(([name, { counts }]) => {
    const number = Number(/^post (\d+)$/.exec(name)?.[1])
    assert.deepEqual(counts, { RUNNABLE: 1 + number })
    return number
  })
}

async function assertHolds(caller: Caller, group: string, numbers: readonly number[]): Promise<void> {
  assert.deepEqual(await heldOf(caller, group), numbers, group)
}

interface Report {
  readonly level: string
  readonly event: string
  readonly file: string
  readonly offset: number
  readonly lost: string
}

/** The lines about damage on stderr. */
function reports(wick: Wick): Report[] {
  const lines = wick
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'store.damage')
}
