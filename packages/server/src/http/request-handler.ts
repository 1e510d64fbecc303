import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError, invalid, parseQuery, type RequestParts } from '@wick/wire'
import { QueryError } from '@wick/wire/query'
import type { DigestChain } from '../audit/digest-chain.ts'
import { draftOf } from '../audit/record.ts'
import { recording } from '../audit/recording.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { OperationContext, Services } from '../operations/context.ts'
import type { Subject } from '../storage/catalog.ts'
import { refuseAmbiguousHead, refuseAmbiguousQuery } from './ambiguity.ts'
import { type Answer, send } from './answer.ts'
import { keepRoom } from './answer-room.ts'
import { eventOf, type KnownCall, notedEvent, type Told, unknownCall } from './audited-call.ts'
import { authorise } from './authorise.ts'
import { identifyCertificate } from './client-certificate.ts'
import { type Door, requireAdmitted, requireServed, unknownOperation } from './door.ts'
import { CallerGone, toldError } from './error-answer.ts'
import { beginExchange, type Exchange, header, milliseconds } from './exchange.ts'
import { type Identities, type Identity, identify } from './identify.ts'
import type { Log } from './log.ts'
import { type NamedGroup, nameGroup } from './named-group.ts'
import { hostOf } from './networks.ts'
import type { PrivateCall } from './private-routes.ts'
import { findPublicRoute, type PublicServices } from './public-routes.ts'
import { type Body, readBody } from './read-body.ts'
import { requestFacts } from './request-facts.ts'
import { originOf, peerOrigin } from './request-origin.ts'
import { type Service, serviceOf } from './services.ts'

export interface RequestHandlerOptions {
  readonly services: Services
  readonly identities: Identities
  readonly publicServices: Omit<
    PublicServices,
    'services' | 'guardrails' | 'identities' | 'metrics' | 'readSmallBody' | 'log'
  >
  readonly createSignInLink: (subject: Subject) => Promise<string>
  /** True once the server stops: connections are closed after their answer. */
  readonly isDraining: () => boolean
  readonly log: Log
  readonly trail: AuditTrail
  readonly digests: DigestChain
  /** Of the listener whose requests these are. */
  readonly door: Door
}

export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
) => Promise<void>

/** Bodies of control calls are a few hundred bytes; only profiles are large. */
const maxControlBytes = 1024 * 1024
const maxSignInBytes = 16 * 1024
const quietMilliseconds = 10_000

/**
 * The one way every request goes: public route, or else identity → route → access → input → operation → answer. What
 * is in neither table is refused, and every error leaves through one mapping.
 */
export function requestHandler(options: RequestHandlerOptions): RequestHandler {
  const { services, identities, isDraining, log, trail, door } = options
  const publicServices: PublicServices = {
    ...options.publicServices,
    services,
    get guardrails() {
      return door.guardrails
    },
    identities,
    metrics: services.metrics,
    log,
    readSmallBody: async (exchange, maxBytes = maxSignInBytes) =>
      (await readBody(exchange, maxBytes, services.strangersBudget, hostOf(exchange.origin.sourceAddress)))
        .bytes,
  }

  /** No answer leaves without its record: where there can be none, that is the answer. */
  const recorded = async <T extends Told>(known: KnownCall, told: T): Promise<T | ApiError | QueryError> => {
    if (!known.isRecorded) return told
    try {
      await trail.record(eventOf(known, services, told))
      return told
    } catch (error) {
      return toldError(error)
    }
  }

  /** Message of a refusal → when it was logged last. */
  const lastLogged = new Map<string, number>()
  /** Refusals come in thousands when there is no room: of each kind one is logged now and then, the metrics count all. */
  const isToBeLogged = (error: unknown): boolean => {
    if (!(error instanceof ApiError || error instanceof QueryError)) return true
    const now = performance.now()
    if (now - (lastLogged.get(error.message) ?? Number.NEGATIVE_INFINITY) < quietMilliseconds) return false
    lastLogged.set(error.message, now)
    return true
  }

  return async (request, response, awaitsContinue) => {
    const origin = originOf(door, request)
    const exchange = beginExchange(request, response, awaitsContinue, origin ?? peerOrigin(door, request))
    const service = serviceOf(exchange)
    const known = unknownCall(exchange, service)
    let answer: Answer
    try {
      if (origin === null)
        throw invalid('X-Forwarded-For, as the proxy passes it on, holds something that is no address.')
      requireAdmitted(door, exchange)
      const publicRoute = findPublicRoute(publicServices, exchange)
      if (publicRoute !== null) {
        known.route = publicRoute.name
        known.publicAs = publicRoute.recordedAs ?? null
        known.isRecorded = publicRoute.recordedAs !== undefined
        if (!publicRoute.servedWith.some((surface) => door.surfaces.has(surface))) throw unknownOperation()
        answer = await publicRoute.handle(publicServices, exchange)
        if (answer.audited !== undefined) await trail.record(notedEvent(known, services, answer.audited))
      } else {
        answer = await answerPrivately(options, service, exchange, known)
      }
    } catch (error) {
      if (error instanceof CallerGone) {
        // Whoever is known has asked something, although nobody is there to be answered.
        if (known.caller !== null) await recorded(known, { code: error.name, message: error.message })
        return
      }
      const told = await recorded(known, toldError(error))
      if (told.status >= 500 && told.code !== 'NotImplementedException' && isToBeLogged(error))
        logFailure(log, exchange, known.route, told, error)
      answer = service.errorAnswer(told, exchange.id)
    }
    if (response.destroyed) return
    send(exchange, answer, isDraining())
    services.metrics.answered(known.route, answer.status, milliseconds(exchange) / 1000)
  }
}

