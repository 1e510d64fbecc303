import type { DatabaseSync } from 'node:sqlite'
import type { Channel, ChannelAddition, NotificationChannels } from '../notification-channels.ts'
import { prepare } from './prepare.ts'
import type { Row } from './row.ts'
import { accountCommitter } from './sqlite-directory.ts'
import { inTransaction } from './transaction.ts'

export function sqliteChannels(database: DatabaseSync): NotificationChannels {
  const statements = prepare(database, sql)
  const channelsOf = (groupId: string): Channel[] => statements.channels.all(groupId).map(channel)

  const commitAccount = accountCommitter(database)

  const addChannels = (addition: ChannelAddition) => {
    const { groupId, channels, maxChannels, account } = addition
    if (statements.group.get(groupId) === undefined) return 'gone'
    const all = [...channelsOf(groupId), ...channels]
    const isUnique = (key: 'id' | 'uri'): boolean => new Set(all.map((one) => one[key])).size === all.length
    if (!isUnique('id') || !isUnique('uri')) return 'taken'
    if (all.length > maxChannels) return 'quota'
    if (account !== null && commitAccount(account) === 'stale') return 'stale'
    for (const { id, uri, eventPublishers } of channels)
      statements.add.run(groupId, id, uri, JSON.stringify(eventPublishers))
    return 'added'
  }

  return {
    channelsOf: async (groupId) => channelsOf(groupId),
    addChannels: async (addition) => inTransaction(database, () => addChannels(addition)),
    removeChannel: async (groupId, channelId) => statements.remove.run(groupId, channelId).changes > 0,
  }
}

const sql = {
  group: 'SELECT 1 FROM profiling_groups WHERE id = ?',
  channels: 'SELECT * FROM notification_channels WHERE group_id = ? ORDER BY sequence',
  add: 'INSERT INTO notification_channels (group_id, id, uri, events) VALUES (?, ?, ?, ?)',
  remove: 'DELETE FROM notification_channels WHERE group_id = ? AND id = ?',
} as const

function channel(row: Row): Channel {
  return { id: String(row.id), uri: String(row.uri), eventPublishers: JSON.parse(String(row.events)) }
}
