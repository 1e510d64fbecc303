import { ApiError } from './errors.ts'

/**
 * JSON bodies of control calls, member by member. Only own members count, so a `__proto__` in a body is a name like
 * any other; a member that is null is absent; unknown members are ignored, because newer clients send them.
 */
export type JsonObject = Readonly<Record<string, unknown>>

/** An empty body is an empty object, as SDKs send it. @throws ApiError SerializationException */
export function jsonBody(body: Uint8Array): JsonObject {
  if (body.length === 0) return {}
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw wrongType('The body is not valid JSON.')
  }
  if (!isObject(value)) throw wrongType('The body must be a JSON object.')
  return value
}

/** @param at the member's full path, where it is not a direct member of the body */
export function stringMember(object: JsonObject, name: string, at = name): string | null {
  const value = ownMember(object, name)
  if (value === null || typeof value === 'string') return value
  throw wrongType(`The value at '${at}' must be a string.`)
}

export function booleanMember(object: JsonObject, name: string, at = name): boolean | null {
  const value = ownMember(object, name)
  if (value === null || typeof value === 'boolean') return value
  throw wrongType(`The value at '${at}' must be a boolean.`)
}

export function objectMember(object: JsonObject, name: string, at = name): JsonObject | null {
  const value = ownMember(object, name)
  if (value === null || isObject(value)) return value
  throw wrongType(`The value at '${at}' must be an object.`)
}

/** A member that maps names to strings; without a prototype, because the names come from outside. Absent is empty. */
export function stringMapMember(object: JsonObject, name: string): Record<string, string> {
  const map: Record<string, string> = Object.create(null)
  for (const [key, value] of Object.entries(objectMember(object, name) ?? {})) {
    if (typeof value !== 'string') throw wrongType(`The values at '${name}' must be strings.`)
    map[key] = value
  }
  return map
}

function ownMember(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrongType(message: string): ApiError {
  return new ApiError('SerializationException', message)
}
