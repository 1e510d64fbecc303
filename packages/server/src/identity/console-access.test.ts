import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { put, remove } from '../iam/changes.ts'
import { testRole, testUser } from '../iam/testing/identities.ts'
import type { Catalog, Subject } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { type Accounts, openAccounts } from './accounts.ts'
import { type ConsoleAccess, type ConsoleSession, consoleAccess, isCsrfToken } from './console-access.ts'
import { envelope } from './envelope.ts'

const now = 1_764_000_000_000
const minute = 60_000
const hour = 60 * minute
const alice = testUser('alice')
const deployer = testRole('deployer')
const accountId = '000000000000'
const subject: Subject = { kind: 'user', accountId, userId: alice.id }

let catalog: Catalog
let accounts: Accounts
let access: ConsoleAccess
let database: ReturnType<typeof openDatabase>
beforeEach(async () => {
  database = openDatabase(':memory:')
  catalog = sqliteCatalog(database)
  accounts = await openAccounts(catalog, envelope(new Uint8Array(32)))
  await accounts.create(accountId, [put('user', alice), put('role', deployer)])
  access = consoleAccess(catalog, accounts)
})
afterEach(() => catalog.close())

/** With a link, as the console does where nothing else is required. */
async function enter(ticket: string, at: number): ReturnType<ConsoleAccess['open']> {
  const whose = await access.takeTicket(ticket, at)
  return whose === null ? null : access.open(whose, null, at)
}

async function signIn(at = now): Promise<{ session: ConsoleSession; cookie: string }> {
  const signedIn = await enter(await access.createTicket(subject, at), at)
  assert.ok(signedIn !== null)
  return signedIn
}

test('a ticket signs its user in', async () => {
  const { session, cookie } = await signIn()
  assert.equal(session.principal.arn, 'arn:aws:iam::000000000000:user/alice')
  assert.equal(session.expiresAt, now + 12 * hour)
  assert.deepEqual(await access.find(cookie, now + 1), session)
})

test('a ticket is good once, also for two at the same time', async () => {
  const ticket = await access.createTicket(subject, now)
  const both = await Promise.all([enter(ticket, now), enter(ticket, now)])
  assert.equal(both.filter((signedIn) => signedIn !== null).length, 1)
  assert.equal(await enter(ticket, now), null)
})

test('a ticket is good for 15 minutes', async () => {
  const [early, late] = [await access.createTicket(subject, now), await access.createTicket(subject, now)]
  assert.notEqual(await enter(early, now + 15 * minute - 1), null)
  assert.equal(await enter(late, now + 15 * minute), null)
})

test('tickets and cookies hold 256 random bits, fit for a link', async () => {
  const tickets = await Promise.all(Array.from({ length: 20 }, () => access.createTicket(subject, now)))
  const { cookie, session } = await signIn()
  for (const token of [...tickets, cookie, session.csrfToken]) assert.match(token, /^[A-Za-z0-9_-]{43}$/)
  assert.equal(new Set([...tickets, cookie]).size, 21)
})

test('neither can be read from the catalog, and what can be read opens nothing', async () => {
  const ticket = await access.createTicket(subject, now)
  const { cookie, session } = await signIn()
  const stored = ['sign_in_tickets', 'sessions'].flatMap((table) =>
    database.prepare(`SELECT * FROM ${table}`).all(),
  )
  assert.equal(stored.length, 2)
  for (const { hash } of stored) {
    for (const secret of [ticket, cookie, session.csrfToken])
      assert.notDeepEqual(Buffer.from(hash as Uint8Array), Buffer.from(secret, 'base64url'))
    const text = Buffer.from(hash as Uint8Array).toString('base64url')
    assert.equal(await enter(text, now), null)
    assert.equal(await access.find(text, now), null)
  }
})

