import type { AggregationPeriod, ComputePlatform } from './inputs.ts'

/**
 * JSON shapes of the answers. Timestamps are ISO-8601 text; optional members are left out, never null.
 * ProfilingGroupDescription and AgentConfiguration are whole bodies, not wrapped: the SDKs add the wrapper.
 */

export interface AggregatedProfileTime {
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

export interface ListProfilingGroupsOutput {
  readonly profilingGroupNames: readonly string[]
  readonly profilingGroups?: readonly ProfilingGroupDescription[]
  readonly nextToken?: string
}

export interface AgentConfiguration {
  readonly shouldProfile: boolean
  readonly periodInSeconds: number
  /** Whole numbers as text. */
  readonly agentParameters: Readonly<Record<AgentParameterField, string>>
}

export type AgentParameterField =
  | 'SamplingIntervalInMilliseconds'
  | 'ReportingIntervalInMilliseconds'
  | 'MinimumTimeForReportingInMilliseconds'
  | 'MemoryUsageLimitPercent'
  | 'MaxStackDepth'

export interface ListProfileTimesOutput {
  readonly profileTimes: readonly { readonly start: string }[]
  readonly nextToken?: string
}
