/** Threat row 6: what was captured and is sent again within its window does nothing that the first did not do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '@wick/wire'
import { callOf, fillGroup } from './testing/every-call.ts'
import { signedHeaders, startTestServer, type TestServer } from './testing/test-server.ts'

const replays = 100

for (const { name } of operations) {
  test(`threat 6: ${name} replayed ${replays} times leaves what one call leaves`, async (t) => {
    const server = await startTestServer()
    t.after(() => server.close())
    const call = callOf(name, await fillGroup(server))
    const headers = signedHeaders(server.url, call, { key: server.key, at: server.test.now })
    const before = await stateOf(server)
    const first = await server.send({ ...call, headers })
    assert.ok(first.status < 300 || name === 'SubmitFeedback', first.text)
    const after = await stateOf(server)
    if (changing.has(name)) assert.notDeepEqual(after, before)
    else assert.deepEqual(after, before)

    const again = Array.from({ length: replays }, () => server.send({ ...call, headers }))
    for (const { status } of await Promise.all(again)) assert.ok(status < 500, String(status))
    assert.deepEqual(await stateOf(server), after)
  })
}

const changing: ReadonlySet<string> = new Set([
  'AddNotificationChannels',
  'CreateProfilingGroup',
  'DeleteProfilingGroup',
  'PostAgentProfile',
  'PutPermission',
  'RemoveNotificationChannel',
  'RemovePermission',
  'TagResource',
  'UntagResource',
  'UpdateProfilingGroup',
])

/** All that the API shows. */
async function stateOf(server: TestServer): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {}
  const orders = '/profilingGroups/orders'
  for (const target of [
    '/profilingGroups?includeDescription=true',
    `${orders}/policy`,
    `${orders}/notificationConfiguration`,
    `${orders}/profile?startTime=2026-11-24T00:00:00Z&endTime=2026-11-25T00:00:00Z`,
  ]) {
    const { status, text } = await server.signed({ target, headers: { accept: 'application/json' } })
    state[target] = [status, withoutInstants(JSON.parse(text))]
  }
  return state
}

/** When an agent was last told what to do is no change of anything. */
function withoutInstants(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, member) => (key === 'latestAgentOrchestratedAt' ? undefined : member)),
  )
}
