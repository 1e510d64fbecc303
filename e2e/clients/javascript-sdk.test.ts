/** The whole life of a profiling group through AWS's SDK for JavaScript, with profiles written and read by ion-js. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  BatchGetFrameMetricDataCommand,
  type CodeGuruProfilerClient,
  ConfigureAgentCommand,
  ConflictException,
  CreateProfilingGroupCommand,
  DeleteProfilingGroupCommand,
  DescribeProfilingGroupCommand,
  GetProfileCommand,
  type GetProfileCommandInput,
  ListProfilingGroupsCommand,
  PostAgentProfileCommand,
  type ProfilingGroupDescription,
  paginateListProfileTimes,
  ResourceNotFoundException,
  UpdateProfilingGroupCommand,
  ValidationException,
} from '@aws-sdk/client-codeguruprofiler'
import { dumpBinary, dumpText, load } from 'ion-js'
import { callPathSums, type ProfileBody, total } from '../support/call-paths.ts'
import { recordedRequest, takenAt } from '../support/recordings.ts'
import { sdkClient } from '../support/sdk-client.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let client: CodeGuruProfilerClient
/** A profile of AWS's Python agent, and what it adds up to. */
let medium: ProfileBody
let posted: ReturnType<typeof callPathSums>

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-javascript-'))
  wick = await startWick({ directory })
  client = sdkClient(wick)
  medium = JSON.parse(takenAt((await recordedRequest('medium')).body))
  posted = callPathSums(medium)
})

after(async () => {
  client?.destroy()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

const ionType = 'application/x-amzn-ion'
const jsonType = 'application/json'
const hour = 60 * 60_000

test('a program configured by its environment alone reaches the server', async () => {
  const group = await createGroup('from-environment')
  const program = resolve(import.meta.dirname, 'programs/describe-group.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'from-environment'], {
    // AWS_CA_BUNDLE is for Python; Node takes the authority from its own variable.
    env: { ...wick.awsEnvironment, NODE_EXTRA_CA_CERTS: join(directory, 'tls/ca.pem') },
  })
  assert.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify(group)))
})

test('a group lives from its making to its deletion, and its times are dates', async () => {
  const profilingGroupName = 'living'
  const made = await createGroup(profilingGroupName)
  assert.ok(made.createdAt instanceof Date && made.updatedAt instanceof Date)
  assert.ok(Math.abs(Date.now() - made.createdAt.getTime()) < hour, 'made just now')
  assert.equal(made.profilingStatus!.latestAgentOrchestratedAt, undefined)

  const { configuration } = await client.send(new ConfigureAgentCommand({ profilingGroupName }))
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
  await post(profilingGroupName, JSON.stringify(medium), jsonType)
  const described = await describeGroup(profilingGroupName)
  const { latestAgentOrchestratedAt, latestAgentProfileReportedAt, latestAggregatedProfile } =
    described.profilingStatus!
  assert.ok(latestAgentOrchestratedAt instanceof Date && latestAgentOrchestratedAt >= made.createdAt)
  assert.ok(latestAgentProfileReportedAt instanceof Date && latestAgentProfileReportedAt >= made.createdAt)
  assert.ok(latestAggregatedProfile!.start instanceof Date)

  const earlier = { ...medium, start: medium.start - hour, end: medium.end - hour }
  await post(profilingGroupName, JSON.stringify(earlier), jsonType)
  const pages = paginateListProfileTimes(
    { client, pageSize: 1 },
    {
      profilingGroupName,
      period: 'PT5M',
      startTime: new Date(medium.end - 2 * hour),
      endTime: today().endTime,
    },
  )
  const starts: Date[][] = []
  for await (const { profileTimes } of pages) starts.push(profileTimes!.map(({ start }) => start!))
  assert.deepEqual(starts, [[windowOf(medium)], [windowOf(earlier)]])

  const frameName = Object.keys(medium.callgraph.children ?? {})[0]!
  const series = await client.send(
    new BatchGetFrameMetricDataCommand({
      profilingGroupName,
      startTime: new Date(windowOf(earlier)),
      period: 'PT2H',
      targetResolution: 'PT1H',
      frameMetrics: [{ frameName, type: 'AggregatedRelativeTotalTime', threadStates: ['WALL_TIME'] }],
    }),
  )
  assert.equal(series.resolution, 'PT1H')
  const { frameMetricData, endTimes, unprocessedEndTimes } = series
  const values = frameMetricData![0]!.values!
  assert.equal(values.length, 2, 'both hours have a profile')
  assert.deepEqual(
    endTimes!.map(({ value }) => value!.getTime() % hour),
    [0, 0],
  )
  assert.ok(values.every((value) => value > 0 && value <= 1))
  assert.ok(Object.values(unprocessedEndTimes!).flat().length <= 1)

  const { profilingGroup: updated } = await client.send(
    new UpdateProfilingGroupCommand({
      profilingGroupName,
      agentOrchestrationConfig: { profilingEnabled: false },
    }),
  )
  assert.deepEqual(updated!.agentOrchestrationConfig, { profilingEnabled: false })
  const { profilingGroups } = await client.send(
    new ListProfilingGroupsCommand({ includeDescription: true, maxResults: 1000 }),
  )
  assert.deepEqual(
    profilingGroups!.find(({ name }) => name === profilingGroupName),
    updated,
  )

  await client.send(new DeleteProfilingGroupCommand({ profilingGroupName }))
  await assert.rejects(describeGroup(profilingGroupName), ResourceNotFoundException)
})

