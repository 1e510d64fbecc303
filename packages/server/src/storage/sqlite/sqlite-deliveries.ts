import type { DatabaseSync } from 'node:sqlite'
import type { Announcement } from '../announcements.ts'
import type { Delivery, DeliveryState, DeliveryStore } from '../delivery-store.ts'
import { prepare } from './prepare.ts'
import type { Row } from './row.ts'
import { inTransaction } from './transaction.ts'

export function sqliteDeliveries(database: DatabaseSync): DeliveryStore {
  const statements = prepare(database, sql)
  const progress = (): number => Number(statements.progress.get()?.sequence ?? 0)
  return {
    deliveryProgress: async () => progress(),
    makeDeliveries: async (sequence, targets, now) =>
      inTransaction(database, () => {
        if (sequence <= progress()) return
        for (const target of targets) statements.make.run(sequence, target, now)
        statements.move.run(sequence)
      }),
    dueDeliveries: async (now, limit) =>
      statements.due.all(now, limit).map((row) => ({
        ...delivery(row),
        said: announcementIn(row)!,
        parcel: row.parcel === null ? null : String(row.parcel),
      })),
    packDeliveries: async (parcel, target, announcements) =>
      inTransaction(database, () => {
        for (const announcement of announcements) statements.pack.run(parcel, announcement, target)
      }),
    noteDeliveries: async (notes) =>
      inTransaction(database, () => {
        for (const note of notes) statements.note.run({ ...note })
      }),
    reviveDeliveries: async (groupId, now) => Number(statements.revive.run(now, groupId).changes),
    deliveriesOf: async (groupId, limit) =>
      statements.list
        .all(groupId, limit)
        .map((row) => ({ ...delivery(row), title: announcementIn(row)?.title ?? null })),
  }
}

const sql = {
  progress: 'SELECT sequence FROM delivery_progress WHERE id = 1',
  move: 'INSERT OR REPLACE INTO delivery_progress (id, sequence) VALUES (1, ?)',
  make: `INSERT INTO deliveries (announcement, target, state, attempts, due_at) VALUES (?, ?, 'pending', 0, ?)
         ON CONFLICT DO NOTHING`,
  due: `SELECT deliveries.*, document FROM deliveries JOIN announcements ON sequence = announcement
        WHERE state = 'pending' AND due_at <= ? AND document IS NOT NULL ORDER BY announcement, target LIMIT ?`,
  pack: 'UPDATE deliveries SET parcel = ? WHERE announcement = ? AND target = ?',
  note: `UPDATE deliveries SET state = $state, attempts = attempts + 1, due_at = $at, error = $error
         WHERE announcement = $announcement AND target = $target`,
  revive: `UPDATE deliveries SET state = 'pending', attempts = 0, due_at = ?
           WHERE state = 'dead' AND announcement IN
             (SELECT sequence FROM announcements WHERE group_id = ? AND document IS NOT NULL)`,
  list: `SELECT deliveries.*, document FROM deliveries JOIN announcements ON sequence = announcement
         WHERE group_id = ? ORDER BY announcement DESC, target LIMIT ?`,
} as const

function delivery(row: Row): Omit<Delivery, 'title'> {
  return {
    announcement: Number(row.announcement),
    target: String(row.target),
    state: String(row.state) as DeliveryState,
    attempts: Number(row.attempts),
    at: Number(row.due_at),
    error: row.error === null ? null : String(row.error),
  }
}

function announcementIn(row: Row): Announcement | null {
  return row.document === null ? null : JSON.parse(String(row.document))
}
