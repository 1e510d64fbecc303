/** Part of the catalog's contract: the audit trail, and that a change and its record are one. */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { IndexedKey } from './audit-attributes.ts'
import { noRecord, recordBeginning } from './audit-chain.ts'
import type { AuditRow, DigestRow } from './audit-log.ts'
import type { Catalog, GroupRecord, NewGroup } from './catalog.ts'

type MakeGroup = (catalog: Catalog, changes?: Partial<NewGroup>) => Promise<GroupRecord>

const noon = Date.UTC(2026, 10, 25, 12)
const draft = (name: string, at = noon): string => `${recordBeginning(at)},"eventName":"${name}"}`
const digest = (number: number, sequence: number): DigestRow => ({
  ...{ number, endedAt: noon + number, hash: `${number}`.repeat(64) },
  last: { sequence, hash: 'a'.repeat(64) },
})
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

interface Chained {
  readonly eventName: string
  readonly chain: { readonly sequence: number; readonly previousHash: string }
}

const parsed = (rows: readonly AuditRow[]): Chained[] => rows.map(({ record }) => JSON.parse(record))
const names = (rows: readonly AuditRow[]): string[] => parsed(rows).map(({ eventName }) => eventName)
const all = (catalog: Catalog): Promise<readonly AuditRow[]> => catalog.recordsAfter(0, 1000)

export function auditLogContract(fresh: () => Promise<Catalog>, makeGroup: MakeGroup): void {
  chainContract(fresh)
  recordedContract(fresh, makeGroup)
}

function chainContract(fresh: () => Promise<Catalog>): void {
  test('each record holds its number and the hash of the one before; the head is the last one', async () => {
    const catalog = await fresh()
    assert.deepEqual(await catalog.auditHead(), noRecord)
    await catalog.appendRecords([draft('A'), draft('B')])
    await catalog.appendRecords([])
    await catalog.appendRecords([draft('C')])
    const rows = await all(catalog)
    let previousHash = noRecord.hash
    for (const [i, { sequence, record }] of rows.entries()) {
      assert.equal(sequence, i + 1)
      assert.deepEqual(JSON.parse(record).chain, { sequence, previousHash })
      previousHash = sha256(record)
    }
    assert.deepEqual(names(rows), ['A', 'B', 'C'])
    assert.deepEqual(await catalog.auditHead(), { sequence: 3, hash: previousHash })
  })

  test('records that are appended at the same time are one chain', async () => {
    const catalog = await fresh()
    await Promise.all(Array.from({ length: 50 }, (_, i) => catalog.appendRecords([draft(`n${i}`)])))
    const rows = await all(catalog)
    assert.equal(new Set(names(rows)).size, 50)
    for (const [i, { chain }] of parsed(rows).entries())
      assert.equal(chain.previousHash, i === 0 ? noRecord.hash : sha256(rows[i - 1]!.record))
  })

  test('records are read in either direction, in pages', async () => {
    const catalog = await fresh()
    await catalog.appendRecords(['A', 'B', 'C', 'D'].map((name) => draft(name)))
    assert.deepEqual(names(await catalog.recordsAfter(1, 2)), ['B', 'C'])
    assert.deepEqual(names(await catalog.recordsBefore(4, 2)), ['C', 'B'])
    assert.deepEqual(await catalog.recordsAfter(4, 10), [])
    assert.deepEqual(await catalog.recordsBefore(1, 10), [])
  })

  test('records are found by their attributes, the newest first', async () => {
    const catalog = await fresh()
    const of = (name: string, user: string) =>
      `${recordBeginning(noon)},"eventName":"${name}","readOnly":true,"userIdentity":{"type":"IAMUser","userName":"${user}"},` +
      `"resources":[{"ARN":"arn:aws:x:r:1:kind/${user}-1"},{"ARN":"arn:aws:x:r:1:kind/shared","type":"T"}]}`
    await catalog.appendRecords([of('A', 'eve'), of('B', 'eve'), of('A', 'bob'), of('A', 'eve')])
    const found = async (key: IndexedKey, value: string, before = 100, limit = 10) =>
      (await catalog.recordsBefore(before, limit, { key, value })).map(({ sequence }) => sequence)
    assert.deepEqual(await found('Username', 'eve'), [4, 2, 1])
    assert.deepEqual(await found('Username', 'eve', 4), [2, 1])
    assert.deepEqual(await found('Username', 'eve', 4, 1), [2])
    assert.deepEqual(await found('EventName', 'A'), [4, 3, 1])
    assert.deepEqual(await found('ResourceName', 'shared'), [4, 3, 2, 1])
    assert.deepEqual(await found('ResourceName', 'arn:aws:x:r:1:kind/bob-1'), [3])
    assert.deepEqual(await found('ResourceType', 'T', 2), [1])
    assert.deepEqual(await found('ReadOnly', 'true', 2), [1])
    assert.deepEqual(await found('Username', 'nobody'), [])
  })

  test('digests are kept with the keys that came with them', async () => {
    const catalog = await fresh()
    assert.deepEqual([await catalog.auditDigests(), await catalog.auditKeys()], [[], []])
    const key = (number: number, byte: number) => ({ number, sealed: Uint8Array.of(byte) })
    const digests = [digest(1, 0), digest(2, 0)]
    await catalog.addAuditDigest(digests[0]!, [key(1, 7)])
    await catalog.addAuditDigest(digests[1]!, [key(1, 8), key(2, 9)])
    assert.deepEqual(await catalog.auditDigests(), digests)
    assert.deepEqual(await catalog.auditKeys(), [key(1, 8), key(2, 9)])
    await assert.rejects(catalog.addAuditDigest(digest(2, 0), [key(3, 1)]))
    assert.equal((await catalog.auditKeys()).length, 2, 'all of it, or nothing')
    assert.deepEqual(
      (await catalog.sealedSecrets()).map(({ kind, id }) => [kind, id]),
      [
        ['audit-key', '1'],
        ['audit-key', '2'],
      ],
    )
    await catalog.replaceSealedSecrets(
      [1, 2].map((number) => ({ kind: 'audit-key', id: String(number), sealed: Uint8Array.of(number) })),
      [],
    )
    assert.deepEqual(await catalog.auditKeys(), [key(1, 1), key(2, 2)])
  })

  test('the oldest digests are forgotten with their records, and the chain begins behind them', async () => {
    const catalog = await fresh()
    await catalog.appendRecords(['A', 'B', 'C', 'D', 'E'].map((name) => draft(name)))
    const rows = await all(catalog)
    const last = (sequence: number) => ({ sequence, hash: sha256(rows[sequence - 1]!.record) })
    for (const [number, sequence] of [1, 2, 5].entries())
      await catalog.addAuditDigest({ ...digest(number + 1, sequence), last: last(sequence) }, [])
    assert.deepEqual(await catalog.auditStart(), noRecord)
    assert.equal(await catalog.forgetThroughDigest(9), 0)
    assert.equal(await catalog.forgetThroughDigest(2), 2)
    assert.deepEqual(await catalog.auditStart(), last(2))
    assert.deepEqual(await all(catalog), rows.slice(2))
    assert.deepEqual(
      (await catalog.auditDigests()).map(({ number }) => number),
      [3],
    )
    assert.deepEqual(await catalog.recordsBefore(9, 9, { key: 'EventName', value: 'A' }), [])
    assert.equal(await catalog.forgetThroughDigest(2), 0)
    assert.equal(await catalog.forgetThroughDigest(3), 3)
    const head = await catalog.auditHead()
    assert.deepEqual(await catalog.auditStart(), head)
    await catalog.appendRecords([draft('next')])
    assert.deepEqual(parsed(await all(catalog))[0]!.chain, { sequence: 6, previousHash: head.hash })
  })
}

