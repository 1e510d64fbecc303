/** What a call needs to be allowed to do, in IAM's words. */
export interface Access {
  /** `codeguru-profiler:GetProfile`, `iam:CreateUser`, `wick:CreateSignInLink` */
  readonly action: string
  /** An ARN, whether there is such a thing or not; `*` for actions that concern none. */
  readonly resource: string
  /** Whose it is; that of the group the call is about, or the caller's, unless it says so. */
  readonly resourceAccountId?: string
  /** What conditions may ask about this call and no other: lower-case key → its values. */
  readonly conditions?: ConditionValues
}

/** `aws:requesttag/team`, `iam:policyarn` → values. A key that is not there is absent, which is not the same as empty. */
export type ConditionValues = Readonly<Record<string, string | readonly string[]>>
