import { ApiError } from '@wick/wire'
import type { NamedPolicy } from '../access/access-request.ts'
import { type Surface, surfaces } from '../config/listener-settings.ts'
import type { Metrics } from '../metrics/catalogue.ts'
import type { Services } from '../operations/context.ts'
import type { OidcSignIn } from '../sign-in/oidc.ts'
import type { Answer } from './answer.ts'
import type { ConsoleFiles } from './console-files.ts'
import { signIn } from './console-session.ts'
import { answerCreateSession } from './create-session.ts'
import { type Exchange, header } from './exchange.ts'
import type { Identities } from './identify.ts'
import type { Log } from './log.ts'
import type { Networks } from './networks.ts'
import { beginOidc, finishOidc, type OidcDoor, oidcCallback } from './oidc-routes.ts'
import type { Readiness } from './readiness.ts'
import { answerWebIdentity } from './web-identity.ts'

/** What routes without identity work with. */
export interface PublicServices {
  readonly services: Services
  /** See OperationContext. */
  readonly guardrails: readonly NamedPolicy[]
  readonly identities: Identities
  readonly metrics: Metrics
  readonly console: ConsoleFiles
  readonly mayReadMetrics: Networks
  readonly readiness: () => Promise<Readiness>
  /** Null where no identity provider is configured. */
  readonly oidc: OidcSignIn | null
  readonly log: Log
  /** Reads a body no longer than a sign-in needs, or than is said. */
  readonly readSmallBody: (exchange: Exchange, maxBytes?: number) => Promise<Uint8Array>
}

export interface PublicRoute {
  /** In metrics and logs. */
  readonly name: string
  /** GET stands for HEAD, too. */
  readonly method: 'GET' | 'POST'
  readonly matches: (rawPath: string) => boolean
  /** Only where the request says nothing of who it is from; else it goes the way of all others. */
  readonly isForStrangers?: true
  /** There is such a route on listeners that serve one of these. */
  readonly servedWith: readonly Surface[]
  /** Which calls of it are recorded, as what; none where left out. */
  readonly recordedAs?: 'ConsoleLogin' | 'credentials'
  /** From which addresses; everybody where left out. For others the route does not exist. */
  readonly isAllowed?: (services: PublicServices, address: string) => boolean
  readonly handle: (services: PublicServices, exchange: Exchange) => Answer | Promise<Answer>
}

/** Every route that needs no identity. There is no other: what is not in this table is refused (see its test). */
export const publicRoutes: readonly PublicRoute[] = [
  {
    name: 'Health',
    method: 'GET',
    matches: (path) => path === '/healthz',
    servedWith: surfaces,
    handle: () => text(200, 'alive\n'),
  },
  {
    name: 'Readiness',
    method: 'GET',
    matches: (path) => path === '/readyz',
    servedWith: surfaces,
    handle: async ({ readiness }) => {
      const { isReady, reason } = await readiness()
      if (isReady) return text(200, 'ready\n')
      const answer = text(503, `not ready: ${reason}\n`)
      return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } }
    },
  },
  {
    name: 'Metrics',
    method: 'GET',
    matches: (path) => path === '/metrics',
    servedWith: surfaces,
    isAllowed: ({ mayReadMetrics }, address) => mayReadMetrics(address),
    handle: async ({ metrics, readiness }) => ({
      status: 200,
      headers: { 'content-type': metrics.contentType },
      body: await metrics.render((await readiness()).isReady),
    }),
  },
  {
    name: 'Root',
    method: 'GET',
    matches: (path) => path === '/' || path === '/console',
    servedWith: ['console'],
    handle: () => ({ status: 302, headers: { location: '/console/' }, body: '' }),
  },
  {
    name: 'Console',
    method: 'GET',
    matches: (path) => path.startsWith('/console/'),
    servedWith: ['console'],
    handle: ({ console }, exchange) => console.answer(exchange, exchange.rawPath.slice('/console/'.length)),
  },
  {
    name: 'SignIn',
    recordedAs: 'ConsoleLogin',
    method: 'POST',
    matches: (path) => path === '/v1/console/session',
    servedWith: ['console'],
    handle: async ({ identities, readSmallBody }, exchange) =>
      signIn(identities, exchange, await readSmallBody(exchange)),
  },
  {
    name: 'SignInOptions',
    method: 'GET',
    matches: (path) => path === '/v1/console/sign-in-options',
    servedWith: ['console'],
    handle: ({ identities: { config } }) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ accountId: config.accountId, provider: config.oidcIssuer }),
    }),
  },
  {
    name: 'BeginOidc',
    method: 'GET',
    matches: (path) => path === '/v1/console/oidc',
    servedWith: ['console'],
    handle: (services, exchange) => withOidc(services, (door) => beginOidc(door, exchange)),
  },
  {
    name: 'FinishOidc',
    recordedAs: 'ConsoleLogin',
    method: 'GET',
    matches: (path) => path === oidcCallback,
    servedWith: ['console'],
    handle: (services, exchange) => withOidc(services, (door) => finishOidc(door, exchange)),
  },
  {
    name: 'CreateSession',
    recordedAs: 'credentials',
    method: 'POST',
    matches: (path) => path === '/sessions',
    servedWith: ['agents', 'administration'],
    handle: answerCreateSession,
  },
  {
    name: 'AssumeRoleWithWebIdentity',
    recordedAs: 'credentials',
    method: 'POST',
    matches: (path) => path === '/',
    isForStrangers: true,
    servedWith: ['agents', 'administration'],
    handle: answerWebIdentity,
  },
]

/** Those of an identity provider, where one is configured. */
function withOidc(
  { identities, oidc, log }: PublicServices,
  answer: (door: OidcDoor) => Promise<Answer>,
): Promise<Answer> {
  if (oidc === null)
    throw new ApiError('ResourceNotFoundException', 'No identity provider is configured here.')
  return answer({ ...identities, oidc, log })
}

export function findPublicRoute(services: PublicServices, exchange: Exchange): PublicRoute | null {
  const method = exchange.method === 'HEAD' ? 'GET' : exchange.method
  const route = publicRoutes.find(
    (candidate) =>
      candidate.method === method &&
      candidate.matches(exchange.rawPath) &&
      !(candidate.isForStrangers && saysWho(exchange)),
  )
  if (route === undefined) return null
  return route.isAllowed?.(services, exchange.origin.sourceAddress) === false ? null : route
}

/** Whether or not it is true: by a signature, or a session of the console. */
function saysWho(exchange: Exchange): boolean {
  return header(exchange, 'authorization') !== undefined || header(exchange, 'cookie') !== undefined
}

function text(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}