test('every form of body adds up to the same profile', async (t) => {
  const text = JSON.stringify(medium)
  const forms: readonly [string, string | Uint8Array, string][] = [
    ['JSON', text, jsonType],
    ['Ion text', dumpText(medium), ionType],
    ['binary Ion', dumpBinary(medium), ionType],
    ['gzip of JSON', gzipSync(text), jsonType],
    ['gzip of binary Ion', gzipSync(dumpBinary(medium)), ionType],
    ['Ion under the name of JSON', dumpBinary(medium), jsonType],
  ]
  for (const [form, body, contentType] of forms) {
    await t.test(form, async () => {
      const name = form.toLowerCase().replaceAll(' ', '-')
      await createGroup(name)
      await post(name, body, contentType)
      assert.deepEqual(callPathSums(await getJson(name)), posted)
    })
  }

  await t.test('gzip that says so in Content-Encoding', async () => {
    await createGroup('encoded')
    const saying = withHeader('content-encoding', 'gzip')
    const agentProfile = gzipSync(dumpBinary(medium))
    await saying.send(
      new PostAgentProfileCommand({ profilingGroupName: 'encoded', agentProfile, contentType: ionType }),
    )
    saying.destroy()
    assert.deepEqual(callPathSums(await getJson('encoded')), posted)
  })
})

test('the Ion and the JSON answer are one profile', async () => {
  await createGroup('answered')
  await post('answered', dumpBinary(medium), ionType)
  await post('answered', JSON.stringify(medium), jsonType)
  const { contentType, profile } = await get('answered')
  assert.equal(contentType, ionType)
  const fromIon = JSON.parse(JSON.stringify(load(profile)))
  const fromJson = await getJson('answered')
  assert.deepEqual(fromIon, fromJson)
  assert.equal(total(callPathSums(fromJson)), 2 * total(posted))
})

test('an answer is compressed where the caller says that it can undo it', async () => {
  await createGroup('compressed')
  await post('compressed', JSON.stringify(medium), jsonType)
  const accepting = withHeader('accept-encoding', 'gzip')
  const { contentEncoding, profile } = await accepting.send(
    new GetProfileCommand({ profilingGroupName: 'compressed', accept: jsonType, ...today() }),
  )
  accepting.destroy()
  assert.equal(contentEncoding, 'gzip')
  assert.deepEqual(callPathSums(JSON.parse(gunzipSync(profile!).toString())), posted)
  assert.equal((await get('compressed')).contentEncoding, undefined)
})

