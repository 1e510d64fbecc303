import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { Account } from '../iam/account.ts'
import { put, remove } from '../iam/changes.ts'
import { testAccessKey, testUser } from '../iam/testing/identities.ts'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { type Accounts, openAccounts } from './accounts.ts'
import { envelope } from './envelope.ts'

const id = '000000000000'
const sealer = envelope(new Uint8Array(32).fill(7))
const alice = testUser('alice')
const key = testAccessKey(alice.id)
const secret = Buffer.from('the secret of the key')

let catalog: Catalog
let accounts: Accounts
beforeEach(async () => {
  catalog = sqliteCatalog(openDatabase(':memory:'))
  accounts = await openAccounts(catalog, sealer)
  await accounts.create(id, [put('user', alice), put('access-key', key, secret)])
})
afterEach(() => catalog.close())

const find = (all: Accounts = accounts): Account => all.find(id)!
const addUser = (name: string) => (account: Account) => ({
  changes: [put('user', testUser(name))],
  output: account.revision,
})

test('what was made is there after opening again, with its secrets', async () => {
  const opened = await openAccounts(catalog, sealer)
  assert.deepEqual(find(opened), find())
  assert.deepEqual(opened.findAccessKey(key.id)?.user, alice)
  for (const all of [accounts, opened])
    assert.deepEqual(Buffer.from(all.secret('access-key', id, key.id)), secret)
})

test('a key is found by its id alone, and not where its user is gone', async () => {
  assert.deepEqual(accounts.findAccessKey(key.id)?.accessKey, key)
  for (const none of ['', key.id.toLowerCase(), '__proto__']) assert.equal(accounts.findAccessKey(none), null)
  await accounts.change(id, () => ({ changes: [remove('user', alice)], output: null }))
  assert.equal(accounts.findAccessKey(key.id), null)
})

test('a key that is removed signs nothing more, and its secret is gone', async () => {
  await accounts.change(id, () => ({ changes: [remove('access-key', key)], output: null }))
  assert.equal(accounts.findAccessKey(key.id), null)
  assert.throws(() => accounts.secret('access-key', id, key.id), /has no secret/)
  assert.deepEqual(await catalog.sealedSecrets(), [])
})

test('a change without a new secret keeps the one there is', async () => {
  await accounts.change(id, () => ({
    changes: [put('access-key', { ...key, isActive: false })],
    output: null,
  }))
  assert.equal(accounts.findAccessKey(key.id)?.accessKey.isActive, false)
  assert.deepEqual(Buffer.from(accounts.secret('access-key', id, key.id)), secret)
})

test('the catalog holds secrets sealed, each for its place and no other', async () => {
  const [kept] = await catalog.sealedSecrets()
  assert.ok(!Buffer.from(kept!.sealed).includes(secret))
  const other = testAccessKey(alice.id)
  const change = { kind: 'access-key', key: other.id, document: JSON.stringify(other), sealed: kept!.sealed }
  await catalog.commitAccount({ accountId: id, expectedRevision: 1, changes: [change] })
  const opened = await openAccounts(catalog, sealer)
  assert.throws(() => opened.secret('access-key', id, other.id), /sealed for another purpose/)
})

test('changes of one account follow each other: none is thought over what another replaces', async () => {
  const seen = await Promise.all(['a', 'b', 'c', 'd'].map((name) => accounts.change(id, addUser(name))))
  assert.deepEqual(seen, [1, 2, 3, 4])
  assert.deepEqual([...find().users.keys()], ['alice', 'a', 'b', 'c', 'd'])
})

test('where somebody else changed the account, the change is thought over again on what they left', async () => {
  const other = await openAccounts(catalog, sealer)
  await other.change(id, addUser('theirs'))
  assert.equal(await accounts.change(id, addUser('ours')), 2)
  assert.deepEqual([...find().users.keys()].sort(), ['alice', 'ours', 'theirs'])
  assert.deepEqual(Buffer.from(accounts.secret('access-key', id, key.id)), secret)
})

test('a change that fails while it is thought over leaves everything as it was, and the next one works', async () => {
  const refusal = accounts.change(id, () => {
    throw new Error('refused')
  })
  await assert.rejects(refusal, /refused/)
  assert.equal(find().revision, 1)
  await accounts.change(id, addUser('next'))
})

test('a change that is not kept changes nothing here either', async () => {
  const broken = { commitAccount: () => Promise.reject(new Error('the disk is full')) }
  await assert.rejects(accounts.change(id, addUser('lost'), broken), /disk is full/)
  assert.deepEqual([...find().users.keys()], ['alice'])
  assert.deepEqual(find(await openAccounts(catalog, sealer)), find())
})

test('an account is made once', async () => {
  assert.equal(await accounts.create(id, []), false)
  assert.equal(await accounts.create('111111111111', []), true)
  assert.deepEqual(accounts.ids(), [id, '111111111111'])
  assert.equal(find().users.size, 1)
})

test('accounts have nothing in common', async () => {
  await accounts.create('111111111111', [put('user', testUser('alice'))])
  await accounts.change('111111111111', ({ users }) => ({
    changes: [remove('user', users.get('alice')!)],
    output: null,
  }))
  assert.equal(find().users.size, 1)
  assert.notEqual(accounts.findAccessKey(key.id), null)
})

test('a kind of a later version is a refusal, not a loss', async () => {
  const change = { kind: 'hologram', key: 'h', document: '{}' }
  await catalog.commitAccount({ accountId: id, expectedRevision: 1, changes: [change] })
  await assert.rejects(openAccounts(catalog, sealer), /account 000000000000 has a hologram/)
})
