import { ApiError } from '@wick/wire'
import {
  parseQueryRequest,
  QueryError,
  type QueryOperation,
  type QueryService,
  readQueryInput,
  writeQueryAnswer,
  writeQueryError,
} from '@wick/wire/query'
import type { QueryHandler, QueryHandlers } from '../operations/query-handler.ts'
import type { Answer } from './answer.ts'
import type { PrivateRoute } from './private-routes.ts'

type Operations = Readonly<Record<string, QueryOperation>>

/** The one route of a query service: which operation it is stands in the body. */
export function queryRoute<T extends Operations>(
  name: string,
  service: QueryService<T>,
  handlers: QueryHandlers<T>,
): PrivateRoute {
  return {
    name,
    takesProfile: false,
    access: null,
    handle: () => Promise.reject(new Error('what is to be done stands in the body')),
    resolve: ({ body }) => {
      const { action, form } = parseQueryRequest(service, body)
      const handler = handlers[action] as QueryHandler | undefined
      if (handler === undefined)
        throw new ApiError('NotImplementedException', `${action} is not implemented.`)
      const input = readQueryInput(service.operations[action]!, form)
      return {
        name: action,
        takesProfile: false,
        parameters: () => smallNames(input),
        access: ({ context }) => handler.access({ context, input }),
        handle: async ({ context }) => {
          const output = await handler.run({ context, input })
          return queryAnswer(writeQueryAnswer(service, action, output, context.requestId))
        },
      }
    },
  }
}

/** As CloudTrail writes what services are asked: `userName` for `UserName`. */
export function smallNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(smallNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      smallNames(inner),
    ]),
  )
}

/** Any error in the words of the query protocol, whose services have names of their own for what all can say. */
export function queryErrorAnswer(
  service: { readonly namespace: string },
  error: QueryError | ApiError,
  requestId: string,
): Answer {
  const told = inQueryWords(error)
  return xml(told.status, writeQueryError(service, told, requestId))
}

const names: Readonly<Partial<Record<ApiError['code'], QueryError['code']>>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  NotImplementedException: 'InvalidAction',
  SerializationException: 'ValidationError',
  ServiceUnavailableException: 'ServiceUnavailable',
  ThrottlingException: 'Throttling',
  UnknownOperationException: 'InvalidAction',
  UnrecognizedClientException: 'InvalidClientTokenId',
  ValidationException: 'ValidationError',
}

export function inQueryWords(error: QueryError | ApiError): QueryError {
  if (error instanceof QueryError) return error
  return new QueryError(names[error.code] ?? 'InternalFailure', error.message)
}

/** A success. */
export function queryAnswer(body: string): Answer {
  return xml(200, body)
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body }
}
