import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeProfilingGroup, type ProfilingGroupFacts } from './outputs.ts'

const fresh: ProfilingGroupFacts = {
  name: 'g',
  arn: 'arn:aws:codeguru-profiler:eu-west-1:123456789012:profilingGroup/g',
  computePlatform: 'Default',
  profilingEnabled: true,
  tags: {},
  createdAt: Date.parse('2026-11-24T13:15:00.001Z'),
  updatedAt: Date.parse('2026-11-24T13:15:00.001Z'),
  orchestratedAt: null,
  reportedAt: null,
  latestAggregate: null,
}

test('a group that no agent knows yet is described without what has not happened', () => {
  assert.deepEqual(describeProfilingGroup(fresh), {
    name: 'g',
    arn: 'arn:aws:codeguru-profiler:eu-west-1:123456789012:profilingGroup/g',
    computePlatform: 'Default',
    createdAt: '2026-11-24T13:15:00.001Z',
    updatedAt: '2026-11-24T13:15:00.001Z',
    agentOrchestrationConfig: { profilingEnabled: true },
    profilingStatus: {},
    tags: {},
  })
})

test('a group in use is described with all that the model knows', () => {
  const description = describeProfilingGroup({
    ...fresh,
    computePlatform: 'AWSLambda',
    profilingEnabled: false,
    tags: { team: 'a' },
    updatedAt: Date.parse('2026-11-24T13:18:00Z'),
    orchestratedAt: Date.parse('2026-11-24T13:20:00Z'),
    reportedAt: Date.parse('2026-11-24T13:25:00Z'),
    latestAggregate: { period: 'PT5M', start: Date.parse('2026-11-24T13:20:00Z') },
  })
  assert.deepEqual(description, {
    name: 'g',
    arn: 'arn:aws:codeguru-profiler:eu-west-1:123456789012:profilingGroup/g',
    computePlatform: 'AWSLambda',
    createdAt: '2026-11-24T13:15:00.001Z',
    updatedAt: '2026-11-24T13:18:00.000Z',
    agentOrchestrationConfig: { profilingEnabled: false },
    profilingStatus: {
      latestAgentOrchestratedAt: '2026-11-24T13:20:00.000Z',
      latestAgentProfileReportedAt: '2026-11-24T13:25:00.000Z',
      latestAggregatedProfile: { period: 'PT5M', start: '2026-11-24T13:20:00.000Z' },
    },
    tags: { team: 'a' },
  })
})

test('the epoch is an instant, not an absence', () => {
  const latestAggregate = { period: 'P1D', start: 0 } as const
  const { profilingStatus } = describeProfilingGroup({
    ...fresh,
    orchestratedAt: 0,
    reportedAt: 0,
    latestAggregate,
  })
  assert.deepEqual(profilingStatus, {
    latestAgentOrchestratedAt: '1970-01-01T00:00:00.000Z',
    latestAgentProfileReportedAt: '1970-01-01T00:00:00.000Z',
    latestAggregatedProfile: { period: 'P1D', start: '1970-01-01T00:00:00.000Z' },
  })
})

test('a description holds nothing that JSON would lose or turn into null', () => {
  const description = describeProfilingGroup(fresh)
  assert.deepEqual(JSON.parse(JSON.stringify(description)), description)
  assert.doesNotMatch(JSON.stringify(description), /null/)
})
