import type { DatabaseSync } from 'node:sqlite'
import { type KeptSince, keptFromTheFirst } from '../kept-since.ts'
import {
  type BlockLevel,
  type BlockRecord,
  levelMilliseconds,
  type Manifest,
  type NewBlock,
  type NewPart,
  type Removal,
  type RollUpLevel,
  type Seal,
  type SegmentSeal,
} from '../manifest.ts'
import { faultsInTable, tablesOf } from './database-faults.ts'
import { prepare } from './prepare.ts'
import { retentionClockOf, retentionOf } from './retention-row.ts'
import { optional, type Row } from './row.ts'
import { inTransaction } from './transaction.ts'

const rollUpLevels = ['PT1H', 'P1D'] as const satisfies readonly RollUpLevel[]

/** The manifest in the catalog's database. One statement = one row of `sql`; rows become records here. */
export function sqliteManifest(database: DatabaseSync): Manifest {
  const statements = prepare(database, sql)
  const transaction = <T>(change: () => T): T => inTransaction(database, change)
  const isThere = (groupId: string): boolean => statements.group.get({ groupId }) !== undefined

  const insertBlock = ({ groupId, level, start, key, profiles, receivedAt, through }: NewBlock): void =>
    void statements.insertBlock.run({ groupId, level, start, key, profiles, receivedAt, through })
  const insertPart = ({ groupId, epoch, key }: NewPart): void =>
    void statements.insertPart.run({ groupId, epoch, key })

  const sealSegment = ({ name, before, left }: SegmentSeal): void => {
    const row = { name, left: JSON.stringify(left) }
    if (before === null) statements.insertSegment.run(row)
    else if (statements.updateSegment.run({ ...row, before: JSON.stringify(before) }).changes === 0)
      throw new Error(`something else is left of the segment ${name}`)
  }

  const commitSeal = ({ segments, blocks, parts, tokens }: Seal): string[] => {
    for (const segment of segments) sealSegment(segment)
    for (const { key, receivedAt } of tokens) statements.insertTokenList.run({ key, receivedAt })
    const groups = new Set([...blocks, ...parts].map(({ groupId }) => groupId).filter(isThere))
    for (const part of parts) if (groups.has(part.groupId)) insertPart(part)
    for (const block of blocks) {
      const { groupId, start, receivedAt } = block
      if (!groups.has(groupId)) continue
      insertBlock(block)
      statements.learnLatest.run({ groupId, start, receivedAt })
      for (const level of rollUpLevels) {
        // The other profiles of such an hour are in its day's roll-up only.
        if (level === 'PT1H' && start < keptSince(groupId).hours) continue
        statements.insertDue.run({ level, groupId, start: start - (start % levelMilliseconds[level]) })
      }
    }
    return [...blocks, ...parts].filter(({ groupId }) => !groups.has(groupId)).map(({ key }) => key)
  }

  const consolidateParts = (part: NewPart, through: number): string[] => {
    const replaced = statements.deleteParts.all({ groupId: part.groupId, epoch: part.epoch, through })
    if (replaced.length === 0) return [part.key]
    insertPart(part)
    return replaced.map(keyOf)
  }

  const putRollUp = (block: NewBlock & { readonly level: RollUpLevel }): string[] => {
    const { groupId, level, start } = block
    if (!isThere(groupId)) return [block.key]
    const replaced = statements.deleteRollUp.all({ groupId, level, start })
    insertBlock(block)
    statements.settleOne.run({ groupId, level, start, length: levelMilliseconds[level] })
    return replaced.map(keyOf)
  }

  const keptSince = (groupId: string): KeptSince => {
    const row = statements.keptSince.get({ groupId })
    return row === undefined
      ? keptFromTheFirst
      : { windows: Number(row.windows), hours: Number(row.hours), days: Number(row.days) }
  }

  const removeBlocks = ({ groupId, blocks, keptSince: since, deleted, due }: Removal): string[] => {
    if (!isThere(groupId)) return []
    const rows = blocks.flatMap((id) => statements.deleteBlock.all({ groupId, id }))
    const starts = rows.map(({ start }) => Number(start))
    // What a roll-up still had to take from them it cannot take any more.
    for (const level of rollUpLevels) {
      const length = levelMilliseconds[level]
      for (const start of new Set(starts.map((at) => at - (at % length))))
        statements.settleOne.run({ groupId, level, start, length })
    }
    if (since !== null) {
      statements.raiseKeptSince.run({ groupId, ...since })
      statements.settleBefore.run({ groupId, level: 'PT1H', before: since.hours })
      statements.settleBefore.run({ groupId, level: 'P1D', before: since.days })
    }
    for (const { level, start } of due) {
      statements.insertDue.run({ level, groupId, start })
      statements.settleOne.run({ groupId, level, start, length: levelMilliseconds[level] })
    }
    if (deleted !== null) {
      statements.insertDeleted.run({ groupId, ...deleted })
      statements.lowerLatest.run({ groupId, ...deleted })
    }
    statements.forgetLatest.run({ groupId })
    const days = new Set(starts.map((at) => at - (at % levelMilliseconds.P1D)))
    const parts = [...days].flatMap((day) => statements.deleteUnusedParts.all({ groupId, day }))
    return [...rows, ...parts].map(keyOf)
  }

  return {
    commitSeal: async (seal) => transaction(() => commitSeal(seal)),
    sealedSegments: async () =>
      statements.sealedSegments
        .all()
        .map((row) => ({ name: String(row.name), left: JSON.parse(String(row.unsealed_groups)) })),
    forgetSegments: async (segments) =>
      transaction(() => {
        for (const name of segments) statements.deleteSegment.run({ name })
      }),

    blocks: async ({ groupId, from, to }) =>
      from < to ? statements.blocks.all({ groupId, from, to }).map(blockRecord) : [],
    dictionaryParts: async (groupId, epoch) =>
      statements.parts
        .all({ groupId, epoch })
        .map((row) => ({ id: Number(row.id), groupId, epoch, key: keyOf(row) })),
    keys: async (groupId) => statements.keys.all({ groupId }).map(keyOf),
    consolidateParts: async (part, through) => transaction(() => consolidateParts(part, through)),

    dueRollUps: async (level, endedBy, limit, after) =>
      statements.due
        .all({
          level,
          last: endedBy - levelMilliseconds[level],
          afterStart: after?.start ?? Number.NEGATIVE_INFINITY,
          afterGroupId: after?.groupId ?? '',
          limit,
        })
        .map((row) => ({ groupId: String(row.group_id), start: Number(row.start) })),
    putRollUp: async (block) => transaction(() => putRollUp(block)),

    latest: async () =>
      statements.latest.all().map((row) => ({
        groupId: String(row.group_id),
        latestWindow: Number(row.latest_window),
        receivedAt: Number(row.received_at),
      })),
    tokenLists: async () =>
      statements.tokenLists.all().map((row) => ({ key: keyOf(row), receivedAt: Number(row.received_at) })),
    forgetTokenLists: async (before) => statements.deleteTokenLists.all({ before }).map(keyOf),

    retentions: async () =>
      statements.retentions
        .all()
        .map((row) => ({ groupId: String(row.group_id), retention: retentionOf(row) })),
    keptSince: async (groupId) => keptSince(groupId),
    firstBlock: async (groupId, level, from) => {
      const start = statements.firstBlock.get({ groupId, level, from })!.start
      return start === null ? null : Number(start)
    },
    removeBlocks: async (removal) => transaction(() => removeBlocks(removal)),
    deletedPeriods: async (groupId) =>
      statements.deleted
        .all({ groupId })
        .map((row) => ({ from: Number(row.from_time), to: Number(row.to_time) })),
    databaseParts: async () => tablesOf(database),
    databaseFaults: async (part) => faultsInTable(database, part),
    retentionClock: async () => optional(statements.retentionClock.get(), retentionClockOf),
    keepRetentionClock: async ({ trusted, seen, stood }) =>
      void statements.keepRetentionClock.run({ trusted, seen, stood }),
  }
}

