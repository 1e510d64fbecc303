import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type ChainHead, headAt, recordBeginning } from '../storage/audit-chain.ts'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { verifyTrail } from './verify-trail.ts'

const noon = Date.UTC(2026, 10, 25, 12)

async function trailOf(records: number): Promise<{ database: DatabaseSync; catalog: Catalog }> {
  const database = openDatabase(':memory:')
  const catalog = sqliteCatalog(database)
  const drafts = Array.from(
    { length: records },
    (_, i) => `${recordBeginning(noon + i * 1000)},"eventName":"Call${i}","userAgent":"x"}`,
  )
  await catalog.appendRecords(drafts)
  return { database, catalog }
}

const problemOf = async (catalog: Catalog, noted?: ChainHead) => (await verifyTrail(catalog, noted)).problem

async function forgetThrough(catalog: Catalog, sequence: number): Promise<void> {
  if (sequence === 0) return
  const [row] = await catalog.recordsAfter(sequence - 1, 1)
  const digest = { number: 1, endedAt: noon, hash: '', last: headAt(sequence, row!.record) }
  await catalog.addAuditDigest(digest, [])
  await catalog.forgetThroughDigest(1)
}

test('a trail that is as it was written has no problem, empty or long or with its oldest forgotten', async () => {
  for (const records of [0, 1, 1000, 2500]) {
    const { catalog } = await trailOf(records)
    const head = await catalog.auditHead()
    assert.deepEqual(await verifyTrail(catalog), {
      ...{ records, start: { sequence: 0, hash: '0'.repeat(64) }, head, problem: null },
    })
    await forgetThrough(catalog, Math.min(records, 900))
    const { problem, records: left } = await verifyTrail(catalog, head)
    assert.deepEqual([problem, left], [null, Math.max(0, records - 900)])
  }
})

test('threat 17: each of 1,000 random bit flips in the table is found, at its place', async () => {
  const { database, catalog } = await trailOf(200)
  const read = database.prepare('SELECT record FROM audit_records WHERE sequence = ?')
  const write = database.prepare('UPDATE audit_records SET record = CAST(? AS TEXT) WHERE sequence = ?')
  for (let i = 0; i < 1000; i++) {
    const sequence = randomInt(1, 201)
    const record = Buffer.from(String(read.get(sequence)!.record))
    const flipped = Buffer.from(record)
    flipped[randomInt(record.length)]! ^= 1 << randomInt(8)
    write.run(flipped, sequence)
    const problem = await problemOf(catalog)
    assert.ok(problem !== null, `flip ${i}`)
    assert.ok(
      [`record ${sequence}`, `record ${sequence + 1}`].includes(problem.place),
      JSON.stringify(problem),
    )
    write.run(record, sequence)
  }
  assert.equal(await problemOf(catalog), null)
})

test('what is removed, inserted, moved or renumbered is found', async () => {
  const changes: readonly (readonly [string, number])[] = [
    ['DELETE FROM audit_records WHERE sequence = 7', 7],
    ['DELETE FROM audit_records WHERE sequence = 1', 1],
    ['DELETE FROM audit_records WHERE sequence = 20', 20],
    ['DELETE FROM audit_records', 1],
    ["INSERT INTO audit_records VALUES (21, '{}')", 21],
    ["INSERT INTO audit_records VALUES (0, '{}')", 1],
    ["INSERT INTO audit_records VALUES (-5, '{}')", 1],
    ['INSERT INTO audit_records SELECT 21, record FROM audit_records WHERE sequence = 20', 21],
    [
      'UPDATE audit_records SET record = (SELECT record FROM audit_records WHERE sequence = 8) WHERE sequence = 7',
      7,
    ],
    ['UPDATE audit_records SET sequence = 30 WHERE sequence = 20', 20],
    ["UPDATE audit_ends SET sequence = 19 WHERE name = 'head'", 21],
    ["UPDATE audit_ends SET hash = replace(hash, 'a', 'b') WHERE name = 'head'", 21],
    ["INSERT INTO audit_ends SELECT 'start', 3, hash FROM audit_ends", 4],
  ]
  for (const [sql, sequence] of changes) {
    const { database, catalog } = await trailOf(20)
    database.exec(sql)
    const problem = await problemOf(catalog)
    assert.equal(problem?.place, `record ${sequence}`, `${sql}: ${problem?.what}`)
  }
})

test('the newest records cut off together with the head are found by a hash that was noted', async () => {
  const { database, catalog } = await trailOf(20)
  const noted = await catalog.auditHead()
  const { hash } = JSON.parse(
    JSON.stringify(
      database
        .prepare(
          "SELECT json_extract(record, '$.chain.previousHash') AS hash FROM audit_records WHERE sequence = 20",
        )
        .get(),
    ),
  )
  database.exec('DELETE FROM audit_records WHERE sequence = 20')
  database.prepare("UPDATE audit_ends SET sequence = 19, hash = ? WHERE name = 'head'").run(hash)
  assert.equal(await problemOf(catalog), null, 'nothing tells it without')
  assert.equal((await problemOf(catalog, noted))?.place, 'record 20')
  await catalog.appendRecords([`${recordBeginning(noon)},"eventName":"Another"}`])
  assert.equal((await problemOf(catalog, noted))?.place, 'record 20')
})

test('a hash that was noted of a record that retention removed proves nothing, whatever it is', async () => {
  const { catalog } = await trailOf(20)
  await forgetThrough(catalog, 10)
  const start = await catalog.auditStart()
  for (const hash of ['a'.repeat(64), start.hash])
    assert.equal((await problemOf(catalog, { sequence: 7, hash }))?.place, 'record 7')
  assert.equal(await problemOf(catalog, start), null)
  assert.notEqual(await problemOf(catalog, { ...start, hash: 'a'.repeat(64) }), null)
})

test('records that are appended while they are verified are followed', async () => {
  const { catalog } = await trailOf(1500)
  let more = 3
  const log = {
    auditStart: () => catalog.auditStart(),
    auditHead: () => catalog.auditHead(),
    recordsAfter: async (after: number, limit: number) => {
      const rows = await catalog.recordsAfter(after, limit)
      if (more-- > 0) await catalog.appendRecords([`${recordBeginning(noon)},"eventName":"Another"}`])
      return rows
    },
  }
  const { problem, records } = await verifyTrail(log)
  assert.deepEqual([problem, records], [null, 1503])
})
