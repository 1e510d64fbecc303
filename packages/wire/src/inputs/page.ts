import { integer, token } from '../fields.ts'
import { optional, type Query } from '../request-parts.ts'

/** Which part of a list a caller asks for. */
export interface Page {
  readonly maxResults: number
  readonly nextToken: string | null
}

/** Pages hold 100 entries unless the caller says otherwise. */
export function parsePage(query: Query): Page {
  return {
    maxResults: optional(query, 'maxResults', (value, field) => integer(value, field, 1, 1000)) ?? 100,
    nextToken: optional(query, 'nextToken', token),
  }
}
