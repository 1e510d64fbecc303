import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createGroup } from '../operations/testing/test-services.ts'
import { type EndpointPolicy, readEndpointPolicy, watchEndpointPolicy } from './endpoint-policy.ts'
import type { LogEntry } from './log.ts'
import { errorIn, startTestServer, type TestServer } from './testing/test-server.ts'

let directory: string
let file: string
const servers: TestServer[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wick-endpoint-'))
  file = join(directory, 'agents.json')
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  rmSync(directory, { recursive: true })
})

async function guarded(...statements: object[]): Promise<TestServer> {
  writeFileSync(file, JSON.stringify({ Version: '2012-10-17', Statement: statements }))
  const server = await startTestServer({ guardrails: [await readEndpointPolicy('agents', file)] })
  servers.push(server)
  await createGroup(server.test)
  return server
}

const everybody = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }
const list = { target: '/profilingGroups' }
const describe = { target: '/profilingGroups/orders' }

test('what the policy allows, those may do who may do it anyway', async () => {
  const server = await guarded(everybody)
  assert.equal((await server.signed(list)).status, 200)
  const nobody = await server.addUser('nobody')
  assert.equal(errorIn(await server.signed(list, { key: nobody })), 'AccessDeniedException')
})

test('what it does not allow, not even an administrator may do there', async () => {
  const server = await guarded({ ...everybody, Action: 'codeguru-profiler:ListProfilingGroups' })
  assert.equal((await server.signed(list)).status, 200)
  const refused = await server.signed(describe)
  assert.equal(errorIn(refused), 'AccessDeniedException')
  assert.match(
    refused.text,
    /because no .*endpoint policy allows the codeguru-profiler:DescribeProfilingGroup/,
  )
})

test('it can deny what everything else allows, and ask about the listener', async () => {
  const server = await guarded(everybody, {
    ...everybody,
    Effect: 'Deny',
    Action: 'codeguru-profiler:Describe*',
    Condition: { StringEquals: { 'aws:SourceVpce': 'default' } },
  })
  assert.equal((await server.signed(list)).status, 200)
  const refused = await server.signed(describe)
  assert.equal(errorIn(refused), 'AccessDeniedException')
  assert.match(refused.text, /explicit deny/)
})

test('it binds the console as well', async () => {
  const server = await guarded({ ...everybody, Action: 'codeguru-profiler:ListProfilingGroups' })
  const { cookie } = await server.signIn()
  const headers = { cookie: `wick-session=${cookie}`, 'x-wick-console': '1' }
  assert.equal((await server.send({ ...list, headers })).status, 200)
  assert.equal(errorIn(await server.send({ ...describe, headers })), 'AccessDeniedException')
})

test('a policy that cannot be used is refused, with the line and the reason of each problem', async () => {
  writeFileSync(file, '{\n "Statement": [\n  {"Effect": "allow",\n   "Actions": "*",\n   "Resource": "*"}]}')
  await assert.rejects(readEndpointPolicy('agents', file), (error: Error) => {
    assert.equal(error.name, 'StartupError')
    const [head, ...problems] = error.message.split('\n')
    assert.equal(head, `The endpoint policy ${file} of the listener 'agents' cannot be used:`)
    assert.ok(problems.some((line) => /^ {2}line 3: Effect is "Allow" or "Deny", not "allow"$/.test(line)))
    assert.ok(problems.some((line) => /^ {2}line 4: a statement has no element "Actions"$/.test(line)))
    return true
  })
  writeFileSync(file, '{"Statement": ')
  await assert.rejects(readEndpointPolicy('agents', file), /line 1: /)
  const missing = join(directory, 'missing.json')
  await assert.rejects(
    readEndpointPolicy('agents', missing),
    /missing\.json cannot be read: there is no such file/,
  )
})

test('a policy that is replaced counts from then on; one that cannot be used changes nothing, and is logged', async (t) => {
  const write = (action: string): void =>
    writeFileSync(file, JSON.stringify({ Statement: { ...everybody, Action: action } }))
  const log: LogEntry[] = []
  const logged = async (event: string): Promise<void> => {
    while (log.at(-1)?.event !== event) await setTimeout(5)
  }
  write('codeguru-profiler:ListProfilingGroups')
  const policy: EndpointPolicy = await watchEndpointPolicy('agents', file, (entry) => log.push(entry), 20)
  t.after(() => policy.close())
  const actions = (): readonly string[] =>
    policy.current.policy.statements.flatMap(({ actions: { items } }) => items.map(({ text }) => text))
  assert.deepEqual(actions(), ['codeguru-profiler:ListProfilingGroups'])
  write('codeguru-profiler:*')
  await logged('endpoint-policy.reloaded')
  assert.deepEqual(actions(), ['codeguru-profiler:*'])
  writeFileSync(file, '{"Statement":')
  await logged('endpoint-policy.not-reloaded')
  assert.deepEqual(actions(), ['codeguru-profiler:*'])
  write('iam:*')
  await policy.reload()
  assert.deepEqual(actions(), ['iam:*'])
})
