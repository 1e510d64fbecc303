import { ApiError } from '@wick/wire'
import type { NamedPolicy } from '../access/access-request.ts'
import type { CertificateRule } from '../config/certificate-rules.ts'
import type { ListenerSettings, Surface } from '../config/listener-settings.ts'
import type { EndpointPolicy } from './endpoint-policy.ts'
import { type Exchange, header } from './exchange.ts'
import { type Networks, networksOf } from './networks.ts'
import type { FoundRoute } from './private-routes.ts'
import { peerOrigin } from './request-origin.ts'
import type { Service } from './services.ts'
import { servesCall } from './surfaces.ts'

/** What is known of a request by the listener it comes to, and what that one lets through. */
export interface Door {
  /** Name of the listener. */
  readonly listener: string
  /** Whose headers about the way of a request are believed. */
  readonly isTrustedProxy: Networks
  /** Whose requests are taken. */
  readonly admits: Networks
  readonly surfaces: ReadonlySet<Surface>
  /** Which roles client certificates have. */
  readonly certificateRules: readonly CertificateRule[]
  /** Each must allow what is asked here, whoever asks. Others from one request to the next, where a policy is replaced. */
  readonly guardrails: readonly NamedPolicy[]
}

/** @param policy of the listener; null where it has none */
export function doorOf(settings: ListenerSettings, admits: Networks, policy: EndpointPolicy | null): Door {
  const { name, serves, trustedProxies, clientCertificates } = settings
  return {
    listener: name,
    isTrustedProxy: networksOf(trustedProxies),
    admits,
    surfaces: new Set(serves),
    certificateRules: clientCertificates,
    get guardrails() {
      return policy === null ? [] : [policy.current]
    },
  }
}

/**
 * What a proxy passes on is judged like a connection. Requests of its own, such as asking for health, are its own.
 *
 * @throws ApiError AccessDeniedException
 */
export function requireAdmitted(door: Door, { request, origin: { sourceAddress } }: Exchange): void {
  const isPassedOn = sourceAddress !== peerOrigin(door, request).sourceAddress
  if (isPassedOn && !door.admits(sourceAddress))
    throw new ApiError('AccessDeniedException', 'Requests from this address are not taken here.')
}

/** @throws ApiError UnknownOperationException where this listener does not serve the call */
export function requireServed(
  { surfaces }: Door,
  { name }: Service,
  found: FoundRoute | null,
  exchange: Exchange,
): void {
  const isFromConsole =
    header(exchange, 'authorization') === undefined && header(exchange, 'x-wick-console') !== undefined
  const route = found?.route.name ?? null
  if (!servesCall(surfaces, { service: name, route, isFromConsole })) throw unknownOperation()
}

export function unknownOperation(): ApiError {
  return new ApiError('UnknownOperationException', 'There is no operation with this method and path.')
}
