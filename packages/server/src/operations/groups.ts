import {
  ApiError,
  describeProfilingGroup as descriptionOf,
  type ProfilingGroupDescription,
  profilingGroupArn,
} from '@wick/wire'
import type { GroupRecord } from '../storage/catalog.ts'
import type { OperationContext, Services } from './context.ts'

/** The group of that name in the caller's account and region. @throws ResourceNotFoundException */
export async function requireGroup(
  { catalog, scope }: OperationContext,
  { profilingGroupName }: { readonly profilingGroupName: string },
): Promise<GroupRecord> {
  const group = await catalog.findGroup(scope, profilingGroupName)
  if (group === null) throw noSuchGroup(profilingGroupName)
  return group
}

export function noSuchGroup(name: string): ApiError {
  return new ApiError('ResourceNotFoundException', `The profiling group '${name}' does not exist.`)
}

/** @param where `in the requested time` unless told otherwise */
export function noProfile(name: string, where = 'in the requested time'): ApiError {
  return new ApiError('ResourceNotFoundException', `The profiling group '${name}' has no profile ${where}.`)
}

/** The group as the API shows it, with what the store knows of its profiles. */
export async function describe(
  { store, orchestrations }: Pick<Services, 'store' | 'orchestrations'>,
  group: GroupRecord,
): Promise<ProfilingGroupDescription> {
  const { lastReportedAt, latestWindow } = await store.status(group.id)
  return descriptionOf({
    ...group,
    arn: profilingGroupArn(group),
    orchestratedAt: orchestrations.latest(group),
    reportedAt: lastReportedAt,
    latestAggregate: latestWindow === null ? null : { period: 'PT5M', start: latestWindow },
  })
}
