import { ApiError } from '@wick/wire'
import { parseAuthorization, type ScopeRules, verify, verifyScope } from '@wick/wire/sigv4'
import type { Principal } from '../access/principal.ts'
import type { Config } from '../config/settings.ts'
import { secretPurpose, userArn } from '../identity/administrator.ts'
import type { ConsoleAccess, ConsoleSession } from '../identity/console-access.ts'
import type { Envelope } from '../identity/envelope.ts'
import type { AccessKeyRecord, Catalog, User } from '../storage/catalog.ts'
import { requireConsole, requireCsrfToken, sessionCookie } from './console-cookie.ts'
import { type Exchange, header } from './exchange.ts'

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
  readonly catalog: Pick<Catalog, 'findAccessKey'>
  readonly sealer: Envelope
  readonly consoleAccess: ConsoleAccess
  readonly isTls: boolean
  readonly now: () => number
}

/**
 * Who a request comes from: its signature, else its session cookie, else nobody. Everything that can be judged without
 * the body is judged here, so that strangers cannot make the server read one.
 *
 * @throws ApiError MissingAuthenticationTokenException and its relatives
 */
export async function identify(identities: Identities, exchange: Exchange): Promise<Identity> {
  if (header(exchange, 'authorization') === undefined) {
    const cookie = sessionCookie(exchange, identities.isTls)
    if (cookie !== null) return identifySession(identities, exchange, cookie)
  }
  return identifySignature(identities, exchange)
}

async function identifySignature(identities: Identities, exchange: Exchange): Promise<Identity> {
  const { config, catalog, sealer } = identities
  const { method, rawTarget, request } = exchange
  const parsed = parseAuthorization({ method, rawTarget, rawHeaders: request.rawHeaders })
  const rules: ScopeRules = {
    regions: [config.region, ...config.regions],
    service: 'codeguru-profiler',
    now: identities.now(),
    skewMilliseconds: config.clockSkewSeconds * 1000,
  }
  verifyScope(parsed, rules)
  const key = await catalog.findAccessKey(parsed.accessKeyId)
  if (!key?.isActive) {
    throw new ApiError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  }
  return {
    principal: principalOf(key.user),
    region: parsed.scope.region,
    session: null,
    confirm: (bodySha256) =>
      verify(parsed, { ...rules, secret: secretOf(sealer, key), bodySha256Hex: bodySha256.toString('hex') }),
  }
}

/**
 * Secrets opened lately, by the catalog's record of their key: gone with the record, which the catalog keeps for less
 * than a second.
 */
const opened = new WeakMap<AccessKeyRecord, string>()

function secretOf(sealer: Envelope, key: AccessKeyRecord): string {
  const known = opened.get(key)
  if (known !== undefined) return known
  const secret = Buffer.from(sealer.open(secretPurpose(key.accessKeyId), key.sealedSecret)).toString()
  opened.set(key, secret)
  return secret
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
    principal: principalOf(session.user),
    region: config.region,
    session: { session, cookie },
    confirm: () => {},
  }
}

function principalOf(user: User): Principal {
  return {
    userId: user.id,
    accountId: user.accountId,
    arn: userArn(user),
    isAdministrator: user.isAdministrator,
  }
}
