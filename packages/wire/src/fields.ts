import { characterCount, isDigits, isLowerHex, isWord } from './characters.ts'
import { parseDuration } from './durations.ts'
import { ApiError, invalid } from './errors.ts'
import { parseTimestamp } from './timestamps.ts'

/** Readers of single fields, with the model's constraints and AWS's wording of what fails. Absent is null. */

function constraint(field: string, text: string): ApiError {
  return invalid(`1 validation error detected: Value at '${field}' failed to satisfy constraint: ${text}`)
}

/** A JSON member that must have a type; undefined and null are absent. */
export function member(
  object: Readonly<Record<string, unknown>>,
  field: string,
  type: 'string',
  at?: string,
): string | null
export function member(
  object: Readonly<Record<string, unknown>>,
  field: string,
  type: 'boolean',
  at?: string,
): boolean | null
export function member(
  object: Readonly<Record<string, unknown>>,
  field: string,
  type: 'object',
  at?: string,
): Readonly<Record<string, unknown>> | null
export function member(
  object: Readonly<Record<string, unknown>>,
  field: string,
  type: string,
  at = field,
): unknown {
  const value = Object.hasOwn(object, field) ? object[field] : undefined
  if (value === undefined || value === null) return null
  if (typeof value !== type || Array.isArray(value)) {
    throw new ApiError(
      'SerializationException',
      `The value at '${at}' must be ${type === 'object' ? 'an' : 'a'} ${type}.`,
    )
  }
  return value
}

export function required<T>(value: T | null, field: string): T {
  if (value === null) throw constraint(field, 'Member must not be null')
  return value
}

/** Length in characters, both ends included. */
export function lengthBetween(value: string, field: string, min: number, max: number): string {
  const length = characterCount(value)
  if (length < min) throw constraint(field, `Member must have length greater than or equal to ${min}`)
  if (length > max) throw constraint(field, `Member must have length less than or equal to ${max}`)
  return value
}

/** Letters, digits, `_` and `-` (`^[\w-]+$`), 1 to `max` of them. */
export function word(value: string, field: string, max: number): string {
  lengthBetween(value, field, 1, max)
  if (!isWord(value)) throw constraint(field, 'Member must satisfy regular expression pattern: [\\w-]+')
  return value
}

export function groupName(value: string): string {
  return word(value, 'profilingGroupName', 255)
}

const uuidGroups = [8, 4, 4, 4, 12]

/** `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in lower-case hexadecimal, of any version. */
export function uuid(value: string, field: string): string {
  const groups = value.split('-', 6)
  const isUuid =
    groups.length === uuidGroups.length &&
    groups.every((digits, i) => digits.length === uuidGroups[i] && isLowerHex(digits))
  if (!isUuid) {
    const pattern = uuidGroups.map((length) => `[a-f0-9]{${length}}`).join('-')
    throw constraint(field, `Member must satisfy regular expression pattern: ${pattern}`)
  }
  return value
}

/** A whole number in decimal digits, as query parameters carry it. */
export function integer(value: string, field: string, min: number, max: number): number {
  const digits = value.startsWith('-') ? value.slice(1) : value
  if (digits.length > 15 || !isDigits(digits)) throw constraint(field, 'Member must be a whole number')
  const number = Number(value)
  if (number < min) throw constraint(field, `Member must have value greater than or equal to ${min}`)
  if (number > max) throw constraint(field, `Member must have value less than or equal to ${max}`)
  return number
}

/** `true` or `false`, as query parameters carry it. */
export function flag(value: string, field: string): boolean {
  if (value !== 'true' && value !== 'false') throw constraint(field, 'Member must be true or false')
  return value === 'true'
}

export function oneOf<const T extends string>(value: string, field: string, values: readonly T[]): T {
  const found = values.find((candidate) => candidate === value)
  if (found === undefined)
    throw constraint(field, `Member must satisfy enum value set: [${values.join(', ')}]`)
  return found
}

