/** From an announcement to a topic, through AWS's SDK and a receiver that speaks SNS's protocol. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { addNotificationChannels } from '../operations/add-notification-channels.ts'
import { createGroup, type TestServices, testServices } from '../operations/testing/test-services.ts'
import type { Announcement } from '../storage/announcements.ts'
import { publishRight } from './may-publish.ts'
import { notificationJob } from './send-notifications.ts'
import { snsSender } from './sns-sender.ts'
import { type SnsReceiver, startSnsReceiver } from './testing/sns-receiver.ts'

const topic = 'arn:aws:sns:us-east-1:123456789012:findings'
const minute = 60_000

let services: TestServices
let sns: SnsReceiver
let groupId: string
let job: ReturnType<typeof notificationJob>

beforeEach(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIAEXAMPLE'
  process.env.AWS_SECRET_ACCESS_KEY = 'secret'
  services = await testServices()
  sns = await startSnsReceiver()
  await createGroup(services)
  const channels = [{ id: null, uri: topic, eventPublishers: ['AnomalyDetection' as const] }]
  await addNotificationChannels(services.context(), { profilingGroupName: 'orders', channels })
  groupId = (await services.catalog.allGroups())[0]!.id
  job = freshJob()
})
afterEach(async () => {
  await sns.close()
  await services.close()
})

/** As a server has it that was just started. */
function freshJob(
  mayPublish: ReturnType<typeof publishRight> = rightOf(services.services.accounts),
): ReturnType<typeof notificationJob> {
  const { catalog, now } = services.services
  const send = snsSender({
    endpoint: sns.url,
    mayPublish,
    consoleUrl: () => 'https://wick.example.com:8443/console',
  })
  return notificationJob({ catalog, now, random: () => 0.5, send })
}

function rightOf(accounts: Parameters<typeof publishRight>[0]): ReturnType<typeof publishRight> {
  const { config, now } = services.services
  return publishRight(accounts, config.region, now)
}

const run = (): Promise<void> => job.run({ signal: new AbortController().signal })

function announcement(key: string, changes: Partial<Announcement> = {}): Announcement {
  const { accountId, region } = services.config
  return {
    ...{ key, accountId, region, groupName: 'orders', topic: 'anomaly', state: 'OPEN', at: services.now },
    ...{ title: 'json:parse takes “12” points more', text: 'It does.', path: '/groups/orders' },
    ...{ yearlyCost: { amount: 1200, currency: 'USD' }, detail: { frame: 'json:parse' }, ...changes },
  }
}

const states = async () =>
  (await services.catalog.deliveriesOf(groupId, 100)).map(({ state, attempts, error }) => [
    state,
    attempts,
    error,
  ])

test('an anomaly is told to the topics of its group, once, signed, with all that it takes to act', async () => {
  await services.catalog.announce([announcement('anomaly/1/OPEN')])
  for (let i = 0; i < 3; i++) await run()
  assert.equal(sns.published.length, 1)
  const [{ topicArn, subject, message, deduplicationId, authorization }] = sns.published as [
    SnsReceiver['published'][0],
  ]
  assert.deepEqual([topicArn, deduplicationId], [topic, 'anomaly/1/OPEN'])
  assert.equal(subject, 'OPEN: json:parse takes ?12? points more')
  assert.match(authorization, /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/us-east-1\/sns\/aws4_request/)
  assert.deepEqual(message, {
    ...{
      version: 1,
      type: 'anomaly',
      deduplicationId,
      state: 'OPEN',
      time: new Date(services.now).toISOString(),
    },
    ...{ accountId: services.config.accountId, region: services.config.region, profilingGroupName: 'orders' },
    ...{ title: 'json:parse takes “12” points more', text: 'It does.' },
    ...{ yearlyCost: { amount: 1200, currency: 'USD' } },
    consoleUrl: 'https://wick.example.com:8443/console/groups/orders',
    detail: { frame: 'json:parse' },
  })
  assert.deepEqual(await states(), [['sent', 1, null]])
})

