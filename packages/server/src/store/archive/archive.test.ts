/** Archives: every profile once, as it is kept, and back again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { encodeIon, ProfileDecoder } from '@wick/profile'
import { naiveFromJson, naiveFromTree } from '@wick/profile/testing'
import fc from 'fast-check'
import { openDirectoryBlobs } from '../../storage/files/directory-blobs.ts'
import type { ArchivePage, ArchivePlace, ChunkOutcome, ImportFile } from '../../storage/ports.ts'
import { DayEpochs } from '../day-epochs.ts'
import { badSector, failingDisk } from '../testing/failing-disk.ts'
import {
  answered,
  body,
  forgetWindows,
  group,
  minute,
  noon,
  type OpenStore,
  otherGroup,
  type StoreBench,
  send,
  storeBench,
} from '../testing/store-bench.ts'
import { verifyAll } from '../testing/verify-all.ts'
import {
  type ArchiveRecord,
  decodeChunk,
  decodeRecords,
  encodeChunk,
  encodeRecord,
} from './archive-format.ts'
import { archivePage } from './archive-page.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const hour = 60 * minute
const day = 24 * hour

async function pagesOf(
  { store }: OpenStore,
  from: number,
  to: number,
  pageBytes = 10_000,
  groupId = group.id,
): Promise<ArchivePage[]> {
  const pages: ArchivePage[] = []
  let after: ArchivePlace | null = null
  do {
    const page: ArchivePage | null = await store.archive({
      groupId,
      from,
      to,
      about: { name: 'x' },
      pageBytes,
      after,
    })
    assert.ok(page !== null)
    pages.push(page)
    after = page.next
  } while (after !== null)
  return pages
}

/** Flips a bit of a sealed file. */
function damage({ disk }: StoreBench, key: string, place: number): void {
  const file = `blocks/${key}`
  disk.replace(
    file,
    disk.contents(file).map((byte, at) => (at === place ? byte ^ 1 : byte)),
  )
}

/** Whole chunks, cut at their lengths as a program that knows nothing else of the format does. */
function chunksOf(pages: readonly ArchivePage[]): Buffer[] {
  const file = Buffer.concat(pages.map(({ bytes }) => bytes))
  const chunks: Buffer[] = []
  for (let at = 0; at < file.length; at += chunks.at(-1)!.length)
    chunks.push(file.subarray(at, at + 8 + file.readUInt32LE(at)))
  return chunks
}

async function recordsOf(pages: readonly ArchivePage[]): Promise<ArchiveRecord[]> {
  const records: ArchiveRecord[] = []
  for (const chunk of chunksOf(pages)) {
    const { kind, content } = await decodeChunk(chunk)
    if (kind === 'records') records.push(...decodeRecords(content))
  }
  return records
}

async function importAll(
  { store }: OpenStore,
  pages: readonly ArchivePage[],
  receivedAt: number,
): Promise<ChunkOutcome[]> {
  const outcomes: ChunkOutcome[] = []
  for (const chunk of chunksOf(pages))
    outcomes.push(
      await store.importChunk({ groupId: otherGroup.id, chunk: Uint8Array.from(chunk), receivedAt }),
    )
  return outcomes
}

function total(outcomes: readonly ChunkOutcome[], what: 'stored' | 'repeated' | 'refused'): number {
  return outcomes.reduce((sum, outcome) => sum + (outcome.kind === 'imported' ? outcome[what] : 0), 0)
}

