/** Who asks, once that is proven. `id` is the unique id (AIDA… of a user, AROA… of a role), which no successor inherits. */
export type Principal =
  | { readonly kind: 'user'; readonly arn: string; readonly accountId: string; readonly id: string }
  /** `arn` is the session's (`arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`), `id` the role's. */
  | {
      readonly kind: 'role-session'
      readonly arn: string
      readonly accountId: string
      readonly id: string
      readonly roleArn: string
    }
  /** Whoever shows a token of an identity provider, before a role is assumed with it: only a trust policy can allow that. */
  | { readonly kind: 'web-identity'; readonly provider: string }
  /** `codeguru-profiler.amazonaws.com` */
  | { readonly kind: 'service'; readonly service: string }
  /** An account itself: limited by nothing but guardrails and explicit denials. */
  | { readonly kind: 'root'; readonly arn: string; readonly accountId: string }
