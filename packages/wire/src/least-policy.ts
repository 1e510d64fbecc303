/** The least that AWS's guide gives to an agent, and to somebody who looks. */
export const agentActions = [
  'codeguru-profiler:ConfigureAgent',
  'codeguru-profiler:PostAgentProfile',
] as const
export const viewerActions = [
  'codeguru-profiler:GetProfile',
  'codeguru-profiler:DescribeProfilingGroup',
] as const

/** A policy that allows actions on one resource and nothing else, as JSON. */
export function leastPolicy(actions: readonly string[], resource: string): string {
  const statement = { Effect: 'Allow', Action: actions, Resource: resource }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}
