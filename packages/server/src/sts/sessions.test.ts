import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { ApiError } from '@wick/wire'
import type { Account } from '../iam/account.ts'
import { type Change, put, remove } from '../iam/changes.ts'
import type { PrincipalSession } from '../iam/principal.ts'
import { testRole, testTime, testUser } from '../iam/testing/identities.ts'
import { type Accounts, openAccounts } from '../identity/accounts.ts'
import { envelope } from '../identity/envelope.ts'
import type { Catalog, Subject } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import type { TemporaryCredentials } from './session-token.ts'
import { type FoundSession, type Sessions, sessions } from './sessions.ts'
import { testGrant } from './testing/grants.ts'

const [id, other] = ['000000000000', '111111111111']
const day = 24 * 60 * 60 * 1000
const sealer = envelope(new Uint8Array(32).fill(7))
const alice = testUser('alice')
const deployer = testRole('deployer')
const user: Subject = { kind: 'user', accountId: id, userId: alice.id }
const role: Subject = { kind: 'role', accountId: id, roleId: deployer.id, sessionName: 'build-7' }

let catalog: Catalog
let accounts: Accounts
let given: Sessions
beforeEach(async () => {
  catalog = sqliteCatalog(openDatabase(':memory:'))
  accounts = await openAccounts(catalog, sealer)
  await accounts.create(id, [put('user', alice), put('role', deployer)])
  await accounts.create(other, [put('role', deployer)])
  given = sessions(accounts)
})
afterEach(() => catalog.close())

const issue = (subject: Subject, changes?: Partial<PrincipalSession>): Promise<TemporaryCredentials> =>
  given.issue(testGrant(subject, changes))
const find = (
  { accessKeyId, sessionToken }: TemporaryCredentials,
  now = testTime,
  by: Sessions = given,
): FoundSession => by.find(accessKeyId, sessionToken, now)
const change = (...changes: readonly Change[]): Promise<null> =>
  accounts.change(id, () => ({ changes, output: null }))
const keysOf = (accountId = id): readonly string[] => [...accounts.find(accountId)!.sessionKeys.keys()]

function refuses(name: string, ask: () => unknown): void {
  assert.throws(ask, (error) => error instanceof ApiError && error.code === name)
}
const invalid = 'UnrecognizedClientException'

test('credentials of a role are a session of it, with what they were given for', async () => {
  const limits = { mfaAt: testTime - 5, policies: ['{}'], tags: { team: 'a' }, sourceIdentity: 'ann' }
  const credentials = await issue(role, limits)
  assert.match(credentials.accessKeyId, /^ASIA[A-Z2-7]{16}$/)
  assert.equal(credentials.expiresAt, testTime + 3_600_000)
  const { principal, secret } = find(credentials)
  assert.equal(secret, credentials.secretAccessKey)
  assert.deepEqual(principal, {
    kind: 'role',
    accountId: id,
    arn: `arn:aws:sts::${id}:assumed-role/deployer/build-7`,
    userId: `${deployer.id}:build-7`,
    entityId: deployer.id,
    entityArn: `arn:aws:iam::${id}:role/deployer`,
    name: 'deployer',
    accessKeyId: credentials.accessKeyId,
    session: testGrant(role, limits).session,
  })
})

test('credentials of a user are the user', async () => {
  const { principal } = find(await issue(user))
  assert.deepEqual(
    [principal.kind, principal.arn, principal.userId],
    ['user', `arn:aws:iam::${id}:user/alice`, alice.id],
  )
})

test('every time they are other credentials', async () => {
  const [one, two] = [await issue(user), await issue(user)]
  assert.notEqual(one.accessKeyId, two.accessKeyId)
  assert.notEqual(one.secretAccessKey, two.secretAccessKey)
  refuses(invalid, () => given.find(one.accessKeyId, two.sessionToken, testTime))
})

