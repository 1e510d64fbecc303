import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, test } from 'node:test'
import type { LoginProfile, MfaDevice } from '../iam/account.ts'
import { put, remove } from '../iam/changes.ts'
import { testUser } from '../iam/testing/identities.ts'
import { type Accounts, openAccounts } from '../identity/accounts.ts'
import { envelope } from '../identity/envelope.ts'
import { PasswordsBusy, passwords } from '../identity/passwords.ts'
import { type SecondFactor, secondFactor } from '../identity/second-factor.ts'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { type Proof, type SignIn, type Step, signIn } from './sign-in.ts'
import { codeAt, seedIn } from './testing/codes.ts'

const accountId = '000000000000'
const password = 'correct horse battery staple'
const from = { address: '192.0.2.1', site: null }
const minute = 60_000
const alice = testUser('alice')
const sealer = envelope(new Uint8Array(32).fill(3))
const hashes = passwords()
const passwordHash = await hashes.hash(password)

let catalog: Catalog
let accounts: Accounts
let factor: SecondFactor
let now: number
beforeEach(async () => {
  now = Date.UTC(2026, 10, 25, 12)
  catalog = sqliteCatalog(openDatabase(':memory:'))
  accounts = await openAccounts(catalog, sealer)
  factor = secondFactor(accounts)
  await accounts.create(accountId, [put('user', alice), put('login-profile', profile())])
})
afterEach(() => catalog.close())

function profile(changes: Partial<LoginProfile> = {}): LoginProfile {
  return { userId: alice.id, passwordHash, createdAt: 0, mustChange: false, ...changes }
}

function door(requiresMfa = false, checking = hashes): SignIn {
  return signIn({ accounts, passwords: checking, sealer, secondFactor: factor, requiresMfa, now: () => now })
}

const begin = (signIn: SignIn, changes: object = {}, where = from): Promise<Step> =>
  signIn.begin({ accountId, userName: 'alice', password, ...changes }, where)

function expect<K extends Step['kind']>(step: Step, kind: K): Extract<Step, { kind: K }> {
  assert.equal(step.kind, kind, JSON.stringify(step))
  return step as Extract<Step, { kind: K }>
}

async function addDevice(): Promise<Buffer> {
  const seed = randomBytes(20)
  const device: MfaDevice = {
    ...{ name: 'phone', path: '/', createdAt: 0, userId: alice.id, enabledAt: 0, lastStep: 0, drift: 0 },
  }
  await accounts.change(accountId, () => ({ changes: [put('mfa-device', device, seed)], output: null }))
  return seed
}

const subject = { kind: 'user', accountId, userId: alice.id }

test('name and password sign in; the name in any case', async () => {
  for (const userName of ['alice', 'Alice'])
    assert.deepEqual(await begin(door(), { userName }), { kind: 'signed-in', subject, mfaAt: null })
})

test('a wrong password, a name that nobody has, and a user without a password are refused alike', async () => {
  await accounts.change(accountId, () => ({ changes: [put('user', testUser('bob'))], output: null }))
  for (const wrong of [
    { password: 'wrong' },
    { password: '' },
    { userName: 'nobody' },
    { userName: 'bob', password: '' },
    { userName: '__proto__' },
    { accountId: '999999999999' },
  ])
    assert.deepEqual(await begin(door(), wrong), { kind: 'refused' })
})

test('a user with an authenticator app owes a code; the time it was given at is known', async () => {
  const seed = await addDevice()
  const signIn = door()
  const step = expect(await begin(signIn), 'second-factor')
  assert.deepEqual([step.takesCode, step.passkey], [true, null])
  const done = await signIn.proceed(step.challenge, { kind: 'code', code: codeAt(seed, now) }, from)
  assert.deepEqual(done, { kind: 'signed-in', subject, mfaAt: now })
})

test('no code counts twice, and a wrong one may be tried again without the password', async () => {
  const seed = await addDevice()
  const signIn = door()
  const code: Proof = { kind: 'code', code: codeAt(seed, now) }
  const first = expect(await begin(signIn), 'second-factor')
  expect(await signIn.proceed(first.challenge, code, from), 'signed-in')
  const second = expect(await begin(signIn), 'second-factor')
  const again = expect(await signIn.proceed(second.challenge, code, from), 'second-factor')
  assert.match(again.problem!, /used before/)
  now += 30_000
  expect(await signIn.proceed(again.challenge, { kind: 'code', code: codeAt(seed, now) }, from), 'signed-in')
})

