import { randomBytes } from 'node:crypto'
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import {
  type Account,
  type MfaDevice,
  type Passkey,
  passkeysOf,
  type User,
  userById,
} from '../iam/account.ts'
import { type Change, put } from '../iam/changes.ts'
import { passwordProblem } from '../iam/password-rules.ts'
import { qrPng } from '../iam/qr-png.ts'
import { base32Seed, provisioningUri, synchronised } from '../iam/totp.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Envelope } from '../identity/envelope.ts'
import { type Lockout, lockout } from '../identity/lockout.ts'
import type { Passwords } from '../identity/passwords.ts'
import type { SecondFactor } from '../identity/second-factor.ts'
import type { Subject } from '../storage/catalog.ts'
import { type Challenge, type Challenges, challenges } from './challenge.ts'
import { type PasskeyRequest, passkeyRequest, verifyPasskey } from './passkeys.ts'
import type { Site } from './site.ts'

/**
 * Signing in with a user's name and password, step by step. A one-time link stands for both:
 *
 *     password → second factor, where the user has one → new password, where it must be changed → session
 *              → setting one up, where one is required and the user has none ↗
 *
 * Whatever is wrong is told alike, and takes as long: nobody learns which names there are.
 */
export interface SignIn {
  begin(credentials: Credentials, from: From): Promise<Step>
  /** With a one-time link in place of name and password: what else is required of everybody is required all the same. */
  admit(subject: Subject, from: From): Promise<Step>
  /** With the challenge of the step before. */
  proceed(challenge: string, proof: Proof, from: From): Promise<Step>
}

interface From {
  readonly address: string
  /** Null where no passkey can be used. */
  readonly site: Site | null
}

export interface Credentials {
  readonly accountId: string
  readonly userName: string
  readonly password: string
}

export type Proof =
  | { readonly kind: 'code'; readonly code: string }
  /** As the browser has it; not looked at yet. */
  | { readonly kind: 'passkey'; readonly response: AuthenticationResponseJSON }
  /** Two codes that follow each other. */
  | { readonly kind: 'enrolment'; readonly codes: readonly [string, string] }
  | { readonly kind: 'new-password'; readonly password: string }

export type Step =
  | { readonly kind: 'signed-in'; readonly subject: Subject; readonly mfaAt: number | null }
  /** Begin anew; which of all that was brought is wrong is not told. */
  | { readonly kind: 'refused' }
  /** Too many failures: come again later. */
  | { readonly kind: 'locked' }
  | {
      readonly kind: 'second-factor'
      readonly challenge: string
      /** Whether a code of an authenticator app will do. */
      readonly takesCode: boolean
      /** Null where the user has none. */
      readonly passkey: PasskeyRequest | null
      /** What was wrong with the last attempt. */
      readonly problem: string | null
    }
  | {
      readonly kind: 'enrolment'
      readonly challenge: string
      /** As people type it. */
      readonly seed: string
      /** `otpauth://…`, for an authenticator app. */
      readonly uri: string
      /** A picture of `uri`: PNG in base64. */
      readonly qr: string
      readonly problem: string | null
    }
  | { readonly kind: 'new-password'; readonly challenge: string; readonly problem: string | null }

export interface SignInParts {
  readonly accounts: Accounts
  readonly passwords: Passwords
  readonly sealer: Envelope
  readonly secondFactor: SecondFactor
  /** Whether nobody signs in with a password alone. */
  readonly requiresMfa: boolean
  /** Epoch milliseconds. */
  readonly now: () => number
}

const seedBytes = 20