test('names that mean something to JavaScript, HTML or a terminal are names like others', async () => {
  await createGroup('awkward')
  const names = ['__proto__', 'constructor', '<b>', '\u0000\u001b[31m', '"\\', '🔥 ünï', '', 'a;b/c']
  // fromEntries makes own properties, also of __proto__.
  const children = Object.fromEntries(names.map((name, i) => [name, { counts: { WALL_TIME: i + 1 } }]))
  const { start, end } = medium
  const body = { start, end, callgraph: { children } }
  await post('awkward', JSON.stringify(body), jsonType)
  assert.deepEqual(callPathSums(await getJson('awkward')), callPathSums(body))
})

test('errors are instances of the classes of the SDK', async () => {
  await createGroup('errors')
  await assert.rejects(createGroup('errors'), (error: ConflictException) => {
    assert.ok(error instanceof ConflictException)
    assert.equal(error.name, 'ConflictException')
    assert.equal(error.$metadata.httpStatusCode, 409)
    assert.match(error.message, /'errors'/)
    return true
  })
  await assert.rejects(get('errors'), ResourceNotFoundException)
  await assert.rejects(get('errors', { maxDepth: 0 }), ValidationException)
  await assert.rejects(post('errors', '{"start":', jsonType), ValidationException)
  const { accessKeyId } = wick.credentials
  const stranger = sdkClient(wick, { credentials: { accessKeyId, secretAccessKey: 'guessed' } })
  await assert.rejects(stranger.send(new ListProfilingGroupsCommand({})), {
    name: 'InvalidSignatureException',
  })
  stranger.destroy()
})

async function createGroup(profilingGroupName: string): Promise<ProfilingGroupDescription> {
  const { profilingGroup } = await client.send(
    new CreateProfilingGroupCommand({ profilingGroupName, clientToken: crypto.randomUUID() }),
  )
  return profilingGroup!
}

async function describeGroup(profilingGroupName: string): Promise<ProfilingGroupDescription> {
  const { profilingGroup } = await client.send(new DescribeProfilingGroupCommand({ profilingGroupName }))
  return profilingGroup!
}

async function post(
  profilingGroupName: string,
  body: string | Uint8Array,
  contentType: string,
): Promise<void> {
  const { $metadata } = await client.send(
    new PostAgentProfileCommand({ profilingGroupName, agentProfile: Buffer.from(body), contentType }),
  )
  assert.equal($metadata.httpStatusCode, 204)
}

async function get(profilingGroupName: string, other: Partial<GetProfileCommandInput> = {}) {
  const { contentType, contentEncoding, profile } = await client.send(
    new GetProfileCommand({ profilingGroupName, ...today(), ...other }),
  )
  return { contentType, contentEncoding, profile: profile! }
}

async function getJson(profilingGroupName: string): Promise<ProfileBody> {
  const { contentType, profile } = await get(profilingGroupName, { accept: jsonType })
  assert.equal(contentType, jsonType)
  return JSON.parse(Buffer.from(profile).toString())
}

/** Around everything this file posts, also where the clock passes a window's end meanwhile. */
function today(): { startTime: Date; endTime: Date } {
  return { startTime: new Date(medium.end - hour), endTime: new Date(medium.end + hour / 10) }
}

function windowOf({ end }: ProfileBody): Date {
  const length = hour / 12
  return new Date(Math.floor((end - 1) / length) * length)
}

/** A client that sends one more header with every request, signed like the others. */
function withHeader(name: string, value: string): CodeGuruProfilerClient {
  const other = sdkClient(wick)
  other.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      headers[name] = value
      return next(args)
    },
    { step: 'build' },
  )
  return other
}
