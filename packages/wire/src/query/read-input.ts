import { characterCount, isDigits } from '../characters.ts'
import { parseTimestamp } from '../timestamps.ts'
import type { FormNode } from './form.ts'
import { QueryError } from './query-errors.ts'
import type { InputOf, ListShape, Members, Shape, StringShape } from './shapes.ts'
import { isXmlText } from './xml.ts'

/**
 * Reads an operation's input. What the operation does not know is ignored, as newer clients send it.
 *
 * @throws QueryError ValidationError, in AWS's words
 */
export function readInput<M extends Members>(members: M, form: FormNode): InputOf<M> {
  return readMembers(members, form, '') as InputOf<M>
}

/** @param at path of the structure with its dot; names in AWS's messages start with a small letter */
function readMembers(members: Members, node: FormNode, at: string): unknown {
  const values: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(members)) {
    const field = `${at}${name[0]!.toLowerCase()}${name.slice(1)}`
    const found = node.members.get(name)
    const shape = member.kind === 'optional' ? member.shape : member
    if (found !== undefined) values[name] = readValue(shape, found, field)
    else if (member.kind === 'optional') values[name] = null
    else throw constraint(field, 'Member must not be null')
  }
  return values
}

function readValue(shape: Shape, node: FormNode, field: string): unknown {
  switch (shape.kind) {
    case 'structure':
      if (node.value !== null) throw wrongType(field, 'a structure')
      return readMembers(shape.members, node, `${field}.`)
    case 'list':
      return readList(shape, node, field)
    case 'string':
      return checkString(shape, scalar(node, field), field)
    case 'integer':
      return readInteger(scalar(node, field), field, shape.min, shape.max)
    case 'boolean':
      return readBoolean(scalar(node, field), field)
    case 'double':
      return readDouble(scalar(node, field), field)
    case 'timestamp':
      return readTimestamp(scalar(node, field), field)
    case 'blob':
    case 'map':
      throw new TypeError(`no operation takes a ${shape.kind}`)
  }
}

/** Clients send an empty list as a name without a value. */
function readList({ element, max }: ListShape, node: FormNode, field: string): unknown {
  if (node.value === '') return []
  const items = node.members.get('member')?.members
  if (items === undefined) throw wrongType(field, 'a list')
  if (items.size > max) throw constraint(field, `Member must have length less than or equal to ${max}`)
  return Array.from({ length: items.size }, (_, index) => {
    const item = items.get(String(index + 1))
    if (item === undefined) throw wrongType(field, 'a list numbered from 1 without gaps')
    return readValue(element, item, `${field}.${index + 1}.member`)
  })
}

function scalar(node: FormNode, field: string): string {
  if (node.value === null) throw wrongType(field, 'a single value')
  return node.value
}

export function checkString(
  { min, max, pattern, matcher, values }: StringShape,
  value: string,
  field: string,
): string {
  if (values !== null && !values.includes(value))
    throw constraint(field, `Member must satisfy enum value set: [${values.join(', ')}]`)
  // The units bound the characters, so that only short text is counted and matched.
  const length = value.length > 2 * max ? Number.POSITIVE_INFINITY : characterCount(value)
  if (length < min) throw constraint(field, `Member must have length greater than or equal to ${min}`)
  if (length > max) throw constraint(field, `Member must have length less than or equal to ${max}`)
  if (matcher !== null && !matcher.test(value))
    throw constraint(field, `Member must satisfy regular expression pattern: ${pattern}`)
  if (!isXmlText(value))
    throw constraint(field, 'Member must not contain characters that XML 1.0 cannot carry')
  return value
}

function readInteger(text: string, field: string, min: number, max: number): number {
  const digits = text.startsWith('-') ? text.slice(1) : text
  if (digits.length > 15 || !isDigits(digits)) throw wrongType(field, 'a whole number')
  return checkInteger(Number(text), field, min, max)
}

export function checkInteger(value: number, field: string, min: number, max: number): number {
  if (value < min) throw constraint(field, `Member must have value greater than or equal to ${min}`)
  if (value > max) throw constraint(field, `Member must have value less than or equal to ${max}`)
  return value
}

const decimal = /^[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?$/

function readDouble(text: string, field: string): number {
  const value = decimal.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) throw wrongType(field, 'a number')
  return value
}

function readTimestamp(text: string, field: string): number {
  const instant = parseTimestamp(text)
  if (instant === null) throw wrongType(field, 'a timestamp such as 2026-11-24T13:15:00Z')
  return instant
}

function readBoolean(text: string, field: string): boolean {
  if (text !== 'true' && text !== 'false') throw wrongType(field, 'true or false')
  return text === 'true'
}

export function wrongType(field: string, what: string): QueryError {
  return constraint(field, `Member must be ${what}`)
}

export function constraint(field: string, text: string): QueryError {
  return new QueryError(
    'ValidationError',
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${text}`,
  )
}
