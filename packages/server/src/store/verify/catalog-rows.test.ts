/**
 * What the catalog says of files is compared with the files: a flipped bit in a row is found and named, and nothing else is.
 * Rows are changed as a disk does it, behind everybody's back.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlockLevel } from '../../storage/manifest.ts'
import type { StoreFinding } from '../../storage/ports.ts'
import { segmentHeaderLength } from '../segment-format.ts'
import { failingDisk } from '../testing/failing-disk.ts'
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
  segmentsOn,
  send,
  storeBench,
} from '../testing/store-bench.ts'
import { verifyAll } from '../testing/verify-all.ts'

const hour = 60 * minute
const everything = [0, Number.MAX_SAFE_INTEGER] as const

async function verify(open: OpenStore, quarantines = false): Promise<readonly StoreFinding[]> {
  return (await verifyAll(open, quarantines)).findings
}

/** Windows of two hours of the day before, their roll-ups, and one that came late and is in a roll-up made anew. */
async function filled(): Promise<StoreBench> {
  const bench = storeBench()
  const open = await bench.open()
  const post = async (hours: number, at: number, groupId = group.id): Promise<void> => {
    const graph = { children: { main: { counts: { R: at } } } }
    const end = noon - hours * hour + at * minute
    const sent = { body: body(graph, end), groupId, token: `${hours} ${at}` }
    assert.deepEqual(await send(open, bench.now, sent), { kind: 'stored' })
  }
  for (const at of [3, 8, 13]) await post(14, at)
  await post(13, 3)
  await post(13, 4, otherGroup.id)
  await open.store.seal()
  await post(14, 4)
  await open.store.seal()
  await open.store.close()
  return bench
}

const sound = await filled()

/** The first block of a level. */
async function blockOf(bench: StoreBench, level: BlockLevel) {
  const known = await bench.manifest.blocks({ groupId: group.id, from: 0, to: Number.MAX_SAFE_INTEGER })
  return known.filter((block) => block.level === level).sort((a, b) => a.start - b.start)[0]!
}

test('rows of a sound store are as their files say, also where windows and hours are kept no longer', async () => {
  for (const levels of [[], ['PT5M'], ['PT5M', 'PT1H']] as const) {
    const bench = sound.copy()
    await forgetWindows(bench, noon, levels)
    const open = await bench.open()
    assert.deepEqual(await verify(open), [])
    await open.store.close()
  }
})

for (const level of ['PT5M', 'PT1H', 'P1D'] as const)
  for (const column of ['profiles', 'start', 'level', 'key'] as const)
    test(`another ${column} of a block of ${level} is found`, async () => {
      const bench = sound.copy()
      const { id, key } = await blockOf(bench, level)
      bench.database.exec(
        {
          profiles: `UPDATE blocks SET profiles = profiles | 64 WHERE id = ${id}`,
          // Seconds: still in the same window.
          start: `UPDATE blocks SET start = start + 4096 WHERE id = ${id}`,
          level: `UPDATE blocks SET level = '${level === 'PT1H' ? 'P1D' : 'PT1H'}' WHERE id = ${id}`,
          key: `UPDATE blocks SET key = replace(key, '-', '.') WHERE id = ${id}`,
        }[column],
      )
      const open = await bench.open()
      const findings = await verify(open, true)
      const ofRow = findings.filter(
        ({ file }) => file === (column === 'key' ? key.replaceAll('-', '.') : key),
      )
      assert.equal(ofRow.length, 1)
      assert.match(ofRow[0]!.lost, /catalog|one group|roll-up/)
      await open.store.close()
    })

test('another time of receipt, or a last window, of a window is found', async () => {
  for (const change of ['received_at = received_at + 1', 'through = 1']) {
    const bench = sound.copy()
    const { id, key, start } = await blockOf(bench, 'PT5M')
    bench.database.exec(`UPDATE blocks SET ${change} WHERE id = ${id}`)
    const open = await bench.open()
    const findings = await verify(open, true)
    assert.deepEqual(
      findings.map(({ kind, file, start: at, isQuarantined }) => [kind, file, at, isQuarantined]),
      [['catalog', key, start, false]],
    )
    assert.match(findings[0]!.lost, /restore the whole directory from a backup$/)
    await open.store.close()
  }
})

