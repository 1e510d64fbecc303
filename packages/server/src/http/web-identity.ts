import { ApiError } from '@wick/wire'
import {
  parseQueryRequest,
  QueryError,
  type QueryRequest,
  readQueryInput,
  stsService,
  writeQueryAnswer,
} from '@wick/wire/query'
import { assumeRoleWithWebIdentity } from '../operations/assume-role-with-web-identity.ts'
import { refuseAmbiguousHead } from './ambiguity.ts'
import type { Answer } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { hostOf } from './networks.ts'
import type { PublicServices } from './public-routes.ts'
import { queryAnswer } from './query-route.ts'
import { requestFacts } from './request-facts.ts'

/** A token has 20,000 characters at most; policies and their names come to less. */
const maxBytes = 64 * 1024
const action = 'AssumeRoleWithWebIdentity'

/**
 * The one call of STS that nobody signs: who calls is what the token in it says. Everything else that is not signed is
 * told so. Callers are throttled by their addresses, as nothing else is known of them.
 *
 * @throws ApiError MissingAuthenticationTokenException
 * @throws QueryError
 */
export async function answerWebIdentity(
  { services, guardrails, readSmallBody }: PublicServices,
  exchange: Exchange,
): Promise<Answer> {
  refuseAmbiguousHead(exchange)
  services.throttle.take(`address ${hostOf(exchange.origin.sourceAddress)}`, action)
  const request = readRequest(await readSmallBody(exchange, maxBytes))
  if (request?.action !== action)
    throw new ApiError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  const input = readQueryInput(stsService.operations[action], request.form)
  const call = { ...services, guardrails, request: requestFacts(exchange) }
  const output = await assumeRoleWithWebIdentity(call, input)
  return {
    ...queryAnswer(writeQueryAnswer(stsService, action, output, exchange.id)),
    audited: {
      kind: 'credentials',
      source: 'sts.amazonaws.com',
      name: output.SubjectFromWebIdentityToken ?? '',
      resources: [input.RoleArn],
    },
  }
}

/** Null where it asks for nothing that there is. */
function readRequest(body: Uint8Array): QueryRequest<typeof stsService.operations> | null {
  try {
    return parseQueryRequest(stsService, body)
  } catch (error) {
    if (error instanceof QueryError) return null
    throw error
  }
}
