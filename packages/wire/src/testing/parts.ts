import { parseQuery, type RequestParts } from '../request-parts.ts'

/** A routed request to the group `g`; `body` is text as it is or a value for JSON. */
export function parts({
  query = '',
  body = '',
  headers = {},
  name = 'g',
}: {
  query?: string
  body?: unknown
  headers?: Readonly<Record<string, string>>
  name?: string
} = {}): RequestParts {
  return {
    labels: { profilingGroupName: name },
    query: parseQuery(query),
    header: (header) => headers[header],
    body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
  }
}