for (const level of ['PT1H', 'P1D'] as const)
  for (const [what, change] of [
    ['less than it includes', 'through = through & ~8'],
    ['nothing', 'through = 0'],
    ['what came later', 'through = through | 1024'],
    ['another number of profiles', 'profiles = profiles + 1'],
  ] as const)
    test(`a roll-up of ${level} that is said to include ${what} is found, and made again where its windows are kept`, async () => {
      const bench = sound.copy()
      const before = await bench.copy().open()
      const expected = await answered(before, ...everything)
      const row = await blockOf(bench, level)
      bench.database.exec(`UPDATE blocks SET ${change} WHERE id = ${row.id}`)
      assert.notDeepEqual(await blockOf(bench, level), row)
      const open = await bench.open()
      const findings = await verify(open, true)
      assert.deepEqual(
        findings.map(({ kind, file, isQuarantined }) => [kind, file, isQuarantined]),
        [['roll-up', row.key, true]],
      )
      assert.match(findings[0]!.lost, /the catalog says .* with --quarantine it is made again/)
      await open.store.seal()
      assert.deepEqual(await answered(open, ...everything), expected)
      const after = await blockOf(bench, level)
      assert.equal(after.profiles, row.profiles)
      assert.deepEqual(await verify(open), [])
      await open.store.close()
    })

test('a roll-up whose windows are gone is not given up for what the catalog says of it', async () => {
  const bench = sound.copy()
  await forgetWindows(bench, noon, ['PT5M'])
  const row = await blockOf(bench, 'PT1H')
  bench.database.exec(`UPDATE blocks SET profiles = profiles + 1 WHERE id = ${row.id}`)
  const open = await bench.open()
  assert.deepEqual(
    (await verify(open, true)).map(({ kind, file, isQuarantined }) => [kind, file, isQuarantined]),
    [['catalog', row.key, false]],
  )
  assert.ok(bench.disk.files.includes(`blocks/${row.key}`))
  assert.deepEqual((await blockOf(bench, 'PT1H')).id, row.id)
  await open.store.close()
})

test('a window of which the catalog says more profiles is found, and so are the sums that seem to lack them', async () => {
  const bench = sound.copy()
  const row = await blockOf(bench, 'PT5M')
  bench.database.exec(`UPDATE blocks SET profiles = profiles + 64 WHERE id = ${row.id}`)
  const open = await bench.open()
  const findings = await verify(open, true)
  assert.deepEqual(findings.map(({ kind, file }) => [kind, file]).sort(), [
    ['catalog', row.key],
    ['catalog', (await blockOf(bench, 'P1D')).key],
    ['catalog', (await blockOf(bench, 'PT1H')).key],
  ])
  assert.match(findings[0]!.lost, /^the catalog says 65 profiles of it, the file 1\. /)
  await open.store.close()
})

test('a dictionary of another day than its name says is found', async () => {
  const bench = sound.copy()
  const [part] = await bench.manifest.dictionaryParts(otherGroup.id, noon - 36 * hour)
  bench.database.exec(`UPDATE dictionary_parts SET epoch = epoch + 86400000 WHERE key = '${part!.key}'`)
  const open = await bench.open()
  const findings = await verify(open)
  assert.deepEqual(
    findings.filter(({ file }) => file === part!.key).map(({ kind }) => kind),
    ['catalog'],
  )
  await open.store.close()
})

test('another time of a list of tokens is found', async () => {
  const bench = sound.copy()
  const [list] = await bench.manifest.tokenLists()
  bench.database.exec(`UPDATE token_lists SET received_at = received_at + 65536 WHERE key = '${list!.key}'`)
  const open = await bench.open()
  assert.deepEqual(
    (await verify(open, true)).map(({ kind, file, isQuarantined }) => [kind, file, isQuarantined]),
    [['catalog', list!.key, false]],
  )
  await open.store.close()
})

test('a row that belongs to no group is found, and so is what SQLite itself finds wrong', async () => {
  const bench = sound.copy()
  bench.database.exec('PRAGMA foreign_keys = OFF')
  bench.database.exec(`UPDATE blocks SET group_id = 'f' || substr(group_id, 2) WHERE level = 'P1D'`)
  bench.database.exec('PRAGMA ignore_check_constraints = ON')
  bench.database.exec(`UPDATE due_roll_ups SET level = 'PT2H'`)
  bench.database.exec(`INSERT INTO retention_clock VALUES (2, 1, 1, 1)`)
  bench.database.exec('PRAGMA ignore_check_constraints = OFF')
  const open = await bench.open()
  const findings = await verify(open, true)
  assert.deepEqual(
    findings.map(({ kind, file, isQuarantined }) => [kind, file, isQuarantined]),
    [
      ['catalog', 'catalog.db', false],
      ['catalog', 'catalog.db', false],
    ],
  )
  assert.match(
    findings[0]!.lost,
    /^in its table blocks: 2 rows belong to nothing in profiling_groups\. Stop the server/,
  )
  assert.match(findings[1]!.lost, /^in its table retention_clock: CHECK constraint failed in retention_clock/)
  await open.store.close()
})