test('a recommendation is told to no topic, as at AWS; an alarm to its own, as CloudWatch tells it', async () => {
  const own = 'arn:aws:sns:eu-west-1:123456789012:on-call'
  await services.catalog.announce([
    announcement('recommendation/1/OPEN', { topic: 'recommendation' }),
    announcement('alarm/1', { topic: 'alarm', state: 'ALARM', targets: [own], detail: { AlarmName: 'a' } }),
  ])
  await run()
  assert.deepEqual(
    sns.published.map(({ topicArn, message }) => [topicArn, message]),
    [[own, { AlarmName: 'a' }]],
  )
})

test('an alarm that names no topic is told to those of its group, as CloudWatch tells it', async () => {
  await services.catalog.announce([
    announcement('alarm/1', { topic: 'alarm', state: 'ALARM', detail: { AlarmName: 'a' } }),
    announcement('alarm/2', { topic: 'alarm', groupName: null, detail: { AlarmName: 'of no group' } }),
  ])
  await run()
  assert.deepEqual(
    sns.published.map(({ topicArn, message }) => [topicArn, message]),
    [[topic, { AlarmName: 'a' }]],
  )
})

for (const behaviour of ['fails', 'redirects', 'talks-nonsense'] as const)
  test(`a topic that ${behaviour} is tried again, later and later, and is told in the end`, async () => {
    sns.behaviour = behaviour
    await services.catalog.announce([announcement('one')])
    const pauses: number[] = []
    for (let i = 0; i < 4; i++) {
      const before = services.now
      while ((await services.catalog.dueDeliveries(services.now, 1)).length === 0 && i > 0)
        services.now += 10_000
      pauses.push(services.now - before)
      await run()
    }
    assert.equal(sns.asked, 4)
    assert.deepEqual(pauses, [0, 30_000, 60_000, 120_000])
    sns.behaviour = 'takes'
    services.now += 10 * minute
    await run()
    assert.deepEqual(
      sns.published.map(({ deduplicationId }) => deduplicationId),
      ['one'],
    )
    assert.deepEqual(await states(), [['sent', 5, null]])
  })

test('what nobody takes for hours is given up, and says why', async () => {
  sns.behaviour = 'fails'
  await services.catalog.announce([announcement('one')])
  for (let i = 0; i < 20; i++, services.now += 90 * minute) await run()
  const [[state, attempts, error]] = (await states()) as [[string, number, string]]
  assert.deepEqual([state, attempts], ['dead', 14])
  assert.match(error, /We had a bad day/)
})

test('a topic that is gone is given up at once', async () => {
  sns.behaviour = 'has-no-topic'
  await services.catalog.announce([announcement('one')])
  await run()
  const [[state, attempts, error]] = (await states()) as [[string, number, string]]
  assert.deepEqual([state, attempts], ['dead', 1])
  assert.match(error, /NotFound.*Topic does not exist/)
})

test('without the role that may publish nothing is sent, and it is said why', async () => {
  const { accounts, config } = services.services
  assert.equal(rightOf(accounts)(config.accountId, topic), true, 'it came with the first channel')
  job = freshJob(rightOf({ find: () => null }))
  await services.catalog.announce([announcement('one')])
  await run()
  assert.equal(sns.asked, 0)
  const [[state, , error]] = (await states()) as [[string, number, string]]
  assert.equal(state, 'pending', 'a policy can be repaired')
  assert.match(error, /AWSServiceRoleForCodeGuruProfiler may not sns:Publish/)
})

