/**
 * Alarms and metrics with AWS's own tools: the AWS CLI and boto3, which speak JSON, the SDK for JavaScript as it spoke forms
 * and XML, and as it speaks all protocols today; and the commands of `wick`, beside them.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent } from 'node:https'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  paginateDescribeAlarms,
  ResourceNotFound,
  SetAlarmStateCommand,
  waitUntilAlarmExists,
} from '@aws-sdk/client-cloudwatch'
import * as latest from 'client-cloudwatch-2026'
import { type Boto3, startBoto3 } from '../support/boto3.ts'
import { pythonPrograms } from '../support/python.ts'
import { type Ended, ended, runWick, startWick, type Wick } from '../support/wick.ts'

const service = { service_name: 'cloudwatch' }
const topic = 'arn:aws:sns:us-east-1:000000000000:team'
const dimensions = [{ Name: 'ProfilingGroupName', Value: 'orders' }]
const alarm = (AlarmName: string) => ({
  ...{ AlarmName, Namespace: 'AWS/CodeGuruProfiler', MetricName: 'Recommendations', Dimensions: dimensions },
  ...{ Statistic: 'Maximum' as const, Period: 3600, EvaluationPeriods: 1, Threshold: 5.5 },
  ComparisonOperator: 'GreaterThanThreshold' as const,
})

let directory: string
let wick: Wick
let boto3: Boto3
let sdk: CloudWatchClient

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-alarms-'))
  wick = await startWick({ directory })
  boto3 = startBoto3(wick)
  sdk = new CloudWatchClient({
    ...{ endpoint: wick.url, region: 'us-east-1', credentials: wick.credentials },
    requestHandler: { httpsAgent: new Agent({ ca: await readFile(join(directory, 'tls/ca.pem')) }) },
  })
  await boto3.call('create_profiling_group', { profilingGroupName: 'orders', clientToken: 't' })
})

after(async () => {
  sdk?.destroy()
  boto3?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

function cli(command: string): Promise<{ code: number; output: string; errors: string }> {
  const env = { ...wick.awsEnvironment, PATH: `${pythonPrograms}:${process.env.PATH}` }
  return new Promise((resolve) => {
    execFile('sh', ['-euc', `aws cloudwatch ${command} --output json`], { env }, (error, output, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), output, errors }),
    )
  })
}

async function told(command: string) {
  const { code, output, errors } = await cli(command)
  assert.equal(code, 0, errors)
  return output === '' ? null : JSON.parse(output)
}

const wickAlarms = (...args: readonly string[]): Promise<Ended> =>
  ended(runWick(['alarms', args[0]!, '--data', directory, ...args.slice(1)]))

test('the AWS CLI: an alarm from its making to its end', async () => {
  await told(
    `put-metric-alarm --alarm-name from-cli --namespace AWS/CodeGuruProfiler --metric-name Recommendations --dimensions Name=ProfilingGroupName,Value=orders --statistic Maximum --period 3600 --evaluation-periods 3 --datapoints-to-alarm 2 --threshold 5 --comparison-operator GreaterThanThreshold --treat-missing-data notBreaching --alarm-actions ${topic} --alarm-description "too <much> & more"`,
  )
  const [found] = (await told('describe-alarms --alarm-names from-cli')).MetricAlarms
  assert.equal(found.AlarmArn, 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:from-cli')
  assert.equal(found.AlarmDescription, 'too <much> & more')
  assert.deepEqual([found.StateValue, found.Threshold, found.DatapointsToAlarm], ['INSUFFICIENT_DATA', 5, 2])
  assert.deepEqual([found.AlarmActions, found.Dimensions], [[topic], dimensions])
  await told('disable-alarm-actions --alarm-names from-cli')
  await told('set-alarm-state --alarm-name from-cli --state-value ALARM --state-reason testing')
  const { MetricAlarms: ringing } = await told('describe-alarms --state-value ALARM')
  assert.deepEqual(
    ringing.map(({ ActionsEnabled }: { ActionsEnabled: boolean }) => ActionsEnabled),
    [false],
  )
  const { AlarmHistoryItems: items } = await told(
    'describe-alarm-history --alarm-name from-cli --history-item-type StateUpdate',
  )
  assert.equal(items[0].HistorySummary, 'Alarm updated from INSUFFICIENT_DATA to ALARM')
  await told('wait alarm-exists --alarm-names from-cli')
  await told('delete-alarms --alarm-names from-cli')
  assert.deepEqual((await told('describe-alarms')).MetricAlarms, [])
  const refused = await cli('set-alarm-state --alarm-name from-cli --state-value OK --state-reason testing')
  assert.match(refused.errors, /\(ResourceNotFound\) when calling the SetAlarmState operation/)
})

test('boto3: pages, typed errors, and metrics', async () => {
  for (const name of ['a', 'b', 'c']) await boto3.call('put_metric_alarm', alarm(name), service)
  const pages = await boto3.paginate('describe_alarms', { PaginationConfig: { PageSize: 2 } }, service)
  const names = pages.flatMap(({ MetricAlarms }) =>
    MetricAlarms.map(({ AlarmName }: { AlarmName: string }) => AlarmName),
  )
  assert.deepEqual([pages.length, names], [2, ['a', 'b', 'c']])
  await assert.rejects(
    boto3.call('set_alarm_state', { AlarmName: 'none', StateValue: 'OK', StateReason: 'x' }, service),
    { code: 'ResourceNotFound', status: 404, isTyped: true },
  )
  await assert.rejects(boto3.call('put_metric_alarm', { ...alarm('a'), Period: 60 }, service), {
    ...{ code: 'ValidationError', status: 400, message: /multiple of 300/ },
  })
  await boto3.call(
    'tag_resource',
    {
      ...{
        ResourceARN: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:a',
        Tags: [{ Key: 'team', Value: 'x' }],
      },
    },
    service,
  )
  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:a'
  const { Tags } = await boto3.call('list_tags_for_resource', { ResourceARN }, service)
  assert.deepEqual(Tags, [{ Key: 'team', Value: 'x' }])
  await boto3.call('delete_alarms', { AlarmNames: ['a', 'b', 'c'] }, service)
  assert.deepEqual((await boto3.call('list_metrics', {}, service)).Metrics, [])
})

test('the SDK for JavaScript: forms and XML, its waiter, its paginator and its errors', async () => {
  await sdk.send(new PutMetricAlarmCommand({ ...alarm('from js <&>'), OKActions: [topic] }))
  await waitUntilAlarmExists({ client: sdk, maxWaitTime: 10 }, { AlarmNames: ['from js <&>'] })
  const found = []
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: sdk, pageSize: 1 }, {}))
    found.push(...MetricAlarms)
  assert.deepEqual(
    found.map(({ AlarmName, Threshold, OKActions, StateUpdatedTimestamp }) => [
      ...[AlarmName, Threshold, OKActions, StateUpdatedTimestamp instanceof Date],
    ]),
    [['from js <&>', 5.5, [topic], true]],
  )
  await assert.rejects(
    sdk.send(new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'x' })),
    ResourceNotFound,
  )
  const history = new DescribeAlarmHistoryCommand({ AlarmName: 'from js <&>', StartDate: new Date(0) })
  assert.equal((await sdk.send(history)).AlarmHistoryItems?.length, 1)
  const data = new GetMetricDataCommand({
    ...{ StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date() },
    MetricDataQueries: [
      {
        Id: 'm1',
        MetricStat: {
          Metric: { Namespace: 'Wick', MetricName: 'FleetInstances', Dimensions: dimensions },
          Period: 300,
          Stat: 'Maximum',
        },
      },
    ],
  })
  assert.deepEqual(
    (await sdk.send(data)).MetricDataResults?.map(({ Id, Values }) => [Id, Values]),
    [['m1', []]],
  )
  assert.deepEqual((await sdk.send(new ListMetricsCommand({}))).Metrics, [])
  await sdk.send(new DeleteAlarmsCommand({ AlarmNames: ['from js <&>'] }))
})

/** As the newest SDK would have it: the classes come from what it depends on. */
const its = createRequire(createRequire(import.meta.url).resolve('client-cloudwatch-2026'))
const protocols: Readonly<Record<string, latest.CloudWatchClientConfig['protocol']>> = {
  'JSON 1.0': its('@aws-sdk/core/protocols').AwsJson1_0Protocol,
  'RPC v2 CBOR': its('@smithy/core/cbor').SmithyRpcV2CborProtocol,
  query: its('@aws-sdk/core/protocols').AwsQueryProtocol,
}