test('each table is looked at once for a verification, whatever the number of pages', async () => {
  const bench = sound.copy()
  const looked: string[] = []
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      blobs,
      manifest: {
        ...manifest,
        databaseFaults: async (part) => {
          looked.push(part)
          await new Promise((resolve) => setTimeout(resolve, part === 'blocks' ? 250 : 0))
          return manifest.databaseFaults(part)
        },
      },
    }),
  })
  const first = await open.store.verify({ after: null, quarantines: false })
  assert.deepEqual(first.next, { phase: 'catalog', name: 'blocks' })
  let page = first
  while (page.next !== null) page = await open.store.verify({ after: page.next, quarantines: false })
  assert.deepEqual(looked, await bench.manifest.databaseParts())
  assert.ok(looked.length > 20)
  await open.store.close()
})

/** A window of both groups of which only one is sealed. */
async function sealedInPart(): Promise<StoreBench> {
  const bench = sound.copy()
  const open = await bench.open({
    through: failingDisk((key) => {
      if (key.startsWith(`${group.id}/${noon - 36 * hour}-`)) throw new Error('not now')
    }),
  })
  for (const groupId of [group.id, otherGroup.id])
    await send(open, bench.now, { body: body({ counts: { R: 7 } }, noon - 13 * hour + 9 * minute), groupId })
  await assert.rejects(open.store.seal(), /not now/)
  await open.store.close()
  assert.deepEqual(
    (await bench.manifest.sealedSegments()).map(({ left }) => left),
    [[group.id]],
  )
  return bench
}

const inPart = await sealedInPart()

for (const [what, change] of [
  ['another group', `unsealed_groups = replace(unsealed_groups, '"0', '"1')`],
  ['nobody', `unsealed_groups = '[]'`],
  ['another segment', `name = name || 'a'`],
] as const)
  test(`a segment sealed in part of which the catalog names ${what} is found before the next start`, async () => {
    const bench = inPart.copy()
    const open = await bench.open()
    assert.deepEqual(await verify(open), [])
    bench.database.exec(`UPDATE sealed_segments SET ${change}`)
    const [row] = await bench.manifest.sealedSegments()
    assert.deepEqual(
      (await verify(open, true)).map(({ kind, file, isQuarantined }) => [kind, file, isQuarantined]),
      [['catalog', row!.name, false]],
    )
    await open.store.close()
  })

test('where all that was left of a group in a segment is damaged, that is told of the segment, not of the catalog', async () => {
  const bench = inPart.copy()
  const [file] = segmentsOn(bench)
  const bytes = Uint8Array.from(bench.disk.contents(file!))
  bytes[segmentHeaderLength + 120]! ^= 1
  bench.disk.replace(file!, bytes)
  const open = await bench.open()
  const found = await verify(open)
  assert.deepEqual([...new Set(found.map(({ kind }) => kind))], ['segment'])
  await open.store.close()
})

test('a start that finds another group, or another segment, named reports it and keeps the segment', async () => {
  for (const change of [
    `unsealed_groups = replace(unsealed_groups, '"0', '"1')`,
    `name = name || 'a'`,
  ] as const) {
    const bench = inPart.copy()
    const [file] = segmentsOn(bench)
    const written = Buffer.from(bench.disk.contents(file!))
    bench.database.exec(`UPDATE sealed_segments SET ${change}`)
    const [row] = await bench.manifest.sealedSegments()
    const open = await bench.open()
    assert.deepEqual(
      open.damage.map((damage) => damage.file),
      [row!.name],
    )
    await open.store.seal()
    const aside = bench.disk.files.filter((name) => name.startsWith('segments/'))
    if (change.startsWith('name')) assert.deepEqual(await bench.manifest.sealedSegments(), [row])
    else
      assert.ok(
        aside.some((name) => written.includes(Buffer.from(bench.disk.contents(name)))),
        'kept aside',
      )
    await open.store.close()
  }
})
