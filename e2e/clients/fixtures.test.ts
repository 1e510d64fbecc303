/** Every recorded request of AWS's Python agent, sent again: signed anew because signatures and profiles age, else as it was. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  type CodeGuruProfilerClient,
  ComputePlatform,
  CreateProfilingGroupCommand,
  GetProfileCommand,
} from '@aws-sdk/client-codeguruprofiler'
import { type Boto3, startBoto3 } from '../support/boto3.ts'
import { callPathSums, depth, type ProfileBody } from '../support/call-paths.ts'
import { type RecordedRequest, recordedNames, recordedRequest, takenAt } from '../support/recordings.ts'
import { sdkClient } from '../support/sdk-client.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let authority: Buffer
let boto3: Boto3
let client: CodeGuruProfilerClient
/** By name; posts are taken just now. */
const recordings = new Map<string, RecordedRequest>()

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-fixtures-'))
  wick = await startWick({ directory })
  authority = await readFile(join(directory, 'tls/ca.pem'))
  boto3 = startBoto3(wick)
  client = sdkClient(wick)
  for (const name of await recordedNames()) {
    const recording = await recordedRequest(name)
    const body = isPost(recording) ? takenAt(recording.body) : recording.body
    recordings.set(name, { ...recording, body })
  }
})

after(async () => {
  boto3?.close()
  client?.destroy()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

test('every recorded profile is accepted, and each call path adds up to exactly what was posted', async (t) => {
  const posts = Map.groupBy(recordings.values().filter(isPost), groupOf)
  assert.ok(posts.size > 3)
  for (const [group, requests] of posts) {
    await t.test(`${group}: ${requests.map(({ name }) => name).join(', ')}`, async () => {
      await createGroup(group)
      for (const request of requests) {
        assert.equal(
          Buffer.byteLength(request.body),
          contentLength(request),
          'the body has its recorded size',
        )
        assert.deepEqual(await replay(request), { status: 204, body: '' })
      }
      const bodies = requests.map(({ body }) => JSON.parse(body) as ProfileBody)
      const answered = await getProfile(group)
      assert.deepEqual(callPathSums(answered), callPathSums(...bodies))
      assert.equal(depth(answered), Math.max(...bodies.map(depth)))

      // What the agent does when the answer got lost: the same request once more.
      for (const request of requests) assert.equal((await replay(request)).status, 204)
      assert.deepEqual(callPathSums(await getProfile(group)), callPathSums(...bodies))
    })
  }
})

test('the deepest stack the agent sends keeps every one of its frames', () => {
  const { body } = recordings.get('deep-1000-truncated')!
  assert.ok(depth(JSON.parse(body)) >= 1000)
})

test('files and lines come back with their call paths', async () => {
  for (const name of ['medium', 'large']) {
    const request = recordings.get(name)!
    const { callgraph } = await getProfile(groupOf(request))
    assert.deepEqual(callgraph, (JSON.parse(request.body) as ProfileBody).callgraph)
  }
})

test('the recorded question for a configuration gets an answer that the agent can use', async () => {
  const request = recordings.get('configure-agent')!
  const { status, body } = await replay(request)
  assert.equal(status, 200)
  // Not wrapped in `configuration`: the agent ignores a wrapped one.
  const { shouldProfile, periodInSeconds, agentParameters } = JSON.parse(body)
  assert.deepEqual([shouldProfile, periodInSeconds], [true, 300])
  assert.ok(Object.values(agentParameters).every((value) => typeof value === 'string'))
})

test('the recorded question from AWS Lambda is refused until its group is made, as the agent expects', async () => {
  const request = recordings.get('configure-agent-lambda')!
  const refused = await replay(request)
  assert.equal(refused.status, 404)
  assert.equal(JSON.parse(refused.body).__type, 'ResourceNotFoundException')
  await createGroup(groupOf(request), ComputePlatform.AWSLAMBDA)
  const { status, body } = await replay(request)
  assert.equal(status, 200)
  assert.equal(JSON.parse(body).shouldProfile, true)
})

const isPost = ({ path }: RecordedRequest): boolean => path.includes('/agentProfile')

const groupOf = ({ path }: RecordedRequest): string => path.split('/')[2]!

function contentLength({ headers }: RecordedRequest): number {
  return Number(headers.find(([name]) => name === 'Content-Length')![1])
}

async function createGroup(
  profilingGroupName: string,
  computePlatform: ComputePlatform = ComputePlatform.DEFAULT,
): Promise<void> {
  const clientToken = crypto.randomUUID()
  await client.send(new CreateProfilingGroupCommand({ profilingGroupName, computePlatform, clientToken }))
}

async function getProfile(profilingGroupName: string): Promise<ProfileBody> {
  const { end } = JSON.parse(recordings.get('medium')!.body) as ProfileBody
  const minute = 60_000
  const { profile } = await client.send(
    new GetProfileCommand({
      profilingGroupName,
      accept: 'application/json',
      startTime: new Date(end - minute),
      endTime: new Date(end + minute),
    }),
  )
  return JSON.parse(Buffer.from(profile!).toString())
}

/** The headers as recorded, in their order and spelling; only those that a new address and time change are new. */
async function replay({ method, path, headers, body }: RecordedRequest) {
  const url = `${wick.url}${path}`
  const signed = await boto3.sign({ method, url, headers: { 'Content-Type': 'application/json' }, body })
  const renewed: Readonly<Record<string, string>> = {
    Host: new URL(url).host,
    'X-Amz-Date': signed['X-Amz-Date']!,
    Authorization: signed.Authorization!,
  }
  const sent = headers.flatMap(([name, value]) => [name, renewed[name] ?? value])
  const request = httpsRequest(url, { method, headers: sent, ca: authority })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks = await response.toArray()
  return { status: response.statusCode, body: Buffer.concat(chunks).toString() }
}
