import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openDatabase } from './open-database.ts'
import { sqliteDirectory } from './sqlite-directory.ts'
import { databaseAt } from './testing/database-at.ts'

const directory = mkdtempSync(join(tmpdir(), 'wick-directory-'))
after(() => rmSync(directory, { recursive: true }))

test('users and access keys from before there were accounts are the identities of their accounts', async () => {
  const file = join(directory, 'catalog.db')
  const before = databaseAt(file, 3)
  before.exec(`
    INSERT INTO users (id, account_id, name, is_administrator) VALUES
      ('01890abc-def0-4123-8456-789abcdef012', '123456789012', 'wick-admin', 1),
      ('ffffffff-ffff-4fff-8fff-ffffffffffff', '123456789012', 'Guest', 0);
    INSERT INTO access_keys (access_key_id, user_id, sealed_secret, is_active, created_at) VALUES
      ('AKIA1', '01890abc-def0-4123-8456-789abcdef012', x'0102', 1, 1764000000000),
      ('AKIA2', 'ffffffff-ffff-4fff-8fff-ffffffffffff', x'03', 0, 7);
    INSERT INTO sessions (hash, user_id, created_at, last_seen_at)
      VALUES (x'00', '01890abc-def0-4123-8456-789abcdef012', 0, 0)`)
  before.close()
  const database = openDatabase(file)
  const accounts = await sqliteDirectory(database).readAccounts()
  database.close()
  const user = { path: '/', inlinePolicies: {}, permissionsBoundary: null, tags: {}, groups: [] }
  const attachedPolicies = ['arn:aws:iam::aws:policy/AdministratorAccess']
  const [adminId, guestId] = ['AIDAGHIJGABCDEFG4H23I', 'AIDAFFFFFFFFFFFF4FFFI']
  assert.deepEqual(
    accounts.map(({ rows, ...account }) => ({
      ...account,
      rows: rows.map(({ document, ...row }) => ({ ...row, document: JSON.parse(document) })),
    })),
    [
      {
        accountId: '123456789012',
        revision: 1,
        rows: [
          {
            ...{ kind: 'access-key', key: 'AKIA1', sealed: Uint8Array.of(1, 2) },
            document: { id: 'AKIA1', userId: adminId, isActive: true, createdAt: 1_764_000_000_000 },
          },
          {
            ...{ kind: 'access-key', key: 'AKIA2', sealed: Uint8Array.of(3) },
            document: { id: 'AKIA2', userId: guestId, isActive: false, createdAt: 7 },
          },
          {
            ...{ kind: 'user', key: 'guest', sealed: null },
            document: { ...user, id: guestId, name: 'Guest', createdAt: 7, attachedPolicies: [] },
          },
          {
            ...{ kind: 'user', key: 'wick-admin', sealed: null },
            document: {
              ...user,
              id: adminId,
              name: 'wick-admin',
              createdAt: 1_764_000_000_000,
              attachedPolicies,
            },
          },
        ],
      },
    ],
  )
})
