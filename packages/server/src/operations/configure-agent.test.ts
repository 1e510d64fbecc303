import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { configureAgent } from './configure-agent.ts'
import { describeProfilingGroup } from './describe-profiling-group.ts'
import { apiError, createGroup, type TestServices, testServices } from './testing/test-services.ts'
import { updateProfilingGroup } from './update-profiling-group.ts'

let services: TestServices
beforeEach(async () => {
  services = await testServices()
})
afterEach(() => services.close())

const orders = { profilingGroupName: 'orders' }

function configure(metadata: Readonly<Record<string, string>> = {}): ReturnType<typeof configureAgent> {
  return configureAgent(services.context(), { ...orders, fleetInstanceId: 'host-1', metadata })
}

test('the answer is the one of CodeGuru, whole and literal', async () => {
  await createGroup(services)
  assert.deepEqual(await configure(), {
    shouldProfile: true,
    periodInSeconds: 300,
    agentParameters: {
      SamplingIntervalInMilliseconds: '1000',
      ReportingIntervalInMilliseconds: '300000',
      MinimumTimeForReportingInMilliseconds: '60000',
      MemoryUsageLimitPercent: '10',
      MaxStackDepth: '1000',
    },
  })
})

test('each setting goes where agents look for it', async () => {
  await services.close()
  services = await testServices({
    config: {
      agentPeriodSeconds: 60,
      agentSamplingIntervalMilliseconds: 10,
      agentMinimumReportingMilliseconds: 5000,
      agentMemoryUsageLimitPercent: 25,
      agentMaxStackDepth: 500,
    },
  })
  await createGroup(services)
  assert.deepEqual(await configure(), {
    shouldProfile: true,
    periodInSeconds: 60,
    agentParameters: {
      SamplingIntervalInMilliseconds: '10',
      ReportingIntervalInMilliseconds: '60000',
      MinimumTimeForReportingInMilliseconds: '5000',
      MemoryUsageLimitPercent: '25',
      MaxStackDepth: '500',
    },
  })
})

test('shouldProfile is said either way, and follows the group', async () => {
  await createGroup(services, { profilingEnabled: false })
  assert.equal((await configure()).shouldProfile, false)
  await updateProfilingGroup(services.context(), { ...orders, profilingEnabled: true })
  assert.equal((await configure()).shouldProfile, true)
  await updateProfilingGroup(services.context(), { ...orders, profilingEnabled: false })
  assert.equal((await configure()).shouldProfile, false)
})

test('a group for Lambda refuses other agents', async () => {
  await createGroup(services, { computePlatform: 'AWSLambda' })
  for (const metadata of [
    {},
    { ComputePlatform: 'Default' },
    { ExecutionEnvironment: 'AWS_Lambda_python3.12' },
  ])
    await assert.rejects(
      configure(metadata),
      apiError(
        'ValidationException',
        /AWS Lambda compute platform, whereas the agent is not running on Lambda/,
      ),
    )
  assert.equal((await configure({ ComputePlatform: 'AWSLambda' })).shouldProfile, true)
})

test('a group for any platform takes Lambda agents, too', async () => {
  await createGroup(services)
  assert.equal((await configure({ ComputePlatform: 'AWSLambda' })).shouldProfile, true)
})

test('a group that does not exist is said to be missing: Lambda agents make it then', async () => {
  await assert.rejects(configure(), apiError('ResourceNotFoundException', /'orders' does not exist/))
})

test('the group shows when an agent last asked, and a refused one does not count', async () => {
  const status = async (): Promise<string | undefined> =>
    (await describeProfilingGroup(services.context(), orders)).profilingStatus.latestAgentOrchestratedAt
  await createGroup(services, { computePlatform: 'AWSLambda' })
  await assert.rejects(configure())
  assert.equal(await status(), undefined)
  await configure({ ComputePlatform: 'AWSLambda' })
  const first = services.now
  services.now += 5000
  assert.equal(await status(), formatTimestamp(first))
  await configure({ ComputePlatform: 'AWSLambda' })
  assert.equal(await status(), formatTimestamp(services.now))
})