test('a challenge is good once, for five minutes, and for the step it was given for', async () => {
  const seed = await addDevice()
  const signIn = door()
  const code = (): Proof => ({ kind: 'code', code: codeAt(seed, now) })
  const { challenge } = expect(await begin(signIn), 'second-factor')
  expect(await signIn.proceed(challenge, { kind: 'new-password', password: 'x'.repeat(20) }, from), 'refused')
  expect(await signIn.proceed(challenge, code(), from), 'refused')
  const late = expect(await begin(signIn), 'second-factor')
  now += 5 * minute
  expect(await signIn.proceed(late.challenge, code(), from), 'refused')
  for (const made of ['', 'x', '💥', late.challenge.slice(1), 'A'.repeat(10_000)])
    expect(await signIn.proceed(made, code(), from), 'refused')
})

test('a challenge of another installation, or changed on the way, is none', async () => {
  const seed = await addDevice()
  const { challenge } = expect(await begin(door()), 'second-factor')
  const bytes = Buffer.from(challenge, 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at]! ^= 1
    const code: Proof = { kind: 'code', code: codeAt(seed, now) }
    expect(await door().proceed(changed.toString('base64url'), code, from), 'refused')
  }
})

test('after five failures the name is locked for a quarter of an hour, also with what is right', async () => {
  const signIn = door()
  for (let i = 0; i < 5; i++) expect(await begin(signIn, { password: 'wrong' }), 'refused')
  expect(await begin(signIn), 'locked')
  now += 15 * minute
  expect(await begin(signIn), 'signed-in')
})

test('of guesses that are made side by side no more are tried than one after the other', async () => {
  const signIn = door()
  const guesses = Array.from({ length: 40 }, (_, i) => begin(signIn, { password: `guess ${i}` }))
  const kinds = (await Promise.all(guesses)).map(({ kind }) => kind)
  assert.deepEqual([...new Set(kinds)], ['refused', 'locked'])
  assert.equal(kinds.filter((kind) => kind === 'refused').length, 5)
})

test('a password that there was no time to check is no failure', async () => {
  let isBusy = true
  const busy = {
    ...hashes,
    matches: async (...asked: Parameters<typeof hashes.matches>) => {
      if (isBusy) throw new PasswordsBusy('busy')
      return hashes.matches(...asked)
    },
  }
  const signIn = door(false, busy)
  for (let i = 0; i < 60; i++) await assert.rejects(begin(signIn), { name: 'PasswordsBusy' })
  isBusy = false
  expect(await begin(signIn), 'signed-in')
})

test('what is right is no failure: signing in again and again locks nobody out', async () => {
  await addDevice()
  const signIn = door()
  for (let i = 0; i < 6; i++) expect(await begin(signIn), 'second-factor')
  for (let i = 0; i < 4; i++) expect(await begin(signIn, { password: 'wrong' }), 'refused')
  expect(await begin(signIn), 'second-factor')
  expect(await begin(signIn, { password: 'wrong' }), 'refused')
  expect(await begin(signIn), 'locked')
})

test('guessing codes is locked, too, and a right password in between does not help', async () => {
  await addDevice()
  const signIn = door()
  const wrong: Proof = { kind: 'code', code: '000000' }
  let step = await begin(signIn)
  for (let i = 0; step.kind === 'second-factor' && i < 10; i++) {
    step = await signIn.proceed(step.challenge, wrong, from)
    if (i === 2) step = await begin(signIn)
  }
  expect(step, 'locked')
  expect(await begin(signIn), 'locked')
})

