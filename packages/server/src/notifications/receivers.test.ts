/** From an announcement to webhooks and chats, through a real HTTPS server. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type {
  AddReceiverAnswer,
  DeliveriesAnswer,
  ReceiversAnswer,
  ResendDeliveriesAnswer,
  TestNotificationsAnswer,
} from '@wick/wire'
import { Webhook } from 'standardwebhooks'
import type { OperationContext } from '../operations/context.ts'
import { listDeliveries, resendDeliveries, testNotifications } from '../operations/deliveries.ts'
import { addReceiver, listReceivers, removeReceiver } from '../operations/receivers.ts'
import type { Reply } from '../operations/reply.ts'
import {
  apiError,
  createGroup,
  requestParts,
  type TestServices,
  testServices,
} from '../operations/testing/test-services.ts'
import { startWebServer, type WebServer } from '../outgoing/testing/web-server.ts'
import type { Announcement } from '../storage/announcements.ts'
import type { SendMail } from './mail-message.ts'
import { mailSender } from './mail-sender.ts'
import { receiverSender } from './receiver-sender.ts'
import { notificationJob } from './send-notifications.ts'
import { startMailServer } from './testing/mail-server.ts'

interface Posted {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let server: WebServer
let posted: Posted[]
let answer: (response: ServerResponse) => void
let services: TestServices
/** Hosts that may be in our own networks. */
let privateHosts: string[]
let mail: SendMail | null
let smtpServer: string | null

before(async () => {
  server = await startWebServer(async (request, response) => {
    posted.push({ path: request.url!, headers: request.headers, body: await text(request) })
    answer(response)
  })
})
after(() => server.close())
beforeEach(async () => {
  posted = []
  privateHosts = ['localhost']
  mail = null
  smtpServer = null
  answer = (response) => response.writeHead(204).end()
  services = await testServices()
  await createGroup(services)
})
afterEach(() => services.close())

/** As a server has it that was just started. */
function sender() {
  return receiverSender({
    catalog: services.catalog,
    sealer: services.services.sealer,
    privateHosts,
    consoleUrl: () => 'https://wick.example.com/console',
    mail,
    now: () => services.now,
    guard: { authorities: [server.authority], timeoutMilliseconds: 500 },
  })
}

function run(): Promise<void> {
  const { catalog } = services
  const job = notificationJob({ catalog, send: sender(), now: () => services.now, random: () => 0.5 })
  return job.run({ signal: new AbortController().signal })
}

async function call<T>(
  operation: (context: OperationContext, parts: ReturnType<typeof requestParts>) => Promise<Reply>,
  body: object = {},
  labels: Readonly<Record<string, string>> = {},
): Promise<T> {
  const parts = requestParts({ labels: { profilingGroupName: 'orders', ...labels }, body })
  const reply = await operation(
    { ...services.context(), config: { ...services.config, smtpServer }, send: sender() },
    parts,
  )
  assert.ok(reply.kind === 'json')
  return JSON.parse(JSON.stringify(reply.value))
}

const add = (kind: string, more: object = {}): Promise<AddReceiverAnswer> =>
  call(addReceiver, { kind, webhookUrl: `${server.url}/hook/${kind}?key=s3cret`, ...more })

function announcement(key: string, changes: Partial<Announcement> = {}): Announcement {
  const { accountId, region } = services.config
  return {
    ...{ key, accountId, region, groupName: 'orders', topic: 'anomaly', state: 'OPEN', at: services.now },
    ...{ title: '<!here> a|b & c', text: 'It does.', path: '/groups/orders', detail: null },
    ...{ yearlyCost: { amount: 1234.5, currency: 'USD' }, ...changes },
  }
}

const announce = (...announcements: readonly Announcement[]): Promise<void> =>
  services.catalog.announce(announcements)

const deliveries = async (): Promise<DeliveriesAnswer['deliveries']> =>
  (await call<DeliveriesAnswer>(listDeliveries)).deliveries

