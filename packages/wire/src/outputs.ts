import type { ApiAnomaly } from './anomaly-outputs.ts'
import type { AggregationPeriod, ComputePlatform, FrameMetric } from './inputs.ts'
import type { ApiRecommendation, FindingsReportSummary } from './recommendation-outputs.ts'
import { formatTimestamp } from './timestamps.ts'

/**
 * JSON shapes of the answers, and how they are made from facts. Timestamps are ISO-8601 text; members that do not
 * exist yet are left out, never null. ProfilingGroupDescription and AgentConfiguration are whole bodies, not wrapped:
 * the SDKs add the wrapper.
 */

interface AggregatedProfileTime {
  readonly period: AggregationPeriod
  readonly start: string
}

export interface ProfilingStatus {
  readonly latestAgentOrchestratedAt?: string
  readonly latestAgentProfileReportedAt?: string
  readonly latestAggregatedProfile?: AggregatedProfileTime
}

export interface ProfilingGroupDescription {
  readonly name: string
  readonly arn: string
  readonly computePlatform: ComputePlatform
  readonly createdAt: string
  readonly updatedAt: string
  readonly agentOrchestrationConfig: { readonly profilingEnabled: boolean }
  readonly profilingStatus: ProfilingStatus
  readonly tags: Readonly<Record<string, string>>
}

/** What is known of a group. Instants are epoch milliseconds; null where it has not happened yet. */
export interface ProfilingGroupFacts {
  readonly name: string
  readonly arn: string
  readonly computePlatform: ComputePlatform
  readonly profilingEnabled: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly updatedAt: number
  readonly orchestratedAt: number | null
  readonly reportedAt: number | null
  readonly latestAggregate: { readonly period: AggregationPeriod; readonly start: number } | null
}

export function describeProfilingGroup(facts: ProfilingGroupFacts): ProfilingGroupDescription {
  const { orchestratedAt, reportedAt, latestAggregate } = facts
  return {
    name: facts.name,
    arn: facts.arn,
    computePlatform: facts.computePlatform,
    createdAt: formatTimestamp(facts.createdAt),
    updatedAt: formatTimestamp(facts.updatedAt),
    agentOrchestrationConfig: { profilingEnabled: facts.profilingEnabled },
    profilingStatus: {
      ...(orchestratedAt !== null && { latestAgentOrchestratedAt: formatTimestamp(orchestratedAt) }),
      ...(reportedAt !== null && { latestAgentProfileReportedAt: formatTimestamp(reportedAt) }),
      ...(latestAggregate !== null && {
        latestAggregatedProfile: {
          period: latestAggregate.period,
          start: formatTimestamp(latestAggregate.start),
        },
      }),
    },
    tags: facts.tags,
  }
}

export interface ListProfilingGroupsOutput {
  readonly profilingGroupNames: readonly string[]
  readonly profilingGroups?: readonly ProfilingGroupDescription[]
  readonly nextToken?: string
}

type AgentParameterField =
  | 'SamplingIntervalInMilliseconds'
  | 'ReportingIntervalInMilliseconds'
  | 'MinimumTimeForReportingInMilliseconds'
  | 'MemoryUsageLimitPercent'
  | 'MaxStackDepth'

export interface AgentConfiguration {
  readonly shouldProfile: boolean
  readonly periodInSeconds: number
  /** Whole numbers as text. */
  readonly agentParameters: Readonly<Record<AgentParameterField, string>>
}

export interface ListProfileTimesOutput {
  readonly profileTimes: readonly { readonly start: string }[]
  readonly nextToken?: string
}

/** An instant as list members carry it. */
interface TimestampStructure {
  readonly value: string
}

export interface BatchGetFrameMetricDataOutput {
  readonly startTime: string
  readonly endTime: string
  /** What was used: the one that was asked for, or the next coarser. */
  readonly resolution: AggregationPeriod
  readonly endTimes: readonly TimestampStructure[]
  /** Values from 0 to 1, one for each of `endTimes`. */
  readonly frameMetricData: readonly {
    readonly frameMetric: FrameMetric
    readonly values: readonly number[]
  }[]
  /** Frame name → steps without a profile. */
  readonly unprocessedEndTimes: Readonly<Record<string, readonly TimestampStructure[]>>
}

export interface PolicyOutput {
  /** JSON text. */
  readonly policy: string
  readonly revisionId: string
}

/** A group without a policy has neither: AWS's CloudFormation asks groups that never had one. */
export type GetPolicyOutput = PolicyOutput | Readonly<Record<string, never>>

export interface ListTagsForResourceOutput {
  readonly tags: Readonly<Record<string, string>>
}

interface NotificationChannel {
  readonly id: string
  readonly uri: string
  readonly eventPublishers: readonly string[]
}

export interface NotificationConfigurationOutput {
  readonly notificationConfiguration: { readonly channels: readonly NotificationChannel[] }
}

/** What was found in a time. */
export interface GetRecommendationsOutput {
  readonly profilingGroupName: string
  /** The time that was looked at: of no length where there is no profile. */
  readonly profileStartTime: string
  readonly profileEndTime: string
  readonly recommendations: readonly ApiRecommendation[]
  readonly anomalies: readonly ApiAnomaly[]
}

export interface ListFindingsReportsOutput {
  readonly findingsReportSummaries: readonly FindingsReportSummary[]
  readonly nextToken?: string
}

export interface GetFindingsReportAccountSummaryOutput {
  /** The latest of each group. */
  readonly reportSummaries: readonly FindingsReportSummary[]
  readonly nextToken?: string
}