test('codes are locked wherever they are guessed: in the console and at STS', async () => {
  const seed = await addDevice()
  const signIn = door()
  const serialNumber = `arn:aws:iam::${accountId}:mfa/phone`
  const good = codeAt(seed, now)
  const wrong = ['000000', '111111'].find((code) => code !== good)!
  const step = expect(await begin(signIn), 'second-factor')
  for (let i = 0; i < 5; i++)
    await factor.accept({ accountId, userId: alice.id, serialNumber, code: wrong }, now)
  expect(await signIn.proceed(step.challenge, { kind: 'code', code: good }, from), 'locked')
  now += 16 * minute
  let next = expect(await begin(signIn), 'second-factor')
  for (let i = 0; i < 4; i++)
    next = expect(await signIn.proceed(next.challenge, { kind: 'code', code: wrong }, from), 'second-factor')
  const given = { accountId, userId: alice.id, serialNumber, code: wrong }
  assert.equal(await factor.accept(given, now), 'refused')
  assert.equal(await factor.accept({ ...given, code: codeAt(seed, now) }, now), 'locked')
})

test('a one-time link stands for name and password; where a second factor is required it is owed all the same', async () => {
  assert.deepEqual(await door().admit({ kind: 'user', accountId, userId: alice.id }, from), {
    ...{ kind: 'signed-in', subject, mfaAt: null },
  })
  const strict = door(true)
  const admit = () => strict.admit({ kind: 'user', accountId, userId: alice.id }, from)
  expect(await admit(), 'enrolment')
  const seed = await addDevice()
  const step = expect(await admit(), 'second-factor')
  const done = await strict.proceed(step.challenge, { kind: 'code', code: codeAt(seed, now) }, from)
  assert.deepEqual(done, { kind: 'signed-in', subject, mfaAt: now })
  const gone = { kind: 'user', accountId, userId: 'AIDAGONE' } as const
  expect(await strict.admit(gone, from), 'refused')
})

test('one address that tries many names is locked as well', async () => {
  const signIn = door()
  for (let i = 0; i < 50; i++) expect(await begin(signIn, { userName: `guess-${i}` }), 'refused')
  expect(await begin(signIn), 'locked')
  expect(await begin(signIn, {}, { ...from, address: '192.0.2.2' }), 'signed-in')
})

test('a password that must be changed opens nothing but its change', async () => {
  const change = put('login-profile', profile({ mustChange: true }))
  await accounts.change(accountId, () => ({ changes: [change], output: null }))
  const signIn = door()
  const step = expect(await begin(signIn), 'new-password')
  const problemWith = async (challenge: string, candidate: string) =>
    expect(
      await signIn.proceed(challenge, { kind: 'new-password', password: candidate }, from),
      'new-password',
    )
  const same = await problemWith(step.challenge, password)
  assert.match(same.problem!, /another one/)
  const short = await problemWith(same.challenge, 'short')
  assert.match(short.problem!, /at least 12/)
  const next = 'an entirely different horse'
  expect(await signIn.proceed(short.challenge, { kind: 'new-password', password: next }, from), 'signed-in')
  expect(await begin(signIn), 'refused')
  expect(await begin(signIn, { password: next }), 'signed-in')
  // Whoever was in with the old one is not any more.
  assert.equal(accounts.find(accountId)!.users.get('alice')!.consoleEndedBefore, now)
})

test('where a second factor is required, a user without one sets up an authenticator app first', async () => {
  const signIn = door(true)
  const step = expect(await begin(signIn), 'enrolment')
  const seed = seedIn(step.uri)
  const codes = (at: number) => [codeAt(seed, at), codeAt(seed, at + 30_000)] as const
  const wrong = expect(
    await signIn.proceed(step.challenge, { kind: 'enrolment', codes: ['000000', '000001'] }, from),
    'enrolment',
  )
  assert.equal(wrong.uri, step.uri, 'the app need not be set up again')
  const done = await signIn.proceed(wrong.challenge, { kind: 'enrolment', codes: codes(now - 30_000) }, from)
  assert.deepEqual(done, { kind: 'signed-in', subject, mfaAt: now })
  now += minute
  const next = expect(await begin(signIn), 'second-factor')
  expect(await signIn.proceed(next.challenge, { kind: 'code', code: codeAt(seed, now) }, from), 'signed-in')
})

test('whoever is gone in the middle of it does not come in', async () => {
  const seed = await addDevice()
  const signIn = door()
  const { challenge } = expect(await begin(signIn), 'second-factor')
  const changes = [remove('user', alice), put('user', testUser('alice'))]
  await accounts.change(accountId, () => ({ changes, output: null }))
  expect(await signIn.proceed(challenge, { kind: 'code', code: codeAt(seed, now) }, from), 'refused')
})
