import { type AgentConfiguration, type ConfigureAgentInput, invalid } from '@wick/wire'
import type { Answer, Call, Context } from './context.ts'

export async function configureAgent(
  context: Context,
  { input, scope }: Call<ConfigureAgentInput>,
): Promise<Answer> {
  const { config } = context
  const group = await context.groups.get(scope, input.profilingGroupName)
  if (group.computePlatform === 'AWSLambda' && input.metadata.ComputePlatform !== 'AWSLambda') {
    throw invalid(
      'The profiling group is configured for the AWS Lambda compute platform, whereas the agent is not running on Lambda.',
    )
  }
  context.orchestrations.note(group.id, context.now())
  const value: AgentConfiguration = {
    shouldProfile: group.profilingEnabled,
    periodInSeconds: config.agentPeriodSeconds,
    agentParameters: {
      SamplingIntervalInMilliseconds: String(config.agentSamplingIntervalMilliseconds),
      ReportingIntervalInMilliseconds: String(config.agentPeriodSeconds * 1000),
      MinimumTimeForReportingInMilliseconds: String(config.agentMinimumReportingMilliseconds),
      MemoryUsageLimitPercent: String(config.agentMemoryUsageLimitPercent),
      MaxStackDepth: String(config.agentMaxStackDepth),
    },
  }
  return { kind: 'json', value }
}
