import { type AgentConfiguration, type ConfigureAgentInput, invalid } from '@wick/wire'
import type { Config } from '../config/settings.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'

/** What an agent asks at the start of every cycle: whether to profile, and how. */
export async function configureAgent(
  context: OperationContext,
  input: ConfigureAgentInput,
): Promise<AgentConfiguration> {
  const group = await requireGroup(context, input)
  if (group.computePlatform === 'AWSLambda' && input.metadata.ComputePlatform !== 'AWSLambda') {
    throw invalid(
      'The profiling group is configured for the AWS Lambda compute platform, whereas the agent is not running on Lambda.',
    )
  }
  context.orchestrations.record(group.id, context.now())
  return {
    shouldProfile: group.profilingEnabled,
    periodInSeconds: context.config.agentPeriodSeconds,
    agentParameters: agentParameters(context.config),
  }
}

function agentParameters(config: Config): AgentConfiguration['agentParameters'] {
  return {
    SamplingIntervalInMilliseconds: String(config.agentSamplingIntervalMilliseconds),
    ReportingIntervalInMilliseconds: String(config.agentPeriodSeconds * 1000),
    MinimumTimeForReportingInMilliseconds: String(config.agentMinimumReportingMilliseconds),
    MemoryUsageLimitPercent: String(config.agentMemoryUsageLimitPercent),
    MaxStackDepth: String(config.agentMaxStackDepth),
  }
}
