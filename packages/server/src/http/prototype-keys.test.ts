/** Threat row 22: keys that mean something to JavaScript are keys like others, in every body, whatever it is written in. */
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { operations } from '@wick/wire'
import { anywhereOperations } from '@wick/wire/anywhere'
import { iamService, monitoringService, stsService } from '@wick/wire/query'
import { extensions } from './private-routes.ts'
import { callOf, fillGroup } from './testing/every-call.ts'
import { type Call, type Received, startTestServer, type TestServer } from './testing/test-server.ts'

const hostile = [
  '"__proto__":{"polluted":true,"profilingEnabled":false}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"prototype":{"polluted":true}',
  '"toString":null,"hasOwnProperty":1',
].join(',')

const names = Object.getOwnPropertyNames(Object.prototype)
afterEach(() => {
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), names)
})

for (const { name } of operations.filter(({ method }) => method === 'POST' || method === 'PUT')) {
  test(`threat 22: ${name}: prototypes stay as they are, and the call means what it meant`, async (t) => {
    const server = await startTestServer()
    t.after(() => server.close())
    const call = callOf(name, await fillGroup(server))
    const plain = String(call.body ?? '{}')
    const body = `${plain.slice(0, -1)}${plain === '{}' ? '' : ','}${hostile}}`
    const answer = await server.signed({ ...call, body })
    assert.ok(answer.status < 300 || name === 'SubmitFeedback', answer.text)
    assert.doesNotMatch(answer.text, /polluted/)
  })
}

describe('threat 22: prototypes stay as they are, and the answer is of the kind that a body without such keys has:', () => {
  let server: TestServer
  before(async () => {
    // One caller asks for everything, twice.
    server = await startTestServer({ config: { callsPerSecond: 100_000 } })
    await fillGroup(server)
  })
  after(() => server.close())

  type Body = string | Uint8Array
  const sameWith = async (ask: (body: Body) => Promise<Received>, plain: Body, more: Body): Promise<void> => {
    const [wanted, answer] = [await ask(plain), await ask(more)]
    assert.notEqual(answer.status, 500, answer.text)
    assert.equal(kindOf(answer), kindOf(wanted), answer.text)
  }
  const same = (call: Partial<Call>, plain: Body, more: Body, service = 'codeguru-profiler') =>
    sameWith(
      (body) => server.signed({ method: 'POST', target: '/', ...call, body }, { service }),
      plain,
      more,
    )

  const json = { 'content-type': 'application/json' }
  const filled = (path: string): string =>
    path.replace('{profilingGroupName}', 'orders').replaceAll(/\{\w+\}/g, 'one')

  test('our own calls', async () => {
    for (const { method, path } of extensions.filter(hasBody))
      await same({ method, target: filled(path), headers: json }, '{}', `{${hostile}}`)
  })

  test('Roles Anywhere', async () => {
    for (const { method, path } of anywhereOperations.filter(hasBody))
      await same({ method, target: filled(path), headers: json }, '{}', `{${hostile}}`, 'rolesanywhere')
  })

  test('CloudTrail', async () => {
    const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents'
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }
    await same({ headers }, '{"MaxResults":1}', `{"MaxResults":1,${hostile}}`, 'cloudtrail')
  })

  test('CloudWatch, in JSON and in CBOR', async () => {
    for (const name of Object.keys(monitoringService.operations)) {
      const target = { 'x-amz-target': `GraniteServiceVersion20100801.${name}` }
      const headers = { 'content-type': 'application/x-amz-json-1.0', ...target }
      await same({ headers }, '{}', `{${hostile}}`, 'monitoring')
      const inCbor = {
        target: `/service/GraniteServiceVersion20100801/operation/${name}`,
        headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
      }
      await same(inCbor, cbor({}), cbor(JSON.parse(`{${hostile}}`)), 'monitoring')
    }
  })

  test('IAM and STS, in forms', async () => {
    const keys = [
      ...['__proto__.polluted', 'constructor.prototype.polluted', 'toString', 'hasOwnProperty'],
      ...['Tags.__proto__.polluted', 'Tags.member.__proto__.polluted', 'Tags.member.1.__proto__.polluted'],
    ]
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    // A second key of the caller can be made, a third cannot.
    for (const [service, { operations: actions }, version] of [
      ['iam', iamService, '2010-05-08'],
      ['sts', stsService, '2011-06-15'],
    ] as const)
      for (const action of Object.keys(actions).filter((name) => name !== 'CreateAccessKey')) {
        const form = `Action=${action}&Version=${version}`
        await same({ headers }, form, `${form}${keys.map((key) => `&${key}=1`).join('')}`, service)
      }
  })

  test('signing in to the console', async () => {
    const headers = { ...json, 'x-wick-console': '1' }
    const ask = (body: Body) => server.send({ method: 'POST', target: '/v1/console/session', headers, body })
    for (const fields of [
      '"ticket":"none"',
      '"userName":"nobody","password":"wrong"',
      '"challenge":"none","code":"000000"',
      '"challenge":"none","passkey":{"id":"x"}',
    ])
      await sameWith(ask, `{${fields}}`, `{${fields},${hostile}}`)
    await sameWith(ask, '{}', '{"__proto__":{"userName":"wick-admin","password":"x"}}')
  })
})

const hasBody = ({ method }: { readonly method: string }): boolean =>
  ['POST', 'PUT', 'PATCH'].includes(method)

function kindOf({ status, headers, text }: Received): string {
  return `${status} ${headers['x-amzn-errortype'] ?? /<Code>(\w+)</.exec(text)?.[1] ?? ''}`
}

/** Of short texts, small numbers and few members. */
function cbor(value: unknown): Uint8Array {
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    return Buffer.concat([Buffer.of(0xa0 + entries.length), ...entries.flat().map(cbor)])
  }
  if (typeof value === 'string') return Buffer.concat([Buffer.of(0x60 + value.length), Buffer.from(value)])
  if (typeof value === 'number') return Buffer.of(value)
  return Buffer.of(value === null ? 0xf6 : value === true ? 0xf5 : 0xf4)
}
