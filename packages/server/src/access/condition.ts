/**
 * One key under one operator of a policy's Condition. All conditions of a statement must hold; of a condition's values one
 * is enough, or for a negated operator none may be met.
 */
import { findOperator, type Operand, type Operator, parseBoolean, type Truth } from './condition-operators.ts'
import { type Context, isResolvable } from './template.ts'

/** `ForAllValues:`, `ForAnyValue:`, or none of them: the key has a single value. */
type Quantifier = 'all' | 'any' | 'single'

interface Place {
  /** As the policy writes them: `ForAnyValue:StringLikeIfExists`, `aws:TagKeys`. */
  readonly operatorText: string
  readonly keyText: string
  readonly line: number
  /** In lower case. */
  readonly key: string
}

export type Condition =
  | (Place & {
      readonly kind: 'compare'
      readonly operator: Operator
      readonly quantifier: Quantifier
      readonly ifExists: boolean
      readonly operands: readonly Operand[]
      readonly hasVariables: boolean
    })
  /** `Null`: whether the key must be absent, must be there, or (both listed) either. */
  | (Place & { readonly kind: 'null'; readonly absent: readonly boolean[] })

/** An operator with what stands before and behind its name. */
export type OperatorUse =
  | { readonly kind: 'null' }
  | {
      readonly kind: 'compare'
      readonly operator: Operator
      readonly quantifier: Quantifier
      readonly ifExists: boolean
    }

const prefixes = [
  ['ForAllValues:', 'all'],
  ['ForAnyValue:', 'any'],
] as const

/** null when there is no such operator. `Null` stands alone: it has neither prefix nor IfExists. */
export function parseOperatorUse(text: string): OperatorUse | null {
  if (text === 'Null') return { kind: 'null' }
  const [prefix, quantifier] = prefixes.find(([start]) => text.startsWith(start)) ?? ['', 'single' as const]
  const ifExists = text.endsWith('IfExists')
  const operator = findOperator(text.slice(prefix.length, ifExists ? -'IfExists'.length : undefined))
  return operator === null ? null : { kind: 'compare', operator, quantifier, ifExists }
}

/** What `Null` may be compared with. */
export const parseNullOperand = parseBoolean

/**
 * Whether the condition holds for this request. Values that hold a variable which the request does not know count for
 * nothing: they drop out of a list, and a negated operator, which must be sure of all its values, does not hold.
 */
export function holds(condition: Condition, context: Context): Truth {
  const found = context.get(condition.key)
  const values = found === undefined ? [] : typeof found === 'string' ? [found] : found
  if (condition.kind === 'null') return condition.absent.includes(values.length === 0)

  const { operator, quantifier, ifExists } = condition
  const operands = usableOperands(condition, context)
  if (operands === null) return false
  const test = (value: string): Truth => {
    const truth = or(operands, (operand) => operand.test(value, context))
    return operator.negated ? not(truth) : truth
  }
  if (values.length === 0)
    return ifExists || quantifier === 'all' || (quantifier === 'single' && operator.negated)
  if (quantifier === 'all') return not(or(values, (value) => not(test(value))))
  if (quantifier === 'any') return or(values, test)
  // Several values under an operator for one: the policy does not say which of them it means.
  return values.length === 1 ? test(values[0]!) : 'unknown'
}

function usableOperands(
  { hasVariables, operands, operator }: Extract<Condition, { kind: 'compare' }>,
  context: Context,
): readonly Operand[] | null {
  if (!hasVariables) return operands
  const usable = operands.filter(({ variables }) => isResolvable(variables, context))
  return usable.length === 0 || (operator.negated && usable.length < operands.length) ? null : usable
}

/** True beats unknown, unknown beats false. */
function or<T>(items: readonly T[], truthOf: (item: T) => Truth): Truth {
  let truth: Truth = false
  for (const item of items) {
    const one = truthOf(item)
    if (one === true) return true
    if (one === 'unknown') truth = 'unknown'
  }
  return truth
}

function not(truth: Truth): Truth {
  return truth === 'unknown' ? truth : !truth
}