// — who is told

test('a receiver is added with a secret that is said once, and where it is stays a secret', async () => {
  const { receiver, secret } = await add('webhook')
  assert.match(secret!, /^whsec_.{44}$/)
  assert.equal(receiver.address, `${server.url}/…`)
  assert.deepEqual(receiver.topics, ['anomaly', 'recommendation', 'alarm'])
  const chat = await add('slack', { topics: ['alarm', 'alarm'] })
  assert.deepEqual([chat.secret, chat.receiver.topics], [null, ['alarm']])
  const { receivers } = await call<ReceiversAnswer>(listReceivers)
  assert.deepEqual(receivers, [receiver, chat.receiver])
  const rows = services.database.prepare('SELECT * FROM receivers').all()
  for (const secretText of ['s3cret', secret!, 'localhost'])
    for (const row of rows)
      for (const value of Object.values(row))
        assert.ok(
          !Buffer.from(value instanceof Uint8Array ? value : String(value)).includes(secretText),
          'nothing of it lies in the clear',
        )
})

test('what is no receiver is refused, with the field that is wrong', async () => {
  const refused: readonly (readonly [object, RegExp])[] = [
    [{}, /webhookUrl/],
    [{ webhookUrl: 'http://example.com/' }, /webhookUrl must be an HTTPS URL/],
    [{ webhookUrl: 'https://user:pw@example.com/' }, /webhookUrl must be an HTTPS URL/],
    [{ webhookUrl: 'nowhere' }, /webhookUrl must be an HTTPS URL/],
    [{ webhookUrl: `https://example.com/${'x'.repeat(2048)}` }, /webhookUrl.*2048/],
    [{ webhookUrl: 'https://example.com/', kind: 'pigeon' }, /kind.*webhook, slack, eventbridge/],
    [{ webhookUrl: 'https://example.com/', topics: ['weather'] }, /topics/],
    [
      { webhookUrl: 'https://example.com/', kind: 'eventbridge', topics: ['alarm'] },
      /topics.*recommendation/,
    ],
  ]
  for (const [body, message] of refused)
    await assert.rejects(call(addReceiver, body), apiError('ValidationException', message))
  for (let i = 0; i < 5; i++) await add('webhook')
  await assert.rejects(add('webhook'), apiError('ServiceQuotaExceededException', /more than 5 receivers/))
})

test('a receiver that is removed is told nothing any more, also not what waits for it', async () => {
  const { receiver } = await add('webhook')
  answer = (response) => response.writeHead(503).end()
  await announce(announcement('one'))
  await run()
  const labels = { receiverId: receiver.id }
  assert.deepEqual(await call(removeReceiver, {}, labels), { receivers: [] })
  await assert.rejects(call(removeReceiver, {}, labels), apiError('ResourceNotFoundException', /no receiver/))
  services.now += 60_000
  await run()
  assert.equal(posted.length, 1)
  assert.deepEqual(
    (await deliveries()).map(({ state, error }) => [state, error]),
    [['dead', 'the receiver was removed']],
  )
})

// — what is told

test('a webhook gets our JSON, signed as Standard Webhooks has it', async () => {
  const { secret } = await add('webhook')
  services.now = Date.now()
  await announce(announcement('anomaly/1/OPEN', { detail: { frame: 'json:parse' } }))
  await run()
  const [{ path, headers, body }] = posted as [Posted]
  assert.equal(path, '/hook/webhook?key=s3cret')
  assert.equal(headers['content-type'], 'application/json')
  const said = new Webhook(secret!).verify(body, headers as Record<string, string>)
  assert.deepEqual(said, {
    ...{ version: 1, type: 'anomaly', deduplicationId: 'anomaly/1/OPEN', state: 'OPEN' },
    ...{ time: new Date(services.now).toISOString(), profilingGroupName: 'orders' },
    ...{ accountId: services.config.accountId, region: services.config.region },
    ...{ title: '<!here> a|b & c', text: 'It does.', yearlyCost: { amount: 1234.5, currency: 'USD' } },
    ...{ consoleUrl: 'https://wick.example.com/console/groups/orders', detail: { frame: 'json:parse' } },
  })
  assert.throws(() =>
    new Webhook(secret!).verify(body.replace('json', 'jsan'), headers as Record<string, string>),
  )
})