test('what a downtime has left over is one message, not a flood', async () => {
  const all = Array.from({ length: 30 }, (_, i) => announcement(`anomaly/${i}/OPEN`))
  await services.catalog.announce(all)
  await run()
  assert.equal(sns.published.length, 1)
  const { type, notifications } = sns.published[0]!.message as {
    type: string
    notifications: { deduplicationId: string }[]
  }
  assert.deepEqual(
    [type, notifications.map(({ deduplicationId }) => deduplicationId)],
    ['digest', all.map(({ key }) => key)],
  )
  assert.equal((await states()).filter(([state]) => state === 'sent').length, 30)
})

test('a server that ends between sending and noting sends again under the same id, also a digest, also where more has come', async () => {
  const { catalog } = services
  const note = catalog.noteDeliveries
  const killed = async (): Promise<void> => {
    catalog.noteDeliveries = () => Promise.reject(new Error('killed'))
    await assert.rejects(run(), /killed/)
    catalog.noteDeliveries = note
    job = freshJob()
  }
  const ids = (): string[] => sns.published.map(({ deduplicationId }) => deduplicationId)
  await catalog.announce([announcement('one')])
  await killed()
  await run()
  assert.deepEqual(ids(), ['one', 'one'])
  await catalog.announce(Array.from({ length: 20 }, (_, i) => announcement(`many/${i}`)))
  await killed()
  await catalog.announce([announcement('late')])
  await run()
  await run()
  assert.deepEqual(ids().slice(2), ['digest/many/0', 'late', 'digest/many/0'])
  const [first, , again] = sns.published.slice(2)
  assert.deepEqual(first!.message, again!.message)
})

test('alarms are told as CloudWatch does, however many there are, and never hide what needs the role', async () => {
  const alarm = (i: number): Announcement =>
    announcement(`alarm/${i}`, { topic: 'alarm', targets: [topic], detail: { AlarmName: `a${i}` } })
  await services.catalog.announce(Array.from({ length: 12 }, (_, i) => alarm(i)))
  await services.catalog.announce([announcement('anomaly')])
  job = freshJob(() => false)
  await run()
  assert.deepEqual(
    sns.published.map(({ message }) => message),
    Array.from({ length: 12 }, (_, i) => ({ AlarmName: `a${i}` })),
  )
  assert.deepEqual((await states()).filter(([state]) => state === 'pending').length, 1)
})

test('what does not fit into one message is told in two', async () => {
  const text = 'x'.repeat(15_000)
  await services.catalog.announce(Array.from({ length: 20 }, (_, i) => announcement(`long/${i}`, { text })))
  await run()
  assert.equal(sns.published.length, 2)
  for (const { message } of sns.published) assert.ok(JSON.stringify(message).length < 256 * 1024)
})

test('accounts that share a topic share no message', async () => {
  const own = { targets: undefined }
  const theirs = Array.from({ length: 11 }, (_, i) =>
    announcement(`theirs/${i}`, {
      ...own,
      accountId: '111122223333',
      groupName: null,
      targets: [topic],
      topic: 'anomaly',
    }),
  )
  const ours = Array.from({ length: 11 }, (_, i) => announcement(`ours/${i}`))
  await services.catalog.announce([...theirs, ...ours])
  await run()
  const accounts = sns.published.map(({ message }) => [
    ...new Set(
      (message as { notifications: { accountId: string }[] }).notifications.map((one) => one.accountId),
    ),
  ])
  assert.deepEqual(
    accounts.map(({ length }) => length),
    [1, 1],
  )
})

test('where there are no credentials, that is what is said', async () => {
  delete process.env.AWS_ACCESS_KEY_ID
  delete process.env.AWS_SECRET_ACCESS_KEY
  process.env.AWS_EC2_METADATA_DISABLED = 'true'
  process.env.AWS_SHARED_CREDENTIALS_FILE = '/nonexistent'
  process.env.AWS_CONFIG_FILE = '/nonexistent'
  await services.catalog.announce([announcement('one')])
  await run()
  const [[state, , error]] = (await states()) as [[string, number, string]]
  assert.deepEqual([state, error], ['pending', 'the server has no AWS credentials to publish with'])
})
