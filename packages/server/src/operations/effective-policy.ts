import { profilingGroupArn } from '@wick/wire'
import type { NamedPolicy } from '../access/access-request.ts'
import { resourcePolicyText } from '../access/resource-policy.ts'
import { readPolicy } from '../iam/policies-of.ts'
import type { GroupRecord } from '../storage/catalog.ts'

const rootSuffix = ':root'

/**
 * A group's resource policy as it counts: users and roles by their unique ids, so that whoever gets a name later inherits
 * nothing. A name that nobody had when it was put counts for nothing; null where nobody is left.
 */
export function effectivePolicyOf(group: GroupRecord): NamedPolicy | null {
  const names = group.policy?.principals.flatMap(({ arn, id }) => id ?? (arn.endsWith(rootSuffix) ? arn : []))
  if (names === undefined || names.length === 0) return null
  return {
    name: `policy of the profiling group ${group.name}`,
    policy: readPolicy(resourcePolicyText(names, profilingGroupArn(group)), 'resource'),
  }
}
