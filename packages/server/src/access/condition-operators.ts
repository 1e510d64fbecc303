/**
 * What the condition operators compare. An operator turns each value of the policy into a test, once, when the policy is
 * parsed; negation, IfExists and the set prefixes are the same for all (condition.ts).
 *
 * A test answers `unknown` when it cannot compare, because the value of the request is not of the operator's kind (no
 * number, no date, no address). Who asks decides on the safe side: an Allow does not match then, a Deny does.
 */
import { arnPatternFor, matchesArn, splitArn } from './arn.ts'
import { matches } from './glob.ts'
import { parseInstant } from './instant.ts'
import { isInRange, parseAddress, parseIpRange } from './ip-range.ts'
import { type Context, parseTemplate, patternFor, resolve, type Template, type Variable } from './template.ts'

export type Truth = boolean | 'unknown'

/** One value of a condition in a policy. */
export interface Operand {
  /** As the policy has it. */
  readonly text: string
  readonly variables: readonly Variable[]
  /** Whether a value of the request is what the policy says. Variables must be resolvable. */
  readonly test: (value: string, context: Context) => Truth
}

export interface Operator {
  readonly name: string
  /** True for `…Not…`: holds when the request's value is none of the policy's. */
  readonly negated: boolean
  /** `problem` says what is wrong with a value of the policy. */
  readonly parseOperand: (text: string, hasVariables: boolean) => Operand | { readonly problem: string }
}

type ParseOperand = Operator['parseOperand']

/** A kind of value that knows no variables. */
function plain<T>(
  parse: (text: string) => T | null,
  kind: string,
  test: (value: string, operand: T) => Truth,
): ParseOperand {
  return (text) => {
    const operand = parse(text)
    if (operand === null) return { problem: `${JSON.stringify(text)} is no ${kind}` }
    return { text, variables: [], test: (value) => test(value, operand) }
  }
}

/** A kind of value that may hold variables, in policies of 2012-10-17. */
function templated(
  syntax: { readonly wildcards: boolean; readonly lowerCase: boolean },
  compile: (template: Template) => Operand['test'],
  problemWith: (text: string, template: Template) => string | null = () => null,
): ParseOperand {
  return (text, hasVariables) => {
    const parsed = parseTemplate(text, { ...syntax, variables: hasVariables })
    if ('problem' in parsed) return parsed
    const { template } = parsed
    const problem = problemWith(text, template)
    if (problem !== null) return { problem }
    return { text, variables: template.variables, test: compile(template) }
  }
}

function string(wildcards: boolean, lowerCase: boolean): ParseOperand {
  return templated({ wildcards, lowerCase }, (template) => {
    const pattern = patternFor(template)
    return (value, context) => matches(pattern(context), lowerCase ? value.toLowerCase() : value)
  })
}

const arn = templated(
  { wildcards: true, lowerCase: false },
  (template) => {
    const pattern = arnPatternFor(template)
    return (value, context) => {
      const parts = splitArn(value)
      const wanted = pattern(context)
      return parts === null || wanted === null ? 'unknown' : matchesArn(wanted, parts)
    }
  },
  (text, { variables }) =>
    variables.length > 0 || splitArn(text) !== null ? null : `${JSON.stringify(text)} is no ARN`,
)

export function parseBoolean(text: string): boolean | null {
  const lower = text.toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : null
}

const bool = templated(
  { wildcards: false, lowerCase: true },
  (template) => (value, context) => {
    const wanted = parseBoolean(String.fromCharCode(...resolve(template, context)))
    const found = parseBoolean(value)
    return wanted === null || found === null ? 'unknown' : wanted === found
  },
  (text, { variables }) =>
    variables.length > 0 || parseBoolean(text) !== null
      ? null
      : `${JSON.stringify(text)} is neither true nor false`,
)

/** Decimal numbers: `-1.5`, `1e3`. No hexadecimal, no white space, no Infinity, which Number() would take. */
function parseNumber(text: string): number | null {
  let hasDigit = false
  for (const character of text) {
    if (character >= '0' && character <= '9') hasDigit = true
    else if (!'+-.eE'.includes(character)) return null
  }
  const value = Number(text)
  return hasDigit && Number.isFinite(value) ? value : null
}

type Compare = (found: number, wanted: number) => boolean

function numeric(compare: Compare): ParseOperand {
  return plain(parseNumber, 'number', (value, wanted) => {
    const found = parseNumber(value)
    return found === null ? 'unknown' : compare(found, wanted)
  })
}

function date(compare: Compare): ParseOperand {
  return plain(parseInstant, 'date (ISO 8601 with a time zone, or seconds since 1970)', (value, wanted) => {
    const found = parseInstant(value)
    return found === null ? 'unknown' : compare(found, wanted)
  })
}

/** The bytes of base64 with its padding, as a string of code units; null for anything else. */
function parseBase64(text: string): string | null {
  const end = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length
  if (text.length % 4 !== 0) return null
  for (const character of text.slice(0, end)) {
    const isLetter = (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z')
    if (!isLetter && !(character >= '0' && character <= '9') && character !== '+' && character !== '/')
      return null
  }
  return atob(text)
}

const binary = plain(parseBase64, 'base64', (value, wanted) => {
  const found = parseBase64(value)
  return found === null ? 'unknown' : found === wanted
})

const ip = plain(parseIpRange, 'IP address or network', (value, range) => {
  const address = parseAddress(value)
  return address === null ? 'unknown' : isInRange(range, address)
})

const equals: Compare = (found, wanted) => found === wanted
const lessThan: Compare = (found, wanted) => found < wanted
const lessThanEquals: Compare = (found, wanted) => found <= wanted
const greaterThan: Compare = (found, wanted) => found > wanted
const greaterThanEquals: Compare = (found, wanted) => found >= wanted

const operators: readonly (readonly [string, ParseOperand])[] = [
  ['StringEquals', string(false, false)],
  ['StringEqualsIgnoreCase', string(false, true)],
  ['StringLike', string(true, false)],
  ['NumericEquals', numeric(equals)],
  ['NumericLessThan', numeric(lessThan)],
  ['NumericLessThanEquals', numeric(lessThanEquals)],
  ['NumericGreaterThan', numeric(greaterThan)],
  ['NumericGreaterThanEquals', numeric(greaterThanEquals)],
  ['DateEquals', date(equals)],
  ['DateLessThan', date(lessThan)],
  ['DateLessThanEquals', date(lessThanEquals)],
  ['DateGreaterThan', date(greaterThan)],
  ['DateGreaterThanEquals', date(greaterThanEquals)],
  ['Bool', bool],
  ['BinaryEquals', binary],
  ['IpAddress', ip],
  ['ArnEquals', arn],
  ['ArnLike', arn],
]

const negatedOperators: readonly (readonly [string, ParseOperand])[] = [
  ['StringNotEquals', string(false, false)],
  ['StringNotEqualsIgnoreCase', string(false, true)],
  ['StringNotLike', string(true, false)],
  ['NumericNotEquals', numeric(equals)],
  ['DateNotEquals', date(equals)],
  ['NotIpAddress', ip],
  ['ArnNotEquals', arn],
  ['ArnNotLike', arn],
]

const byName = new Map<string, Operator>([
  ...operators.map(([name, parseOperand]) => [name, { name, negated: false, parseOperand }] as const),
  ...negatedOperators.map(([name, parseOperand]) => [name, { name, negated: true, parseOperand }] as const),
])

/** The operator of that name, without prefix and suffix; `Null` is none (condition.ts). */
export function findOperator(name: string): Operator | null {
  return byName.get(name) ?? null
}
