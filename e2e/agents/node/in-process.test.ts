/** The agent works in the program's main thread: what the program sees of that, and how the last profile gets away. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Handler, type Recorder, recorder } from './recorder.ts'
import {
  installedProject,
  type Project,
  type Ran,
  reportingTo,
  runProgram,
  type Version,
  versions,
} from './support.ts'

let project: Project

before(async () => {
  project = await installedProject()
})

after(() => project?.remove())

const answering =
  (answer: object): Handler =>
  (request, response) => {
    if (request.url!.endsWith('configureAgent')) response.end(JSON.stringify(answer))
    else response.writeHead(204).end()
  }

const eachSecond = answering({
  shouldProfile: true,
  periodInSeconds: 1,
  agentParameters: { SamplingIntervalInMilliseconds: '10', MinimumTimeForReportingInMilliseconds: '1000' },
})

/** None is due before the end. */
const later = answering({
  shouldProfile: true,
  periodInSeconds: 300,
  agentParameters: { SamplingIntervalInMilliseconds: '10' },
})

const run = (
  server: Recorder,
  version: Version,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Ran> =>
  runProgram({
    project,
    version,
    args,
    environment: { ...reportingTo(server.url), ...more },
  })

for (const version of ['20', '26'] as const) {
  test(`Node ${version}: a program sees no request, thread, handle or held context of the agent, nor its frames`, async (t) => {
    const server = await recorder(eachSecond)
    t.after(server.close)
    const args = ['--expose-gc', 'notices.mjs']
    const [ran, alone] = await Promise.all([
      run(server, version, args),
      run(server, version, args, { AWS_CODEGURU_PROFILER_ENABLED: 'false' }),
    ])
    const seen = JSON.parse(ran.stdout)
    assert.deepEqual(seen, JSON.parse(alone.stdout), ran.stderr)
    assert.deepEqual([seen.requests, seen.workers, seen.isContextHeld], [0, 0, false])
    assert.ok(server.profiles().length >= 3, `${server.profiles().length} profiles`)
    const told = JSON.stringify(server.profiles().map(({ body }) => body.callgraph))
    assert.match(told, /"shop\/notices\.mjs:priceOrders"/)
    assert.doesNotMatch(told, /@wick\/agent/)
  })
}

test('stopped, it sends what it has, and the program goes on and ends by itself', async (t) => {
  const server = await recorder(later)
  t.after(server.close)
  const ran = await run(server, '26', ['--expose-gc', 'notices.mjs', 'stop'])
  assert.match(ran.stdout, /\nstopped\n$/, ran.stderr)
  assert.equal(ran.exitCode, 0)
  assert.equal(server.profiles().length, 1)
  assert.match(JSON.stringify(server.profiles()), /"shop\/notices\.mjs:priceOrders"/)
})

for (const version of versions) {
  test(`Node ${version}: at each end the last profile is sent, with what workers have`, async (t) => {
    const server = await recorder(eachSecond)
    t.after(server.close)
    for (const how of ['exit', 'throw', 'end']) {
      let left = await leaving(server, version, how)
      // A machine that is busy with other things gives a worker, or the server, too little of the two seconds.
      for (let tries = 1; tries < 4 && !(left.isToTheEnd && left.isOfWorkers); tries++)
        left = await leaving(server, version, how)
      const { ran, ...last } = left
      assert.equal(ran.exitCode, how === 'throw' ? 1 : 0, ran.stderr)
      assert.deepEqual(last, { isToTheEnd: true, isOfWorkers: true }, `${how}: ${ran.stderr}`)
    }
  })
}

/** A run, and what the newest of its profiles holds: what was on its way at the end comes again, after that one. */
async function leaving(
  server: Recorder,
  version: Version,
  how: string,
): Promise<{ ran: Ran; isToTheEnd: boolean; isOfWorkers: boolean }> {
  const before = server.profiles().length
  const ran = await run(server, version, ['--import', '@wick/agent', 'leaves.mjs', how])
  const sent = server.profiles().slice(before)
  const ends = sent.map(({ body }) => Number(body.end))
  const last = Math.max(...ends)
  return {
    ran,
    isToTheEnd: last >= Number(ran.stdout),
    isOfWorkers: /"shop\/leaves\.mjs:packParcels"/.test(JSON.stringify(sent[ends.indexOf(last)] ?? null)),
  }
}

test('a server that wants no profiles gets none at the end', async (t) => {
  const server = await recorder(answering({ shouldProfile: false }))
  t.after(server.close)
  const ran = await run(server, '26', ['--import', '@wick/agent', 'leaves.mjs', 'exit'])
  assert.equal(ran.exitCode, 0)
  assert.deepEqual([server.calls.length > 0, server.profiles().length], [true, 0])
})
