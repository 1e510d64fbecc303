import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfilingGroupDescription } from '@wick/wire'
import { healthOf, lastReportOf } from './health.ts'

const noon = Date.parse('2026-11-25T12:00:00Z')
const minute = 60_000

function group(profilingEnabled: boolean, reportedAt: number | null): ProfilingGroupDescription {
  return {
    name: 'orders',
    arn: '',
    computePlatform: 'Default',
    createdAt: '',
    updatedAt: '',
    agentOrchestrationConfig: { profilingEnabled },
    profilingStatus:
      reportedAt === null ? {} : { latestAgentProfileReportedAt: new Date(reportedAt).toISOString() },
    tags: {},
  }
}

test('a group is well while its agents report, silent after three reports that did not come', () => {
  const kinds = [0, 5, 15, 16, 600].map((ago) => healthOf(group(true, noon - ago * minute), noon).kind)
  assert.deepEqual(kinds, ['on', 'on', 'on', 'late', 'late'])
})

test('what never reported, or shall not, is not silent', () => {
  assert.equal(healthOf(group(true, null), noon).words, 'No report yet')
  assert.equal(healthOf(group(false, noon), noon).words, 'Profiling off')
  assert.equal(lastReportOf(group(true, null)), null)
  assert.equal(lastReportOf(group(true, noon)), noon)
})
