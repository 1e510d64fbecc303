import type { MeasuredGroup as Figures } from '../metrics/catalogue.ts'
import type { GroupMetric } from './group-metrics.ts'
import type { MeasuredGroup } from './measure-groups.ts'

/** What was measured of a group as /metrics tells it, in base units: ratios, and instants in place of ages. */
export function measuredFigures({ group, values }: MeasuredGroup, now: number): Figures {
  const told = (
    name: GroupMetric,
    unit: (value: number) => number = (value) => value,
  ): number | undefined => {
    const value = values.get(name)
    return value === undefined ? undefined : unit(value)
  }
  const figures = {
    wick_group_profiles: told('ProfilesIngested'),
    wick_group_samples: told('SamplesIngested'),
    wick_group_instances: told('FleetInstances'),
    wick_group_agent_overhead_ratio: told('AgentOverhead', (percent) => percent / 100),
    wick_group_last_profile_timestamp_seconds: told('LastProfileAge', (age) => now / 1000 - age),
    wick_group_recommendations: told('Recommendations'),
    wick_group_open_anomalies: told('OpenAnomalies'),
  }
  const known = Object.entries(figures).filter(([, value]) => value !== undefined)
  const { accountId: account, region, name } = group
  return { account, region, group: name, values: Object.fromEntries(known) }
}
