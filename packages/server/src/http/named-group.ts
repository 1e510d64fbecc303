import { parseProfilingGroupArn, type RequestParts } from '@wick/wire'
import type { Scope } from '../storage/catalog.ts'

type Labels = RequestParts['labels']

export interface NamedGroup {
  /** With the group's name as `profilingGroupName`, where the path names a group. */
  readonly labels: Labels
  /** Where that group is looked for. */
  readonly scope: Scope
}

/**
 * The group that a path is about. AWS's paths give a name, and the account is the caller's; where an ARN stands in the
 * place of a name, the group is that of the ARN's account. The ARN must be of the call's region: conditions about the
 * region hold for everything a call can reach. Labels that name no group stay as they are, for their parser to refuse.
 */
export function nameGroup(labels: Labels, { accountId, region }: Scope): NamedGroup {
  const text = labels.resourceArn ?? labels.profilingGroupName ?? ''
  const address = text.startsWith('arn:') ? parseProfilingGroupArn(text) : null
  if (address === null || address.region !== region) return { labels, scope: { accountId, region } }
  return {
    labels: { ...labels, profilingGroupName: address.name },
    scope: { accountId: address.accountId, region },
  }
}
