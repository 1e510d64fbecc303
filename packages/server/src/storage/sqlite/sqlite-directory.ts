import type { DatabaseSync } from 'node:sqlite'
import type { AccountCommit, AccountRows, Directory, IdentityRow } from '../directory.ts'
import { prepare } from './prepare.ts'
import type { Row } from './row.ts'
import { inTransaction } from './transaction.ts'

/** For transactions that change more than an account: `stale` leaves everything as it was. */
export function accountCommitter(database: DatabaseSync): (commit: AccountCommit) => 'committed' | 'stale' {
  const statements = prepare(database, changes)
  return ({ accountId, expectedRevision, changes }) => {
    const moved =
      expectedRevision === 0
        ? statements.insertAccount.run(accountId)
        : statements.moveAccount.run(accountId, expectedRevision)
    if (moved.changes === 0) return 'stale'
    for (const change of changes) {
      const { kind, key, document } = change
      if (document === null) statements.remove.run(accountId, kind, key)
      else statements.put.run(accountId, kind, key, document, change.sealed ?? null)
    }
    return 'committed'
  }
}

/** The directory in the catalog's database. */
export function sqliteDirectory(database: DatabaseSync): Directory {
  const statements = prepare(database, questions)
  const commitInTransaction = accountCommitter(database)

  const rowsOf = (account: Row): AccountRows => ({
    accountId: String(account.id),
    revision: Number(account.revision),
    rows: statements.identities.all(account.id as string).map(identityRow),
  })

  return {
    readAccounts: async () => statements.accounts.all().map(rowsOf),
    readAccount: async (accountId) => {
      const account = statements.account.get(accountId)
      return account === undefined ? null : rowsOf(account)
    },
    commitAccount: async (commit) => inTransaction(database, () => commitInTransaction(commit)),
  }
}

const questions = {
  accounts: 'SELECT * FROM accounts ORDER BY id',
  account: 'SELECT * FROM accounts WHERE id = ?',
  identities: 'SELECT * FROM identities WHERE account_id = ? ORDER BY kind, key',
} as const

const changes = {
  insertAccount: 'INSERT INTO accounts (id, revision) VALUES (?, 1) ON CONFLICT DO NOTHING',
  moveAccount: 'UPDATE accounts SET revision = revision + 1 WHERE id = ? AND revision = ?',
  put: `INSERT INTO identities (account_id, kind, key, document, sealed) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (account_id, kind, key)
        DO UPDATE SET document = excluded.document, sealed = coalesce(excluded.sealed, sealed)`,
  remove: 'DELETE FROM identities WHERE account_id = ? AND kind = ? AND key = ?',
}

function identityRow(row: Row): IdentityRow {
  return {
    kind: String(row.kind),
    key: String(row.key),
    document: String(row.document),
    sealed: row.sealed as Uint8Array | null,
  }
}