test('each receiver is told what it asked for, of its own group alone', async () => {
  await createGroup(services, { profilingGroupName: 'others' })
  await add('webhook', { topics: ['recommendation', 'alarm'] })
  await announce(
    announcement('anomaly'),
    announcement('recommendation', { topic: 'recommendation' }),
    announcement('alarm', { topic: 'alarm', state: 'ALARM' }),
    announcement('elsewhere', { topic: 'alarm', groupName: 'others' }),
    announcement('topic', { topic: 'alarm', targets: ['arn:aws:sns:us-east-1:123456789012:x'] }),
  )
  await run()
  assert.deepEqual(posted.map(({ body }) => JSON.parse(body).deduplicationId).sort(), [
    'alarm',
    'recommendation',
  ])
})

test('a chat gets text whose names are no markup, with the cost and a link', async () => {
  await add('slack')
  await announce(announcement('one'))
  await run()
  assert.equal(posted[0]!.headers['webhook-signature'], undefined)
  assert.deepEqual(JSON.parse(posted[0]!.body), {
    text:
      '*<https://wick.example.com/console/groups/orders|OPEN: &lt;!here&gt; a¦b &amp; c>*\n' +
      'It does.\nAbout 1,235 USD a year.',
  })
})

test('many at a time are one text for a chat', async () => {
  await add('slack')
  await announce(...Array.from({ length: 30 }, (_, i) => announcement(`many/${i}`, { title: `Title ${i}` })))
  await run()
  assert.equal(posted.length, 1)
  const lines = (JSON.parse(posted[0]!.body).text as string).split('\n')
  assert.equal(lines.length, 22)
  assert.equal(lines[0], '*30 notifications*')
  assert.match(lines[20]!, /^• <https:.*\|OPEN: Title 19>$/)
  assert.equal(lines[21], '… and 10 more')
})

