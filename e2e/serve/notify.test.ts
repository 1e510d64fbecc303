/** From what somebody is to be told to a webhook, by the running server and `wick notify`; and what a kill leaves of it. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { alarmClient } from '../../packages/cli/src/alarms/alarm-client.ts'
import { startWebServer } from '../../packages/server/src/outgoing/testing/web-server.ts'
import { startCaller } from '../support/caller.ts'
import { startMoto } from '../support/moto.ts'
import { ended, runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

interface Told {
  readonly id: string
  readonly news: { readonly type: string; readonly state: string; readonly deduplicationId: string }
}

/** What stands in for somebody's webhook, on this machine. */
async function startReceiver() {
  const told: Told[] = []
  let answer = (response: ServerResponse): void => void response.writeHead(204).end()
  const server = await startWebServer(async (request, response) => {
    const headers: IncomingHttpHeaders = request.headers
    told.push({ id: String(headers['webhook-id']), news: JSON.parse(await text(request)) })
    answer(response)
  })
  return {
    ...{ told, url: server.url, authority: server.authority, close: server.close },
    answers: (next: typeof answer) => {
      answer = next
    },
  }
}

test('wick notify adds a webhook, tries it, lists what became of what it was told, and removes it', async (t) => {
  const directory = await temporaryDirectory(t)
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const wick = await startTrusting(directory, receiver.authority)
  t.after(() => wick.stop())
  await (await startCaller(wick)).createGroup('orders')
  const notify = async (...args: readonly string[]) => {
    const [words, rest] = [args.slice(0, 1), args.slice(1)]
    return ended(runWick(['notify', ...words, '--data', directory, '--group', 'orders', ...rest]))
  }
  const nobody = await notify('test')
  assert.deepEqual(
    [nobody.exitCode, nobody.stdout],
    [1, 'Nobody is told what concerns orders: wick notify add --help\n'],
  )
  const plain = await notify('add', '--url', 'http://example.com/')
  assert.equal(plain.exitCode, 1)
  assert.match(plain.stderr, /webhookUrl must be an HTTPS URL/)

  const added = await notify('add', '--url', `${receiver.url}/hook`, '--topics', 'alarm,anomaly')
  assert.equal(added.exitCode, 0, added.stderr)
  const id = /^Receiver (\S+) is told of orders: alarm, anomaly\.\nSecret, said only now: whsec_/.exec(
    added.stdout,
  )![1]!
  const tried = await notify('test')
  assert.deepEqual([tried.exitCode, tried.stdout], [0, `receiver:${id} took it.\n`])
  assert.equal(receiver.told[0]!.news.type, 'test')

  receiver.answers((response) => response.writeHead(410).end())
  assert.equal((await notify('test')).stdout, `receiver:${id} did not take it: it answered 410\n`)
  await setState(wick, 'ALARM')
  await until(async () =>
    /^dead .*: "cold" in us-east-1 \(it answered 410/m.test((await notify('list')).stdout),
  )
  receiver.answers((response) => response.writeHead(200).end())
  assert.equal((await notify('resend')).stdout, '1 notifications of orders are tried again.\n')
  await until(async () => /^sent /m.test((await notify('list')).stdout))
  assert.match(
    (await notify('list')).stdout,
    new RegExp(`^receiver  ${id}  webhook at ${receiver.url}/…: alarm, anomaly$`, 'm'),
  )
  await setState(wick, 'ALARM', {}, 'cold\u202e')
  await until(async () => (await notify('list')).stdout.includes('"cold⟨U+202E⟩" in us-east-1'))
  assert.equal((await notify('remove', id)).exitCode, 0)
  assert.doesNotMatch((await notify('list')).stdout, /^receiver/m)
})

test('an alarm is told to topics of an SNS that is not ours, and a test to those of the group', async (t) => {
  const directory = await temporaryDirectory(t)
  const moto = await startMoto()
  t.after(() => moto.close())
  const [own, groups] = [await moto.createTopic('own'), await moto.createTopic('groups')]
  const wick = await startWick({
    directory,
    flags: ['--sns-endpoint', moto.url],
    environment: moto.environment,
  })
  t.after(() => wick.stop())
  const { createGroup, send } = await startCaller(wick)
  await createGroup('orders')
  const channels = [{ uri: groups, eventPublishers: ['AnomalyDetection'] }]
  const target = '/profilingGroups/orders/notificationConfiguration'
  assert.equal((await send({ method: 'POST', target, body: JSON.stringify({ channels }) })).status, 200)
  await setState(wick, 'ALARM', { AlarmActions: [own] })
  const told: { readonly Subject: string; readonly Message: string }[] = []
  await until(async () => {
    told.push(...(await moto.told('own')))
    return told.length > 0
  })
  assert.equal(told[0]!.Subject, 'ALARM: "cold" in us-east-1')
  const { AlarmName, OldStateValue, NewStateValue } = JSON.parse(told[0]!.Message)
  assert.deepEqual([AlarmName, OldStateValue, NewStateValue], ['cold', 'INSUFFICIENT_DATA', 'ALARM'])

  const tried = await ended(runWick(['notify', 'test', '--data', directory, '--group', 'orders']))
  assert.deepEqual([tried.exitCode, tried.stdout], [0, `${groups} took it.\n`])
  const [{ Subject, Message }] = (await moto.told('groups')) as [(typeof told)[0]]
  assert.equal(Subject, 'OPEN: A test notification of orders')
  assert.equal(JSON.parse(Message).profilingGroupName, 'orders')
})

test('kill -9 between finding and sending: nobody is missed, and who is told twice can tell', async (t) => {
  const directory = await temporaryDirectory(t)
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  let wick = await startTrusting(directory, receiver.authority)
  t.after(() => wick.stop('SIGKILL'))
  const { createGroup, send } = await startCaller(wick)
  await createGroup('orders')
  const body = JSON.stringify({ webhookUrl: `${receiver.url}/hook`, topics: ['alarm'] })
  const { status } = await send({ method: 'POST', target: '/v1/profilingGroups/orders/receivers', body })
  assert.equal(status, 200)

  const trials = 3
  for (let trial = 0; trial < trials; trial++) {
    // Some before the job has looked, some while the receiver lets it wait, some after.
    receiver.answers((response) => void setTimeout(() => response.writeHead(200).end(), 300))
    await setState(wick, trial % 2 === 0 ? 'ALARM' : 'OK')
    const before = receiver.told.length
    if (trial % 3 === 1) await until(async () => receiver.told.length > before)
    if (trial % 3 === 2) await new Promise((passed) => setTimeout(passed, 6000))
    await wick.stop('SIGKILL')
    wick = await startTrusting(directory, receiver.authority)
  }
  const news = () =>
    new Map(
      receiver.told.map(({ id, news: { deduplicationId, state } }) => [id, `${state} ${deduplicationId}`]),
    )
  await until(async () => news().size >= trials)
  // What comes later would be too much.
  await new Promise((passed) => setTimeout(passed, 6000))
  assert.equal(news().size, trials, 'each change of state is told, and is one piece of news')
  assert.equal(new Set(news().values()).size, trials)
  console.log(`kills ${trials}, changes of state ${trials}, posts ${receiver.told.length}, missing 0`)
})

/** A server that may reach this machine's own addresses, and trusts whoever vouches for the receiver. */
async function startTrusting(directory: string, authority: string): Promise<Wick> {
  const file = join(directory, 'receiver-ca.pem')
  await writeFile(file, authority)
  const flags = ['--webhook-private-hosts', 'localhost']
  return startWick({ directory, flags, environment: { NODE_EXTRA_CA_CERTS: file } })
}

/** Of an alarm on the group, which names no topic of its own unless told otherwise. */
async function setState(
  { directory }: Wick,
  state: 'OK' | 'ALARM',
  more: object = {},
  name = 'cold',
): Promise<void> {
  const { call } = await alarmClient(directory)
  await call('PutMetricAlarm', {
    ...{
      AlarmName: name,
      Namespace: 'Wick',
      MetricName: 'SamplesIngested',
      Statistic: 'Maximum',
      Period: 300,
    },
    Dimensions: [{ Name: 'ProfilingGroupName', Value: 'orders' }],
    ...more,
    ...{
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'ignore',
    },
  })
  await call('SetAlarmState', { AlarmName: name, StateValue: state, StateReason: 'a test' })
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, 'it does not become so')
    await new Promise((passed) => setTimeout(passed, 250))
  }
}
