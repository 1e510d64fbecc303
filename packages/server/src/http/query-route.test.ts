import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type Call,
  type Received,
  type Signing,
  startTestServer,
  type TestServer,
} from './testing/test-server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer({ config: { region: 'eu-west-1' } })
})
after(() => server.close())

const call = (body: string, changes: Partial<Call> = {}): Call => ({
  method: 'POST',
  target: '/',
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body,
  ...changes,
})
const whoAmI = 'Action=GetCallerIdentity&Version=2011-06-15'
const sts = (body: string, signing: Signing = {}): Promise<Received> =>
  server.signed(call(body), { service: 'sts', region: 'us-east-1', ...signing })

/** Status and error code; the type of the answer must be XML. */
function told({ status, headers, text }: Received): [number, string | undefined] {
  assert.equal(headers['content-type'], 'text/xml')
  return [status, /<Code>(\w+)<\/Code>/.exec(text)?.[1]]
}

describe('a service that speaks the query protocol', () => {
  test('is told by the signature, and answers in XML with the id of the request', async () => {
    const { status, headers, text } = await sts(whoAmI)
    assert.equal(status, 200)
    assert.match(text, /<Arn>arn:aws:iam::000000000000:user\/wick-admin<\/Arn>/)
    assert.match(text, new RegExp(`<RequestId>${headers['x-amzn-requestid']}</RequestId>`))
  })

  test('is the same in every region: signed for its own or for us-east-1', async () => {
    assert.equal((await sts(whoAmI, { region: 'eu-west-1' })).status, 200)
    assert.deepEqual(told(await sts(whoAmI, { region: 'eu-north-1' })), [403, 'SignatureDoesNotMatch'])
    const profiler = await server.signed({ target: '/profilingGroups' }, { region: 'us-east-1' })
    assert.equal(profiler.status, 403, 'the profiler is not')
  })

  test('refuses what it does not know, in its own words', async () => {
    for (const [body, code] of [
      ['', 'MissingAction'],
      ['Action=GetCallerIdentity', 'InvalidAction'],
      ['Action=CreateUser&Version=2011-06-15', 'InvalidAction'],
      ['Action=GetCallerIdentity&Version=2010-05-08', 'InvalidAction'],
      ['Action=constructor&Version=2011-06-15', 'InvalidAction'],
      [`${whoAmI}&Action=GetCallerIdentity`, 'MalformedQueryString'],
    ] as const)
      assert.deepEqual(told(await sts(body)), [400, code], body)
  })

  test('names the refusals of every service as its family does', async () => {
    const unknown = { key: { ...server.key, accessKeyId: 'AKIAUNKNOWNUNKNOWN22' } }
    assert.deepEqual(told(await sts(whoAmI, unknown)), [403, 'InvalidClientTokenId'])
    const wrong = { key: { ...server.key, secretAccessKey: 'x'.repeat(40) } }
    assert.deepEqual(told(await sts(whoAmI, wrong)), [403, 'SignatureDoesNotMatch'])
    assert.deepEqual(told(await server.send(call(whoAmI))), [403, 'MissingAuthenticationToken'])
  })

  test('has one path and one method', async () => {
    for (const changes of [{ target: '/profilingGroups' }, { method: 'PUT' }])
      assert.deepEqual(told(await server.signed(call(whoAmI, changes), { service: 'sts' })), [
        400,
        'InvalidAction',
      ])
  })

  test('does not take the signature for another service for its own', async () => {
    const profiler = await server.signed(call(whoAmI), { region: 'eu-west-1' })
    assert.deepEqual([profiler.status, profiler.headers['content-type']], [404, 'application/json'])
    const made = await server.signed({ target: '/profilingGroups' }, { service: 's3', region: 'eu-west-1' })
    assert.match(made.text, /scoped to correct service: 'codeguru-profiler'/)
  })
})
