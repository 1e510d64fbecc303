import type { ApiError } from '@wick/wire'
import { iamService, monitoringService, type QueryError, stsService } from '@wick/wire/query'
import { iamHandlers } from '../operations/iam-handlers.ts'
import { monitoringHandlers } from '../operations/monitoring-handlers.ts'
import { stsHandlers } from '../operations/sts-handlers.ts'
import type { Answer } from './answer.ts'
import { findAnywhereRoute } from './anywhere-routes.ts'
import { findCloudTrailRoute } from './cloudtrail-route.ts'
import { errorAnswer } from './error-answer.ts'
import { type Exchange, header } from './exchange.ts'
import {
  cborErrorAnswer,
  findCborRoute,
  findJsonRoute,
  jsonErrorAnswer,
  limitExceededStatus,
} from './monitoring-route.ts'
import { type FoundRoute, findPrivateRoute, type PrivateRoute } from './private-routes.ts'
import { queryErrorAnswer, queryRoute } from './query-route.ts'

/** One of AWS's services that this endpoint serves. Each speaks a protocol of its own. */
export interface Service {
  /** In the scope of signatures. */
  readonly name: string
  /** Whether it is the same in all regions: clients sign for `us-east-1` whichever they use. */
  readonly isGlobal: boolean
  readonly find: (method: string, rawPath: string) => FoundRoute | null
  readonly errorAnswer: (error: ApiError | QueryError, requestId: string) => Answer
}

const profiler: Service = {
  name: 'codeguru-profiler',
  isGlobal: false,
  find: findPrivateRoute,
  errorAnswer,
}

const rolesAnywhere: Service = {
  name: 'rolesanywhere',
  isGlobal: false,
  find: findAnywhereRoute,
  errorAnswer,
}

const cloudTrail: Service = {
  name: 'cloudtrail',
  isGlobal: false,
  find: findCloudTrailRoute,
  errorAnswer,
}

const iam = queryService('iam', iamService, queryRoute('IAM', iamService, iamHandlers))
const sts = queryService('sts', stsService, queryRoute('STS', stsService, stsHandlers))

/** It has regions, and three protocols: forms, JSON and CBOR. */
const monitoring: Service = {
  ...queryService(
    'monitoring',
    monitoringService,
    queryRoute('CloudWatch', monitoringService, monitoringHandlers),
  ),
  isGlobal: false,
  errorAnswer: (error, requestId) => {
    const answer = queryErrorAnswer(monitoringService, error, requestId)
    return error.code === 'LimitExceeded' ? { ...answer, status: limitExceededStatus } : answer
  },
}
const monitoringInJson: Service = {
  name: 'monitoring',
  isGlobal: false,
  find: findJsonRoute,
  errorAnswer: jsonErrorAnswer,
}
const monitoringInCbor: Service = {
  name: 'monitoring',
  isGlobal: false,
  find: findCborRoute,
  errorAnswer: cborErrorAnswer,
}

const services: ReadonlyMap<string, Service> = new Map(
  [profiler, rolesAnywhere, cloudTrail, iam, sts, monitoring].map((service) => [service.name, service]),
)

function queryService(name: string, service: { readonly namespace: string }, route: PrivateRoute): Service {
  return {
    name,
    isGlobal: true,
    find: (method, rawPath) => (method === 'POST' && rawPath === '/' ? { route, labels: {} } : null),
    errorAnswer: (error, requestId) => queryErrorAnswer(service, error, requestId),
  }
}

/**
 * Which service a request is for, as far as can be told before anything of it is believed: what its signature is for; in
 * the console, which signs nothing, what a header says. Without either, a form to `/` is for STS, which has calls that
 * nobody signs. The profiler is what every other request is for.
 */
export function serviceOf(exchange: Exchange): Service {
  const { method, rawPath } = exchange
  const named = signedService(header(exchange, 'authorization')) ?? header(exchange, 'x-wick-service')
  if (named === monitoring.name && header(exchange, 'smithy-protocol') !== undefined) return monitoringInCbor
  if (named === monitoring.name && header(exchange, 'x-amz-target') !== undefined) return monitoringInJson
  if (named !== undefined) return services.get(named) ?? profiler
  return method === 'POST' && rawPath === '/' ? sts : profiler
}

/** The fourth part of `Credential=KEY/DATE/REGION/SERVICE/aws4_request`. */
function signedService(authorization: string | undefined): string | undefined {
  const name = 'Credential='
  const at = authorization?.indexOf(name) ?? -1
  if (authorization === undefined || at < 0) return undefined
  return authorization.slice(at + name.length).split('/', 4)[3]
}
