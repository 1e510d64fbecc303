import { jsonBody } from '../request-parts.ts'
import { parseTimestamp } from '../timestamps.ts'
import type { QueryOperation } from './operation.ts'
import type { QueryInput } from './query-service.ts'
import { checkInteger, checkString, constraint, wrongType } from './read-input.ts'
import type { ListShape, Members, Shape } from './shapes.ts'

/**
 * The same input as a form has, from the JSON that newer clients send. What the operation does not know is ignored.
 *
 * @throws QueryError ValidationError; ApiError SerializationException where it is no JSON object
 */
export function readJsonInput<O extends QueryOperation>({ input }: O, body: Uint8Array): QueryInput<O> {
  return readValues(input, jsonBody(body)) as QueryInput<O>
}

/** An input from values as JSON has them. @throws QueryError ValidationError */
export function readValues(members: Members, values: Readonly<Record<string, unknown>>): unknown {
  return readMembers(members, values, '')
}

function readMembers(members: Members, values: Readonly<Record<string, unknown>>, at: string): unknown {
  const read: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(members)) {
    const field = `${at}${name[0]!.toLowerCase()}${name.slice(1)}`
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    const shape = member.kind === 'optional' ? member.shape : member
    if (value !== undefined && value !== null) read[name] = readValue(shape, value, field)
    else if (member.kind === 'optional') read[name] = null
    else throw constraint(field, 'Member must not be null')
  }
  return read
}

function readValue(shape: Shape, value: unknown, field: string): unknown {
  switch (shape.kind) {
    case 'structure':
      if (typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array)
        throw wrongType(field, 'a structure')
      return readMembers(shape.members, value as Readonly<Record<string, unknown>>, `${field}.`)
    case 'list':
      return readList(shape, value, field)
    case 'string':
      if (typeof value !== 'string') throw wrongType(field, 'a string')
      return checkString(shape, value, field)
    case 'integer':
      if (!Number.isSafeInteger(value)) throw wrongType(field, 'a whole number')
      return checkInteger(value as number, field, shape.min, shape.max)
    case 'double':
      // JSON has no other numbers; 1e999 becomes an infinite one.
      if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType(field, 'a number')
      return value
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(field, 'true or false')
      return value
    case 'timestamp':
      return readTimestamp(value, field)
    case 'blob':
    case 'map':
      throw new TypeError(`no operation takes a ${shape.kind}`)
  }
}

function readList({ element, max }: ListShape, value: unknown, field: string): unknown {
  if (!Array.isArray(value)) throw wrongType(field, 'a list')
  if (value.length > max) throw constraint(field, `Member must have length less than or equal to ${max}`)
  return value.map((item, index) => {
    if (item === null) throw constraint(`${field}.${index + 1}.member`, 'Member must not be null')
    return readValue(element, item, `${field}.${index + 1}.member`)
  })
}

/** The years 1 to 9999, in seconds. */
const maxSeconds = 253_402_300_799

function readTimestamp(value: unknown, field: string): number {
  if (typeof value === 'number' && Math.abs(value) <= maxSeconds) return Math.round(value * 1000)
  const instant = typeof value === 'string' ? parseTimestamp(value) : null
  if (instant === null) throw wrongType(field, 'a timestamp, in seconds since 1970')
  return instant
}