for (const [name, protocol] of Object.entries(protocols)) {
  test(`the SDK for JavaScript of November 2026, speaking ${name}`, async () => {
    assert.ok(protocol !== undefined)
    const client = new latest.CloudWatchClient({
      ...{ endpoint: wick.url, region: 'us-east-1', credentials: wick.credentials, protocol },
      requestHandler: { httpsAgent: new Agent({ ca: await readFile(join(directory, 'tls/ca.pem')) }) },
    })
    const AlarmName = `in ${name} <&> é`
    await client.send(new latest.PutMetricAlarmCommand({ ...alarm(AlarmName), AlarmActions: [topic] }))
    await client.send(new latest.DisableAlarmActionsCommand({ AlarmNames: [AlarmName] }))
    const { MetricAlarms = [] } = await client.send(new latest.DescribeAlarmsCommand({}))
    const [found] = MetricAlarms
    assert.deepEqual(
      [
        found?.AlarmName,
        found?.Threshold,
        found?.Period,
        found?.ActionsEnabled,
        found?.AlarmActions,
        found?.Dimensions,
      ],
      [AlarmName, 5.5, 3600, false, [topic], dimensions],
    )
    assert.ok(Math.abs(Date.now() - (found?.StateUpdatedTimestamp?.getTime() ?? 0)) < 60_000)
    await assert.rejects(
      client.send(new latest.SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'x' })),
      latest.ResourceNotFound,
    )
    await assert.rejects(
      client.send(new latest.PutMetricAlarmCommand({ ...alarm(AlarmName), Period: 60 })),
      /multiple of 300/,
    )
    const since = new latest.DescribeAlarmHistoryCommand({
      AlarmName,
      StartDate: new Date(0),
      EndDate: new Date(),
    })
    assert.equal((await client.send(since)).AlarmHistoryItems?.length, 2)
    await client.send(new latest.DeleteAlarmsCommand({ AlarmNames: [AlarmName] }))
    assert.deepEqual((await client.send(new latest.ListMetricsCommand({}))).Metrics, [])
    client.destroy()
  })
}

