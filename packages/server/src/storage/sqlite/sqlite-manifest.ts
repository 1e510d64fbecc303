import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import {
  type BlockLevel,
  type BlockRecord,
  levelMilliseconds,
  type Manifest,
  type NewBlock,
  type NewPart,
  type RollUpLevel,
  type Seal,
} from '../manifest.ts'
import { prepare } from './prepare.ts'
import { inTransaction } from './transaction.ts'

type Row = Record<string, SQLOutputValue>

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

  const commitSeal = ({ segments, blocks, parts, tokens }: Seal): string[] => {
    for (const name of segments) statements.insertSegment.run({ name })
    if (tokens !== null) statements.insertTokenList.run({ key: tokens.key, receivedAt: tokens.receivedAt })
    const groups = new Set([...blocks, ...parts].map(({ groupId }) => groupId).filter(isThere))
    for (const part of parts) if (groups.has(part.groupId)) insertPart(part)
    for (const block of blocks) {
      const { groupId, start, receivedAt } = block
      if (!groups.has(groupId)) continue
      insertBlock(block)
      statements.learnLatest.run({ groupId, start, receivedAt })
      for (const level of rollUpLevels)
        statements.insertDue.run({ level, groupId, start: start - (start % levelMilliseconds[level]) })
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

  const dropBlocks = (dropped: BlockLevel, before: number): string[] => {
    const rows = statements.deleteBlocks.all({ level: dropped, last: before - levelMilliseconds[dropped] })
    // What a roll-up still had to take from them it cannot take any more.
    for (const level of dropped === 'PT5M' ? rollUpLevels : [])
      statements.settleOld.run({ level, before, length: levelMilliseconds[level] })
    const days = new Map<string, { readonly groupId: string; readonly day: number }>()
    for (const row of rows) {
      const groupId = String(row.group_id)
      const day = Number(row.start) - (Number(row.start) % levelMilliseconds.P1D)
      days.set(`${day}/${groupId}`, { groupId, day })
    }
    const parts = [...days.values()].flatMap((day) => statements.deleteUnusedParts.all(day))
    return [...rows, ...parts].map(keyOf)
  }

  return {
    commitSeal: async (seal) => transaction(() => commitSeal(seal)),
    sealedSegments: async () => statements.sealedSegments.all().map(({ name }) => String(name)),
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
    dropBlocks: async (level, before) => transaction(() => dropBlocks(level, before)),
  }
}

/** Blocks of one level that overlap [from, to). A level each, so that each is one stretch of the index. */
const overlapping = (level: BlockLevel): string =>
  `SELECT * FROM blocks WHERE group_id = $groupId AND level = '${level}'
   AND start > $from - ${levelMilliseconds[level]} AND start < $to`

/** There is a window's block that the roll-up does not include. */
const stillDue = `EXISTS (
  SELECT 1 FROM blocks AS windows
  WHERE windows.group_id = due_roll_ups.group_id AND windows.level = 'PT5M'
  AND windows.start >= due_roll_ups.start AND windows.start < due_roll_ups.start + $length
  AND windows.id > coalesce((
    SELECT max(through) FROM blocks AS roll_ups
    WHERE roll_ups.group_id = due_roll_ups.group_id AND roll_ups.level = due_roll_ups.level
    AND roll_ups.start = due_roll_ups.start
  ), 0))`

const sql = {
  group: 'SELECT 1 FROM profiling_groups WHERE id = $groupId',

  insertSegment: 'INSERT INTO sealed_segments (name) VALUES ($name)',
  sealedSegments: 'SELECT name FROM sealed_segments ORDER BY name',
  deleteSegment: 'DELETE FROM sealed_segments WHERE name = $name',

  insertBlock: `INSERT INTO blocks (group_id, level, start, key, profiles, received_at, through)
                VALUES ($groupId, $level, $start, $key, $profiles, $receivedAt, $through)`,
  blocks: `${overlapping('PT5M')} UNION ALL ${overlapping('PT1H')} UNION ALL ${overlapping('P1D')} ORDER BY id`,
  deleteRollUp:
    'DELETE FROM blocks WHERE group_id = $groupId AND level = $level AND start = $start RETURNING key',
  deleteBlocks: 'DELETE FROM blocks WHERE level = $level AND start <= $last RETURNING group_id, start, key',
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
  settleOld: `DELETE FROM due_roll_ups WHERE level = $level AND start < $before AND NOT ${stillDue}`,

  learnLatest: `INSERT INTO latest_profiles (group_id, latest_window, received_at)
                VALUES ($groupId, $start, $receivedAt) ON CONFLICT (group_id) DO UPDATE SET
                latest_window = max(latest_window, excluded.latest_window),
                received_at = max(received_at, excluded.received_at)`,
  latest: `SELECT * FROM latest_profiles
           WHERE EXISTS (SELECT 1 FROM blocks WHERE blocks.group_id = latest_profiles.group_id)
           ORDER BY group_id`,

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
