import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Principal } from '../iam/principal.ts'
import type { Catalog, SessionRecord, Subject } from '../storage/catalog.ts'
import type { Accounts } from './accounts.ts'
import { findPrincipal } from './find-principal.ts'

/**
 * Signing in to the console: one-time links, and sessions. Link and cookie hold 256 random bits; the catalog holds
 * their SHA-256, so that reading it opens nothing.
 */
const minute = 60_000
const ticketLifetime = 15 * minute
export const sessionLifetime = 12 * 60 * minute
const sessionIdle = 60 * minute
/** Last-seen instants are written at most this often. */
const touchInterval = minute

export interface ConsoleSession {
  /** As its user or role is now. */
  readonly principal: Principal
  readonly csrfToken: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** A new session, and the value of its cookie. */
export interface SignedIn {
  readonly session: ConsoleSession
  readonly cookie: string
}

export interface ConsoleAccess {
  /** @returns the secret part of a one-time link */
  createTicket(subject: Subject, now: number): Promise<string>
  /** Whose link it is, once: null where the ticket is unknown, used or expired. */
  takeTicket(ticket: string, now: number): Promise<Subject | null>
  /** For somebody who has proven who they are; null where the user or role is gone. */
  open(subject: Subject, mfaAt: number | null, now: number): Promise<SignedIn | null>
  /** Null where the cookie opens no session (any more), or one of somebody who is gone. */
  find(cookie: string, now: number): Promise<ConsoleSession | null>
  signOut(cookie: string): Promise<void>
}

export function consoleAccess(catalog: Catalog, accounts: Accounts): ConsoleAccess {
  return {
    createTicket: async (subject, now) => {
      const ticket = randomToken()
      await catalog.deleteExpired({ ticketsExpiringAt: now, sessionsCreatedAt: now - sessionLifetime })
      await catalog.createSignInTicket({ hash: hashOf(ticket), subject, expiresAt: now + ticketLifetime })
      return ticket
    },
    takeTicket: (ticket, now) => catalog.takeSignInTicket(hashOf(ticket), now),
    open: async (subject, mfaAt, now) => {
      const cookie = randomToken()
      const session = sessionOf(accounts, cookie, { subject, mfaAt, createdAt: now })
      if (session === null) return null
      await catalog.createSession({ hash: hashOf(cookie), subject, mfaAt, createdAt: now })
      return { cookie, session }
    },
    find: async (cookie, now) => {
      const hash = hashOf(cookie)
      const record = await catalog.findSession(hash)
      if (record === null) return null
      if (now - record.createdAt >= sessionLifetime || now - record.lastSeenAt >= sessionIdle) {
        await catalog.deleteSession(hash)
        return null
      }
      if (now - record.lastSeenAt >= touchInterval) await catalog.touchSession(hash, now)
      return sessionOf(accounts, cookie, record)
    },
    signOut: (cookie) => catalog.deleteSession(hashOf(cookie)),
  }
}

/** Null where the user or role is gone. */
function sessionOf(
  accounts: Accounts,
  cookie: string,
  { subject, mfaAt, createdAt }: Omit<SessionRecord, 'lastSeenAt'>,
): ConsoleSession | null {
  const expiresAt = createdAt + sessionLifetime
  const session = {
    issuedAt: createdAt,
    expiresAt,
    mfaAt,
    policies: null,
    policyArns: [],
    tags: {},
    transitiveTagKeys: [],
    sourceIdentity: null,
    federatedProvider: null,
  }
  const principal = findPrincipal(accounts, subject, session)
  return principal === null ? null : { principal, csrfToken: csrfToken(cookie), expiresAt }
}

/** Whether a request that changes something carries its session's token. */
export function isCsrfToken(session: ConsoleSession, given: string): boolean {
  const expected = Buffer.from(session.csrfToken)
  const actual = Buffer.from(given)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** Bound to the session by its cookie, which scripts cannot read: nothing more to store. */
function csrfToken(cookie: string): string {
  return createHmac('sha256', cookie).update('csrf').digest('base64url')
}

function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}