test('what is archived and imported into another group answers as the first one, late and repeated profiles included', async () => {
  const report = fc.record({
    back: fc.nat(40),
    frame: fc.constantFrom('a', 'b', '\0', '\uD800'),
    count: fc.integer({ min: 1, max: 9 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(report, { maxLength: 5 }), { maxLength: 4 }), async (rounds) => {
      const bench = storeBench()
      const open = await bench.open()
      let sent = 0
      for (const reports of rounds) {
        for (const { back, frame, count } of reports) {
          const bytes = body(
            {
              children: {
                main: { children: { [frame]: { counts: { R: count }, file: 'f', line: [count] } } },
              },
            },
            bench.now - back * 5 * minute,
          )
          assert.equal((await send(open, bench.now, { body: bytes })).kind, 'stored')
          sent++
        }
        bench.now += 6 * minute
        await open.store.seal()
      }
      bench.now += 2 * day
      const [from, to] = [noon - day, noon + day]
      const pages = await pagesOf(open, from, to)
      assert.equal(total(await importAll(open, pages, bench.now), 'stored'), sent)
      assert.deepEqual(await answered(open, from, to, otherGroup.id), await answered(open, from, to))
      // Again, and after a seal and a restart: nothing is counted twice.
      assert.equal(total(await importAll(open, pages, bench.now), 'repeated'), sent)
      await open.store.seal()
      await open.store.close()
      const reopened = await bench.open()
      assert.equal(total(await importAll(reopened, pages, bench.now), 'repeated'), sent)
      assert.deepEqual(await answered(reopened, from, to, otherGroup.id), await answered(reopened, from, to))
      await reopened.store.close()
    }),
    { numRuns: 25 },
  )
})

test('a record is an agent profile as it was posted, with what it said beside the call graph', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const posted = Buffer.from(
    `{"start":${noon - 4 * minute},"end":${noon - minute},"agentMetadata":{"fleetInfo":{"id":"é"}},"heapSummary":{"x":1.5},` +
      '"callgraph":{"children":{"m\\ud800":{"counts":{"R":1,"W":2},"file":"f","line":[1,2]}}}}',
  )
  await send(open, bench.now, { body: posted })
  const [record, ...others] = await recordsOf(await pagesOf(open, noon - hour, noon + hour))
  assert.equal(others.length, 0)
  const decoder = new ProfileDecoder()
  const expected = decoder.decode(posted)
  const [tree, extras] = [naiveFromTree(expected.tree), Buffer.from(expected.extras).toString()]
  const found = decoder.decode(record!.body)
  assert.deepEqual(naiveFromTree(found.tree), tree)
  assert.equal(Buffer.from(found.extras).toString(), extras)
  assert.deepEqual(
    [found.start, found.end, record!.kind, record!.start, record!.receivedAt, record!.profiles],
    [noon - 4 * minute, noon - minute, 'profile', noon - 5 * minute, bench.now, 1],
  )
  await open.store.close()
})

test('equal profiles of two agents without a token are two records', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (let i = 0; i < 2; i++) await send(open, bench.now, { body: body({ counts: { R: 1 } }, noon) })
  assert.equal(total(await importAll(open, await pagesOf(open, noon - hour, noon), bench.now), 'stored'), 2)
  await open.store.close()
})

test('pages end at whole records, go on where they ended, and say how much is left', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (let i = 0; i < 3; i++)
    await send(open, bench.now, { body: body({ counts: { R: 1 } }, noon - 5 * minute * i) })
  // Every body takes a page.
  const pages = await pagesOf(open, noon - hour, noon, 1)
  assert.deepEqual(
    pages.map(({ profiles, left, lost }) => [profiles, left, lost]),
    [
      [1, 2, 0],
      [1, 1, 0],
      [1, 0, 0],
    ],
  )
  const kinds = await Promise.all(
    chunksOf(pages).map(async (chunk) => [(await decodeChunk(chunk)).kind, chunk.readUInt32LE(9)]),
  )
  assert.deepEqual(kinds, [
    ['about', 0],
    ['records', 1],
    ['records', 2],
    ['records', 3],
    ['end', 4],
  ])
  await open.store.close()
})

test('pages are made one after the other, whoever asks: each holds all of its records', async () => {
  const bench = storeBench()
  let underway = 0
  let most = 0
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      manifest,
      blobs: {
        ...blobs,
        get: async (...args) => {
          most = Math.max(most, ++underway)
          await new Promise((resolve) => setImmediate(resolve))
          return blobs.get(...args).finally(() => underway--)
        },
      },
    }),
  })
  await send(open, bench.now, { body: body({ counts: { R: 1 } }, noon - minute) })
  await open.store.seal()
  const after = { start: 0, id: 0, index: 0, chunk: 1 }
  const page = () =>
    open.store.archive({ groupId: group.id, from: 0, to: noon, about: {}, pageBytes: 1, after })
  const pages = await Promise.all([page(), page(), page()])
  assert.deepEqual(
    pages.map((one) => one?.profiles),
    [1, 1, 1],
  )
  assert.equal(most, 1)
  await open.store.close()
})

