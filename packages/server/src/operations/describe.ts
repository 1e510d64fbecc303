import { describeProfilingGroup, type ProfilingGroupDescription, profilingGroupArn } from '@wick/wire'
import type { GroupRecord } from '../storage/catalog.ts'
import { addressOf, type Context } from './context.ts'

/** The answer's description of a group, with what the store knows of its profiles. */
export async function describe(context: Context, group: GroupRecord): Promise<ProfilingGroupDescription> {
  const { lastReportedAt, latestWindow } = await context.store.status(group.id)
  return describeProfilingGroup({
    ...group,
    arn: profilingGroupArn(addressOf(group)),
    orchestratedAt: context.orchestrations.latest(group.id, group.orchestratedAt),
    reportedAt: lastReportedAt,
    latestAggregate: latestWindow === null ? null : { period: 'PT5M', start: latestWindow },
  })
}
