/** What somebody wants to do, in IAM's words. */
export interface AccessRequest {
  readonly principal: { readonly arn: string; readonly accountId: string; readonly isAdministrator: boolean }
  /** `codeguru-profiler:GetProfile`, `wick:CreateSignInLink` */
  readonly action: string
  /** The group's ARN, whether there is such a group or not; `*` for actions that concern none. */
  readonly resource: string
  /** Whose it is, or would be. */
  readonly resourceAccountId: string
}

export type Decision =
  | { readonly kind: 'allow' }
  /** `message` is for the caller, in AWS's wording. */
  | { readonly kind: 'deny'; readonly message: string }

/**
 * The one place that decides whether a call is allowed. It looks at nothing but the request: never at whether the
 * resource exists, so that a denial tells nothing about it. Until policies exist, the administrator may do everything
 * in the own account, and nobody else anything.
 */
export function decide({ principal, action, resource, resourceAccountId }: AccessRequest): Decision {
  if (principal.isAdministrator && principal.accountId === resourceAccountId) return { kind: 'allow' }
  return {
    kind: 'deny',
    message: `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  }
}
