import { QueryError } from '@wick/wire/query'
import { decodeJwt, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { OidcProvider } from '../iam/account.ts'
import { FetchFailed } from '../outgoing/fetch-json.ts'
import type { IssuerKeys, KeySet } from './issuer-keys.ts'

/** What an OpenID Connect token says, once it is proven. */
export interface WebIdentity {
  readonly subject: string
  /** Who it was made for: the authorised party where it names one, as at AWS. */
  readonly audience: string
  /** The audience beside an authorised party. */
  readonly originalAudience: string | null
}

/** Asymmetric ones only: with a symmetric one, whoever can verify can sign. */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]
/** How far the issuer's clock may be ahead. Its end is looked at without it. */
const skewSeconds = 60
const maxSubjectLength = 255

/** The issuer that a token names; null where it names none. Nothing of it is believed. */
export function issuerOf(token: string): string | null {
  try {
    const { iss } = decodeJwt(token)
    return typeof iss === 'string' ? iss : null
  } catch {
    return null
  }
}

/**
 * Verifies a token: signed by a key that its issuer publishes now, for one of the provider's clients, and neither too
 * old nor from the future.
 *
 * @throws QueryError InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError
 */
export async function verifyWebIdentity(
  token: string,
  { url, clientIds }: Pick<OidcProvider, 'url' | 'clientIds'>,
  keys: IssuerKeys,
  now: number,
): Promise<WebIdentity> {
  const verifyWith = verifier(token, url, now)
  const payload =
    (await verifyWith(await asked(keys.find(url)))) ?? (await verifyWith(await asked(keys.findNew(url))))
  if (payload === null) throw invalid('its issuer publishes no such key')
  return webIdentityOf(payload, clientIds, now)
}

async function asked<T>(keys: Promise<T>): Promise<T> {
  try {
    return await keys
  } catch (error) {
    if (!(error instanceof FetchFailed)) throw error
    throw new QueryError(
      'IDPCommunicationError',
      'The identity provider could not be asked for its keys. Try again.',
    )
  }
}

/** What the token says; null where none of the keys is the one that it names. @throws QueryError */
function verifier(
  token: string,
  issuer: string,
  now: number,
): (keys: KeySet | null) => Promise<JWTPayload | null> {
  const options: JWTVerifyOptions = {
    issuer,
    algorithms,
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
    clockTolerance: skewSeconds,
    currentDate: new Date(now),
  }
  return async (keys) => {
    if (keys === null) return null
    try {
      return (await jwtVerify(token, keys, options)).payload
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null
      if (error instanceof errors.JWTExpired) throw expired(error.payload.exp, now)
      // Token and key are foreign: some of what can be wrong with them is no error of jose's own.
      throw invalid(reasons[(error as { code?: string }).code ?? ''] ?? 'it cannot be verified')
    }
  }
}

function webIdentityOf(payload: JWTPayload, clientIds: readonly string[], now: number): WebIdentity {
  const { sub, aud, azp, iat = 0, exp = 0 } = payload
  if (exp * 1000 <= now) throw expired(exp, now)
  if (iat > now / 1000 + skewSeconds) throw invalid('it was issued in the future')
  if (typeof sub !== 'string' || sub === '' || sub.length > maxSubjectLength)
    throw invalid('its subject cannot be used')
  for (const claim of unsupportedClaims)
    if (claim in payload) throw invalid(`the claim ${claim} is not supported`)
  const audiences = [aud].flat()
  const party = azp ?? (audiences.length === 1 ? audiences[0] : undefined)
  if (typeof party !== 'string' || !clientIds.includes(party)) throw invalid('Incorrect token audience')
  return {
    subject: sub,
    audience: party,
    originalAudience: azp === undefined ? null : (audiences[0] ?? null),
  }
}

/** They would limit or name the session: not to heed them would be to give more than was meant. */
const unsupportedClaims = ['https://aws.amazon.com/tags', 'https://aws.amazon.com/source_identity']

/** What the caller is told: enough to find a mistake of one's own. */
const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'a claim is missing, or not what it has to be',
  ERR_JOSE_ALG_NOT_ALLOWED: 'its algorithm is not accepted',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'it does not say which key it is signed with',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'its signature is wrong',
}

function invalid(reason: string): QueryError {
  return new QueryError('InvalidIdentityToken', `The ID Token provided is not a valid JWT: ${reason}.`)
}

function expired(exp: unknown, now: number): QueryError {
  return new QueryError(
    'ExpiredTokenException',
    `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${exp}`,
  )
}
