import { ApiError, type RequestParts } from '@wick/wire'
import {
  monitoringService,
  monitoringTarget,
  type QueryError,
  type QueryErrorCode,
  type QueryInput,
  type QueryOperation,
  readCborInput,
  readJsonInput,
  writeCborAnswer,
  writeCborError,
  writeJsonAnswer,
} from '@wick/wire/query'
import { monitoringHandlers } from '../operations/monitoring-handlers.ts'
import type { QueryHandler } from '../operations/query-handler.ts'
import type { Answer } from './answer.ts'
import type { FoundRoute, PrivateRoute } from './private-routes.ts'
import { inQueryWords, smallNames } from './query-route.ts'

/**
 * CloudWatch as AWS's clients speak it since 2025: in JSON 1.0, where a header says what is to be done, or in CBOR (Smithy's
 * RPC v2), where the path does. Forms are spoken by query-route.ts.
 */

type Action = keyof typeof monitoringService.operations

/** How input and output are written. */
interface Protocol {
  readonly read: <O extends QueryOperation>(operation: O, body: Uint8Array) => QueryInput<O>
  readonly write: (operation: QueryOperation, output: object | null) => string | Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

const json: Protocol = {
  read: readJsonInput,
  write: writeJsonAnswer,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
}
const cbor: Protocol = {
  read: readCborInput,
  write: writeCborAnswer,
  headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
}

const jsonRoute = routeIn(json, ({ header }) => {
  const named = header('x-amz-target') ?? ''
  return named.startsWith(monitoringTarget) ? named.slice(monitoringTarget.length) : ''
})
const cborRoute = routeIn(cbor, ({ labels }) => labels.operation ?? '')

export function findJsonRoute(method: string, rawPath: string): FoundRoute | null {
  return method === 'POST' && rawPath === '/' ? { route: jsonRoute, labels: {} } : null
}

const cborPath = `/service/${monitoringTarget.slice(0, -1)}/operation/`

export function findCborRoute(method: string, rawPath: string): FoundRoute | null {
  if (method !== 'POST' || !rawPath.startsWith(cborPath)) return null
  return { route: cborRoute, labels: { operation: rawPath.slice(cborPath.length) } }
}

function routeIn(protocol: Protocol, named: (parts: RequestParts) => string): PrivateRoute {
  return {
    name: 'CloudWatch',
    takesProfile: false,
    access: null,
    handle: () => Promise.reject(new Error('what is to be done is not known before')),
    resolve: (parts) => {
      const action = actionOf(named(parts))
      const operation = monitoringService.operations[action]
      const handler = monitoringHandlers[action] as QueryHandler
      const input = protocol.read<QueryOperation>(operation, parts.body)
      return {
        name: action,
        takesProfile: false,
        parameters: () => smallNames(input),
        access: ({ context }) => handler.access({ context, input }),
        handle: async ({ context }) => ({
          status: 200,
          headers: protocol.headers,
          body: protocol.write(operation, await handler.run({ context, input })),
        }),
      }
    },
  }
}

/** @throws ApiError */
function actionOf(action: string): Action {
  if (!Object.hasOwn(monitoringService.operations, action))
    throw new ApiError(
      'UnknownOperationException',
      `Of CloudWatch there is ${Object.keys(monitoringService.operations).join(', ')}.`,
    )
  return action as Action
}

/** Where these protocols call an error something else than forms do. */
const shapes: Readonly<Partial<Record<QueryErrorCode, string>>> = {
  InvalidFormat: 'InvalidFormatFault',
  InvalidParameterCombination: 'InvalidParameterCombinationException',
  InvalidParameterValue: 'InvalidParameterValueException',
  LimitExceeded: 'LimitExceededFault',
  MissingParameter: 'MissingRequiredParameterException',
}

/** Of IAM it has another. */
export const limitExceededStatus = 400

export function jsonErrorAnswer(error: QueryError | ApiError): Answer {
  return errorAnswer(error, json, (type, message) => JSON.stringify({ __type: type, message }))
}

export function cborErrorAnswer(error: QueryError | ApiError): Answer {
  return errorAnswer(error, cbor, writeCborError)
}

/** Clients that spoke forms before find the name they know in a header. */
function errorAnswer(
  error: QueryError | ApiError,
  { headers }: Protocol,
  write: (type: string, message: string) => string | Uint8Array,
): Answer {
  const { code, status, message } = inQueryWords(error)
  const fault = status < 500 ? 'Sender' : 'Receiver'
  return {
    status: code === 'LimitExceeded' ? limitExceededStatus : status,
    headers: { ...headers, 'x-amzn-query-error': `${code};${fault}` },
    body: write(`com.amazonaws.cloudwatch#${shapes[code] ?? code}`, message),
  }
}
