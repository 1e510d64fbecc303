import type { RequestFacts } from '../iam/condition-keys.ts'
import { type Exchange, header } from './exchange.ts'

/** What conditions may ask about the request as such. */
export function requestFacts(exchange: Exchange): RequestFacts {
  return {
    origin: exchange.origin,
    userAgent: header(exchange, 'user-agent') ?? null,
    referer: header(exchange, 'referer') ?? null,
  }
}