test('an event bridge gets an event for each recommendation, as the original sends them for functions', async () => {
  const { secret } = await add('eventbridge')
  services.now = Date.now()
  const since = '2026-11-25T08:00:00.000Z'
  const lastSeen = '2026-11-25T11:00:00.000Z'
  const about = { name: 'Regular expressions', since, lastSeen }
  const topic = 'recommendation'
  await announce(
    announcement('anomaly'),
    announcement('recommendation/g/p/1/OPEN', {
      topic,
      detail: { ...about, why: 'Why.', resolutionSteps: 'Do.' },
    }),
    announcement('recommendation/g/p/1/CLOSED', { topic, state: 'CLOSED', text: 'Over.', detail: about }),
  )
  await run()
  const events = posted.map(({ headers, body }) =>
    new Webhook(secret!).verify(body, headers as Record<string, string>),
  ) as { id: string; resources: string[]; detail: Record<string, unknown> }[]
  const [opened, closed] = events
  const { accountId, region } = services.config
  assert.deepEqual(opened, {
    version: '0',
    id: opened!.id,
    'detail-type': 'CodeGuru Profiler Recommendations State Change',
    source: 'aws.codeguru-profiler',
    account: accountId,
    time: new Date(services.now).toISOString(),
    region,
    resources: [`arn:aws:codeguru-profiler:${region}:${accountId}:profilingGroup/orders`],
    detail: {
      schema: '2021-08-30',
      expiresOn: new Date(services.now + 30 * 86_400_000).toISOString(),
      sourceUrl: 'https://wick.example.com/console/groups/orders',
      deduplicationId: 'recommendation/g/p/1',
      title: { value: '<!here> a|b & c' },
      eventStartTime: since,
      eventEndTime: null,
      severity: 'MEDIUM',
      status: 'ONGOING',
      computeInstanceArns: [],
      recommendation: {
        name: { value: 'Regular expressions' },
        description: { value: 'Why.' },
        resolutionSteps: { value: 'Do.' },
        reason: { value: 'It does.' },
      },
    },
  })
  assert.match(opened!.id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  const { deduplicationId, eventEndTime, status } = closed!.detail
  assert.deepEqual([deduplicationId, eventEndTime, status], ['recommendation/g/p/1', lastSeen, 'CLOSED'])
  assert.notEqual(closed!.id, opened!.id)
})

test('a mailbox gets plain text with the cost and a link, over an encrypted connection', async (t) => {
  const server = await startMailServer()
  t.after(() => server.close())
  const directory = await mkdtemp(join(tmpdir(), 'wick-mail-'))
  t.after(() => rm(directory, { recursive: true }))
  const smtpCredentialsFile = join(directory, 'credentials')
  await writeFile(smtpCredentialsFile, 'wick:s3cret:with a colon\n')
  const settings = { smtpServer: server.url, smtpFrom: 'wick@example.com', smtpCredentialsFile }
  mail = await mailSender(settings, [server.authority])
  smtpServer = server.url
  const { receiver, secret } = await call<AddReceiverAnswer>(addReceiver, {
    ...{ kind: 'email', emailAddress: 'on-call@example.com' },
  })
  assert.deepEqual([receiver.address, secret], ['on-call@example.com', null])
  await announce(announcement('one', { title: 'Größer\r\nBcc: everybody@example.com' }))
  server.refuses = 451
  await run()
  assert.match((await deliveries())[0]!.error!, /451/)
  server.refuses = null
  services.now += 60_000
  await run()
  assert.deepEqual(
    (await deliveries()).map(({ state }) => state),
    ['sent'],
  )
  const [{ from, to, user, isEncrypted, text: raw }] = server.taken as [(typeof server.taken)[0]]
  assert.deepEqual(
    { from, to, user, isEncrypted },
    {
      ...{ from: 'wick@example.com', to: ['on-call@example.com'], isEncrypted: true },
      user: 'wick s3cret:with a colon',
    },
  )
  const [head, ...body] = raw.split('\r\n\r\n')
  assert.doesNotMatch(head!, /^Bcc:/im)
  assert.match(head!, /^Subject: =\?UTF-8\?.*Gr=C3=B6=C3=9Fer/im)
  assert.match(head!, /^Message-ID: <[0-9a-f]{32}@example\.com>/im)
  assert.equal(
    body.join('\n').trim().replaceAll('\r', ''),
    'It does.\nAbout 1,235 USD a year.\nhttps://wick.example.com/console/groups/orders',
  )
  server.refuses = 550
  await announce(announcement('two'))
  await run()
  const [{ state, error }] = (await deliveries()) as [DeliveriesAnswer['deliveries'][0]]
  assert.equal(state, 'dead', 'nobody has that address')
  assert.match(error!, /550/)
})

test('mail is sent only where the settings name a mail server, and to one address', async () => {
  const mailbox = (emailAddress: string) => call(addReceiver, { kind: 'email', emailAddress })
  await assert.rejects(mailbox('a@example.com'), apiError('ValidationException', /--smtp-server/))
  for (const wrong of [
    'a',
    'a@b@c',
    'a@b,c@d',
    'a@b\r\nBcc: c@d',
    '<a@b>',
    '@example.com',
    'a b@example.com',
  ])
    await assert.rejects(mailbox(wrong), apiError('ValidationException', /emailAddress/))
  await assert.rejects(
    mailSender({ smtpServer: 'smtps://mail.example.com', smtpFrom: null, smtpCredentialsFile: null }),
    /--smtp-from/,
  )
})

// — what goes wrong

const failures: readonly (readonly [string, (response: ServerResponse) => void, RegExp])[] = [
  ['fails', (response) => response.writeHead(500).end('a secret of the page'), /^it answered 500$/],
  ['redirects', (response) => response.writeHead(307, { location: '/elsewhere' }).end(), /^it answered 307$/],
  ['hangs', () => {}, /abort/],
  ['breaks off', (response) => response.destroy(), /hang up/],
  ['never ends', (response) => response.write('x'.repeat(70_000)), /longer than 65536/],
]
for (const [what, behaves, error] of failures)
  test(`a receiver that ${what} is tried again under the same id, and is told in the end`, async () => {
    await add('webhook')
    answer = behaves
    await announce(announcement('one'))
    await run()
    const [{ state, error: said }] = (await deliveries()) as [DeliveriesAnswer['deliveries'][0]]
    assert.equal(state, 'pending')
    assert.match(said!, error)
    answer = (response) => response.writeHead(200).end('ok')
    services.now += 60_000
    await run()
    assert.deepEqual(
      posted.map(({ path, headers }) => [path, headers['webhook-id']]),
      Array(2).fill([posted[0]!.path, posted[0]!.headers['webhook-id']]),
    )
    assert.equal((await deliveries())[0]!.state, 'sent')
  })

test('a receiver that is slow is told in several rounds: nobody waits for it for long', async () => {
  await add('webhook')
  answer = (response) => {
    services.now += 9000
    response.writeHead(200).end()
  }
  await announce(...Array.from({ length: 10 }, (_, i) => announcement(`slow/${i}`)))
  await run()
  assert.equal(posted.length, 7)
  await run()
  assert.equal(posted.length, 10)
})

test('what was given up is told after all once somebody says so', async () => {
  await add('webhook')
  answer = (response) => response.writeHead(410).end()
  await announce(announcement('one'), announcement('two'))
  await run()
  assert.deepEqual(
    (await deliveries()).map(({ state }) => state),
    ['dead', 'dead'],
  )
  answer = (response) => response.writeHead(200).end()
  assert.deepEqual(await call<ResendDeliveriesAnswer>(resendDeliveries), { resent: 2 })
  await run()
  assert.deepEqual(
    (await deliveries()).map(({ state }) => state),
    ['sent', 'sent'],
  )
  assert.deepEqual(await call<ResendDeliveriesAnswer>(resendDeliveries), { resent: 0 })
})

test('threat 10: nothing in our own networks is connected to unless its host is named in the settings', async () => {
  privateHosts = []
  const before = server.connections()
  for (const host of ['localhost', '127.0.0.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]'])
    await call(addReceiver, { webhookUrl: `https://${host}:${server.port}/` })
  await announce(announcement('one'))
  await run()
  for (const { error } of await deliveries()) assert.match(error!, /is no public address/)
  assert.equal(server.connections(), before)
  privateHosts = ['127.0.0.1']
  services.now += 60_000
  await run()
  const reached = (await deliveries()).filter(({ state }) => state === 'sent').length
  // The two ways to write the address are one host.
  assert.deepEqual([reached, posted.length], [2, 2])
})

test('a test says of each receiver how it took it, and leaves nothing behind', async () => {
  const { receiver } = await add('webhook')
  const chat = await add('slack')
  answer = (response) => response.writeHead(posted.length === 1 ? 200 : 404).end()
  const { results } = await call<TestNotificationsAnswer>(testNotifications)
  assert.deepEqual(
    results.map(({ target }) => target),
    [`receiver:${receiver.id}`, `receiver:${chat.receiver.id}`],
  )
  assert.deepEqual(results.map(({ error }) => error).sort(), ['it answered 404', null])
  assert.match(posted[0]!.body + posted[1]!.body, /A test notification of orders/)
  assert.deepEqual(await deliveries(), [])
})
