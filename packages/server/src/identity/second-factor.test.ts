import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { MfaDevice } from '../iam/account.ts'
import { mfaArn } from '../iam/arns.ts'
import { put } from '../iam/changes.ts'
import { testTime, testUser } from '../iam/testing/identities.ts'
import { totpCode } from '../iam/testing/totp-code.ts'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { type Accounts, openAccounts } from './accounts.ts'
import { envelope } from './envelope.ts'
import { type SecondFactor, secondFactor } from './second-factor.ts'

const accountId = '000000000000'
const sealer = envelope(new Uint8Array(32))
const alice = testUser('alice')
const bob = testUser('bob')
const seed = Buffer.from('12345678901234567890')
const phone: MfaDevice = {
  name: 'phone',
  path: '/',
  createdAt: testTime,
  userId: alice.id,
  enabledAt: testTime,
  lastStep: 0,
  drift: 0,
}
const serialNumber = mfaArn(accountId, phone)
const step = 30_000
const minute = 60_000

let catalog: Catalog
let accounts: Accounts
let factor: SecondFactor
beforeEach(async () => {
  catalog = sqliteCatalog(openDatabase(':memory:'))
  accounts = await openAccounts(catalog, sealer)
  const spare = { ...phone, name: 'spare', userId: null, enabledAt: null }
  await accounts.create(accountId, [
    put('user', alice),
    put('user', bob),
    put('mfa-device', phone, seed),
    put('mfa-device', spare, seed),
  ])
  factor = secondFactor(accounts)
})
afterEach(() => catalog.close())

const codeAt = (at: number): string => totpCode(seed, Math.floor(at / step))
const accept = (code: string, at = testTime, changes = {}, by = factor) =>
  by.accept({ accountId, userId: alice.id, serialNumber, code, ...changes }, at)
/** No code of any near step. */
const wrong = ['000000', '111111', '222222', '333333'].find(
  (code) => ![-2, -1, 0, 1, 2].some((n) => codeAt(testTime + n * step) === code),
)!

test('the code of now, of the step before and of the one after are good', async () => {
  for (const [at, offset] of [
    [testTime, -step],
    [testTime + step, 0],
    [testTime + 2 * step, step],
  ] as const)
    assert.equal(await accept(codeAt(at + offset), at), 'accepted')
  assert.equal(await accept(codeAt(testTime + 7 * step), testTime + 9 * step), 'refused')
})

test('no code counts twice, nor one from before it: not at once, not later, not after a restart', async () => {
  const code = codeAt(testTime)
  const outcomes = await Promise.all([accept(code), accept(code), accept(code)])
  assert.deepEqual(outcomes.toSorted(), ['accepted', 'refused', 'refused'])
  assert.equal(await accept(code, testTime + step), 'refused')
  assert.equal(await accept(codeAt(testTime - step)), 'refused')
  const restarted = secondFactor(await openAccounts(catalog, sealer))
  assert.equal(await accept(code, testTime, {}, restarted), 'refused')
  assert.equal(await accept(codeAt(testTime + step), testTime + step, {}, restarted), 'accepted')
})

test('five wrong codes in a row lock the device for a quarter of an hour, also for the right one', async () => {
  for (let i = 0; i < 5; i++) assert.equal(await accept(wrong), 'refused')
  assert.equal(await accept(codeAt(testTime)), 'locked')
  const later = testTime + 15 * minute
  assert.equal(await accept(codeAt(later - 1), later - 1), 'locked')
  assert.equal(await accept(codeAt(later), later), 'accepted')
})

test('a right code forgives the wrong ones before it', async () => {
  for (let round = 0; round < 3; round++) {
    const at = testTime + round * step
    for (let i = 0; i < 4; i++) assert.equal(await accept(wrong, at), 'refused')
    assert.equal(await accept(codeAt(at), at), 'accepted')
  }
})

test('of many guesses at the same time five are looked at', async () => {
  const outcomes = await Promise.all(Array.from({ length: 1000 }, () => accept(wrong)))
  assert.equal(outcomes.filter((outcome) => outcome === 'refused').length, 5)
})

test('a device of somebody else, of nobody, or of another account is no device', async () => {
  const code = codeAt(testTime)
  for (const changes of [
    { userId: bob.id },
    { userId: '' },
    { serialNumber: serialNumber.replace('phone', 'spare') },
    { serialNumber: serialNumber.replace('phone', 'PHONE') },
    { serialNumber: serialNumber.replace(accountId, '999999999999') },
    { serialNumber: 'phone' },
    { serialNumber: '' },
    { accountId: '999999999999' },
  ])
    assert.equal(await accept(code, testTime, changes), 'refused', JSON.stringify(changes))
  // And whoever tries does not lock it.
  for (let i = 0; i < 10; i++) await accept(wrong, testTime, { userId: bob.id })
  assert.equal(await accept(code), 'accepted')
})

test('what is no code is refused', async () => {
  for (const code of ['', '0', `${codeAt(testTime)}0`, ` ${codeAt(testTime)}`, 'abcdef', '١٢٣٤٥٦', 'éééééé'])
    assert.equal(await accept(code, testTime, {}, secondFactor(accounts)), 'refused', code)
})
