import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { put, remove } from '../iam/changes.ts'
import { rolePrincipal, userPrincipal } from '../iam/principal.ts'
import { testAccessKey, testRole, testTime, testUser } from '../iam/testing/identities.ts'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { testGrant } from '../sts/testing/grants.ts'
import { type Accounts, openAccounts } from './accounts.ts'
import { envelope } from './envelope.ts'
import { type LastUses, openLastUses, type Use } from './last-uses.ts'

const id = '000000000000'
const minute = 60_000
const alice = testUser('alice')
const deployer = testRole('deployer')
const key = testAccessKey(alice.id)
const use: Use = { at: testTime, service: 'codeguru-profiler', region: 'eu-west-1' }

let catalog: Catalog
let accounts: Accounts
let uses: LastUses
beforeEach(async () => {
  catalog = sqliteCatalog(openDatabase(':memory:'))
  accounts = await openAccounts(catalog, envelope(new Uint8Array(32)))
  const secret = Buffer.from('secret')
  await accounts.create(id, [put('user', alice), put('role', deployer), put('access-key', key, secret)])
  uses = await openLastUses(catalog, accounts)
})
afterEach(() => catalog.close())

const account = () => accounts.find(id)!
const { session } = testGrant({ kind: 'user', accountId: id, userId: alice.id })
const byKey = (changes: Partial<Use> = {}): void =>
  uses.record(userPrincipal(account(), alice, { accessKeyId: key.id }), { ...use, ...changes })
const byRole = (changes: Partial<Use> = {}): void =>
  uses.record(rolePrincipal(account(), deployer, 'build', { session }), { ...use, ...changes })

test('a key and a role were used when somebody called with them, to the minute', () => {
  assert.deepEqual([uses.find(key.id), uses.find(deployer.id)], [null, null])
  byKey({ at: testTime + minute + 59_999 })
  byRole({ service: 'iam', region: 'us-east-1' })
  assert.deepEqual(uses.find(key.id), { ...use, at: testTime + minute })
  assert.deepEqual(uses.find(deployer.id), { ...use, service: 'iam', region: 'us-east-1' })
})

test('the latest minute counts, and what came first in it', () => {
  byKey({ at: testTime + minute })
  byKey({ at: testTime })
  byKey({ at: testTime + minute + 1, service: 'sts' })
  assert.deepEqual(uses.find(key.id), { ...use, at: testTime + minute })
})

test('sessions of a user are no use of a key', () => {
  for (const accessKeyId of [null, 'ASIAXXXXXXXXXXXXXXXX', key.id])
    uses.record(userPrincipal(account(), alice, { accessKeyId, session }), use)
  assert.deepEqual(
    [uses.find(key.id), uses.find('ASIAXXXXXXXXXXXXXXXX'), uses.find(alice.id)],
    [null, null, null],
  )
})

test('uses outlive a restart once they are flushed', async () => {
  byKey()
  assert.equal((await openLastUses(catalog, accounts)).find(key.id), null)
  await uses.flush()
  assert.deepEqual((await openLastUses(catalog, accounts)).find(key.id), use)
})

test('a key and a role that are gone are forgotten with the next flush', async () => {
  byKey()
  byRole()
  await accounts.change(id, () => ({ changes: [remove('role', deployer)], output: null }))
  await uses.flush()
  assert.deepEqual([uses.find(key.id), uses.find(deployer.id)], [use, null])
})

test('it is written when something was used in another minute, and kept where it cannot be written', async () => {
  const written: string[] = []
  let isFull = true
  uses = await openLastUses(
    {
      readNote: async () => null,
      writeNote: async (_, value) => {
        if (isFull) throw new Error('disk is full')
        written.push(Buffer.from(value).toString())
      },
    },
    accounts,
  )
  await uses.flush()
  byKey()
  await assert.rejects(uses.flush(), /disk is full/)
  isFull = false
  await uses.flush()
  byKey({ at: testTime + 1 })
  await uses.flush()
  assert.deepEqual(written, [JSON.stringify([[key.id, use]])])
})

test('what comes in while it is written is written the next time', async () => {
  const written: string[] = []
  const writeNote: Catalog['writeNote'] = async (_, value) => {
    written.push(Buffer.from(value).toString())
    if (written.length === 1) byKey({ at: testTime + minute })
  }
  uses = await openLastUses({ readNote: async () => null, writeNote }, accounts)
  byKey()
  await uses.flush()
  await uses.flush()
  assert.deepEqual(written.at(-1), JSON.stringify([[key.id, { ...use, at: testTime + minute }]]))
})
