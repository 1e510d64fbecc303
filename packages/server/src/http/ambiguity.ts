import { ApiError, invalid, type Query } from '@wick/wire'
import { sessionCookie } from './console-cookie.ts'
import { type Exchange, header } from './exchange.ts'

/**
 * Requests that two readers could understand in two ways: whatever looks at one of two values, something else may act on
 * the other. They are refused, whoever sends them.
 */

const singleHeaders: ReadonlySet<string> = new Set(['host', 'content-type', 'content-encoding'])

/** @throws ValidationException where a header that means something is given twice, IncompleteSignatureException for two identities */
export function refuseAmbiguousHead(exchange: Exchange): void {
  const { rawHeaders } = exchange.request
  const seen = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    if (!singleHeaders.has(name) && !name.startsWith('x-amz-') && !name.startsWith('x-wick-')) continue
    if (seen.has(name)) throw invalid(`The header '${name.slice(0, 64)}' is given more than once.`)
    seen.add(name)
  }
  // The signature refuses what else could stand beside it.
  if (header(exchange, 'authorization') !== undefined && sessionCookie(exchange) !== null)
    throw new ApiError(
      'IncompleteSignatureException',
      'The request is signed and comes with a session: one of both says who sends it.',
    )
}

/** What may be given several times is a list. */
const listParameters: ReadonlySet<string> = new Set(['tagKeys', 'specifiers'])

/** @throws ValidationException where a parameter is given twice, whether anybody reads it or not */
export function refuseAmbiguousQuery(query: Query): void {
  for (const [name, { length }] of query) {
    if (length > 1 && !listParameters.has(name))
      throw invalid(`The query parameter '${name.slice(0, 64)}' is given ${length} times: give it once.`)
  }
}
