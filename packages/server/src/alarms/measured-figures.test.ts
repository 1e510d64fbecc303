import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupRecord } from '../storage/catalog.ts'
import type { GroupMetric } from './group-metrics.ts'
import { measuredFigures } from './measured-figures.ts'

const group = { accountId: '000000000000', region: 'us-east-1', name: 'orders' } as GroupRecord

test('percents are told as ratios, ages as instants, and what is not known is left out', () => {
  const values = new Map<GroupMetric, number>([
    ['SamplesIngested', 42],
    ['AgentOverhead', 1.5],
    ['LastProfileAge', 20],
  ])
  assert.deepEqual(measuredFigures({ group, values }, 1_000_000), {
    ...{ account: '000000000000', region: 'us-east-1', group: 'orders' },
    values: {
      wick_group_samples: 42,
      wick_group_agent_overhead_ratio: 0.015,
      wick_group_last_profile_timestamp_seconds: 980,
    },
  })
})