test('who may not is told so by every tool', async () => {
  const made = await ended(runWick(['iam', 'create-viewer', '--data', directory, 'orders', '--json']))
  const { accessKeyId, secretAccessKey } = JSON.parse(made.stdout)
  const viewer = { ...service, aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey }
  await assert.rejects(boto3.call('put_metric_alarm', alarm('x'), viewer), {
    code: 'AccessDenied',
    status: 403,
  })
  const script = `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} aws cloudwatch describe-alarms`
  const { errors } = await new Promise<{ errors: string }>((resolve) => {
    const env = { ...wick.awsEnvironment, AWS_PROFILE: '', PATH: `${pythonPrograms}:${process.env.PATH}` }
    execFile('sh', ['-uc', `unset AWS_PROFILE; ${script} --region us-east-1`], { env }, (_, __, errors) =>
      resolve({ errors }),
    )
  })
  assert.match(errors, /\(AccessDenied\).*cloudwatch:DescribeAlarms on resource: arn:aws:cloudwatch/)
})

test('wick alarms: the two rules that users know, one command each', async () => {
  const added = await wickAlarms('add', 'recommendations', '--group', 'orders', '--topic', topic)
  assert.equal(added.exitCode, 0, added.stderr)
  const branch = await wickAlarms('add', 'branch-recommendations', '--repository', 'shop', '--branch', 'main')
  assert.equal(branch.exitCode, 0, branch.stderr)
  const { MetricAlarms } = await boto3.call('describe_alarms', {}, service)
  const rules = MetricAlarms.map((one: Record<string, unknown>) => [
    ...[
      one.AlarmName,
      one.Namespace,
      one.MetricName,
      one.Statistic,
      one.Period,
      one.ComparisonOperator,
      one.Threshold,
    ],
  ])
  const hourly = ['Recommendations', 'Maximum', 3600, 'GreaterThanThreshold']
  assert.deepEqual(rules, [
    ['recommendations-orders', 'AWS/CodeGuruProfiler', ...hourly, 5],
    ['recommendations-shop-main', 'Wick/CodeReview', ...hourly, 25],
  ])
  const listed = await wickAlarms('list')
  assert.match(
    listed.stdout,
    /^recommendations-orders: INSUFFICIENT_DATA since \S+\n {2}Unchecked: Initial alarm creation\n/,
  )
  assert.equal((await wickAlarms('list', '--state', 'ALARM', '--json')).stdout, '')
  for (const name of ['recommendations-orders', 'recommendations-shop-main'])
    assert.equal((await wickAlarms('remove', name)).exitCode, 0)
  const gone = await wickAlarms('remove', 'recommendations-orders')
  assert.deepEqual(
    [gone.exitCode, gone.stderr],
    [1, 'wick: There is no alarm named recommendations-orders.\n'],
  )
})

test('wick alarms: what is missing or wrong is said in one sentence', async () => {
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['add'], /needs one rule: recommendations or branch-recommendations\./],
    [['add', 'constructor'], /needs one rule/],
    [['add', 'recommendations'], /recommendations needs --group\./],
    [['add', 'branch-recommendations', '--repository', 'x'], /needs --branch\./],
    [['add', 'recommendations', '--group', 'x', '--threshold', 'many'], /--threshold must be a number/],
    [['add', 'recommendations', '--group', 'x', '--topic', 'mail'], /The server refused: Invalid arn syntax/],
    [['list', '--state', 'RED'], /--state must be one of OK, ALARM, INSUFFICIENT_DATA\./],
    [['remove'], /needs the name of one alarm\./],
  ]
  for (const [args, message] of wrong) {
    const { exitCode, stderr } = await wickAlarms(...args)
    assert.match(stderr, message)
    assert.ok(exitCode === 1 || exitCode === 2)
  }
})
