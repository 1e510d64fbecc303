import { ApiError, type RequestParts } from '@wick/wire'
import {
  monitoringService,
  monitoringTarget,
  type QueryError,
  type QueryErrorCode,
  readJsonInput,
  writeJsonAnswer,
} from '@wick/wire/query'
import { monitoringHandlers } from '../operations/monitoring-handlers.ts'
import type { QueryHandler } from '../operations/query-handler.ts'
import type { Answer } from './answer.ts'
import type { PrivateRoute } from './private-routes.ts'
import { inQueryWords, smallNames } from './query-route.ts'

/** CloudWatch in JSON 1.0, as AWS's clients speak it since 2025: what is to be done stands in a header. */

type Action = keyof typeof monitoringService.operations

export const monitoringRoute: PrivateRoute = {
  name: 'CloudWatch',
  takesProfile: false,
  access: null,
  handle: () => Promise.reject(new Error('what is to be done stands in a header')),
  resolve: (parts) => {
    const action = actionOf(parts)
    const operation = monitoringService.operations[action]
    const handler = monitoringHandlers[action] as QueryHandler
    const input = readJsonInput(operation, parts.body)
    return {
      name: action,
      takesProfile: false,
      parameters: () => smallNames(input),
      access: ({ context }) => handler.access({ context, input }),
      handle: async ({ context }) =>
        json(200, writeJsonAnswer(operation, await handler.run({ context, input }))),
    }
  },
}

/** @throws ApiError */
function actionOf({ header }: RequestParts): Action {
  const named = header('x-amz-target') ?? ''
  const action = named.startsWith(monitoringTarget) ? named.slice(monitoringTarget.length) : ''
  if (!Object.hasOwn(monitoringService.operations, action))
    throw new ApiError(
      'UnknownOperationException',
      `Of CloudWatch there is ${Object.keys(monitoringService.operations).join(', ')}.`,
    )
  return action as Action
}

/** Where the JSON protocol calls an error something else than forms do. */
const shapes: Readonly<Partial<Record<QueryErrorCode, string>>> = {
  InvalidFormat: 'InvalidFormatFault',
  InvalidParameterCombination: 'InvalidParameterCombinationException',
  InvalidParameterValue: 'InvalidParameterValueException',
  LimitExceeded: 'LimitExceededFault',
  MissingParameter: 'MissingRequiredParameterException',
}

/** Of IAM it has another. */
export const limitExceededStatus = 400

/** Clients that spoke forms before find the name they know in a header. */
export function monitoringErrorAnswer(error: QueryError | ApiError): Answer {
  const { code, status, message } = inQueryWords(error)
  const answer = json(
    code === 'LimitExceeded' ? limitExceededStatus : status,
    JSON.stringify({ __type: `com.amazonaws.cloudwatch#${shapes[code] ?? code}`, message }),
  )
  const fault = status < 500 ? 'Sender' : 'Receiver'
  return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${code};${fault}` } }
}

function json(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body }
}
