import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { ApiError } from '@wick/wire'
import { parseAnywhereArn } from '@wick/wire/anywhere'
import { codesOf, matches, patternOf } from '../access/glob.ts'
import type { CertificateRule } from '../config/certificate-rules.ts'
import type { Account } from '../iam/account.ts'
import { type Principal, rolePrincipal } from '../iam/principal.ts'
import { certificateSession } from '../operations/certificate-session.ts'
import type { Services } from '../operations/context.ts'
import { type Presented, parsePresented } from '../roles-anywhere/presented.ts'
import { sessionCookie } from './console-cookie.ts'
import type { Door } from './door.ts'
import { type Exchange, header } from './exchange.ts'
import type { Identity } from './identify.ts'
import { requestFacts } from './request-facts.ts'
import { peerOrigin } from './request-origin.ts'

/**
 * Requests that nobody signed, on a connection that was opened with a client certificate. The connection proves who holds
 * the certificate's key; what it is good for is judged as CreateSession judges it, for the role that a rule names.
 */

/** As many as Roles Anywhere takes. */
const maxChain = 5
/** A judgement is thought over again after this long, and whenever the account has changed. */
const judgedMilliseconds = 60_000

interface Judged {
  readonly account: Account
  readonly until: number
  readonly principal: Principal
  readonly region: string
}

const presentedBy = new WeakMap<Socket, Presented | null>()
const judgedOn = new WeakMap<Socket, Judged>()

/**
 * Who sends the request; null where the listener asks for no certificates, none came, or something else says who it is.
 *
 * @throws ApiError AccessDeniedException and its relatives, which say why a certificate is not taken
 */
export function identifyCertificate(
  services: Pick<Services, 'accounts' | 'throttle' | 'now'>,
  door: Pick<Door, 'listener' | 'certificateRules'>,
  exchange: Exchange,
): Identity | null {
  const isSaidOtherwise = header(exchange, 'authorization') !== undefined || sessionCookie(exchange) !== null
  const { certificateRules } = door
  if (certificateRules.length === 0 || isSaidOtherwise) return null
  const { request, origin } = exchange
  // A proxy's certificate says who the proxy is, not whose request it passes on.
  if (origin.sourceAddress !== peerOrigin(door, request).sourceAddress) return null
  const { socket } = request
  const presented = presentedOn(socket)
  if (presented === null) return null
  refuseBrowsers(exchange)
  const known = judgedOn.get(socket)
  const isFresh =
    known !== undefined &&
    services.now() < known.until &&
    services.accounts.find(known.account.id) === known.account
  const judged = isFresh ? known : judge(services, certificateRules, presented, exchange)
  judgedOn.set(socket, judged)
  // What is sent on the connection is its holder's word: there is nothing to be verified of the body.
  return { principal: judged.principal, region: judged.region, session: null, confirm: () => {} }
}

function judge(
  services: Pick<Services, 'accounts' | 'throttle' | 'now'>,
  rules: readonly CertificateRule[],
  presented: Presented,
  exchange: Exchange,
): Judged {
  const rule = rules.find((candidate) => isMeant(candidate, presented))
  if (rule === undefined)
    throw new ApiError('AccessDeniedException', 'No rule of this listener names a role for the certificate.')
  const region = parseAnywhereArn(rule.trustAnchor)!.region
  // The listener's policy is asked about each call that is made as the role, not about becoming it.
  const call = { services, region, request: requestFacts(exchange), guardrails: [], presented }
  const { desk, given, session } = certificateSession(call, {
    trustAnchorArn: rule.trustAnchor,
    profileArn: rule.profile,
    roleArn: rule.role,
    durationSeconds: null,
    roleSessionName: null,
    hasInstanceProperties: false,
  })
  return {
    account: desk.account,
    until: Math.min(desk.now + judgedMilliseconds, session.expiresAt),
    principal: rolePrincipal(desk.account, given.role, given.sessionName, { session }),
    region,
  }
}

function isMeant({ uri, commonName }: CertificateRule, { certificate }: Presented): boolean {
  const isLike = (pattern: string, text: string) => matches(patternOf(codesOf(pattern)), text)
  const uris = certificate.alternativeNames.flatMap(({ kind, value }) =>
    kind === 'URI' && typeof value === 'string' ? [value] : [],
  )
  const names = certificate.subject.attributes.flatMap(([type, value]) => (type === 'CN' ? [value] : []))
  // Of several only the first becomes a tag, which the role's trust policy sees: the rule sees the same.
  const isUri = uri === null || (uris[0] !== undefined && isLike(uri, uris[0]))
  const isName = commonName === null || (names.length === 1 && isLike(commonName, names[0]!))
  return isUri && isName
}

/** @throws ApiError AccessDeniedException where the certificate cannot be read or is too weak */
function presentedOn(socket: Socket): Presented | null {
  const known = presentedBy.get(socket)
  if (known !== undefined) return known
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  const presented =
    certificate === undefined ? null : parsePresented(certificate.raw, chainAbove(certificate))
  presentedBy.set(socket, presented)
  return presented
}

function chainAbove(certificate: X509Certificate): Buffer[] {
  const chain: Buffer[] = []
  let above = certificate.issuerCertificate
  while (above !== undefined && chain.length < maxChain) {
    chain.push(above.raw)
    above = above.issuerCertificate
  }
  return chain
}

/** A browser sends its certificate along with whatever a foreign page makes it ask. @throws ApiError */
function refuseBrowsers(exchange: Exchange): void {
  if (header(exchange, 'origin') === undefined && header(exchange, 'sec-fetch-site') === undefined) return
  throw new ApiError(
    'AccessDeniedException',
    'Client certificates are for agents: browsers sign in to the console.',
  )
}
