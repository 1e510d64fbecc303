import type { DatabaseSync } from 'node:sqlite'
import type { ReceiverKind } from '@wick/wire'
import type { Receiver, Receivers } from '../receivers.ts'
import { prepare } from './prepare.ts'
import { optional, type Row } from './row.ts'
import { inTransaction } from './transaction.ts'

export function sqliteReceivers(database: DatabaseSync): Receivers {
  const statements = prepare(database, sql)

  const add = ({ groupId, id, kind, topics, addedAt, address }: Receiver, most: number) => {
    const group = statements.group.get(groupId)
    if (group === undefined) return 'gone'
    if (Number(group.receivers) >= most) return 'quota'
    statements.add.run(groupId, id, kind, JSON.stringify(topics), addedAt, address)
    return 'added'
  }

  return {
    receiversOf: async (groupId) => statements.all.all(groupId).map(receiver),
    findReceiver: async (id) =>
      optional(statements.one.get(id), (row) => ({
        ...receiver(row),
        sealedDataKey: row.sealed_data_key as Uint8Array,
      })),
    addReceiver: async (one, most) => inTransaction(database, () => add(one, most)),
    removeReceiver: async (groupId, id) => statements.remove.run(groupId, id).changes > 0,
  }
}

const sql = {
  group: `SELECT (SELECT count(*) FROM receivers WHERE group_id = profiling_groups.id) AS receivers
          FROM profiling_groups WHERE id = ?`,
  all: 'SELECT * FROM receivers WHERE group_id = ? ORDER BY sequence',
  one: `SELECT receivers.*, sealed_data_key FROM receivers JOIN profiling_groups ON profiling_groups.id = group_id
        WHERE receivers.id = ?`,
  add: 'INSERT INTO receivers (group_id, id, kind, topics, added_at, address) VALUES (?, ?, ?, ?, ?, ?)',
  remove: 'DELETE FROM receivers WHERE group_id = ? AND id = ?',
} as const

function receiver(row: Row): Receiver {
  return {
    id: String(row.id),
    groupId: String(row.group_id),
    kind: String(row.kind) as ReceiverKind,
    topics: JSON.parse(String(row.topics)),
    addedAt: Number(row.added_at),
    address: row.address as Uint8Array,
  }
}