function recordedContract(fresh: () => Promise<Catalog>, makeGroup: MakeGroup): void {
  test('a change is recorded with it, and its outcome is what it would be', async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog)
    const { value, isRecorded } = await catalog.recorded(draft('Update'), 'setProfilingEnabled', [
      ...([group.id, false, noon] as const),
    ])
    assert.equal(isRecorded, true)
    assert.equal(value?.profilingEnabled, false)
    const commit = { accountId: group.accountId, expectedRevision: 0, changes: [] }
    assert.deepEqual(await catalog.recorded(draft('Commit'), 'commitAccount', [commit]), {
      ...{ value: 'committed', isRecorded: true },
    })
    assert.deepEqual(await catalog.recorded(draft('Delete'), 'deleteGroup', [group.id]), {
      ...{ value: true, isRecorded: true },
    })
    assert.deepEqual(names(await all(catalog)), ['Update', 'Commit', 'Delete'])
  })

  test('what changes nothing leaves no record', async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog)
    const commit = { accountId: group.accountId, expectedRevision: 7, changes: [] }
    const outcomes = [
      await catalog.recorded(draft('x'), 'setProfilingEnabled', [randomUUID(), false, noon]),
      await catalog.recorded(draft('x'), 'deleteGroup', [randomUUID()]),
      await catalog.recorded(draft('x'), 'commitAccount', [commit]),
      await catalog.recorded(draft('x'), 'takeSignInTicket', [Uint8Array.of(1), noon]),
      await catalog.recorded(draft('x'), 'setRetention', [group.id, null]),
      await catalog.recorded(draft('x'), 'createGroup', [newGroup(group, group.name)]),
    ]
    assert.deepEqual(
      outcomes.map(({ isRecorded }) => isRecorded),
      outcomes.map(() => false),
    )
    assert.deepEqual(await all(catalog), [])
  })

  test('a group that is refused leaves no record, also where tokens are to be forgotten', async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog)
    const later = { ...newGroup(group, group.name), now: group.createdAt + 48 * 3_600_000 }
    const { value, isRecorded } = await catalog.recorded(draft('x'), 'createGroup', [later])
    assert.deepEqual([value.kind, isRecorded], ['name-taken', false])
  })

  test('a change that fails is neither made nor recorded', async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog)
    const key = { kind: 'access-key', key: 'AKIA1', document: '{}' }
    await catalog.commitAccount({ accountId: group.accountId, expectedRevision: 0, changes: [key] })
    const other = { accountId: '111111111111', expectedRevision: 0, changes: [key] }
    await assert.rejects(catalog.recorded(draft('x'), 'commitAccount', [other]))
    assert.equal(await catalog.readAccount('111111111111'), null)
    assert.deepEqual(await all(catalog), [])
    // And the next one goes on as if nothing had been.
    await catalog.recorded(draft('Delete'), 'deleteGroup', [group.id])
    assert.deepEqual(names(await all(catalog)), ['Delete'])
  })
}

function newGroup({ accountId, region }: GroupRecord, name: string): NewGroup {
  return {
    ...{ accountId, region, name, id: randomUUID(), computePlatform: 'Default', profilingEnabled: true },
    ...{ tags: {}, sealedDataKey: Uint8Array.of(1), clientToken: randomUUID(), inputHash: '', now: noon },
    maxGroups: 9,
  }
}
