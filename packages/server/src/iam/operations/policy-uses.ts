import type { Account } from '../account.ts'

interface Use {
  /** Users, groups and roles that it is attached to. */
  readonly attached: number
  /** Users and roles that it bounds. */
  readonly boundaries: number
}

/** How often each managed policy is used. */
export interface Uses {
  of(arn: string): Use
}

export function policyUses({ users, groups, roles }: Account): Uses {
  const attached = new Map<string, number>()
  const boundaries = new Map<string, number>()
  const count = (counts: Map<string, number>, arn: string): void =>
    void counts.set(arn, (counts.get(arn) ?? 0) + 1)
  for (const holder of [...users.values(), ...groups.values(), ...roles.values()])
    for (const arn of holder.attachedPolicies) count(attached, arn)
  for (const { permissionsBoundary } of [...users.values(), ...roles.values()])
    if (permissionsBoundary !== null) count(boundaries, permissionsBoundary)
  return { of: (arn) => ({ attached: attached.get(arn) ?? 0, boundaries: boundaries.get(arn) ?? 0 }) }
}
