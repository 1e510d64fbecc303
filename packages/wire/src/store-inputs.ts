import { lengthBetween, member } from './fields.ts'
import { jsonBody, type RequestParts, single } from './request-parts.ts'

/** What questions about the whole store take. A token is brought back as it was got. */

const longestToken = 1024

export interface PageInput {
  readonly nextToken: string | null
}

/** Query parameter `nextToken`. */
export function parseStatsPage({ query }: RequestParts): PageInput {
  return page(single(query, 'nextToken'))
}

/** JSON body: `nextToken`. */
export function parseVerify({ body }: RequestParts): PageInput {
  return page(member(jsonBody(body), 'nextToken', 'string'))
}

function page(token: string | null): PageInput {
  return { nextToken: token === null ? null : lengthBetween(token, 'nextToken', 1, longestToken) }
}
