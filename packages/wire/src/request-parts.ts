import { ApiError, invalid } from './errors.ts'
import { jsonFault, maxKeys } from './json-text.ts'
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

/**
 * Reads a raw query string (what follows `?`). Names and values are percent-decoded once; `+` is a plus, as Signature
 * Version 4 sees it.
 */
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

/** The body as a JSON object; an empty body is an empty object, as SDKs send it. @throws SerializationException */
export function jsonBody(body: Uint8Array): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {}
  const value = jsonValue(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError('SerializationException', 'The body must be a JSON object.')
  }
  return value as Record<string, unknown>
}

function jsonValue(body: Uint8Array): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw notJson()
  }
  const fault = jsonFault(text)
  if (fault?.kind === 'too-deep')
    throw new ApiError('SerializationException', 'The body is nested too deeply.')
  if (fault?.kind === 'too-many-keys')
    throw new ApiError('SerializationException', `The body has an object with more than ${maxKeys} keys.`)
  if (fault?.kind === 'repeated-key')
    throw new ApiError(
      'SerializationException',
      `The body has an object with the key '${fault.key.slice(0, 64)}' twice.`,
    )
  try {
    return JSON.parse(text)
  } catch {
    throw notJson()
  }
}

function notJson(): ApiError {
  return new ApiError('SerializationException', 'The body is not valid JSON.')
}
