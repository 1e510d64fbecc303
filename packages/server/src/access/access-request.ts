/** What is asked of the evaluator, and what it answers. */
import type { Policy } from './policy.ts'
import type { Principal } from './request-principal.ts'
import type { Context } from './template.ts'

/** A policy and how its owner calls it: the name or ARN that an explanation shows. */
export interface NamedPolicy {
  readonly name: string
  readonly policy: Policy
}

export interface AccessRequest {
  readonly principal: Principal
  /** `codeguru-profiler:GetProfile` */
  readonly action: string
  /** The ARN, whether there is such a thing or not; `*` for an action that concerns none. */
  readonly resource: string
  readonly resourceAccountId: string
  readonly context: Context
  /** Those of the user and of the user's groups, or those of the role. */
  readonly identityPolicies: readonly NamedPolicy[]
  readonly permissionsBoundary: NamedPolicy | null
  /** null when the session was made without any; an empty list allows nothing. */
  readonly sessionPolicies: readonly NamedPolicy[] | null
  /** The resource's policy: of a role that is to be assumed, its trust policy. */
  readonly resourcePolicy: NamedPolicy | null
  /** Each of these must allow, whoever asks: endpoint policies of the listener. */
  readonly guardrails: readonly NamedPolicy[]
}

/** The kinds of policies that take part in a decision. */
export type Layer = 'guardrail' | 'identity' | 'boundary' | 'session' | 'resource'

export interface StatementReference {
  readonly layer: Layer
  readonly policy: string
  readonly sid: string | null
  /** In its policy, from 0. */
  readonly index: number
  readonly line: number
  readonly effect: 'Allow' | 'Deny'
}

/** An Allow that did not match, and the first thing in it that did not. */
export interface NearMiss extends StatementReference {
  readonly failed: 'action' | 'resource' | 'principal' | 'condition'
  /** For people: `StringEquals aws:PrincipalTag/team: the request has "red"`. */
  readonly detail: string
}

export type Decision =
  | {
      readonly kind: 'allow'
      /** The statements that allow, of all layers. */
      readonly matched: readonly StatementReference[]
    }
  | {
      readonly kind: 'deny'
      /** Which layer denies: with a Deny that matches, or for want of an Allow. */
      readonly layer: Layer
      readonly isExplicit: boolean
      /** For the caller, in AWS's wording. */
      readonly message: string
      /** The Deny statements if there are any, otherwise those that allow, which did not suffice. */
      readonly matched: readonly StatementReference[]
      readonly missed: readonly NearMiss[]
    }
