import { ApiError } from '@wick/wire'
import {
  type ParsedAuthorization,
  parseAuthorization,
  type ScopeRules,
  verify,
  verifyScope,
} from '@wick/wire/sigv4'
import type { Config } from '../config/settings.ts'
import { type Principal, userPrincipal } from '../iam/principal.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { ConsoleAccess, ConsoleSession } from '../identity/console-access.ts'
import type { OwnPasskeys } from '../sign-in/own-passkeys.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { FoundSession, Sessions } from '../sts/sessions.ts'
import { requireConsole, requireCsrfToken, sessionCookie } from './console-cookie.ts'
import { type Exchange, header } from './exchange.ts'
import type { Service } from './services.ts'

export interface Identity {
  readonly principal: Principal
  /** The region the call is for. */
  readonly region: string
  /** Null for signed requests. */
  readonly session: { readonly session: ConsoleSession; readonly cookie: string } | null
  /** The last step, once the body is read. Nothing may be done or told before it. @throws ApiError */
  readonly confirm: (bodySha256: Buffer) => void
}

export interface Identities {
  readonly config: Config
  readonly accounts: Accounts
  readonly consoleAccess: ConsoleAccess
  readonly signIn: SignIn
  readonly ownPasskeys: OwnPasskeys
  readonly sessions: Pick<Sessions, 'find'>
  readonly now: () => number
}

/**
 * Who a request comes from: its signature, else its session cookie, else nobody. Everything that can be judged without
 * the body is judged here, so that strangers cannot make the server read one.
 *
 * @throws ApiError MissingAuthenticationTokenException and its relatives
 */
export async function identify(
  identities: Identities,
  service: Pick<Service, 'name' | 'isGlobal'>,
  exchange: Exchange,
): Promise<Identity> {
  if (header(exchange, 'authorization') === undefined) {
    const cookie = sessionCookie(exchange)
    if (cookie !== null) return identifySession(identities, exchange, cookie)
  }
  return identifySignature(identities, service, exchange)
}

/** What clients sign for where a service has no regions. */
const globalRegion = 'us-east-1'

async function identifySignature(
  identities: Identities,
  { name, isGlobal }: Pick<Service, 'name' | 'isGlobal'>,
  exchange: Exchange,
): Promise<Identity> {
  const { config } = identities
  const { method, rawTarget, request } = exchange
  const parsed = parseAuthorization({ method, rawTarget, rawHeaders: request.rawHeaders })
  const rules: ScopeRules = {
    regions: [config.region, ...config.regions, ...(isGlobal ? [globalRegion] : [])],
    service: name,
    now: identities.now(),
    skewMilliseconds: config.clockSkewSeconds * 1000,
  }
  verifyScope(parsed, rules)
  const { principal, secret } = findKey(identities, parsed)
  return {
    principal,
    region: isGlobal ? config.region : parsed.scope.region,
    session: null,
    confirm: (bodySha256) => verify(parsed, { ...rules, secret, bodySha256Hex: bodySha256.toString('hex') }),
  }
}

/** Temporary credentials and no others come with a token. */
function findKey(
  { accounts, sessions, now }: Identities,
  { accessKeyId, sessionToken }: Pick<ParsedAuthorization, 'accessKeyId' | 'sessionToken'>,
): FoundSession {
  if (sessionToken !== null) return sessions.find(accessKeyId, sessionToken, now())
  const found = accounts.findAccessKey(accessKeyId)
  if (!found?.accessKey.isActive) {
    throw new ApiError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  }
  const { account, user } = found
  return {
    principal: userPrincipal(account, user, { accessKeyId }),
    secret: Buffer.from(accounts.secret('access-key', account.id, accessKeyId)).toString(),
  }
}

async function identifySession(
  { config, consoleAccess, now }: Identities,
  exchange: Exchange,
  cookie: string,
): Promise<Identity> {
  requireConsole(exchange)
  const session = await consoleAccess.find(cookie, now())
  if (session === null) {
    throw new ApiError('ExpiredTokenException', 'The session has ended: sign in again.')
  }
  requireCsrfToken(exchange, session)
  return {
    principal: session.principal,
    region: config.region,
    session: { session, cookie },
    confirm: () => {},
  }
}
