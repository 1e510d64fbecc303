import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { userArn } from '../iam/arns.ts'
import { put, remove } from '../iam/changes.ts'
import { testUser } from '../iam/testing/identities.ts'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { type Accounts, openAccounts } from './accounts.ts'
import { ensureAdministrator, hasCredentials, writeAwsConfig } from './administrator.ts'
import { envelope } from './envelope.ts'

const now = 1_764_000_000_000
let directory: string
const sealer = envelope(new Uint8Array(32).fill(7))
let catalog: Catalog
let accounts: Accounts
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'wick-administrator-'))
  catalog = sqliteCatalog(openDatabase(':memory:'))
  accounts = await openAccounts(catalog, sealer)
})
afterEach(async () => {
  await catalog.close()
  rmSync(directory, { recursive: true })
})

function ensure(accountId = '123456789012'): Promise<void> {
  return ensureAdministrator(directory, accountId, accounts, now)
}

function credentials(): { id: string; secret: string } {
  const text = readFileSync(join(directory, 'credentials'), 'utf8')
  const pattern =
    /^\[wick-admin\]\naws_access_key_id = (AKIA[A-Z2-7]{16})\naws_secret_access_key = ([A-Za-z0-9+/]{40})\n$/
  const [, id, secret] = pattern.exec(text) ?? []
  assert.ok(id !== undefined && secret !== undefined, text)
  return { id, secret }
}

test('the first start makes the administrator with one access key, written to the credentials file', async () => {
  await ensure()
  const { id, secret } = credentials()
  const { account, user } = accounts.findAccessKey(id)!
  assert.equal(userArn(account.id, user), 'arn:aws:iam::123456789012:user/wick-admin')
  assert.deepEqual(user.attachedPolicies, ['arn:aws:iam::aws:policy/AdministratorAccess'])
  assert.equal(Buffer.from(accounts.secret('access-key', account.id, id)).toString(), secret)
})

test('the credentials file is for its owner alone', async () => {
  await ensure()
  assert.equal(statSync(join(directory, 'credentials')).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(directory), ['credentials'])
})

test('later starts change nothing', async () => {
  await ensure()
  const before = [credentials(), accounts.find('123456789012')]
  await ensure()
  assert.deepEqual([credentials(), accounts.find('123456789012')], before)
})

test('an administrator who was replaced by named users is not made again', async () => {
  await ensure()
  await accounts.change('123456789012', ({ users }) => ({
    changes: [remove('user', users.get('wick-admin')!), put('user', testUser('alice'))],
    output: null,
  }))
  await ensure()
  assert.deepEqual([...accounts.find('123456789012')!.users.keys()], ['alice'])
})

test('another account than the first start made is a refusal that names it', async () => {
  await ensure()
  const before = credentials()
  await assert.rejects(
    ensure('999999999999'),
    /has no account 999999999999, but 123456789012\. Start with --account 123456789012/,
  )
  assert.deepEqual(credentials(), before)
})

test('lost credentials are not made again', async () => {
  await ensure()
  assert.equal(hasCredentials(directory), true)
  rmSync(join(directory, 'credentials'))
  await ensure()
  assert.equal(hasCredentials(directory), false)
})

test('keys of two installations have nothing in common', async () => {
  await ensure()
  const first = credentials()
  const other = sqliteCatalog(openDatabase(':memory:'))
  await ensureAdministrator(directory, '123456789012', await openAccounts(other, sealer), now)
  await other.close()
  assert.notEqual(credentials().id, first.id)
  assert.notEqual(credentials().secret, first.secret)
})

test("the file for AWS's tools names region, address and authority", async () => {
  const file = join(directory, 'config')
  const endpointUrl = 'https://127.0.0.1:8443'
  await writeAwsConfig(directory, { region: 'eu-west-1', caBundle: '/data/my dir/tls/ca.pem', endpointUrl })
  assert.equal(
    readFileSync(file, 'utf8'),
    '# Written by wick at every start.\n[profile wick-admin]\nregion = eu-west-1\n' +
      'endpoint_url = https://127.0.0.1:8443\nca_bundle = /data/my dir/tls/ca.pem\n',
  )
  assert.equal(statSync(file).mode & 0o777, 0o600)
  await writeAwsConfig(directory, { region: 'eu-west-1', caBundle: null, endpointUrl: 'http://127.0.0.1:80' })
  assert.ok(!readFileSync(file, 'utf8').includes('ca_bundle'))
  assert.deepEqual(readdirSync(directory), ['config'])
})