/** Blocks of one level that overlap [from, to). A level each, so that each is one stretch of the index. */
const overlapping = (level: BlockLevel): string =>
  `SELECT * FROM blocks WHERE group_id = $groupId AND level = '${level}'
   AND start > $from - ${levelMilliseconds[level]} AND start < $to`

/** There is a window's block, or of a day an hour's, that the roll-up does not include. */
const stillDue = `EXISTS (
  SELECT 1 FROM blocks AS finer
  WHERE finer.group_id = due_roll_ups.group_id AND finer.level IN ('PT5M', 'PT1H')
  AND finer.start >= due_roll_ups.start AND finer.start < due_roll_ups.start + $length
  AND iif(finer.level = 'PT5M', finer.id, finer.through) > coalesce((
    SELECT max(through) FROM blocks AS roll_ups
    WHERE roll_ups.group_id = due_roll_ups.group_id AND roll_ups.level = due_roll_ups.level
    AND roll_ups.start = due_roll_ups.start
  ), 0))`

/** Start of a group's last block of a level. */
const lastStart = (level: BlockLevel): string =>
  `(SELECT max(start) FROM blocks WHERE group_id = $groupId AND level = '${level}')`

const sql = {
  group: 'SELECT 1 FROM profiling_groups WHERE id = $groupId',

  insertSegment: 'INSERT INTO sealed_segments (name, unsealed_groups) VALUES ($name, $left)',
  updateSegment:
    'UPDATE sealed_segments SET unsealed_groups = $left WHERE name = $name AND unsealed_groups = $before',
  sealedSegments: 'SELECT * FROM sealed_segments ORDER BY name',
  deleteSegment: 'DELETE FROM sealed_segments WHERE name = $name',

  insertBlock: `INSERT INTO blocks (group_id, level, start, key, profiles, received_at, through)
                VALUES ($groupId, $level, $start, $key, $profiles, $receivedAt, $through)`,
  blocks: `${overlapping('PT5M')} UNION ALL ${overlapping('PT1H')} UNION ALL ${overlapping('P1D')} ORDER BY id`,
  deleteRollUp:
    'DELETE FROM blocks WHERE group_id = $groupId AND level = $level AND start = $start RETURNING key',
  deleteBlock: 'DELETE FROM blocks WHERE id = $id AND group_id = $groupId RETURNING start, key',
  firstBlock:
    'SELECT min(start) AS start FROM blocks WHERE group_id = $groupId AND level = $level AND start >= $from',
  keys: `SELECT key FROM blocks WHERE group_id = $groupId
         UNION ALL SELECT key FROM dictionary_parts WHERE group_id = $groupId`,

  insertPart: 'INSERT INTO dictionary_parts (group_id, epoch, key) VALUES ($groupId, $epoch, $key)',
  parts: 'SELECT id, key FROM dictionary_parts WHERE group_id = $groupId AND epoch = $epoch ORDER BY id',
  deleteParts: `DELETE FROM dictionary_parts WHERE group_id = $groupId AND epoch = $epoch AND id <= $through
                RETURNING key`,
  deleteUnusedParts: `DELETE FROM dictionary_parts WHERE group_id = $groupId AND epoch = $day AND NOT EXISTS (
                        SELECT 1 FROM blocks WHERE group_id = $groupId AND level IN ('PT5M', 'PT1H', 'P1D')
                        AND start >= $day AND start < $day + ${levelMilliseconds.P1D})
                      RETURNING key`,

  insertDue: `INSERT INTO due_roll_ups (level, start, group_id) VALUES ($level, $start, $groupId)
              ON CONFLICT DO NOTHING`,
  due: `SELECT group_id, start FROM due_roll_ups WHERE level = $level AND start <= $last
        AND (start, group_id) > ($afterStart, $afterGroupId) ORDER BY start, group_id LIMIT $limit`,
  settleOne: `DELETE FROM due_roll_ups WHERE level = $level AND start = $start AND group_id = $groupId
              AND NOT ${stillDue}`,
  settleBefore: 'DELETE FROM due_roll_ups WHERE level = $level AND start < $before AND group_id = $groupId',

  retentions: 'SELECT * FROM retentions',
  keptSince: 'SELECT * FROM kept_since WHERE group_id = $groupId',
  raiseKeptSince: `INSERT INTO kept_since (group_id, windows, hours, days) VALUES ($groupId, $windows, $hours, $days)
                   ON CONFLICT (group_id) DO UPDATE SET windows = max(windows, excluded.windows),
                   hours = max(hours, excluded.hours), days = max(days, excluded.days)`,
  retentionClock: 'SELECT * FROM retention_clock',
  keepRetentionClock: `INSERT INTO retention_clock (id, trusted, seen, stood) VALUES (1, $trusted, $seen, $stood)
                       ON CONFLICT (id) DO UPDATE SET
                       trusted = excluded.trusted, seen = excluded.seen, stood = excluded.stood`,

  learnLatest: `INSERT INTO latest_profiles (group_id, latest_window, received_at)
                VALUES ($groupId, $start, $receivedAt) ON CONFLICT (group_id) DO UPDATE SET
                latest_window = max(latest_window, excluded.latest_window),
                received_at = max(received_at, excluded.received_at)`,
  lowerLatest: `UPDATE latest_profiles SET latest_window = max(
                  ${rollUpLevels.map((level) => `coalesce(${lastStart(level)}, 0)`).join(', ')}, coalesce(${lastStart('PT5M')}, 0))
                WHERE group_id = $groupId AND latest_window >= $from AND latest_window < $to`,
  forgetLatest: `DELETE FROM latest_profiles WHERE group_id = $groupId
                 AND NOT EXISTS (SELECT 1 FROM blocks WHERE group_id = $groupId)`,
  latest: 'SELECT * FROM latest_profiles ORDER BY group_id',

  insertDeleted: 'INSERT INTO deleted_periods (group_id, from_time, to_time) VALUES ($groupId, $from, $to)',
  deleted: 'SELECT from_time, to_time FROM deleted_periods WHERE group_id = $groupId ORDER BY id',

  insertTokenList: 'INSERT INTO token_lists (key, received_at) VALUES ($key, $receivedAt)',
  tokenLists: 'SELECT * FROM token_lists ORDER BY received_at, key',
  deleteTokenLists: 'DELETE FROM token_lists WHERE received_at < $before RETURNING key',
} as const

function keyOf(row: Row): string {
  return String(row.key)
}

function blockRecord(row: Row): BlockRecord {
  return {
    id: Number(row.id),
    groupId: String(row.group_id),
    level: row.level as BlockLevel,
    start: Number(row.start),
    key: keyOf(row),
    profiles: Number(row.profiles),
    receivedAt: Number(row.received_at),
    through: Number(row.through),
  }
}
