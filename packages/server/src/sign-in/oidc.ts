import { readFile } from 'node:fs/promises'
import type { Configuration } from 'openid-client'
import type { GroupRole } from '../config/setting-types.ts'
import type { Account } from '../iam/account.ts'
import { type Envelope, EnvelopeError } from '../identity/envelope.ts'
import type { Subject } from '../storage/catalog.ts'

/**
 * Signing in at a company's identity provider (OpenID Connect: code flow with PKCE). Whoever it vouches for gets a session
 * of the role that one of their groups maps to; the role's policies say what they may do.
 */
export interface OidcSignIn {
  /** @returns where to send the browser, and what it must bring back in a cookie */
  begin(callback: URL): Promise<{ readonly location: URL; readonly state: string }>
  /**
   * @param returned the address that the browser came back to, with the provider's answer
   * @param state of the cookie; null where there is none
   */
  finish(returned: URL, state: string | null): Promise<OidcOutcome>
}

export type OidcOutcome =
  | { readonly kind: 'signed-in'; readonly subject: Subject; readonly mfaAt: number | null }
  /** Not begun here, too long ago, or not as it should be. `why` is for the log. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Known to the provider, and in no group that maps to a role. */
  | { readonly kind: 'no-role' }

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  /** Null for a public client. */
  readonly clientSecretFile: string | null
  readonly groupsClaim: string
  readonly scopes: readonly string[]
  /** Group → name of a role; the first that matches counts. */
  readonly roles: readonly GroupRole[]
}

export interface OidcParts {
  readonly settings: OidcSettings
  /** The account whose roles are meant. */
  readonly account: () => Account
  readonly sealer: Envelope
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** How long somebody may take at the provider. */
const lifetimeMilliseconds = 10 * 60_000
const timeoutSeconds = 10
const purpose = 'oidc-sign-in'
/** Ways of proving who one is that are, or contain, a second factor (RFC 8176). */
const strongMethods = ['mfa', 'otp', 'hwk', 'swk', 'fpt', 'face', 'iris']

interface State {
  readonly callback: string
  readonly verifier: string
  readonly state: string
  readonly nonce: string
  readonly expiresAt: number
}

const library = () => import('openid-client')

export function oidcSignIn({ settings, account, sealer, now }: OidcParts): OidcSignIn {
  /** Discovered once it is needed; a failure is forgotten, so that a provider that was away is found again. */
  let discovered: Promise<Configuration> | null = null
  const provider = (): Promise<Configuration> => {
    discovered ??= discover(settings).catch((error: unknown) => {
      discovered = null
      throw error
    })
    return discovered
  }

  return {
    begin: async (callback) => {
      const oidc = await library()
      const configuration = await provider()
      const state: State = {
        callback: callback.href,
        verifier: oidc.randomPKCECodeVerifier(),
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        expiresAt: now() + lifetimeMilliseconds,
      }
      const location = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: callback.href,
        scope: settings.scopes.join(' '),
        code_challenge: await oidc.calculatePKCECodeChallenge(state.verifier),
        code_challenge_method: 'S256',
        state: state.state,
        nonce: state.nonce,
      })
      return { location, state: seal(sealer, state) }
    },
    finish: async (returned, text) => {
      const state = text === null ? null : open(sealer, text)
      if (state === null)
        return { kind: 'refused', why: 'the browser brought no sign-in that was begun here' }
      if (state.expiresAt <= now()) return { kind: 'refused', why: 'the sign-in took too long' }
      const oidc = await library()
      const current = new URL(state.callback)
      current.search = returned.search
      let claims: Readonly<Record<string, unknown>> | undefined
      try {
        const tokens = await oidc.authorizationCodeGrant(await provider(), current, {
          pkceCodeVerifier: state.verifier,
          expectedState: state.state,
          expectedNonce: state.nonce,
          idTokenExpected: true,
        })
        claims = tokens.claims()
      } catch (error) {
        return { kind: 'refused', why: (error as Error).message }
      }
      const subject = claims === undefined ? null : subjectOf(settings, account(), claims)
      if (claims === undefined || subject === null) return { kind: 'no-role' }
      return { kind: 'signed-in', subject, mfaAt: mfaTime(claims, now()) }
    },
  }
}

async function discover({ issuer, clientId, clientSecretFile }: OidcSettings): Promise<Configuration> {
  const oidc = await library()
  const secret = clientSecretFile === null ? undefined : (await readFile(clientSecretFile, 'utf8')).trim()
  const url = new URL(issuer)
  // Only for a provider on this machine, as in tests: settings take no other without TLS.
  const insecure = url.protocol === 'http:' ? [oidc.allowInsecureRequests] : []
  // Signatures are checked although the token comes from the provider itself: TLS proves no more than a certificate.
  const execute = [oidc.enableNonRepudiationChecks, ...insecure]
  const authentication = secret === undefined ? oidc.None() : undefined
  return oidc.discovery(url, clientId, secret, authentication, { execute, timeout: timeoutSeconds })
}

function subjectOf(
  { groupsClaim, roles }: OidcSettings,
  account: Account,
  claims: Readonly<Record<string, unknown>>,
): Subject | null {
  const claim = claims[groupsClaim]
  const groups = new Set(Array.isArray(claim) ? claim : [claim])
  for (const { group, role: name } of roles) {
    const role = account.roles.get(name.toLowerCase())
    if (!groups.has(group) || role === undefined) continue
    return { kind: 'role', accountId: account.id, roleId: role.id, sessionName: sessionName(claims) }
  }
  return null
}

/** Two to 64 of the characters that names of sessions are made of. */
function sessionName({ email, preferred_username: name, sub }: Readonly<Record<string, unknown>>): string {
  const text = [email, name, sub].find((claim) => typeof claim === 'string' && claim.length >= 2)
  const allowed = String(text ?? 'unknown').replaceAll(/[^\w+=,.@-]/g, '-')
  return allowed.slice(0, 64)
}

/** When a second factor was given; null where the provider says nothing of one. */
function mfaTime({ amr, auth_time: at }: Readonly<Record<string, unknown>>, now: number): number | null {
  const isStrong = Array.isArray(amr) && strongMethods.some((method) => amr.includes(method))
  if (!isStrong) return null
  return typeof at === 'number' && at * 1000 <= now ? at * 1000 : now
}

function seal(sealer: Envelope, state: State): string {
  return Buffer.from(sealer.seal(purpose, Buffer.from(JSON.stringify(state)))).toString('base64url')
}

function open(sealer: Envelope, text: string): State | null {
  try {
    return JSON.parse(Buffer.from(sealer.open(purpose, Buffer.from(text, 'base64url'))).toString())
  } catch (error) {
    if (error instanceof EnvelopeError) return null
    throw error
  }
}
