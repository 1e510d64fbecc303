import type { ConditionValues } from '../access/access.ts'
import type { RequestOrigin } from '../access/request-origin.ts'
import { type Account, roleById, userById } from './account.ts'
import type { Principal } from './principal.ts'

/** What conditions may ask about whoever calls. */
export interface Circumstances extends CallFacts {
  readonly principal: Principal
  /** The principal's; null where it is gone. */
  readonly account: Account | null
}

/** What conditions may ask about any call. */
export interface CallFacts {
  /** Epoch milliseconds. */
  readonly now: number
  readonly region: string
  readonly resourceAccountId: string
  /** Null where there is no such resource. */
  readonly resourceTags: Readonly<Record<string, string>> | null
  readonly request: RequestFacts
  /** What the call adds, by lower-case key. */
  readonly conditions: ConditionValues
}

/** Of the request as such; null where it does not say. */
export interface RequestFacts {
  readonly origin: RequestOrigin
  readonly userAgent: string | null
  readonly referer: string | null
}

/**
 * The condition keys of a call: lower-case key → value. What is not known is absent, which policies tell from empty.
 * Keys and where they come from: the table in docs/security.md.
 */
export function conditionKeys(circumstances: Circumstances): ReadonlyMap<string, string | readonly string[]> {
  const { principal, account, now } = circumstances
  const keys = new Map<string, string | readonly string[]>([
    ['aws:principalaccount', principal.accountId],
    ['aws:principalarn', principal.entityArn],
    ['aws:principaltype', principal.kind === 'user' ? 'User' : 'AssumedRole'],
    ['aws:userid', principal.userId],
  ])
  const set = (key: string, value: string | null): void => {
    if (value !== null) keys.set(key, value)
  }
  set('aws:username', principal.kind === 'user' ? principal.name : null)
  if (principal.session !== null) {
    const { issuedAt, mfaAt, sourceIdentity, federatedProvider } = principal.session
    set('aws:tokenissuetime', new Date(issuedAt).toISOString())
    set('aws:multifactorauthpresent', String(mfaAt !== null))
    set('aws:multifactorauthage', mfaAt === null ? null : String(Math.floor((now - mfaAt) / 1000)))
    set('aws:sourceidentity', sourceIdentity)
    set('aws:federatedprovider', federatedProvider)
  }
  for (const [key, value] of Object.entries(principalTags(account, principal)))
    set(`aws:principaltag/${key.toLowerCase()}`, value)
  for (const [key, value] of callKeys(circumstances)) keys.set(key, value)
  return keys
}

/** Those of a call, whoever makes it: also before anybody is known. */
export function callKeys(facts: CallFacts): ReadonlyMap<string, string | readonly string[]> {
  const { now, region, resourceAccountId, resourceTags, request, conditions } = facts
  const keys = new Map<string, string | readonly string[]>([
    ['aws:currenttime', new Date(now).toISOString()],
    ['aws:epochtime', String(Math.floor(now / 1000))],
    ['aws:securetransport', String(request.origin.isSecureTransport)],
    ['aws:requestedregion', region],
    ['aws:resourceaccount', resourceAccountId],
    ['aws:viaawsservice', 'false'],
    ['aws:sourceip', request.origin.sourceAddress],
    ['aws:sourcevpce', request.origin.listener],
  ])
  if (request.userAgent !== null) keys.set('aws:useragent', request.userAgent)
  if (request.referer !== null) keys.set('aws:referer', request.referer)
  for (const [key, value] of Object.entries(resourceTags ?? {}))
    keys.set(`aws:resourcetag/${key.toLowerCase()}`, value)
  for (const [key, value] of Object.entries(conditions)) keys.set(key, value)
  return keys
}

/** Those of the session stand before those of the role. */
function principalTags(
  account: Account | null,
  { kind, entityId, session }: Principal,
): Readonly<Record<string, string>> {
  if (account === null) return {}
  const entity = kind === 'user' ? userById(account, entityId) : roleById(account, entityId)
  return { ...entity?.tags, ...session?.tags }
}

/** Of calls that put or take tags. */
export function requestTags(tags: Readonly<Record<string, string>>): ConditionValues {
  const values = Object.entries(tags).map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, value])
  return { ...Object.fromEntries(values), ...tagKeys(Object.keys(tags)) }
}

export function tagKeys(keys: readonly string[]): ConditionValues {
  return { 'aws:tagkeys': keys }
}
