/** What every directory does, whatever it is kept in. Each adapter's test runs this. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog } from './catalog.ts'
import type { AccountCommit } from './directory.ts'

const accountId = '000000000000'
const document = '{"name":"O\'Reilly\\u0000 漢"}'

export function directoryContract(fresh: () => Promise<Catalog>): void {
  const withAccount = async (changes: AccountCommit['changes'] = []): Promise<Catalog> => {
    const catalog = await fresh()
    assert.equal(await catalog.commitAccount({ accountId, expectedRevision: 0, changes }), 'committed')
    return catalog
  }

  test('an account is read as it was made', async () => {
    const sealed = Uint8Array.of(0, 255, 7)
    const catalog = await withAccount([
      { kind: 'user', key: "'; --", document },
      { kind: 'access-key', key: 'AKIA1', document: '{}', sealed },
    ])
    const account = {
      accountId,
      revision: 1,
      rows: [
        { kind: 'access-key', key: 'AKIA1', document: '{}', sealed },
        { kind: 'user', key: "'; --", document, sealed: null },
      ],
    }
    assert.deepEqual(await catalog.readAccount(accountId), account)
    assert.deepEqual(await catalog.readAccounts(), [account])
    assert.equal(await catalog.readAccount('111111111111'), null)
  })

  test('an account is made once', async () => {
    const catalog = await withAccount()
    assert.equal(await catalog.commitAccount({ accountId, expectedRevision: 0, changes: [] }), 'stale')
  })

  test('of changes thought over the same state one is made', async () => {
    const catalog = await withAccount()
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((key) =>
        catalog.commitAccount({ accountId, expectedRevision: 1, changes: [{ kind: 'user', key, document }] }),
      ),
    )
    assert.deepEqual(outcomes.toSorted(), ['committed', 'stale', 'stale'])
    const { revision, rows } = (await catalog.readAccount(accountId))!
    assert.deepEqual([revision, rows.length], [2, 1])
  })

  test('an account that does not exist is at no revision', async () => {
    const catalog = await fresh()
    assert.equal(await catalog.commitAccount({ accountId, expectedRevision: 1, changes: [] }), 'stale')
    assert.deepEqual(await catalog.readAccounts(), [])
  })

  test('a document that is put again keeps its secret, unless a new one comes with it', async () => {
    const place = { kind: 'access-key', key: 'AKIA1' }
    const catalog = await withAccount([{ ...place, document: '1', sealed: Uint8Array.of(1) }])
    const commit = (expectedRevision: number, change: { document: string; sealed?: Uint8Array }) =>
      catalog.commitAccount({ accountId, expectedRevision, changes: [{ ...place, ...change }] })
    const sealed = async () => (await catalog.readAccount(accountId))!.rows[0]!.sealed
    await commit(1, { document: '2' })
    assert.deepEqual(await sealed(), Uint8Array.of(1))
    await commit(2, { document: '3', sealed: Uint8Array.of(2) })
    assert.deepEqual(await sealed(), Uint8Array.of(2))
  })

  test('what is removed is gone with its secret, also where it is put again in the same change', async () => {
    const place = { kind: 'access-key', key: 'AKIA1' }
    const catalog = await withAccount([{ ...place, document: '1', sealed: Uint8Array.of(1) }])
    const changes = [
      { ...place, document: null },
      { ...place, document: '2' },
    ]
    await catalog.commitAccount({ accountId, expectedRevision: 1, changes })
    assert.equal((await catalog.readAccount(accountId))!.rows[0]!.sealed, null)
  })

  test('an access key is of one account; the change that takes it again is not made at all', async () => {
    const key = { kind: 'access-key', key: 'AKIA1', document: '{}' }
    const catalog = await withAccount([key])
    const changes = [{ kind: 'user', key: 'u', document }, key]
    await assert.rejects(catalog.commitAccount({ accountId: '111111111111', expectedRevision: 0, changes }))
    assert.equal(await catalog.readAccount('111111111111'), null)
  })
}
