/** Questions wait for their turn: whoever goes away meanwhile is in nobody's way. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { administratorAccess } from '../identity/administrator.ts'
import { type Questioner, questionLimits } from '../operations/bounded-questions.ts'
import { createGroup } from '../operations/testing/test-services.ts'
import type { SearchAnswer, SearchQuery } from '../storage/ports.ts'
import { minute, noon } from '../store/testing/store-bench.ts'
import { type RawConnection, rawConnection } from './testing/raw-connection.ts'
import { type AccessKey, signedHeaders, startTestServer, type TestServer } from './testing/test-server.ts'

const { atOnce, waiting } = questionLimits
const nothing: SearchAnswer = { start: noon, end: noon, samples: 0, matched: 0, frames: 0, hits: [] }

let server: TestServer
let connections: RawConnection[]
/** Texts that were searched for, in the order in which they came. */
let came: string[]
/** Those that are being answered or have been, in turn; answered when the test says so. */
let begun: string[]
let answers: PromiseWithResolvers<SearchAnswer>[]
let questioners: Questioner[]
beforeEach(async () => {
  server = await startTestServer()
  await createGroup(server.test)
  connections = []
  came = []
  begun = []
  answers = []
  questioners = []
  const { services } = server.test
  mock.method(services.store, 'search', ({ text }: SearchQuery) => {
    begun.push(text)
    const answer = Promise.withResolvers<SearchAnswer>()
    answers.push(answer)
    return answer.promise
  })
  const { storeFor } = services
  mock.method(services, 'storeFor', (questioner: Questioner) => {
    questioners.push(questioner)
    const store = storeFor(questioner)
    const search = (query: SearchQuery): ReturnType<typeof store.search> => {
      came.push(query.text)
      return store.search(query)
    }
    return new Proxy(store, {
      get: (target, name) => (name === 'search' ? search : Reflect.get(target, name)),
    })
  })
})
afterEach(async () => {
  for (const { socket } of connections) socket.destroy()
  for (const { resolve } of answers) resolve(nothing)
  await server.close()
})

async function connection(): Promise<RawConnection> {
  const made = await rawConnection(server.port)
  connections.push(made)
  return made
}

/** Written, and come to its turn or its place. */
async function ask({ write }: RawConnection, text: string, key: AccessKey = server.key): Promise<void> {
  const range = { startTime: formatTimestamp(noon - 5 * minute), endTime: formatTimestamp(noon) }
  const body = JSON.stringify({ ...range, text })
  const target = '/v1/profilingGroups/orders/search'
  const call = { method: 'POST', target, headers: { 'content-type': 'application/json' }, body }
  const headers = {
    ...signedHeaders(server.url, call, { key, at: server.test.now }),
    host: new URL(server.url).host,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  write([`POST ${target} HTTP/1.1`, ...lines, `content-length: ${body.length}`, '', body].join('\r\n'))
  await until(() => came.includes(text))
}

async function asked(text: string, key: AccessKey = server.key): Promise<RawConnection> {
  const made = await connection()
  await ask(made, text, key)
  return made
}

/** As many as are answered at one time. */
async function busy(): Promise<RawConnection[]> {
  const made: RawConnection[] = []
  for (let i = 0; i < atOnce; i++) made.push(await asked(`busy ${i}`))
  return made
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}

/** Of searches: what was searched for, and the error. */
async function recorded(): Promise<[text: string, error: string | undefined][]> {
  const records = (await server.test.catalog.recordsAfter(0, 1000)).map(({ record }) => JSON.parse(record))
  return records.map(({ requestParameters, errorCode }) => [requestParameters.text, errorCode])
}

const isRecorded = (text: string) => async () => (await recorded()).some(([searched]) => searched === text)

test('who goes away while waiting is not answered: those behind move up, and the record says so', async () => {
  await busy()
  const gone = [await asked('gone 0'), await asked('gone 1')]
  const stays = await asked('stays')
  for (const { socket } of gone) socket.destroy()
  await until(isRecorded('gone 0'))
  await until(isRecorded('gone 1'))
  answers[0]!.resolve(nothing)
  await until(() => begun.length > atOnce)
  assert.deepEqual(begun.slice(atOnce), ['stays'])
  answers[atOnce]!.resolve(nothing)
  await stays.until(/200 OK[\s\S]*"hits":\[\]/)
  assert.deepEqual((await recorded()).sort(), [
    ['busy 0', undefined],
    ['gone 0', 'CallerGone'],
    ['gone 1', 'CallerGone'],
    ['stays', undefined],
  ])
  const { text } = await server.send({ target: '/metrics' })
  assert.match(text, /^wick_requests_total\{operation="SearchFrames",status="200"\} 2$/m)
  assert.doesNotMatch(text, /^wick_refused_total/m)
  assert.deepEqual(server.log, [])
})

test('of several requests on one connection all are gone with it', async () => {
  await busy()
  const made = await connection()
  await ask(made, 'gone 0')
  await ask(made, 'gone 1')
  await asked('stays')
  made.socket.destroy()
  await until(isRecorded('gone 0'))
  await until(isRecorded('gone 1'))
  answers[0]!.resolve(nothing)
  await until(() => begun.length > atOnce)
  assert.deepEqual(begun.slice(atOnce), ['stays'])
})

test('what is being answered is answered to its end: only then it is the turn of the next one', async () => {
  const [first] = await busy()
  await asked('next')
  first!.socket.destroy()
  await until(() => questioners[0]!.gone!.aborted)
  assert.deepEqual(begun.slice(atOnce), [])
  answers[0]!.resolve(nothing)
  await until(isRecorded('busy 0'))
  assert.deepEqual(begun.slice(atOnce), ['next'])
  assert.deepEqual(await recorded(), [['busy 0', undefined]])
})

test('threat 16: one caller with many questions leaves places to another one, whatever sessions it asks in', async () => {
  await busy()
  for (let own = 0; own <= waiting / 2; own++) await asked(`own ${own}`)
  const refused = await (await asked('too many')).until(/"__type"[\s\S]*}/)
  assert.match(refused, /^HTTP\/1\.1 429 [\s\S]*retry-after: 1[\s\S]*ThrottlingException/i)
  const subject = server.administrator
  const session = await server.test.services.sessions.issue({
    subject,
    session: {
      ...{ issuedAt: server.test.now, expiresAt: server.test.now + 3_600_000, mfaAt: null },
      ...{ policies: null, policyArns: [], tags: {}, transitiveTagKeys: [] },
      ...{ sourceIdentity: null, federatedProvider: null },
    },
  })
  await (await asked('in a session', session)).until(/HTTP\/1\.1 429 /)
  const key = await server.addUser('other', administratorAccess)
  const other = await asked('theirs', key)
  for (let at = 0; !begun.includes('theirs'); at++) {
    answers[at]!.resolve(nothing)
    await until(() => begun.length > atOnce + at)
  }
  assert.equal(begun.indexOf('theirs'), atOnce + waiting / 2 + 1)
  answers.at(-1)!.resolve(nothing)
  await other.until(/200 OK/)
  const { text } = await server.send({ target: '/metrics' })
  assert.match(text, /^wick_refused_total\{what="questioner"\} 2$/m)
})
