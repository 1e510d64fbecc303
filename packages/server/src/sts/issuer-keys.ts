import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { FetchFailed } from '../outgoing/fetch-json.ts'

/**
 * The keys that an OpenID Connect issuer signs with, as it publishes them. They are asked for again every five minutes,
 * and once more when a token names a key that is not among them; strangers cannot make it ask more often than that.
 */
export interface IssuerKeys {
  /** @throws FetchFailed where the issuer cannot be asked and was not for an hour */
  find(issuer: string): Promise<KeySet>
  /** The keys as they are now; null where they were asked for lately. @throws FetchFailed */
  findNew(issuer: string): Promise<KeySet | null>
}

/** Finds the key of a token's header. */
export type KeySet = ReturnType<typeof createLocalJWKSet>

interface Kept {
  readonly keys: KeySet
  readonly fetchedAt: number
}

interface Issuer {
  kept: Kept | null
  /** Epoch milliseconds, successful or not. */
  triedAt: number
  asking: Promise<Kept> | null
}

const minute = 60_000
const fresh = 5 * minute
/** A key that its issuer took back counts no longer than that, even where the issuer cannot be reached. */
const usable = 60 * minute
const quietAfterUnknownKey = minute
const quietAfterFailure = 10_000
const maxKeys = 100

/** @param fetchJson gets a document of an issuer; the issuer decides on what networks it may be @throws FetchFailed */
export function issuerKeys(
  fetchJson: (url: string, issuer: string) => Promise<unknown>,
  now: () => number,
): IssuerKeys {
  /** Only issuers of providers come here: as many as accounts have. */
  const issuers = new Map<string, Issuer>()

  const issuerOf = (name: string): Issuer => {
    let issuer = issuers.get(name)
    if (issuer === undefined) {
      issuer = { kept: null, triedAt: Number.NEGATIVE_INFINITY, asking: null }
      issuers.set(name, issuer)
    }
    return issuer
  }

  /** Everybody waits for the same answer. */
  const ask = (name: string, issuer: Issuer): Promise<Kept> => {
    issuer.asking ??= (async () => {
      issuer.triedAt = now()
      try {
        issuer.kept = { keys: await fetchKeys(fetchJson, name), fetchedAt: issuer.triedAt }
        return issuer.kept
      } finally {
        issuer.asking = null
      }
    })()
    return issuer.asking
  }

  return {
    find: async (name) => {
      const issuer = issuerOf(name)
      const { kept } = issuer
      const age = kept === null ? Number.POSITIVE_INFINITY : now() - kept.fetchedAt
      if (kept !== null && age < fresh) return kept.keys
      const isUsable = kept !== null && age < usable
      if (now() - issuer.triedAt < quietAfterFailure && issuer.asking === null) {
        if (isUsable) return kept.keys
        throw new FetchFailed(`${name} could not be asked just now`)
      }
      try {
        return (await ask(name, issuer)).keys
      } catch (error) {
        if (isUsable) return kept.keys
        throw error
      }
    },
    findNew: async (name) => {
      const issuer = issuerOf(name)
      if (now() - issuer.triedAt < quietAfterUnknownKey && issuer.asking === null) return null
      return (await ask(name, issuer)).keys
    },
  }
}

/** OpenID Connect Discovery 1.0, section 4. */
async function fetchKeys(
  fetchJson: (url: string, issuer: string) => Promise<unknown>,
  issuer: string,
): Promise<KeySet> {
  const configuration = await fetchJson(
    `${issuer.endsWith('/') ? issuer.slice(0, -1) : issuer}/.well-known/openid-configuration`,
    issuer,
  )
  if (!isObject(configuration) || configuration.issuer !== issuer)
    throw new FetchFailed(`the configuration of ${issuer} is that of another issuer`)
  if (typeof configuration.jwks_uri !== 'string')
    throw new FetchFailed(`the configuration of ${issuer} names no keys`)
  const set = await fetchJson(configuration.jwks_uri, issuer)
  const keys = isObject(set) && Array.isArray(set.keys) ? set.keys : null
  if (keys === null || keys.length > maxKeys || !keys.every(isObject))
    throw new FetchFailed(`${issuer} publishes no set of keys`)
  return createLocalJWKSet({ keys } as unknown as JSONWebKeySet)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
