/** What AWS's own tools make of the audit trail: `aws cloudtrail lookup-events`, and boto3 with its paginator. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Boto3, startBoto3 } from '../support/boto3.ts'
import { pythonPrograms } from '../support/python.ts'
import { startWick, type Wick } from '../support/wick.ts'

const service = { service_name: 'cloudtrail' }
const groups = ['a', 'b', 'c', 'd', 'e']

let directory: string
let wick: Wick
let boto3: Boto3

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-trail-'))
  wick = await startWick({ directory })
  boto3 = startBoto3(wick)
  for (const profilingGroupName of groups)
    await boto3.call('create_profiling_group', { profilingGroupName, clientToken: profilingGroupName })
  await assert.rejects(boto3.call('describe_profiling_group', { profilingGroupName: 'no-such' }))
})

after(async () => {
  boto3?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

async function lookUp(flags: string): Promise<readonly Event[]> {
  const env = { ...wick.awsEnvironment, PATH: `${pythonPrograms}:${process.env.PATH}` }
  return new Promise((resolve, reject) => {
    const command = `aws cloudtrail lookup-events --output json ${flags}`
    execFile('sh', ['-euc', command], { env }, (error, output, errors) =>
      error === null ? resolve(JSON.parse(output).Events) : reject(new Error(errors)),
    )
  })
}

interface Event {
  readonly EventId: string
  readonly EventName: string
  readonly Username: string
  readonly AccessKeyId: string
  readonly ReadOnly: string
  readonly Resources: readonly { readonly ResourceType: string; readonly ResourceName: string }[]
  readonly CloudTrailEvent: string
}

const by = (key: string, value: string): string =>
  `--lookup-attributes AttributeKey=${key},AttributeValue=${value}`

test('the AWS CLI finds events, all or by an attribute', async () => {
  assert.ok((await lookUp('--max-items 50')).length > groups.length)
  const made = await lookUp(by('EventName', 'CreateProfilingGroup'))
  assert.equal(made.length, groups.length)
  const [newest] = made
  assert.equal(JSON.parse(newest!.CloudTrailEvent).requestParameters.profilingGroupName, 'e')
  assert.deepEqual([newest!.Username, newest!.ReadOnly], ['wick-admin', 'false'])
  assert.equal(newest!.AccessKeyId, wick.credentials.accessKeyId)
  assert.deepEqual(await lookUp(`${by('EventName', 'CreateProfilingGroup')} --end-time 2020-01-01`), [])
})

test('boto3 finds events by each attribute', async () => {
  const find = async (AttributeKey: string, AttributeValue: string): Promise<Event[]> => {
    const LookupAttributes = [{ AttributeKey, AttributeValue }]
    return (await boto3.call('lookup_events', { LookupAttributes }, service)).Events
  }
  const [newest] = await find('EventName', 'CreateProfilingGroup')
  assert.deepEqual(await find('EventId', newest!.EventId), [newest])
  assert.deepEqual(await find('ResourceName', 'e'), [newest])
  const [failed] = await find('ResourceName', 'no-such')
  assert.equal(JSON.parse(failed!.CloudTrailEvent).errorCode, 'ResourceNotFoundException')
  assert.equal((await find('ResourceType', 'AWS::CodeGuruProfiler::ProfilingGroup')).length, 6)
  assert.equal((await find('ReadOnly', 'false')).length, groups.length)
  for (const [key, value] of [
    ['Username', 'wick-admin'],
    ['AccessKeyId', wick.credentials.accessKeyId],
    ['EventSource', 'codeguru-profiler.amazonaws.com'],
  ] as const)
    assert.ok((await find(key, value)).length > groups.length, key)
  assert.deepEqual(await find('Username', 'nobody'), [])
})

test("boto3's paginator gets each event once", async () => {
  const LookupAttributes = [{ AttributeKey: 'EventName', AttributeValue: 'CreateProfilingGroup' }]
  const pages = await boto3.paginate('lookup_events', { LookupAttributes, MaxResults: 2 }, service)
  const events: Event[] = pages.flatMap(({ Events }) => Events)
  assert.ok(pages.length >= 3)
  assert.deepEqual(
    events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent).requestParameters.profilingGroupName),
    groups.toReversed(),
  )
})

test('boto3 is told by type what is wrong', async () => {
  const wrong = boto3.call('lookup_events', { NextToken: 'x' }, service)
  await assert.rejects(wrong, { code: 'InvalidNextTokenException', status: 400, isTyped: true })
})
