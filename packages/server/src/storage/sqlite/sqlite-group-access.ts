import type { DatabaseSync } from 'node:sqlite'
import type { GroupAccess, GroupPolicy, PolicyChange, TagChange } from '../group-access.ts'
import { prepare } from './prepare.ts'
import type { Row } from './row.ts'
import { inTransaction } from './transaction.ts'

/** Resource policies and tags, in the rows of their groups. */
export function sqliteGroupAccess(database: DatabaseSync): GroupAccess {
  const statements = prepare(database, sql)
  const groupRow = (id: string): Row | undefined => statements.group.get(id)

  const putPolicy = (change: Parameters<GroupAccess['putPolicy']>[0]) => {
    const { groupId, principals, expectedRevision, revisionId } = change
    const row = groupRow(groupId)
    if (row === undefined) return 'gone'
    const policy = groupPolicy(row)
    if (expectedRevision === null && policy !== null && policy.principals.length > 0) return 'revision-needed'
    if (expectedRevision !== null && expectedRevision !== policy?.revisionId) return 'stale'
    statements.writePolicy.run(revisionId, JSON.stringify(principals), groupId)
    return 'put'
  }

  const removePolicy = ({ groupId, expectedRevision, revisionId }: PolicyChange) => {
    const row = groupRow(groupId)
    if (row === undefined) return 'gone'
    const policy = groupPolicy(row)
    if (policy === null) return 'none'
    if (expectedRevision !== policy.revisionId) return 'stale'
    if (policy.principals.length === 0) return 'none'
    statements.writePolicy.run(revisionId, '[]', groupId)
    return 'removed'
  }

  const changeTags = ({ groupId, put, remove, maxTags }: TagChange) => {
    const row = groupRow(groupId)
    if (row === undefined) return 'gone'
    // A map: a key may be called __proto__.
    const tags = new Map<string, unknown>(Object.entries(JSON.parse(String(row.tags))))
    for (const key of remove) tags.delete(key)
    for (const [key, value] of Object.entries(put)) tags.set(key, value)
    if (tags.size > maxTags) return 'too-many'
    if (new Set([...tags.keys()].map((key) => key.toLowerCase())).size < tags.size) return 'ambiguous'
    statements.writeTags.run(JSON.stringify(Object.fromEntries(tags)), groupId)
    return 'changed'
  }

  return {
    putPolicy: async (change) => inTransaction(database, () => putPolicy(change)),
    removePolicy: async (change) => inTransaction(database, () => removePolicy(change)),
    changeTags: async (change) => inTransaction(database, () => changeTags(change)),
  }
}

/** Of a group's row; null where it never had a policy. */
export function groupPolicy(row: Row): GroupPolicy | null {
  if (row.policy_revision === null) return null
  return { revisionId: String(row.policy_revision), principals: JSON.parse(String(row.policy_principals)) }
}

const sql = {
  group: 'SELECT tags, policy_revision, policy_principals FROM profiling_groups WHERE id = ?',
  writePolicy: 'UPDATE profiling_groups SET policy_revision = ?, policy_principals = ? WHERE id = ?',
  writeTags: 'UPDATE profiling_groups SET tags = ? WHERE id = ?',
} as const