test('a ticket is no cookie and a cookie no ticket', async () => {
  const ticket = await access.createTicket(subject, now)
  const { cookie } = await signIn()
  assert.equal(await access.find(ticket, now), null)
  assert.equal(await enter(cookie, now), null)
  for (const text of ['', ' ', `${cookie} `, cookie.slice(1), '__proto__', '\0', 'x'.repeat(100_000)])
    assert.equal(await access.find(text, now), null)
})

test('a session ends after 12 hours, however busy', async () => {
  const { cookie } = await signIn()
  for (let at = now; at < now + 12 * hour; at += 30 * minute)
    assert.notEqual(await access.find(cookie, at), null)
  assert.notEqual(await access.find(cookie, now + 12 * hour - 1), null)
  assert.equal(await access.find(cookie, now + 12 * hour), null)
  assert.equal(await access.find(cookie, now + hour), null, 'it came back')
})

test('a session ends after an hour without a request', async () => {
  const { cookie } = await signIn()
  assert.notEqual(await access.find(cookie, now + 59 * minute), null)
  assert.notEqual(await access.find(cookie, now + 118 * minute), null)
  assert.equal(await access.find(cookie, now + 178 * minute), null)
  assert.equal(await access.find(cookie, now + 119 * minute), null, 'it came back')
})

test('the last request is written down at most once a minute', async () => {
  const { cookie } = await signIn()
  const lastSeen = (): unknown => database.prepare('SELECT last_seen_at FROM sessions').get()!.last_seen_at
  await access.find(cookie, now + minute - 1)
  assert.equal(lastSeen(), now)
  await access.find(cookie, now + minute)
  assert.equal(lastSeen(), now + minute)
})

test('signing out ends this session and no other', async () => {
  const [first, second] = [await signIn(), await signIn()]
  await access.signOut(first.cookie)
  assert.equal(await access.find(first.cookie, now), null)
  assert.notEqual(await access.find(second.cookie, now), null)
  await access.signOut('unknown')
})

test('each session has its own token against forged requests', async () => {
  const [first, second] = [await signIn(), await signIn()]
  assert.equal(isCsrfToken(first.session, first.session.csrfToken), true)
  for (const token of [
    second.session.csrfToken,
    '',
    first.cookie,
    `${first.session.csrfToken}=`,
    '😀'.repeat(43),
  ])
    assert.equal(isCsrfToken(first.session, token), false)
})

test('what has expired is forgotten when the next ticket is made', async () => {
  await access.createTicket(subject, now)
  await signIn()
  await access.createTicket(subject, now + 13 * hour)
  const count = (table: string): unknown => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n
  assert.deepEqual([count('sign_in_tickets'), count('sessions')], [1, 0])
})

test('a session ends with its user, and is not of one made again under the name', async () => {
  const { cookie } = await signIn()
  const ticket = await access.createTicket(subject, now)
  const changes = [remove('user', alice), put('user', testUser('alice'))]
  await accounts.change(accountId, () => ({ changes, output: null }))
  assert.equal(await access.find(cookie, now), null)
  assert.equal(await enter(ticket, now), null)
})

test('a session of a role is one of the role', async () => {
  const role: Subject = { kind: 'role', accountId, roleId: deployer.id, sessionName: 'alice@example.org' }
  const opened = await enter(await access.createTicket(role, now), now)
  const { cookie, session } = opened!
  assert.equal(session.principal.arn, 'arn:aws:sts::000000000000:assumed-role/deployer/alice@example.org')
  assert.notEqual(await access.find(cookie, now), null)
})

test('sessions of a user from before a change of the password have ended, later ones go on', async () => {
  const early = await signIn()
  const changed = put('user', { ...alice, consoleEndedBefore: now + 1 })
  await accounts.change(accountId, () => ({ changes: [changed], output: null }))
  assert.equal(await access.find(early.cookie, now + 1), null)
  const late = await signIn(now + 1)
  assert.notEqual(await access.find(late.cookie, now + 1), null)
})
