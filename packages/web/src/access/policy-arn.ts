/** Policies that come with Wick cannot be changed. */
export function isOfAws(arn: string): boolean {
  return arn.startsWith('arn:aws:iam::aws:')
}

/** `arn:aws:iam::000000000000:policy/team/readers` → `readers` */
export function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
