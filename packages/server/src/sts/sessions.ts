import { randomBytes } from 'node:crypto'
import { ApiError } from '@wick/wire'
import type { Account, SessionKey } from '../iam/account.ts'
import { put, remove } from '../iam/changes.ts'
import { newId } from '../iam/ids.ts'
import type { Principal } from '../iam/principal.ts'
import type { Accounts } from '../identity/accounts.ts'
import { findPrincipal } from '../identity/find-principal.ts'
import type { Directory } from '../storage/directory.ts'
import {
  parseToken,
  type SessionGrant,
  type SessionSealer,
  sessionKeyBytes,
  sessionSealer,
  type TemporaryCredentials,
} from './session-token.ts'

/** Temporary credentials: given, and known again. The keys that they are sealed under belong to their account. */
export interface Sessions {
  /**
   * @param directory where a new key is committed, if one is due: the one of the call
   * @throws GrantTooLarge
   */
  issue(grant: SessionGrant, directory?: Pick<Directory, 'commitAccount'>): Promise<TemporaryCredentials>
  /**
   * Who holds them, as the user or role is now.
   *
   * @param token as sent, of any form
   * @throws ApiError UnrecognizedClientException, ExpiredTokenException
   */
  find(accessKeyId: string, token: string, now: number): FoundSession
}

export interface FoundSession {
  readonly principal: Principal
  /** What the request must be signed with. */
  readonly secret: string
}

const day = 24 * 60 * 60 * 1000
/** A key seals no new tokens after that time: random nonces are for 2^32 tokens at most. */
const keyUse = 30 * day
/** No session is longer: those of GetSessionToken are 36 hours at most. */
const longestSession = 1.5 * day

export function sessions(accounts: Accounts): Sessions {
  /** Made once for each key; an account's secrets are the same objects as long as they are the same. */
  const sealers = new WeakMap<Uint8Array, SessionSealer>()
  const sealerOf = (accountId: string, keyId: string): SessionSealer => {
    const secret = accounts.secret('session-key', accountId, keyId)
    const known = sealers.get(secret)
    if (known !== undefined) return known
    const sealer = sessionSealer(secret)
    sealers.set(secret, sealer)
    return sealer
  }
  return {
    issue: async (grant, directory) => {
      const { accountId } = grant.subject
      const fresh = randomBytes(sessionKeyBytes)
      const { issuedAt } = grant.session
      const keyId = await accounts.change(
        accountId,
        (account) => renewed(account, issuedAt, fresh),
        directory,
      )
      return sealerOf(accountId, keyId).seal(newId('temporaryKey'), grant)
    },
    find: (accessKeyId, token, now) => {
      const parts = parseToken(token)
      const isKnown = parts !== null && accounts.find(parts.accountId)?.sessionKeys.has(parts.keyId) === true
      if (!isKnown) throw invalidToken()
      const sealer = sealerOf(parts.accountId, parts.keyId)
      const grant = sealer.open(accessKeyId, parts)
      if (grant === null) throw invalidToken()
      if (now >= grant.session.expiresAt) throw expiredToken()
      const principal = findPrincipal(accounts, grant.subject, grant.session, accessKeyId)
      if (principal === null) throw invalidToken()
      return { principal, secret: sealer.secretOf(accessKeyId) }
    },
  }
}

/** The key to seal under, made where the last one has served its time; those that no living session needs are dropped. */
function renewed(account: Account, now: number, fresh: Uint8Array) {
  const current = newest(account)
  if (current !== null && now - current.createdAt < keyUse) return { changes: [], output: current.id }
  const key: SessionKey = { id: sessionSealer(fresh).keyId, createdAt: now }
  const outlived = [...account.sessionKeys.values()].filter(
    ({ createdAt }) => now - createdAt >= keyUse + longestSession,
  )
  return {
    changes: [put('session-key', key, fresh), ...outlived.map((old) => remove('session-key', old))],
    output: key.id,
  }
}

function newest({ sessionKeys }: Account): SessionKey | null {
  let found: SessionKey | null = null
  for (const key of sessionKeys.values()) if (found === null || key.createdAt > found.createdAt) found = key
  return found
}

/** The same for a token that nobody made, one of another key, and one of a user or role that is gone. */
function invalidToken(): ApiError {
  return new ApiError('UnrecognizedClientException', 'The security token included in the request is invalid.')
}

function expiredToken(): ApiError {
  return new ApiError('ExpiredTokenException', 'The security token included in the request is expired')
}
