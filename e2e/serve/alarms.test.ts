/** From a profile to an alarm that went off, by the running server alone; and what a kill leaves of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBoto3 } from '../support/boto3.ts'
import { startCaller } from '../support/caller.ts'
import { startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

const minute = 60_000
const service = { service_name: 'cloudwatch' }
const dimensions = [{ Name: 'ProfilingGroupName', Value: 'orders' }]
const samples = { Namespace: 'Wick', MetricName: 'SamplesIngested', Dimensions: dimensions }

async function runAlarms(wick: Wick): Promise<void> {
  const caller = await startCaller(wick)
  const { status, body } = await caller.send({ method: 'POST', target: '/v1/jobs/alarms/run' })
  assert.equal(status, 200, body.toString())
  assert.equal(JSON.parse(body.toString()).error, null)
}

test('profiles are measured, alarms go off, and both outlive kill -9', async (t) => {
  const directory = await temporaryDirectory(t)
  let wick = await startWick({ directory })
  t.after(() => wick.stop())
  let boto3 = startBoto3(wick)
  t.after(() => boto3.close())
  const caller = await startCaller(wick)
  await caller.createGroup('orders')
  // Of a step that is over and settled, whenever this runs.
  const end = Date.now() - 7 * minute
  const body = JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: 7 } } })
  assert.equal((await caller.post('orders', body)).status, 204)

  const alarm = {
    ...{ ...samples, Statistic: 'Maximum', Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 1 },
    ...{ ComparisonOperator: 'GreaterThanThreshold' },
  }
  await boto3.call('put_metric_alarm', { ...alarm, AlarmName: 'busy', Threshold: 6 }, service)
  await boto3.call('put_metric_alarm', { ...alarm, AlarmName: 'very busy', Threshold: 7 }, service)
  // Whoever starts measures what is over; after that it is measured every five minutes.
  assert.equal(await wick.stop(), 0)
  boto3.close()
  wick = await startWick({ directory })
  boto3 = startBoto3(wick)
  await runAlarms(wick)
  const states = async () => {
    const { MetricAlarms } = await boto3.call('describe_alarms', {}, service)
    return MetricAlarms.map((one: Record<string, string>) => `${one.AlarmName}: ${one.StateValue}`)
  }
  const wanted = ['busy: ALARM', 'very busy: OK']
  assert.deepEqual(await states(), wanted)
  const { MetricAlarms } = await boto3.call('describe_alarms', { AlarmNames: ['busy'] }, service)
  assert.match(MetricAlarms[0].StateReason, /^Threshold Crossed: 1 out of the last 3 datapoints \[7\.0 \(/)

  const group = 'account="000000000000",region="us-east-1",group="orders"'
  const { metric, send } = await startCaller(wick)
  assert.equal(await metric('wick_alarms{state="ALARM"}'), 1)
  const told = (await send({ target: '/metrics', signature: null })).body.toString()
  assert.match(told, new RegExp(`^wick_group_last_profile_timestamp_seconds\\{${group}\\} \\d`, 'm'))

  await wick.stop('SIGKILL')
  boto3.close()
  wick = await startWick({ directory })
  boto3 = startBoto3(wick)
  assert.deepEqual(await states(), wanted)
  const history = await boto3.call('describe_alarm_history', { HistoryItemType: 'StateUpdate' }, service)
  assert.equal(history.AlarmHistoryItems.length, 2)
  const now = Date.now()
  const data = await boto3.call(
    'get_metric_statistics',
    {
      ...{ ...samples, Period: 300, Statistics: ['Sum'] },
      ...{ StartTime: new Date(now - 60 * minute).toISOString(), EndTime: new Date(now).toISOString() },
    },
    service,
  )
  const sums = data.Datapoints.map(({ Sum }: { Sum: number }) => Sum)
  assert.deepEqual(
    sums.filter((sum: number) => sum > 0),
    [7],
  )
})
