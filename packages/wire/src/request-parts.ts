import { invalid } from './errors.ts'
import { queryPairs } from './query-string.ts'

/** An HTTP request after routing, before its operation understands it. */
export interface RequestParts {
  readonly labels: Readonly<Record<string, string>>
  readonly query: Query
  /** Header by lower-case name. */
  readonly header: (name: string) => string | undefined
  /** The body as received; empty where there is none. */
  readonly body: Uint8Array
}

/** Query parameters: name → values in order. */
export type Query = ReadonlyMap<string, readonly string[]>

/** Reads a raw query string (what follows `?`). @throws ApiError ValidationException for broken percent-encoding */
export function parseQuery(raw: string): Query {
  const query = new Map<string, string[]>()
  for (const [name, value] of decodedPairs(raw)) {
    const values = query.get(name)
    if (values === undefined) query.set(name, [value])
    else values.push(value)
  }
  return query
}

function decodedPairs(raw: string): ReturnType<typeof queryPairs> {
  try {
    return queryPairs(raw)
  } catch {
    throw invalid('The query string holds a percent sign that starts no valid escape.')
  }
}

/** The one value of a parameter; null where it is absent. */
export function single(query: Query, name: string): string | null {
  const values = query.get(name)
  if (values === undefined) return null
  if (values.length > 1)
    throw invalid(`The query parameter '${name}' is given ${values.length} times: give it once.`)
  return values[0]!
}

/** `read` applied to the one value of a parameter; null where it is absent. */
export function optional<T>(query: Query, name: string, read: (value: string, field: string) => T): T | null {
  const value = single(query, name)
  return value === null ? null : read(value, name)
}
