/**
 * Notes on policies that are in the grammar and yet may not mean what their author thinks, or mean very much. One rule is
 * one function; none of them changes what a policy does.
 */
import type { Condition } from './condition.ts'
import type { Policy, Statement } from './policy.ts'

export interface PolicyNote {
  readonly line: number
  /** `wide`: it allows more than most need. `surprise`: it does something else than it seems to. */
  readonly kind: 'wide' | 'surprise'
  readonly note: string
}

type Rule = (statement: Statement, policy: Policy) => readonly PolicyNote[]

/** In the order of lines. */
export function lintPolicy(policy: Policy): readonly PolicyNote[] {
  const notes = policy.statements.flatMap((statement) => rules.flatMap((rule) => rule(statement, policy)))
  return notes.sort((a, b) => a.line - b.line)
}

const wide = (line: number, note: string): PolicyNote => ({ line, kind: 'wide', note })
const surprise = (line: number, note: string): PolicyNote => ({ line, kind: 'surprise', note })

type Comparing = Extract<Condition, { kind: 'compare' }>

function comparing({ conditions }: Statement): readonly Comparing[] {
  return conditions.filter((condition) => condition.kind === 'compare')
}

function isAllow({ effect }: Statement): boolean {
  return effect === 'Allow'
}

const actions: Rule = (statement) => {
  if (!isAllow(statement)) return []
  const { negated, line, items } = statement.actions
  if (negated) return [wide(line, 'allows every action but these, also those that will be added')]
  return items.flatMap(({ text, line: itemLine }) => {
    if (text === '*') return [wide(itemLine, 'allows every action of every service')]
    const [service, name = ''] = text.split(':')
    return name.startsWith('*')
      ? [wide(itemLine, `${text} allows more actions of ${service} than one can see here`)]
      : []
  })
}

const resources: Rule = (statement, { kind }) => {
  if (!isAllow(statement) || statement.resources === null || kind === 'endpoint') return []
  const { negated, line, items } = statement.resources
  if (negated) return [wide(line, 'allows every resource but these')]
  return items.flatMap((item) =>
    item.kind === 'any' ? [wide(item.line, 'allows it on every resource')] : [],
  )
}

const principals: Rule = (statement, { kind }) => {
  if (!isAllow(statement) || statement.principals === null || kind === 'endpoint') return []
  const whom = statement.conditions.length === 0 ? 'everybody' : 'everybody who meets the conditions'
  return statement.principals.items.flatMap((item) =>
    item.kind === 'anyone' ? [wide(item.line, `allows ${whom}, of every account`)] : [],
  )
}

const trustedActions: Rule = (statement, { kind }) => {
  if (kind !== 'trust') return []
  return statement.actions.items
    .filter(({ text }) => !text.toLowerCase().startsWith('sts:'))
    .map(({ text, line }) => surprise(line, `${text}: a trust policy decides only about actions of sts`))
}

/** Keys that can have several values in one request. */
function isMultivalued(key: string): boolean {
  return key === 'aws:tagkeys' || key.endsWith(':amr')
}

const setOperators: Rule = (statement) =>
  comparing(statement).flatMap(({ key, keyText, line, quantifier, operatorText }) => {
    if (quantifier === 'single')
      return isMultivalued(key)
        ? [surprise(line, `${keyText} can have several values: use ForAnyValue: or ForAllValues:`)]
        : []
    return isMultivalued(key)
      ? []
      : [surprise(line, `${keyText} has one value: ${operatorText} should stand without its prefix`)]
  })

/** Conditions of an Allow that hold when the request does not have the key at all. */
const absentKeys: Rule = (statement) => {
  if (!isAllow(statement)) return []
  const required = new Set(
    statement.conditions.flatMap((one) =>
      one.kind === 'null' && !one.absent.includes(true) ? [one.key] : [],
    ),
  )
  return comparing(statement).flatMap(
    ({ key, keyText, line, operator, operatorText, quantifier, ifExists }) => {
      const holds = ifExists || quantifier === 'all' || (quantifier === 'single' && operator.negated)
      if (!holds || required.has(key)) return []
      return [surprise(line, `${operatorText} also allows requests without ${keyText}`)]
    },
  )
}

const secondFactor = 'aws:multifactorauthpresent'

const denialWithoutSecondFactor: Rule = (statement) =>
  comparing(statement)
    .filter(({ key, ifExists, operator }) => key === secondFactor && !ifExists && !operator.negated)
    .filter(() => !isAllow(statement))
    .map(({ line, operatorText }) =>
      surprise(
        line,
        `${operatorText} does not deny long-term keys, which have no ${secondFactor}: use BoolIfExists`,
      ),
    )

const wildcardsAsText: Rule = (statement) =>
  comparing(statement)
    .filter(({ operator }) => operator.name.startsWith('String') && !operator.name.endsWith('Like'))
    .flatMap(({ line, operands, operatorText }) =>
      operands
        .filter(({ text, variables }) => variables.length === 0 && (text.includes('*') || text.includes('?')))
        .map(({ text }) =>
          surprise(line, `${operatorText} takes "${text}" literally: wildcards need StringLike`),
        ),
    )

interface Text {
  readonly text: string
  readonly line: number
}

/** Texts of a statement in which variables may stand. */
function textsOf(statement: Statement): readonly Text[] {
  const values = comparing(statement).flatMap(({ operands, line }) =>
    operands.map(({ text }) => ({ text, line })),
  )
  return [...(statement.resources?.items ?? []), ...values]
}

const variablesAsText: Rule = (statement, { version }) =>
  version === '2012-10-17'
    ? []
    : textsOf(statement)
        .filter(({ text }) => text.includes('${'))
        .map(({ line, text }) =>
          surprise(line, `"${text}" is taken literally: variables need Version 2012-10-17`),
        )

const unsureDenials: Rule = (statement) => {
  if (isAllow(statement)) return []
  const inResources = (statement.resources?.items ?? []).flatMap((item) =>
    item.kind === 'arn'
      ? item.variables.map(({ key, fallback }) => ({ key, fallback, line: item.line }))
      : [],
  )
  const inValues = comparing(statement).flatMap(({ operands, line }) =>
    operands.flatMap(({ variables }) => variables.map(({ key, fallback }) => ({ key, fallback, line }))),
  )
  return [...inResources, ...inValues]
    .filter(({ fallback }) => fallback === null)
    .map(({ key, line }) =>
      surprise(line, `denies nothing here when the request has no ${key}: give it a default`),
    )
}

const rules: readonly Rule[] = [
  actions,
  resources,
  principals,
  trustedActions,
  setOperators,
  absentKeys,
  denialWithoutSecondFactor,
  wildcardsAsText,
  variablesAsText,
  unsureDenials,
]