test('an empty time is an archive of nothing; the running window is not in it', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: body({ counts: { R: 1 } }, bench.now) })
  const pages = await pagesOf(open, noon - hour, noon + hour)
  assert.deepEqual(await recordsOf(pages), [])
  assert.deepEqual(chunksOf(pages).length, 2)
  const nobody = await open.store.archive({
    groupId: 'none',
    from: 0,
    to: noon,
    about: {},
    pageBytes: 1,
    after: null,
  })
  assert.equal(nobody, null)
  await open.store.close()
})

test('a time of which only sums are left is one record marked as a sum, and imported adds up to the same', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (const back of [90, 70, 65, 1]) {
    // Together more thread states than one profile may have.
    const counts = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${back} ${i}`, back]))
    await send(open, bench.now, { body: body({ children: { a: { counts } } }, noon - back * minute) })
  }
  bench.now = noon + 30 * minute
  await open.store.seal()
  const gone = await bench.manifest.blocks({ groupId: group.id, from: noon - 2 * hour, to: noon - hour })
  // As retention does. A later profile of that hour is beside the sum, until it is part of it.
  await bench.manifest.removeBlocks({
    groupId: group.id,
    blocks: gone.filter(({ level }) => level === 'PT5M').map(({ id }) => id),
    keptSince: { windows: noon - hour, hours: 0, days: 0 },
    deleted: null,
    due: [],
  })
  await send(open, bench.now, { body: body({ children: { b: { counts: { R: 7 } } } }, noon - 70 * minute) })
  const pages = await pagesOf(open, noon - 2 * hour, noon + hour)
  const records = await recordsOf(pages)
  assert.deepEqual(
    records.map(({ kind, start, profiles }) => [kind, (start - noon) / minute, profiles]),
    [
      ['sum', -120, 4],
      ['profile', -5, 1],
    ],
  )
  assert.match(Buffer.from(records[0]!.body).toString(), /"agentInfo":\{"type":"wick-sum","version":"PT1H"\}/)
  await importAll(open, pages, bench.now)
  const [from, to] = [noon - 2 * hour, noon + hour]
  assert.deepEqual(await answered(open, from, to, otherGroup.id), await answered(open, from, to))
  await open.store.close()
})

test('the sum of an hour has its heap summaries, and they are the same once imported', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (const [i, back] of [118, 112, 61].entries()) {
    const end = noon - back * minute
    const types = Array.from({ length: 3 }, (_, type) => ({
      name: `T${type + i}`,
      bytes: 2 ** 40 * type,
      count: i,
    }))
    const heapSummary = { time: end, capacityBytes: 2 ** 48, usedBytes: 2 ** 47 + i, types }
    const profile = { ...JSON.parse(Buffer.from(body({ counts: { R: 1 } }, end)).toString()), heapSummary }
    await send(open, end, { body: Buffer.from(JSON.stringify(profile)) })
  }
  bench.now = noon + hour
  await open.store.seal()
  await forgetWindows(bench, noon - hour)
  await importAll(open, await pagesOf(open, noon - 2 * hour, noon - hour), bench.now)
  const heap = async (groupId: string) => {
    const query = { groupId, from: noon - 2 * hour, to: noon - hour, step: 5 * minute, maxTypes: 4 }
    const { steps, ...types } = JSON.parse(Buffer.from(await open.store.heap(query)).toString())
    const [{ start, end, ...figures }, ...more] = steps
    assert.deepEqual(more, [])
    return { figures, types }
  }
  const expected = await heap(group.id)
  assert.equal(expected.figures.reports, 3)
  assert.deepEqual(await heap(otherGroup.id), expected)
  await open.store.close()
})

test('what is imported was reported when it was, not now, and is known again for as long as any other', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const reported = [noon - 130 * minute, noon - 40 * minute]
  for (const at of reported) await send(open, at, { body: body({ counts: { R: 1 } }, at - 7) })
  bench.now = noon
  const pages = await pagesOf(open, noon - day, noon)
  bench.now = noon + 3 * day
  await importAll(open, pages, bench.now)
  assert.equal((await open.store.status(otherGroup.id)).lastReportedAt, reported[1])
  const imported = await pagesOf(open, noon - day, noon, 10_000, otherGroup.id)
  const receiptsOf = async (some: readonly ArchivePage[]) =>
    (await recordsOf(some)).map(({ receivedAt }) => receivedAt)
  assert.deepEqual(await receiptsOf(imported), reported)
  // It is sealed now: a list on disk has the tokens.
  bench.now += 24 * hour
  await open.store.maintain()
  assert.equal(total(await importAll(open, pages, bench.now), 'repeated'), 2)

  // A file of another tool tells no more than its time.
  const end = bench.now - 2 * hour
  const file = { groupId: otherGroup.id, body: Buffer.from('f 5\n'), counter: 'R', start: null, end }
  await open.store.importFile({ ...file, format: 'collapsed', receivedAt: bench.now })
  assert.equal((await open.store.status(otherGroup.id)).lastReportedAt, end)
  await open.store.close()
  const reopened = await bench.open()
  assert.equal((await reopened.store.status(otherGroup.id)).lastReportedAt, end)
  await reopened.store.close()
})

test('a record that says no time of its receipt is refused, with its chunk', async () => {
  const bench = storeBench()
  const { store } = await bench.open()
  for (const receivedAt of [Number.NaN, -1, 0.5, 2 ** 60]) {
    const chunk = await encodeChunk('records', 1, emptyRecords(1, receivedAt))
    const outcome = await store.importChunk({ groupId: group.id, chunk, receivedAt: bench.now })
    assert.deepEqual(outcome, { kind: 'refused', message: 'A record says no time at which it was received.' })
  }
  await store.close()
})

test('a profile whose names would be long in JSON is archived with each of them once, and so is a sum', async () => {
  const bench = storeBench()
  const open = await bench.open()
  // 4,900 call paths, 20 MB in JSON.
  const names = Array.from({ length: 70 }, (_, i) => `${i} ${'n'.repeat(4000)}`)
  const leaves = Object.fromEntries(names.map((name) => [name, { counts: { R: 1 }, file: name, line: [3] }]))
  const json = body({ children: Object.fromEntries(names.map((name) => [name, { children: leaves }])) }, noon)
  const long = encodeIon(new ProfileDecoder().decode(json), { files: 'symbols' })
  assert.ok(json.length > 16 * 1024 * 1024 && long.length < 1_000_000)
  await send(open, bench.now, { body: long })
  await send(open, bench.now, { body: body({ children: { short: { counts: { R: 1 } } } }, noon + minute) })
  bench.now = noon + 2 * hour
  await open.store.seal()
  const expected = naiveFromJson(json)
  for (const kind of ['profile', 'sum'] as const) {
    if (kind === 'sum') await forgetWindows(bench, noon + hour)
    const pages = await pagesOf(open, noon - hour, noon + hour, 2 ** 24)
    const records = await recordsOf(pages)
    assert.deepEqual(
      records.map((record) => [record.kind, record.profiles, record.callgraph === null]),
      [
        [kind, 1, false],
        [kind, 1, true],
      ],
    )
    assert.ok(records[0]!.body.length + records[0]!.callgraph!.length < 1_000_000)
    const copied = await bench.copy().open()
    assert.equal(total(await importAll(copied, pages, bench.now), 'stored'), 2)
    const window = { from: noon - 5 * minute, to: noon, maxDepth: null, encoding: 'json' } as const
    const answer = await copied.store.profile({ groupId: otherGroup.id, ...window })
    assert.deepEqual(naiveFromJson(answer!.body), expected)
    await copied.store.close()
  }
  await open.store.close()
})

test('what was imported is stored again once its time was deleted, and only that, however often', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (const back of [130, 70, 10])
    await send(open, bench.now, {
      body: body({ children: { a: { counts: { R: back } } } }, noon - back * minute),
    })
  bench.now = noon + 2 * hour
  await open.store.seal()
  // A sum, which is in the last window of its hour, and two profiles.
  await forgetWindows(bench, noon - 2 * hour)
  const pages = await pagesOf(open, noon - day, noon + hour)
  const file: ImportFile = {
    ...{ groupId: otherGroup.id, body: Buffer.from('f 5\n'), counter: 'R' },
    ...{ format: 'collapsed', start: null, end: noon - 68 * minute, receivedAt: bench.now },
  }
  const importing = async (store: OpenStore): Promise<readonly (number | string)[]> => {
    const outcomes = await importAll(store, pages, bench.now)
    return [total(outcomes, 'stored'), total(outcomes, 'repeated'), (await store.store.importFile(file)).kind]
  }
  const deleting = (from: number, to: number) =>
    open.store.deletePeriod({ groupId: otherGroup.id, from: noon - from * minute, to: noon - to * minute })
  assert.deepEqual(await importing(open), [3, 0, 'stored'])
  const expected = await answered(open, noon - day, noon, otherGroup.id)
  assert.deepEqual(await deleting(75, 65), { kind: 'deleted', profiles: 2 })
  for (const round of [1, 2]) {
    assert.deepEqual(await importing(open), round === 1 ? [1, 2, 'stored'] : [0, 3, 'repeated'])
    assert.deepEqual(await answered(open, noon - day, noon, otherGroup.id), expected)
  }
  // Of the sum's hour first what does not hold it, then what does; and both profiles once more.
  await deleting(180, 125)
  assert.deepEqual(await importing(open), [0, 3, 'repeated'])
  await deleting(125, 0)
  await deleting(125, 0)
  await open.store.close()
  const reopened = await bench.open()
  assert.deepEqual(await importing(reopened), [3, 0, 'stored'])
  await reopened.store.seal()
  assert.deepEqual(await importing(reopened), [0, 3, 'repeated'])
  assert.deepEqual(await answered(reopened, noon - day, noon, otherGroup.id), expected)
  await reopened.store.close()
})

test('what was imported and quarantined is imported whole again once what is left of its time was deleted', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (const [at, count] of [3, 30].entries())
    await send(open, bench.now, { body: body({ counts: { R: count } }, noon - minute - at * 20 * minute) })
  const pages = await pagesOf(open, noon - hour, noon)
  await importAll(open, pages, bench.now)
  bench.now = noon + hour
  await open.store.seal()
  await open.store.close()
  const [first] = await bench.manifest.blocks({ groupId: otherGroup.id, from: noon - hour, to: noon })
  damage(bench, first!.key, 100)
  const reopened = await bench.open()
  assert.equal((await verifyAll(reopened, true)).findings[0]!.isQuarantined, true)
  // The sum of the hour has it still.
  const period = { groupId: otherGroup.id, from: noon - hour, to: noon }
  await reopened.store.deletePeriod(period)
  assert.equal(total(await importAll(reopened, pages, bench.now), 'stored'), 2)
  await reopened.store.seal()
  assert.deepEqual(
    await answered(reopened, noon - hour, noon, otherGroup.id),
    await answered(reopened, noon - hour, noon),
  )
  await reopened.store.close()
})

test('an import and a deletion at one time: what is left and what is repeated agree', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (let i = 0; i < 5; i++)
    await send(open, bench.now, { body: body({ counts: { R: 2 ** i } }, noon - minute) })
  bench.now = noon + hour
  const pages = await pagesOf(open, noon - hour, noon, 1)
  const period = { groupId: otherGroup.id, from: noon - hour, to: noon }
  for (let round = 0; round < 5; round++) {
    const underway = importAll(open, pages, bench.now)
    for (let i = 0; i < round; i++) await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([underway, open.store.deletePeriod(period)])
    await importAll(open, pages, bench.now)
    assert.deepEqual([...(await answered(open, noon - hour, noon, otherGroup.id)).values()], [31])
    await open.store.deletePeriod(period)
  }
  await open.store.close()
})

test('what is too long for any chunk is left out, and counted as lost', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (const [back, frame] of [
    [10, 'a'.repeat(2000)],
    [5, 'b'],
  ] as const)
    await send(open, bench.now, {
      body: body({ children: { [frame]: { counts: { R: 1 } } } }, noon - back * minute),
    })
  await open.store.seal()
  const { manifest } = bench
  const blobs = await openDirectoryBlobs(open.files, 'blocks')
  const sources = {
    ...{ manifest, blobs, groups: new Map([[group.id, group]]), onDamage: () => {} },
    epochs: new DayEpochs({ manifest, blobs }, 2 ** 20),
    limits: { json: 1000, whole: 2000 },
  }
  const page = await archivePage(sources, {
    ...{ groupId: group.id, from: noon - hour, to: noon, about: {}, pageBytes: 2 ** 20, after: null },
  })
  assert.deepEqual([page!.profiles, page!.lost, page!.next], [1, 1, null])
  await open.store.close()
})

test('an archive whose end cuts an hour or day of which only the sum is left has all of that', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (const back of [110, 90, 70, 65, 1])
    await send(open, bench.now, {
      body: body({ children: { a: { counts: { R: back } } } }, noon - back * minute),
    })
  bench.now = noon + 2 * day
  await open.store.seal()
  await forgetWindows(bench, noon - hour)
  const all = async (from: number, to: number) => {
    const pages = await pagesOf(open, from, to, 1)
    const [about] = await Promise.all(chunksOf(pages).map(decodeChunk))
    const { startTime, endTime } = JSON.parse(Buffer.from(about!.content).toString())
    return [
      pages.reduce((sum, { profiles }) => sum + profiles, 0),
      ...[startTime, endTime].map((time) => (Date.parse(time) - noon) / minute),
    ]
  }
  assert.deepEqual(await all(noon - 115 * minute, noon), [5, -120, 0])
  assert.deepEqual(await all(noon - 115 * minute, noon - 5 * minute), [4, -120, -5])
  assert.deepEqual(await all(noon - 2 * hour, noon - 65 * minute), [4, -120, -60])
  assert.deepEqual(await all(noon - 2 * hour, noon - 2 * hour), [0, -120, -120])
  await forgetWindows(bench, noon + 12 * hour, ['PT5M', 'PT1H'])
  assert.deepEqual(await all(noon - 65 * minute, noon), [5, -12 * 60, 12 * 60])
  await open.store.close()
})

test('a damaged block is left out, reported and counted as lost', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (const back of [10, 5])
    await send(open, bench.now, { body: body({ counts: { R: 1 } }, noon - back * minute) })
  await open.store.seal()
  const [first] = await bench.manifest.blocks({ groupId: group.id, from: noon - hour, to: noon })
  await open.store.close()
  damage(bench, first!.key, 100)
  const reopened = await bench.open()
  const pages = await pagesOf(reopened, noon - hour, noon)
  assert.deepEqual([pages[0]!.profiles, pages[0]!.lost], [1, 1])
  assert.equal(reopened.damage.length, 1)
  await reopened.store.close()
})

test('a block that the disk does not give back is left out, reported and counted as lost', async () => {
  const bench = storeBench()
  let unreadable: string | null = null
  const open = await bench.open({
    through: failingDisk((key) => {
      if (key === unreadable) throw badSector()
    }),
  })
  for (const back of [10, 5])
    await send(open, bench.now, { body: body({ counts: { R: 1 } }, noon - back * minute) })
  await open.store.seal()
  const [first] = await bench.manifest.blocks({ groupId: group.id, from: noon - hour, to: noon })
  unreadable = first!.key
  const pages = await pagesOf(open, noon - hour, noon)
  assert.deepEqual([pages[0]!.profiles, pages[0]!.lost], [1, 1])
  assert.deepEqual(
    open.damage.map(({ file }) => file),
    [first!.key],
  )
  await open.store.close()
})

test('what cannot be sealed now is counted as lost, and the rest is archived all the same', async () => {
  const bench = storeBench()
  const first = await bench.open()
  await send(first, bench.now, { body: body({ counts: { R: 1 } }, noon - 5 * minute) })
  await send(first, bench.now, {
    body: body({ counts: { R: 2 } }, noon - 5 * minute),
    groupId: otherGroup.id,
  })
  await first.store.seal()
  await first.store.close()
  const [part] = await bench.manifest.dictionaryParts(otherGroup.id, noon - 12 * hour)
  damage(bench, part!.key, 50)
  const open = await bench.open()
  // In one segment, and one of them has no dictionary to be sealed in.
  for (const groupId of [group.id, otherGroup.id])
    await send(open, bench.now, {
      body: body({ children: { b: { counts: { R: 3 } } } }, noon + minute),
      groupId,
    })
  bench.now = noon + 30 * minute
  await assert.rejects(open.store.seal())
  for (const [groupId, expected] of [
    [group.id, [2, 0]],
    // One that is sealed, and cannot be read, and the one that is not.
    [otherGroup.id, [0, 2]],
  ] as const) {
    const pages = await pagesOf(open, noon - hour, noon + hour, 10_000, groupId)
    assert.deepEqual(
      pages.map(({ profiles, lost }) => [profiles, lost]),
      [expected],
    )
  }
  await open.store.close()
})

test('what is in a segment whose end a full disk keeps from being cut off is counted as lost', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: body({ counts: { R: 1 } }, noon + minute) })
  open.files.fail(new Map(Array.from({ length: 100 }, (_, i) => [i + 1, 'ENOSPC'])))
  const refused = await send(open, bench.now, { body: body({ counts: { R: 2 } }, noon + minute) })
  assert.equal(refused.kind, 'unavailable')
  bench.now = noon + 30 * minute
  const pages = await pagesOf(open, noon - hour, noon + hour)
  assert.deepEqual(
    pages.map(({ profiles, lost }) => [profiles, lost]),
    [[0, 1]],
  )
  await open.store.close()
})

test('what an archive has not reached yet is not let go while it is being made', async () => {
  const bench = storeBench()
  const retention = { fiveMinuteDays: 1, hourlyDays: 60, dailyDays: 1095 }
  const open = await bench.open({ retention })
  for (const back of [50, 30, 10])
    await send(open, bench.now, { body: body({ counts: { R: back } }, noon - back * minute) })
  bench.now = noon + hour
  await open.store.seal()
  const query = { groupId: group.id, from: noon - hour, to: noon, about: {}, pageBytes: 1 }
  // As old as windows get, a look every hour: the clock is trusted.
  for (; bench.now < noon + day; bench.now += hour) await open.store.maintain()
  const first = await open.store.archive({ ...query, after: null })
  bench.now += 9 * minute
  await open.store.maintain()
  const second = await open.store.archive({ ...query, after: first!.next })
  bench.now += 9 * minute
  await open.store.maintain()
  const third = await open.store.archive({ ...query, after: second!.next })
  assert.deepEqual(
    [first, second, third].map((page) => page!.profiles),
    [1, 1, 1],
  )
  const windows = async (): Promise<number> =>
    (await bench.manifest.blocks({ groupId: group.id, from: noon - hour, to: noon })).filter(
      ({ level }) => level === 'PT5M',
    ).length
  assert.equal(await windows(), 3)
  bench.now += 30 * minute
  await open.store.maintain()
  assert.equal(await windows(), 0)
  await open.store.close()
})

test('what is not a chunk as it was written is refused, wherever it is changed', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: body({ counts: { R: 1 } }, noon) })
  const [, records] = chunksOf(await pagesOf(open, noon - hour, noon))
  const attempt = async (bytes: Uint8Array): Promise<string> => {
    const outcome = await open.store.importChunk({
      groupId: otherGroup.id,
      chunk: Uint8Array.from(bytes),
      receivedAt: bench.now,
    })
    return outcome.kind
  }
  for (let at = 0; at < records!.length; at++) {
    const changed = Buffer.from(records!)
    changed[at]! ^= 0x10
    assert.equal(await attempt(changed), 'refused', `changed at ${at}`)
    assert.equal(await attempt(records!.subarray(0, at)), 'refused', `cut at ${at}`)
  }
  assert.equal(await attempt(records!), 'imported')
  await open.store.close()
})

/** Records without a body, as a hostile archive has them: of 41 bytes each, and next to nothing once compressed. */
function emptyRecords(count: number, receivedAt = 0): Buffer {
  const record = {
    kind: 'profile',
    id: new Uint8Array(16),
    start: 0,
    receivedAt,
    profiles: 1,
    callgraph: null,
  } as const
  const one = Buffer.concat(encodeRecord({ ...record, body: new Uint8Array(0) }))
  return Buffer.alloc(count * one.length, one)
}

test('a small chunk of millions of records holds no more memory than it inflates to', () => {
  const content = emptyRecords(1_000_000)
  collect()
  const before = process.memoryUsage().heapUsed
  const records = decodeRecords(content)
  collect()
  const held = process.memoryUsage().heapUsed - before
  assert.ok(held < 1024 * 1024, `${held} bytes`)
  for (const { body } of records) {
    assert.equal(body.length, 0)
    break
  }
  // A broken record at the end is found before anything is done with those before it.
  assert.throws(() => decodeRecords(content.subarray(0, -1)), /reaches beyond the end/)
})

test('every record of a chunk is looked at, however many there are', async () => {
  const bench = storeBench()
  const { store } = await bench.open()
  const chunk = Uint8Array.from(await encodeChunk('records', 1, emptyRecords(130)))
  const outcome = await store.importChunk({ groupId: group.id, chunk, receivedAt: bench.now })
  assert.ok(outcome.kind === 'imported')
  assert.deepEqual([outcome.stored, outcome.repeated, outcome.refused], [0, 0, 130])
  assert.equal(outcome.messages.length, 1)
  await store.close()
})

test('profiles of any age after 1970 are imported; what agents send has its limit as before', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const old = {
    groupId: group.id,
    format: 'profile',
    start: null,
    end: null,
    counter: '',
    receivedAt: bench.now,
  } as const
  const bytes = body({ counts: { R: 3 } }, 5 * minute, 0)
  assert.equal((await send(open, bench.now, { body: bytes })).kind, 'refused')
  assert.deepEqual(await open.store.importFile({ ...old, body: Uint8Array.from(bytes) }), { kind: 'stored' })
  assert.deepEqual(await open.store.importFile({ ...old, body: Uint8Array.from(bytes) }), {
    kind: 'repeated',
  })
  assert.deepEqual([...(await answered(open, 0, 5 * minute)).values()], [3])
  const never = body({ counts: { R: 3 } }, 0, 0)
  assert.equal((await open.store.importFile({ ...old, body: Uint8Array.from(never) })).kind, 'refused')
  await open.store.close()
})

test('an import cut off by a power cut at any operation, and repeated, counts every profile once', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (const back of [20, 10, 5])
    await send(open, bench.now, {
      body: body({ children: { a: { counts: { R: back } } } }, noon - back * minute),
    })
  const pages = await pagesOf(open, noon - hour, noon, 1)
  const expected = await answered(open, noon - hour, noon)
  await open.store.close()
  for (let cutAfter = 0; ; cutAfter++) {
    const copy = bench.copy()
    const first = await copy.open({ cutAfter }).catch(() => null)
    const outcomes = first === null ? [] : await importAll(first, pages, copy.now).catch(() => [])
    const isDone = total(outcomes, 'stored') === 3
    copy.disk.cutPower('scramble', () => ((cutAfter * 7919) % 97) / 97)
    const second = await copy.open()
    const again = await importAll(second, pages, copy.now)
    assert.equal(total(again, 'stored') + total(again, 'repeated'), 3, `cut after ${cutAfter}`)
    assert.deepEqual(await answered(second, noon - hour, noon, otherGroup.id), expected)
    await second.store.close()
    if (isDone) {
      assert.ok(cutAfter > 5, `${cutAfter} operations`)
      break
    }
  }
})