export function signIn(parts: SignInParts): SignIn {
  const { accounts, passwords, now } = parts
  const open: Challenges = challenges(parts.sealer)
  const users: Lockout = lockout(5)
  // Many people may sit behind one address.
  const addresses: Lockout = lockout(50)

  const isLocked = (user: string, { address }: From): boolean =>
    users.isLocked(user, now()) || addresses.isLocked(address, now())
  const countFailure = (user: string, { address }: From): void => {
    users.failed(user, now())
    addresses.failed(address, now())
  }
  const refuse = (user: string, from: From): Step => {
    countFailure(user, from)
    return { kind: 'refused' }
  }

  /** What is to be done next, by somebody who has proven this much. */
  const next = async (
    { account, user }: Found,
    mfaAt: number | null,
    { site }: From,
    problem: string | null = null,
  ): Promise<Step> => {
    const give = (needs: Challenge['needs']): string =>
      open.give({ accountId: account.id, userId: user.id, mfaAt, needs }, now())
    if (mfaAt === null) {
      const takesCode = devicesOf(account, user).length > 0
      const passkeys = passkeysOf(account, user)
      const passkey = site === null || passkeys.length === 0 ? null : await passkeyRequest(site, passkeys)
      if (takesCode || passkeys.length > 0) {
        const challenge = give({ kind: 'second-factor', passkeyChallenge: passkey?.challenge ?? null })
        return { kind: 'second-factor', challenge, takesCode, passkey, problem }
      }
      if (parts.requiresMfa) return enrolment(account, user, randomBytes(seedBytes), null)
    }
    if (account.loginProfiles.get(user.id)?.mustChange)
      return { kind: 'new-password', challenge: give({ kind: 'new-password' }), problem: null }
    const subject: Subject = { kind: 'user', accountId: account.id, userId: user.id }
    return { kind: 'signed-in', subject, mfaAt }
  }

  const enrolment = (account: Account, user: User, seed: Buffer, problem: string | null): Step => {
    const needs = { kind: 'enrolment', seed: seed.toString('base64') } as const
    const challenge = open.give({ accountId: account.id, userId: user.id, mfaAt: null, needs }, now())
    const uri = provisioningUri(seed, `${user.name}@${account.id}`, 'Wick')
    const qr = Buffer.from(qrPng(uri)).toString('base64')
    return { kind: 'enrolment', challenge, seed: base32Seed(seed), uri, qr, problem }
  }

  /** Keeps what is proven; the user as they are then. @returns null where the user is gone, or `think` finds nothing */
  const commit = async ({ accountId, userId }: Challenge, think: Think): Promise<Found | null> => {
    const isDone = await accounts.change(accountId, (account) => {
      const user = userById(account, userId)
      const changes = user === null ? null : think(account, user)
      return { changes: changes ?? [], output: changes !== null }
    })
    return isDone ? find(accountId, userId) : null
  }

  const find = (accountId: string, userId: string): Found | null => {
    const account = accounts.find(accountId)
    const user = account === null ? null : userById(account, userId)
    return account === null || user === null ? null : { account, user }
  }

  const proceed = async (challenge: Challenge, proof: Proof, name: string, from: From): Promise<Step> => {
    const { needs } = challenge
    if (needs.kind === 'second-factor' && (proof.kind === 'code' || proof.kind === 'passkey')) {
      const { accountId, userId } = challenge
      if (proof.kind === 'code') {
        const given = { accountId, userId, serialNumber: null, code: proof.code }
        const outcome = await parts.secondFactor.accept(given, now())
        if (outcome === 'locked') return { kind: 'locked' }
        if (outcome === 'refused') return tryAgain(challenge, name, from)
      } else {
        const think = await acceptPasskey(proof.response, needs.passkeyChallenge, from)
        if ((await commit(challenge, think)) === null) return tryAgain(challenge, name, from)
      }
      const done = find(accountId, userId)
      if (done === null) return refuse(name, from)
      users.succeeded(name)
      return next(done, now(), from)
    }
    if (needs.kind === 'enrolment' && proof.kind === 'enrolment') {
      const seed = Buffer.from(needs.seed, 'base64')
      const clock = synchronised(seed, proof.codes, 0, now())
      const done = await commit(challenge, (account, user) =>
        clock === null ? [] : [put('mfa-device', newDevice(account, user, clock, now()), seed)],
      )
      if (done === null) return refuse(name, from)
      if (clock !== null) return next(done, now(), from)
      return enrolment(
        done.account,
        done.user,
        seed,
        'These are not two codes of this seed, one after the other.',
      )
    }
    if (needs.kind === 'new-password' && proof.kind === 'new-password')
      return changePassword(challenge, proof.password, from)
    return refuse(name, from)
  }

  /** The password was right already: it need not be typed again. */
  const tryAgain = async ({ accountId, userId }: Challenge, name: string, from: From): Promise<Step> => {
    const refused = refuse(name, from)
    const found = find(accountId, userId)
    if (found === null) return refused
    if (isLocked(name, from)) return { kind: 'locked' }
    return next(found, null, from, 'That was not right, or was used before.')
  }

  const acceptPasskey = async (
    response: AuthenticationResponseJSON,
    challenge: string | null,
    { site }: From,
  ): Promise<Think> => {
    const found = findPasskey(accounts, response.id)
    if (found === null || challenge === null || site === null) return () => null
    const counter = await verifyPasskey(response, found, challenge, site)
    return ({ passkeys }, { id }) => {
      const kept = passkeys.get(found.id)
      const isTheirs = kept !== undefined && kept.userId === id && kept.counter === found.counter
      return counter !== null && isTheirs ? [put('passkey', { ...kept, counter })] : null
    }
  }

  const changePassword = async (challenge: Challenge, password: string, from: From): Promise<Step> => {
    const user = userById(accounts.find(challenge.accountId)!, challenge.userId)
    if (user === null) return { kind: 'refused' }
    const profile = accounts.find(challenge.accountId)?.loginProfiles.get(user.id)
    if (profile === undefined) return { kind: 'refused' }
    const isSame = await passwords.matches(password, profile.passwordHash)
    const problem = isSame ? 'The password must be another one.' : passwordProblem(password, user.name)
    if (problem !== null) return { kind: 'new-password', challenge: open.give(challenge, now()), problem }
    const passwordHash = await passwords.hash(password)
    const done = await commit(challenge, (account, owner) => {
      const kept = account.loginProfiles.get(owner.id)
      if (kept === undefined) return null
      return [
        put('login-profile', { ...kept, passwordHash, mustChange: false }),
        put('user', { ...owner, consoleEndedBefore: now() }),
      ]
    })
    return done === null ? { kind: 'refused' } : next(done, challenge.mfaAt, from)
  }

  return {
    begin: async ({ accountId, userName, password }, from) => {
      const name = `${accountId}/${userName.toLowerCase()}`
      if (isLocked(name, from)) return { kind: 'locked' }
      const account = accounts.find(accountId)
      const user = account?.users.get(userName.toLowerCase())
      const profile = user === undefined ? undefined : account?.loginProfiles.get(user.id)
      // Counted before it is known: guesses that are made side by side must not all be tried before the first one fails.
      countFailure(name, from)
      const takeBack = (): void => {
        users.takeBack(name)
        addresses.takeBack(from.address)
      }
      const isRight = await passwords
        .matches(password, profile?.passwordHash ?? null)
        .catch((busy: unknown) => {
          // Nothing was tried.
          takeBack()
          throw busy
        })
      if (!isRight) return { kind: 'refused' }
      takeBack()
      const step = await next({ account: account!, user: user! }, null, from)
      // With a second factor still owed, the count goes on: the password is not what is being guessed then.
      if (step.kind !== 'second-factor') users.succeeded(name)
      return step
    },
    admit: async (subject, from) => {
      if (subject.kind === 'role' || !parts.requiresMfa) return { kind: 'signed-in', subject, mfaAt: null }
      const found = find(subject.accountId, subject.userId)
      if (found === null) return { kind: 'refused' }
      const name = `${subject.accountId}/${found.user.name.toLowerCase()}`
      return isLocked(name, from) ? { kind: 'locked' } : next(found, null, from)
    },
    proceed: async (text, proof, from) => {
      const challenge = open.take(text, now())
      const user = challenge && userById(accounts.find(challenge.accountId)!, challenge.userId)
      if (!challenge || !user) return { kind: 'refused' }
      const name = `${challenge.accountId}/${user.name.toLowerCase()}`
      return isLocked(name, from) ? { kind: 'locked' } : proceed(challenge, proof, name, from)
    },
  }
}

/** What an account is to become; null where what was proven does not suffice. */
type Think = (account: Account, user: User) => readonly Change[] | null

interface Found {
  readonly account: Account
  readonly user: User
}

function findPasskey(accounts: Accounts, id: string): Passkey | null {
  for (const accountId of accounts.ids()) {
    const passkey = accounts.find(accountId)!.passkeys.get(id)
    if (passkey !== undefined) return passkey
  }
  return null
}

function devicesOf({ mfaDevices }: Account, { id }: User): readonly MfaDevice[] {
  return [...mfaDevices.values()].filter(({ userId }) => userId === id)
}

/** Named as its user; where that is taken, with a number. */
function newDevice(
  { mfaDevices }: Account,
  { id, name }: User,
  clock: Pick<MfaDevice, 'lastStep' | 'drift'>,
  now: number,
): MfaDevice {
  let free = name
  for (let i = 2; mfaDevices.has(free.toLowerCase()); i++) free = `${name}-${i}`
  return { name: free, path: '/', createdAt: now, userId: id, enabledAt: now, ...clock }
}
