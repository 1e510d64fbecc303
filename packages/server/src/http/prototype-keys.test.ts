/** Threat row 22: keys that mean something to JavaScript are keys like others, in every body. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '@wick/wire'
import { callOf, fillGroup } from './testing/every-call.ts'
import { startTestServer } from './testing/test-server.ts'

const hostile = [
  '"__proto__":{"polluted":true,"profilingEnabled":false}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"prototype":{"polluted":true}',
  '"toString":null,"hasOwnProperty":1',
]

for (const { name } of operations.filter(({ method }) => method === 'POST' || method === 'PUT')) {
  test(`threat 22: ${name}: prototypes stay as they are, and the call means what it meant`, async (t) => {
    const server = await startTestServer()
    t.after(() => server.close())
    const call = callOf(name, await fillGroup(server))
    const plain = String(call.body ?? '{}')
    const body = `${plain.slice(0, -1)}${plain === '{}' ? '' : ','}${hostile.join(',')}}`
    const before = Object.getOwnPropertyNames(Object.prototype)
    const answer = await server.signed({ ...call, body })
    assert.ok(answer.status < 300 || name === 'SubmitFeedback', answer.text)
    assert.equal(({} as Record<string, unknown>).polluted, undefined)
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before)
    assert.doesNotMatch(answer.text, /polluted/)
  })
}