test('they end to the millisecond', async () => {
  const credentials = await issue(role)
  find(credentials, credentials.expiresAt - 1)
  refuses('ExpiredTokenException', () => find(credentials, credentials.expiresAt))
})

test('a role that is gone ends its sessions, and one made again under its name inherits none', async () => {
  const credentials = await issue(role)
  await change(remove('role', deployer))
  refuses(invalid, () => find(credentials))
  await change(put('role', testRole('deployer')))
  refuses(invalid, () => find(credentials))
})

test('the same for a user', async () => {
  const credentials = await issue(user)
  await change(put('user', testUser('alice')))
  refuses(invalid, () => find(credentials))
})

test('a role that was renamed in place keeps its sessions, under its name of now', async () => {
  const credentials = await issue(role)
  await change(put('role', { ...deployer, name: 'Deployer', path: '/x/' }))
  assert.equal(find(credentials).principal.arn, `arn:aws:sts::${id}:assumed-role/Deployer/build-7`)
})

test('sessions outlive a restart', async () => {
  const credentials = await issue(role)
  const opened = sessions(await openAccounts(catalog, sealer))
  assert.equal(find(credentials, testTime, opened).secret, credentials.secretAccessKey)
})

test('sessions outlive a change of the master key', async () => {
  const credentials = await issue(role)
  const next = envelope(new Uint8Array(32).fill(8))
  const secrets = await catalog.sealedSecrets()
  const resealed = secrets.map(({ kind, id, sealed }) => {
    const purpose = `${kind}:${id}`
    return { kind, id, sealed: next.seal(purpose, sealer.open(purpose, sealed)) }
  })
  assert.deepEqual(
    resealed.map(({ kind }) => kind),
    ['session-key'],
  )
  await catalog.replaceSealedSecrets(resealed, [])
  find(credentials, testTime, sessions(await openAccounts(catalog, next)))
})

test('a token is of one account: it opens nothing in another that has a role of the same id', async () => {
  const credentials = await issue(role)
  await given.issue(testGrant({ ...role, accountId: other }))
  const bytes = Buffer.from(credentials.sessionToken, 'base64url')
  bytes.writeUIntBE(Number(other), 1, 6)
  refuses(invalid, () => given.find(credentials.accessKeyId, bytes.toString('base64url'), testTime))
})

test('what is no token is refused, whatever it is', () => {
  for (const token of ['', 'x', '\0', 'é'.repeat(500), 'A'.repeat(4096), 'A'.repeat(1_000_000)])
    refuses(invalid, () => given.find('ASIAAAAAAAAAAAAAAAAA', token, testTime))
})

test('the key of an account is made with its first session, and used for all', async () => {
  assert.deepEqual(keysOf(), [])
  await Promise.all([issue(user), issue(role)])
  await issue(role, { issuedAt: testTime + 29 * day })
  assert.equal(keysOf().length, 1)
  assert.deepEqual(keysOf(other), [])
})

test('after thirty days another key is used; the one before stays for as long as a session of it may last', async () => {
  await issue(user)
  const [first] = keysOf()
  const last = await issue(role, { issuedAt: testTime + 30 * day - 1, expiresAt: testTime + 31.5 * day - 1 })
  await issue(user, { issuedAt: testTime + 30 * day })
  assert.equal(keysOf().length, 2)
  find(last, testTime + 31.5 * day - 2)
  await issue(user, { issuedAt: testTime + 60 * day })
  assert.equal(keysOf().length, 2)
  assert.ok(!keysOf().includes(first!))
  refuses(invalid, () => find(last))
})

test('the key is sealed in the catalog and no part of the account as a value', async () => {
  await issue(user)
  const account: Account = accounts.find(id)!
  const key = Buffer.from(accounts.secret('session-key', id, keysOf()[0]!))
  assert.ok(!JSON.stringify([...account.sessionKeys]).includes(key.toString('base64')))
  const [kept] = await catalog.sealedSecrets()
  assert.ok(!Buffer.from(kept!.sealed).includes(key))
})
