/**
 * Random policies out of few words, so that policies and requests meet often: every element of the grammar, every operator
 * with every prefix and suffix.
 */
import fc from 'fast-check'
import type { PolicyKind } from '../policy.ts'
import type { NaiveRequest } from './naive-evaluate.ts'

type ValueKind = 'string' | 'number' | 'date' | 'bool' | 'binary' | 'address' | 'arn'

/** What policies are written of. */
export interface Words {
  /** Patterns. */
  readonly actions: readonly string[]
  /** Patterns. */
  readonly resources: readonly string[]
  /** Type and value. */
  readonly principals: readonly (readonly [string, string])[]
  /** All that have a principal. */
  readonly accounts: readonly string[]
  /** Condition keys, by the operators that they are compared with. */
  readonly keys: Readonly<Record<ValueKind, readonly string[]>>
  /** What they are compared to. */
  readonly values: Readonly<Record<ValueKind, readonly string[]>>
}

const operators: readonly (readonly [string, ValueKind])[] = [
  ...['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'].map(
    (one) => [`String${one}`, 'string'] as const,
  ),
  ...['Numeric', 'Date'].flatMap((family) =>
    ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (one) => [`${family}${one}`, family === 'Date' ? 'date' : 'number'] as const,
    ),
  ),
  ['Bool', 'bool'],
  ['BinaryEquals', 'binary'],
  ['IpAddress', 'address'],
  ['NotIpAddress', 'address'],
  ...['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'].map((one) => [one, 'arn'] as const),
]

const notOften = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 })

/** One alone, or a list. */
function some<T>(items: readonly T[]): fc.Arbitrary<T | T[]> {
  const one = fc.constantFrom(...items)
  return fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }))
}

/** Conditions of policies that know variables, and of those in which `${…}` is only text, which is no boolean and no ARN. */
function conditions({ keys, values }: Words, hasVariables: boolean): fc.Arbitrary<object> {
  const compared = fc
    .tuple(
      fc.constantFrom(...operators),
      fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom('', '', 'IfExists'),
    )
    .chain(([[name, kind], prefix, suffix]) => {
      const words = values[kind].filter((one) => hasVariables || kind === 'string' || !one.startsWith('${'))
      return fc
        .tuple(fc.constantFrom(...keys[kind]), some(words))
        .map(([key, value]) => ({ [`${prefix}${name}${suffix}`]: { [key]: value } }))
    })
  const nullCondition = fc
    .tuple(fc.constantFrom(...new Set(Object.values(keys).flat())), some(['true', 'false']))
    .map(([key, value]) => ({ Null: { [key]: value } }))
  return fc
    .array(fc.oneof({ weight: 9, arbitrary: compared }, { weight: 1, arbitrary: nullCondition }), {
      maxLength: 2,
    })
    .map((all) => Object.assign({}, ...all) as object)
}

function principalsOf(list: readonly (readonly [string, string])[]): object {
  const byType = new Map<string, string[]>()
  for (const [type, value] of list) byType.set(type, [...(byType.get(type) ?? []), value])
  return Object.fromEntries(byType)
}

function listed({ principals }: Words): fc.Arbitrary<(readonly [string, string])[]> {
  return fc.array(fc.constantFrom(...principals), { minLength: 1, maxLength: 4 })
}

/** NotPrincipal has to list the accounts of the ARNs that it lists. */
function excepted(words: Words): fc.Arbitrary<object> {
  return listed(words).map((list) => {
    const hasArn = list.some(([, value]) => value.startsWith('arn:') && !value.endsWith(':root'))
    return principalsOf(hasArn ? [...list, ...words.accounts.map((id) => ['AWS', id] as const)] : list)
  })
}

const rare = { weight: 1, arbitrary: fc.constant(true) }
const seldom = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, rare)

function statement(kind: PolicyKind, words: Words, hasVariables: boolean): fc.Arbitrary<object> {
  const isResourceBased = kind === 'resource' || kind === 'trust'
  return fc
    .record({
      isDeny: seldom,
      action: some(words.actions),
      isNotAction: seldom,
      resource: some(words.resources),
      isNotResource: seldom,
      conditions: notOften(conditions(words, hasVariables)),
      principal: fc.oneof(
        { weight: 1, arbitrary: fc.constant<string | object>('*') },
        { weight: 5, arbitrary: listed(words).map(principalsOf) },
      ),
      notPrincipal: notOften(excepted(words)),
      hasOptional: fc.boolean(),
    })
    .map((part) => ({
      Effect: part.isDeny ? 'Deny' : 'Allow',
      [part.isNotAction ? 'NotAction' : 'Action']: part.action,
      ...(kind === 'trust' && part.hasOptional
        ? {}
        : { [part.isNotResource ? 'NotResource' : 'Resource']: part.resource }),
      ...(part.conditions === undefined ? {} : { Condition: part.conditions }),
      ...(isResourceBased || (kind === 'endpoint' && part.hasOptional)
        ? part.isDeny && part.notPrincipal !== undefined
          ? { NotPrincipal: part.notPrincipal }
          : { Principal: part.principal }
        : {}),
    }))
}

export type Document = NaiveRequest['identity'][number]

/** A policy of one to three statements, all of them in the grammar. */
export function arbitraryDocument(kind: PolicyKind, words: Words): fc.Arbitrary<Document> {
  const ofVersion = (version: string | null): fc.Arbitrary<Document> =>
    fc
      .array(statement(kind, words, version === '2012-10-17'), { minLength: 1, maxLength: 3 })
      .map((statements) => {
        const Statement = statements.length === 1 ? statements[0] : statements
        return (version === null ? { Statement } : { Version: version, Statement }) as unknown as Document
      })
  return fc.oneof(
    { weight: 2, arbitrary: ofVersion('2012-10-17') },
    { weight: 1, arbitrary: ofVersion('2008-10-17') },
    { weight: 1, arbitrary: ofVersion(null) },
  )
}
