/** A policy as the evaluator needs it: checked, in lower case where case does not matter, patterns made. */
import type { ArnPattern } from './arn.ts'
import type { Condition } from './condition.ts'
import type { Pattern } from './glob.ts'
import type { PrincipalPattern } from './principal-pattern.ts'
import type { Context, Variable } from './template.ts'

export type PolicyKind = 'identity' | 'resource' | 'trust' | 'session' | 'boundary' | 'endpoint'

export interface Policy {
  readonly kind: PolicyKind
  readonly version: '2008-10-17' | '2012-10-17'
  readonly id: string | null
  /** At least one, but in the policy of a resource. */
  readonly statements: readonly Statement[]
  /** Characters that count against limits: all but white space. */
  readonly size: number
}

export interface Statement {
  /** null when there is none or it is empty. */
  readonly sid: string | null
  /** In the policy, from 0. */
  readonly index: number
  readonly line: number
  readonly effect: 'Allow' | 'Deny'
  /** null where the policy belongs to an identity: whoever has it is meant. */
  readonly principals: OneOf<PrincipalPattern> | null
  readonly actions: OneOf<ActionPattern>
  /** null in trust policies, which are about the role they belong to. */
  readonly resources: OneOf<ResourcePattern> | null
  readonly conditions: readonly Condition[]
}

/** `Action`, `Resource`, `Principal`, or with `negated` their `Not…`. */
export interface OneOf<T> {
  readonly negated: boolean
  readonly line: number
  readonly items: readonly T[]
}

export interface ActionPattern {
  readonly text: string
  readonly line: number
  /** In lower case. */
  readonly pattern: Pattern
}

export type ResourcePattern =
  | { readonly kind: 'any'; readonly text: '*'; readonly line: number }
  | {
      readonly kind: 'arn'
      readonly text: string
      readonly line: number
      readonly variables: readonly Variable[]
      readonly pattern: (context: Context) => ArnPattern | null
    }
