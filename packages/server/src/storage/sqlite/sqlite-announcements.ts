import type { DatabaseSync } from 'node:sqlite'
import type { Announcement, Announcements, KeptAnnouncement } from '../announcements.ts'
import { prepare } from './prepare.ts'
import type { Row } from './row.ts'
import { inTransaction } from './transaction.ts'

export function sqliteAnnouncements(database: DatabaseSync): Announcements {
  const statements = prepare(database, sql)
  const insert = announcer(database)
  return {
    announce: async (announcements) =>
      inTransaction(database, () => {
        for (const announcement of announcements) insert(announcement)
      }),
    announcementsAfter: async (after, limit) => statements.after.all(after, limit).map(kept),
    forgetAnnouncements: async (before) => void statements.forget.run(before),
  }
}

/** To be called within the transaction of the change that is announced; where the key was announced before, nothing happens. */
export function announcer(database: DatabaseSync): (announcement: Announcement) => void {
  const { group, insert } = prepare(database, announcing)
  return (announcement) => {
    const { key, accountId, region, groupName, at } = announcement
    const found = groupName === null ? undefined : group.get(accountId, region, groupName)
    // A group that is gone meanwhile: nobody is to be told of it.
    if (groupName !== null && found === undefined) return
    const groupId = found === undefined ? null : String(found.id)
    insert.run(key, accountId, region, groupId, at, JSON.stringify(announcement))
  }
}

const sql = {
  after: `SELECT sequence, group_id, document FROM announcements
          WHERE sequence > ? AND document IS NOT NULL ORDER BY sequence LIMIT ?`,
  forget: 'UPDATE announcements SET document = NULL WHERE at < ? AND document IS NOT NULL',
} as const

const announcing = {
  group: 'SELECT id FROM profiling_groups WHERE account_id = ? AND region = ? AND name = ?',
  insert: `INSERT INTO announcements (key, account_id, region, group_id, at, document) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (key) DO NOTHING`,
} as const

function kept(row: Row): KeptAnnouncement {
  return {
    sequence: Number(row.sequence),
    groupId: row.group_id === null ? null : String(row.group_id),
    announcement: JSON.parse(String(row.document)),
  }
}