async function answerPrivately(
  options: RequestHandlerOptions,
  service: Service,
  exchange: Exchange,
  known: KnownCall,
): Promise<Answer> {
  const { services, identities, createSignInLink, digests, door, trail } = options
  // Looked up early to know whether this listener serves it and how much may be read; that it exists at all is told after
  // the signature is verified.
  const found = service.find(exchange.method, exchange.rawPath)
  requireServed(door, service, found, exchange)
  refuseAmbiguousHead(exchange)
  const identity =
    identifyCertificate(services, door, exchange) ?? (await identify(identities, service, exchange))
  known.claimed = identity.principal
  known.region = identity.region
  // A body that is refused while it is read counts for its operation. The names are ours, whoever asks.
  if (found !== null) known.route = found.route.name
  // Each session of a role has calls of its own: hosts that share a role must not starve each other.
  const { userId: caller, entityId } = identity.principal
  services.throttle.check(caller, known.route)
  const maxBytes = found?.route.takesProfile ? services.config.maxBodyBytes : maxControlBytes
  // A key's name is no secret: whoever else gives it, from another place, does not do so at its owner's cost.
  const sender = `${entityId} ${hostOf(exchange.origin.sourceAddress)}`
  const body = await readBody(exchange, maxBytes, services.budget, sender)
  identity.confirm(body.sha256)
  known.caller = identity.principal
  const { principal, region } = identity
  services.lastUses.record(principal, { at: services.now(), service: service.name, region })
  services.throttle.take(caller, known.route)
  if (found === null) throw unknownOperation()
  const { accountId } = identity.principal
  const named = nameGroup(found.labels, { accountId, region: identity.region })
  const parts = partsOf(exchange, named, body)
  known.parts = parts
  known.takesProfile = found.route.takesProfile
  const route = found.route.resolve?.(parts) ?? found.route
  known.route = route.name
  known.parameters = route.parameters ?? null
  const { catalog, accounts } = recording(
    services,
    (changes) => draftOf(eventOf(known, services, null, changes)),
    () => {
      known.hasRecord = true
    },
  )
  const call: PrivateCall = {
    identities,
    identity,
    context: { ...contextOf(options, exchange, identity, named, body), catalog, accounts },
    parts,
    createSignInLink,
    digests,
  }
  const accesses = route.access === null ? [] : [route.access(call)].flat()
  for (const { resource } of accesses) known.resources.add(resource)
  await authorise(call.context, accesses, named.labels.profilingGroupName ?? null)
  const answer = await route.handle(call)
  if (known.hasRecord) return answer
  keepRoom(exchange, answer, services.answersBudget, sender)
  await trail.record(eventOf(known, services, null))
  return answer
}

function contextOf(
  { services, door: { guardrails } }: RequestHandlerOptions,
  exchange: Exchange,
  { principal }: Identity,
  { scope }: NamedGroup,
  { sha256 }: Body,
): OperationContext {
  const request = requestFacts(exchange)
  const store = services.storeFor({ caller: principal.entityId, gone: exchange.gone })
  return {
    ...services,
    store,
    requestId: exchange.id,
    request,
    guardrails,
    principal,
    scope,
    bodySha256: sha256,
  }
}

function partsOf(exchange: Exchange, { labels }: NamedGroup, { bytes }: Body): RequestParts {
  const query = parseQuery(exchange.rawQuery)
  refuseAmbiguousQuery(query)
  return {
    labels,
    query,
    header: (name) => header(exchange, name),
    body: bytes,
  }
}

/** What the caller is not told; a refusal is told as it is. Stacks name files and functions, never values. */
function describe(error: unknown): string {
  if (error instanceof ApiError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function logFailure(
  log: Log,
  exchange: Exchange,
  route: string,
  told: ApiError | QueryError,
  error: unknown,
): void {
  log({
    level: 'warn',
    event: 'http.failed',
    requestId: exchange.id,
    operation: route,
    status: told.status,
    code: told.code,
    error: describe(error),
  })
}
