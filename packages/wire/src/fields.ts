import { characterCount, isDigits, isWord } from './characters.ts'
import { parseDuration } from './durations.ts'
import { type ApiError, invalid } from './errors.ts'
import { parseTimestamp } from './timestamps.ts'

/**
 * Readers of single fields: the model's constraints, refused in AWS's wording. `field` is the name the caller knows.
 * All throw ApiError ValidationException.
 */

export function constraint(field: string, text: string): ApiError {
  return invalid(`1 validation error detected: Value at '${field}' failed to satisfy constraint: ${text}`)
}

export function required<T>(value: T | null, field: string): T {
  if (value === null) throw constraint(field, 'Member must not be null')
  return value
}

/** Length in characters, both ends included. */
export function lengthBetween(value: string, field: string, min: number, max: number): string {
  const fault = lengthFault(value, min, max)
  if (fault !== null) throw constraint(field, fault)
  return value
}

function lengthFault(value: string, min: number, max: number): string | null {
  const length = characterCount(value)
  if (length < min) return `Member must have length greater than or equal to ${min}`
  if (length > max) return `Member must have length less than or equal to ${max}`
  return null
}

/** Letters, digits, `_` and `-`, 1 to `max` of them. */
export function word(value: string, field: string, max: number): string {
  lengthBetween(value, field, 1, max)
  if (!isWord(value)) throw constraint(field, 'Member must satisfy regular expression pattern: ^[\\w-]+$')
  return value
}

export function groupName(value: string): string {
  return word(value, 'profilingGroupName', 255)
}

/** clientToken, profileToken and nextToken. */
export function token(value: string, field: string): string {
  return word(value, field, 64)
}

/** A whole number in decimal digits, as query parameters carry it. */
export function integer(value: string, field: string, min: number, max: number): number {
  if (!isDigits(value.startsWith('-') ? value.slice(1) : value)) {
    throw constraint(field, 'Member must be a whole number')
  }
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
  if (found === undefined) throw constraint(field, enumFault(values))
  return found
}

function enumFault(values: readonly string[]): string {
  return `Member must satisfy enum value set: [${values.join(', ')}]`
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
  if (milliseconds === null) {
    throw constraint(field, 'Member must be an ISO 8601 duration such as PT5M, PT1H or P1D')
  }
  return milliseconds
}

/** A map whose keys are of a closed set. */
export function keysOf<M extends Readonly<Record<string, string>>>(
  map: M,
  field: string,
  keys: readonly string[],
): M {
  for (const key of Object.keys(map)) if (!keys.includes(key)) throw keyConstraint(field, enumFault(keys))
  return map
}

/** At most 50 tags; key 1 to 128 characters and not starting `aws:` in any case, value up to 256. */
export function tags<M extends Readonly<Record<string, string>>>(map: M): M {
  const entries = Object.entries(map)
  if (entries.length > 50) throw constraint('tags', 'Member must have length less than or equal to 50')
  for (const [key, value] of entries) {
    const keyFault = lengthFault(key, 1, 128)
    if (keyFault !== null) throw keyConstraint('tags', keyFault)
    if (key.slice(0, 4).toLowerCase() === 'aws:')
      throw keyConstraint('tags', 'Member must not start with aws:')
    const valueFault = lengthFault(value, 0, 256)
    if (valueFault !== null) throw constraint('tags', `Map value must satisfy constraint: [${valueFault}]`)
  }
  return map
}

function keyConstraint(field: string, text: string): ApiError {
  return constraint(field, `Map keys must satisfy constraint: [${text}]`)
}