/** @returns epoch milliseconds */
export function timestamp(value: string, field: string): number {
  const instant = parseTimestamp(value)
  if (instant === null) throw constraint(field, 'Member must be a timestamp such as 2026-11-24T13:15:00Z')
  return instant
}

/** @returns milliseconds */
export function duration(value: string, field: string): number {
  lengthBetween(value, field, 1, 64)
  const milliseconds = parseDuration(value)
  if (milliseconds === null)
    throw constraint(field, 'Member must be an ISO 8601 duration such as PT5M, PT1H or P1D')
  return milliseconds
}

/** A JSON member that lists strings, lengths in characters; absent is empty. */
export function stringList(
  object: Readonly<Record<string, unknown>>,
  field: string,
  {
    max,
    shortest = 1,
    longest,
    at = field,
  }: { max: number; shortest?: number; longest: number; at?: string },
): string[] {
  const value = Object.hasOwn(object, field) ? object[field] : undefined
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new ApiError('SerializationException', `The value at '${at}' must be a list of strings.`)
  if (value.length > max) throw constraint(at, `Member must have length less than or equal to ${max}`)
  for (const item of value) lengthBetween(item, at, shortest, longest)
  return value
}

/** A JSON member that lists objects; absent is empty. */
export function objectList(
  object: Readonly<Record<string, unknown>>,
  field: string,
  max: number,
): Readonly<Record<string, unknown>>[] {
  const value = Object.hasOwn(object, field) ? object[field] : undefined
  if (value === undefined || value === null) return []
  const isObject = (item: unknown): boolean =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
  if (!Array.isArray(value) || !value.every(isObject))
    throw new ApiError('SerializationException', `The value at '${field}' must be a list of objects.`)
  if (value.length > max) throw constraint(field, `Member must have length less than or equal to ${max}`)
  return value
}

/** A JSON member that is a whole number; absent is null. */
export function wholeMember(
  object: Readonly<Record<string, unknown>>,
  field: string,
  min: number,
  max: number,
): number | null {
  const value = Object.hasOwn(object, field) ? object[field] : undefined
  if (value === undefined || value === null) return null
  if (typeof value !== 'number')
    throw new ApiError('SerializationException', `The value at '${field}' must be a number.`)
  if (!Number.isSafeInteger(value)) throw constraint(field, 'Member must be a whole number')
  if (value < min) throw constraint(field, `Member must have value greater than or equal to ${min}`)
  if (value > max) throw constraint(field, `Member must have value less than or equal to ${max}`)
  return value
}

/** Values by name, kept free of a prototype because the names come from outside. */
export function stringMap(object: Readonly<Record<string, unknown>>, field: string): Record<string, string> {
  const map: Record<string, string> = Object.create(null)
  for (const [key, value] of Object.entries(object)) {
    if (typeof value !== 'string')
      throw new ApiError('SerializationException', `The values at '${field}' must be strings.`)
    map[key] = value
  }
  return map
}

/** How many tags a group may have. */
export const maxTags = 50

/** At most 50 tags; key 1 to 128 characters, not starting `aws:`, none like another but for its case; value up to 256. */
export function tags(object: Readonly<Record<string, unknown>>): Record<string, string> {
  const map = stringMap(object, 'tags')
  const entries = Object.entries(map)
  if (entries.length > maxTags)
    throw constraint('tags', `Member must have length less than or equal to ${maxTags}`)
  for (const [key, value] of entries) {
    lengthBetween(key, 'tags.key', 1, 128)
    lengthBetween(value, 'tags.value', 0, 256)
    if (key.toLowerCase().startsWith('aws:')) throw constraint('tags.key', 'Member must not start with aws:')
  }
  // Condition keys, which hold tag keys, have no case.
  if (new Set(entries.map(([key]) => key.toLowerCase())).size < entries.length)
    throw constraint('tags.key', 'Members must not differ only in their case')
  return map
}
