/** The whole life of a profiling group through boto3, unmodified: its environment alone says where the server is. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { load } from 'ion-js'
import { type Answer, type Boto3, startBoto3 } from '../support/boto3.ts'
import { callPathSums, depth, type ProfileBody, total } from '../support/call-paths.ts'
import { recordedRequest, takenAt } from '../support/recordings.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let boto3: Boto3
/** A profile of AWS's Python agent. */
let medium: string

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-boto3-'))
  wick = await startWick({ directory })
  boto3 = startBoto3(wick)
  medium = (await recordedRequest('medium')).body
})

after(async () => {
  boto3?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

const minute = 60_000
const fiveMinutes = 5 * minute
const hour = 60 * minute

test('a group is made once for each clientToken', async () => {
  const parameters = {
    profilingGroupName: 'created',
    clientToken: 'token-of-this-call',
    computePlatform: 'AWSLambda',
    agentOrchestrationConfig: { profilingEnabled: false },
    tags: { team: 'checkout', empty: '' },
  }
  const first = await boto3.call('create_profiling_group', parameters)
  assert.equal(first.ResponseMetadata.HTTPStatusCode, 201)
  const { createdAt, updatedAt, ...group } = first.profilingGroup
  assert.deepEqual(group, {
    name: 'created',
    arn: 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/created',
    computePlatform: 'AWSLambda',
    agentOrchestrationConfig: { profilingEnabled: false },
    profilingStatus: {},
    tags: { team: 'checkout', empty: '' },
  })
  assertIsNow(createdAt)
  assert.deepEqual(updatedAt, createdAt)

  const again = await boto3.call('create_profiling_group', parameters)
  assert.deepEqual(again.profilingGroup, first.profilingGroup)
  await assert.rejects(
    boto3.call('create_profiling_group', { ...parameters, computePlatform: 'Default' }),
    typed('ConflictException', 409),
  )
  await assert.rejects(
    boto3.call('create_profiling_group', { ...parameters, clientToken: 'another' }),
    typed('ConflictException', 409),
  )
})

test('a group is described as it was made: for every platform, with profiling on, unless told otherwise', async () => {
  const { profilingGroup: made } = await createGroup('described')
  const { profilingGroup: described } = await describeGroup('described')
  assert.deepEqual(described, made)
  assert.equal(described.computePlatform, 'Default')
  assert.deepEqual(described.agentOrchestrationConfig, { profilingEnabled: true })
  assert.deepEqual(described.tags, {})
})

test('an update changes whether agents profile, and when the group was updated', async () => {
  const { profilingGroup: made } = await createGroup('updated')
  const { profilingGroup: updated } = await boto3.call('update_profiling_group', {
    profilingGroupName: 'updated',
    agentOrchestrationConfig: { profilingEnabled: false },
  })
  const { updatedAt, ...rest } = updated
  assert.deepEqual(rest, {
    ...omit(made, 'updatedAt'),
    agentOrchestrationConfig: { profilingEnabled: false },
  })
  assert.ok(updatedAt.datetime > made.updatedAt.datetime)
  assert.deepEqual((await describeGroup('updated')).profilingGroup, updated)
  const { configuration } = await configureAgent('updated')
  assert.equal(configuration.shouldProfile, false)
})

test('the list comes in pages whose tokens fit the model', async () => {
  const names = ['listed-1', 'listed-2', 'listed-3', 'listed-4', 'listed-5']
  for (const name of names) await createGroup(name)
  const { profilingGroupNames: all } = await boto3.call('list_profiling_groups')
  assert.deepEqual(all.slice(-5), names)

  const paged: Answer[] = []
  const described: Answer[] = []
  let token: Answer
  do {
    const page = await boto3.call('list_profiling_groups', {
      maxResults: 2,
      includeDescription: true,
      ...(token !== undefined && { nextToken: token }),
    })
    assert.ok(page.profilingGroupNames.length <= 2 && page.profilingGroupNames.length > 0)
    paged.push(...page.profilingGroupNames)
    described.push(...page.profilingGroups)
    token = page.nextToken
    if (token !== undefined) assert.match(token, /^[\w-]{1,64}$/)
  } while (token !== undefined)
  assert.deepEqual(paged, all)
  assert.deepEqual(
    described.map(({ name }) => name),
    all,
  )
  assert.deepEqual(described.at(-1), (await describeGroup('listed-5')).profilingGroup)
  assert.equal((await boto3.call('list_profiling_groups')).profilingGroups, undefined)
})

test('an agent is told the values of the service', async () => {
  await createGroup('configured')
  const { configuration } = await configureAgent('configured')
  assert.deepEqual(configuration, {
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
  const { profilingStatus } = (await describeGroup('configured')).profilingGroup
  assertIsNow(profilingStatus.latestAgentOrchestratedAt)
  assert.equal(profilingStatus.latestAgentProfileReportedAt, undefined)
})

test('what is posted comes back, as Ion and as JSON, whole and cut', async (t) => {
  await createGroup('posted')
  const body = takenAt(medium)
  const posted = callPathSums(JSON.parse(body))
  const answer = await post('posted', body)
  assert.equal(answer.ResponseMetadata.HTTPStatusCode, 204)
  const range = {
    profilingGroupName: 'posted',
    startTime: instant(Date.now() - hour),
    endTime: instant(Date.now() + minute),
  }

  await t.test('Ion unless asked otherwise', async () => {
    const { contentType, contentEncoding, profile } = await boto3.call('get_profile', range)
    assert.equal(contentType, 'application/x-amzn-ion')
    assert.equal(contentEncoding, undefined)
    const bytes = Buffer.from(profile.base64, 'base64')
    assert.deepEqual([...bytes.subarray(0, 4)], [0xe0, 0x01, 0x00, 0xea])
    assert.deepEqual(callPathSums(JSON.parse(JSON.stringify(load(bytes)))), posted)
  })

  await t.test('JSON where it is asked for', async () => {
    const profile = await getJson(range)
    assert.deepEqual(callPathSums(profile), posted)
    const { start, end } = profile
    assert.deepEqual([start % fiveMinutes, end - start], [0, fiveMinutes])
  })

  await t.test('stacks cut at maxDepth keep every sample', async () => {
    assert.ok(depth(JSON.parse(body)) > 5)
    const cut = await getJson({ ...range, maxDepth: 5 })
    assert.equal(depth(cut), 5)
    assert.equal(total(callPathSums(cut)), total(posted))
  })

  await t.test('a second post is added, a repeated one is not', async () => {
    await post('posted', body, 'first-token')
    await post('posted', body, 'first-token')
    const twice = new Map(posted.entries().map(([path, count]) => [path, 2 * count]))
    assert.deepEqual(callPathSums(await getJson(range)), twice)
  })

  await t.test('and the group says when', async () => {
    const { profilingStatus } = (await describeGroup('posted')).profilingGroup
    assertIsNow(profilingStatus.latestAgentProfileReportedAt)
    const { period, start } = profilingStatus.latestAggregatedProfile
    assert.equal(period, 'PT5M')
    assert.equal(Date.parse(start.datetime) % fiveMinutes, 0)
  })
})

test('the times of profiles come page by page from the paginator of botocore', async () => {
  await createGroup('times')
  const now = Date.now()
  const ends = [now, now - 20 * minute, now - 40 * minute, now - 3 * hour]
  for (const end of ends) await post('times', takenAt(medium, end))
  const windows = ends.map((end) => Math.floor((end - 1) / fiveMinutes) * fiveMinutes)
  const parameters = {
    profilingGroupName: 'times',
    startTime: instant(now - 4 * hour),
    endTime: instant(now + minute),
    period: 'PT5M',
  }
  const times = async (order?: string): Promise<number[][]> => {
    const pages = await boto3.paginate('list_profile_times', {
      ...parameters,
      ...(order !== undefined && { orderBy: order }),
      PaginationConfig: { PageSize: 3 },
    })
    return pages.map((page) =>
      page.profileTimes.map(({ start }: Answer) => Date.parse(start.datetime) as number),
    )
  }
  assert.deepEqual(await times(), [windows.slice(0, 3), windows.slice(3)])
  const ascending = windows.toReversed()
  assert.deepEqual(await times('TimestampAscending'), [ascending.slice(0, 3), ascending.slice(3)])

  const hours = await boto3.call('list_profile_times', { ...parameters, period: 'PT1H' })
  const wanted = [...new Set(windows.map((window) => Math.floor(window / hour) * hour))]
  assert.deepEqual(
    hours.profileTimes.map(({ start }: Answer) => Date.parse(start.datetime)),
    wanted,
  )
})

test('frame metrics are shares of the samples of each 5 minutes, and say which have none', async () => {
  await createGroup('measured')
  // Both an hour ago, so that the windows are over, and in windows of their own.
  const window = Math.floor((Date.now() - hour) / fiveMinutes) * fiveMinutes
  const walk = { counts: { WALL_TIME: 3 }, children: { walk: { counts: { WALL_TIME: 5, IDLE: 1 } } } }
  const bodyOf = (end: number, children: object): string =>
    JSON.stringify({ start: end - fiveMinutes, end, callgraph: { children } })
  await post('measured', bodyOf(window + minute, { walk, other: { counts: { WALL_TIME: 2 } } }))
  await post('measured', bodyOf(window + 2 * fiveMinutes + minute, { other: { counts: { WALL_TIME: 1 } } }))
  const metric = (frameName: string) => ({
    frameName,
    type: 'AggregatedRelativeTotalTime',
    threadStates: ['WALL_TIME'],
  })
  const { ResponseMetadata, ...answer } = await boto3.call('batch_get_frame_metric_data', {
    profilingGroupName: 'measured',
    startTime: instant(window),
    endTime: instant(window + 3 * fiveMinutes),
    targetResolution: 'PT5M',
    frameMetrics: [metric('walk'), metric('absent')],
  })
  assert.equal(ResponseMetadata.HTTPStatusCode, 200)
  const at = (windows: number) => ({
    datetime: instant(window + windows * fiveMinutes).replace('.000Z', '+00:00'),
  })
  assert.deepEqual(answer, {
    startTime: at(0),
    endTime: at(3),
    resolution: 'PT5M',
    endTimes: [{ value: at(1) }, { value: at(3) }],
    frameMetricData: [
      { frameMetric: metric('walk'), values: [0.8, 0] },
      { frameMetric: metric('absent'), values: [0, 0] },
    ],
    unprocessedEndTimes: { walk: [{ value: at(2) }], absent: [{ value: at(2) }] },
  })
  await boto3.call('batch_get_frame_metric_data', { profilingGroupName: 'measured', period: 'PT1H' })
  await assert.rejects(
    boto3.call('batch_get_frame_metric_data', { profilingGroupName: 'measured', period: 'PT25H' }),
    { ...typed('ValidationException', 400), message: /one day/ },
  )
})

test('a deleted group is gone for every operation, and its name is free', async () => {
  await createGroup('deleted')
  await post('deleted', takenAt(medium))
  const answer = await boto3.call('delete_profiling_group', { profilingGroupName: 'deleted' })
  assert.equal(answer.ResponseMetadata.HTTPStatusCode, 204)
  const profilingGroupName = 'deleted'
  const range = { startTime: instant(Date.now() - hour), endTime: instant(Date.now()) }
  const calls: readonly [string, Record<string, unknown>][] = [
    ['describe_profiling_group', {}],
    ['delete_profiling_group', {}],
    ['configure_agent', {}],
    ['update_profiling_group', { agentOrchestrationConfig: { profilingEnabled: true } }],
    ['post_agent_profile', { agentProfile: takenAt(medium), contentType: 'application/json' }],
    ['get_profile', range],
    ['list_profile_times', { ...range, period: 'PT5M' }],
    ['batch_get_frame_metric_data', range],
  ]
  for (const [operation, parameters] of calls) {
    await assert.rejects(
      boto3.call(operation, { profilingGroupName, ...parameters }),
      typed('ResourceNotFoundException', 404),
      operation,
    )
  }
  await createGroup('deleted')
  await assert.rejects(
    getJson({ profilingGroupName, period: 'P1D' }),
    typed('ResourceNotFoundException', 404),
    'the new group has the profiles of the old one',
  )
})

test('what is wrong is raised as the exception of its name', async () => {
  await createGroup('refusing')
  const profilingGroupName = 'refusing'
  const refused: readonly [string, Record<string, unknown>, RegExp][] = [
    ['create_profiling_group', { profilingGroupName: 'no spaces' }, /profilingGroupName/],
    ['get_profile', { profilingGroupName }, /startTime/],
    ['get_profile', { profilingGroupName, period: 'PT5M', maxDepth: 20_000 }, /maxDepth/],
    ['get_profile', { profilingGroupName, period: 'P8D' }, /7 days/],
    ['post_agent_profile', { profilingGroupName, agentProfile: '{', contentType: 'application/json' }, /./],
    [
      'post_agent_profile',
      { profilingGroupName, agentProfile: takenAt(medium), contentType: 'text/plain' },
      /Content-Type/,
    ],
    [
      'post_agent_profile',
      {
        profilingGroupName,
        agentProfile: takenAt(medium, Date.now() - 25 * hour),
        contentType: 'application/json',
      },
      /end/,
    ],
    ['list_profiling_groups', { nextToken: 'made-up' }, /nextToken/],
  ]
  for (const [operation, parameters, message] of refused) {
    await assert.rejects(
      boto3.call(operation, parameters),
      { ...typed('ValidationException', 400), message },
      `${operation} ${JSON.stringify(parameters).slice(0, 80)}`,
    )
  }
})

test('who cannot prove who they are gets the error that AWS gives', async () => {
  const { accessKeyId, secretAccessKey } = wick.credentials
  const own = { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey }
  const unrecognized = { code: 'UnrecognizedClientException', status: 403 }
  const mismatch = { code: 'InvalidSignatureException', status: 403 }
  const listWith = (client: Record<string, unknown>) => boto3.call('list_profiling_groups', {}, client)

  await listWith(own)
  await assert.rejects(listWith({ ...own, aws_secret_access_key: 'x'.repeat(40) }), mismatch)
  await assert.rejects(listWith({ ...own, aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE' }), unrecognized)
  await assert.rejects(listWith({ ...own, aws_session_token: 'made-up' }), unrecognized)
  await assert.rejects(listWith({ ...own, region_name: 'eu-central-1' }), mismatch)
})

function createGroup(profilingGroupName: string): Promise<Answer> {
  return boto3.call('create_profiling_group', { profilingGroupName })
}

function describeGroup(profilingGroupName: string): Promise<Answer> {
  return boto3.call('describe_profiling_group', { profilingGroupName })
}

function configureAgent(profilingGroupName: string): Promise<Answer> {
  return boto3.call('configure_agent', { profilingGroupName, fleetInstanceId: 'host-1', metadata: {} })
}

function post(profilingGroupName: string, agentProfile: string, profileToken?: string): Promise<Answer> {
  return boto3.call('post_agent_profile', {
    profilingGroupName,
    agentProfile,
    contentType: 'application/json',
    ...(profileToken !== undefined && { profileToken }),
  })
}

async function getJson(parameters: Record<string, unknown>): Promise<ProfileBody> {
  const { contentType, profile } = await boto3.call('get_profile', {
    ...parameters,
    accept: 'application/json',
  })
  assert.equal(contentType, 'application/json')
  return JSON.parse(Buffer.from(profile.base64, 'base64').toString())
}

/** What an error raised as `client.exceptions.<code>` has. */
function typed(code: string, status: number) {
  return { code, status, isTyped: true }
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** A datetime of boto3 from this run, and not of another century or unit. */
function assertIsNow({ datetime }: { datetime: string }): void {
  const age = Date.now() - Date.parse(datetime)
  assert.ok(Math.abs(age) < hour, `${datetime} is not now`)
}

function omit(object: Record<string, unknown>, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
}
