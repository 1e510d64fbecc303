/** What the reporter does as the server, an operator or a platform wants, and what it says of itself. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { CpuBudget } from './cpu-budget.ts'
import type { FromSampled } from './messages.ts'
import {
  type Answer,
  configuration,
  refusal,
  reporting,
  type Scene,
  sliceOfWork,
  until,
  welcome,
} from './testing/reporting.ts'

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'wick-agent-reporter-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('a server that says shouldProfile=false gets no profiles, until it says true', async (t) => {
  const scene = await reporting(t, { answer: welcome })
  await until(() => scene.count('agentProfile') > 0)
  scene.answer = ({ kind }) =>
    kind === 'configureAgent' ? { body: '{"shouldProfile":false}' } : { status: 204 }
  await until(() => scene.orders.at(-1) === 0, 'sampling stops')
  const posted = scene.count('agentProfile')
  const asked = scene.count('configureAgent')
  await until(() => scene.count('configureAgent') >= asked + 3, 'it is asked each period')
  assert.equal(scene.count('agentProfile'), posted)
  scene.answer = welcome
  await until(() => scene.count('agentProfile') > posted, 'profiles come again')
  assert.deepEqual(scene.orders, [0, 10_000])
  assert.ok(scene.lines.some((line) => line.includes('switched off at the server')))
})

test('a kill switch that appears stops all of it, network included; when it goes, all goes on', async (t) => {
  const file = join(directory(t), 'killProfiler')
  const environment = { WICK_KILL_SWITCH_FILE: file }
  const scene = await reporting(t, { answer: welcome, environment, killSwitchMs: 50 })
  await until(() => scene.count('agentProfile') > 0)
  writeFileSync(file, '')
  await until(() => scene.orders.at(-1) === 0, 'sampling stops')
  const { length } = scene.calls
  await new Promise((resolve) => setTimeout(resolve, 1000))
  assert.ok(scene.calls.length <= length + 1, 'at most what was on its way')
  rmSync(file)
  await until(() => scene.calls.length > length + 2, 'it goes on')
  assert.deepEqual(scene.orders, [0, 10_000])
  const said = scene.lines.filter((line) => line.includes(file))
  assert.deepEqual(
    said.map((line) => /switched off while|is gone: profiling goes on/.exec(line)?.[0]),
    ['switched off while', 'is gone: profiling goes on'],
  )
})

for (const [status, code] of [
  [403, 'ExpiredTokenException'],
  [403, 'AccessDeniedException'],
  [401, 'NotAuthorised'],
  [400, 'ExpiredTokenException'],
] as const) {
  test(`keys that are answered ${status} ${code} are looked up once more, and the call is made again at once`, async (t) => {
    const file = join(directory(t), 'credentials')
    const write = (key: string): void =>
      writeFileSync(file, `[default]\naws_access_key_id = ${key}\naws_secret_access_key = s\n`)
    write('OLD')
    let isExpired = false
    const scene = await reporting(t, {
      answer: (call) => {
        const isOld = String(call.headers.authorization).includes('Credential=OLD/')
        return isExpired && isOld ? refusal(status, code) : welcome(call)
      },
      environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SHARED_CREDENTIALS_FILE: file },
    })
    await until(() => scene.count('agentProfile') > 0)
    write('NEW')
    isExpired = true
    const { length } = scene.calls
    await until(() => scene.calls.length > length + 4)
    const keys = scene.calls
      .slice(length)
      .map(({ headers }) => /Credential=(\w+)/.exec(String(headers.authorization))![1])
    assert.deepEqual(keys.slice(0, 4), ['OLD', 'NEW', 'NEW', 'NEW'])
    assert.equal(scene.lines.length, 1, scene.lines.join(''))
  })
}

test('keys that are refused and stay the same are not tried again before the next period', async (t) => {
  const answer: Answer = () => refusal(403, 'ExpiredTokenException')
  const scene = await reporting(t, { answer, periodMs: 60_000 })
  await until(() => scene.lines.length > 0)
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.equal(scene.calls.length, 1)
})

/** Of a profile: its counts, and for how long it was sampled. */
function weightOf({ body }: Scene['calls'][number]): { counts: number; durationInMs: number } {
  const { callgraph, agentMetadata } = body as {
    callgraph: { children: Record<string, { counts: { RUNNABLE: number } }> }
    agentMetadata: { durationInMs: number }
  }
  const [compute] = Object.values(callgraph.children)
  return { counts: compute!.counts.RUNNABLE, durationInMs: agentMetadata.durationInMs }
}

/** One count is a second, and a period much less. */
const coarse: Answer = ({ kind }) =>
  kind === 'configureAgent'
    ? {
        body: JSON.stringify({
          shouldProfile: true,
          agentParameters: { MinimumTimeForReportingInMilliseconds: '0' },
        }),
      }
    : { status: 204 }

test('what is less than half a count waits for more: no profile weighs twice what it was', async (t) => {
  const scene = await reporting(t, { answer: coarse })
  await until(() => scene.count('agentProfile') >= 3)
  for (const call of scene.calls.filter(({ kind }) => kind === 'agentProfile')) {
    const { counts, durationInMs } = weightOf(call)
    assert.ok(Math.abs(counts - durationInMs / 1000) <= 0.5, `${counts} counts in ${durationInMs} ms`)
  }
})

test('the last profile is sent however little it holds', async (t) => {
  const scene = await reporting(t, { answer: coarse, periodMs: 60_000 })
  await until(() => scene.count('configureAgent') === 1)
  scene.work()
  await scene.finish()
  assert.equal(scene.count('agentProfile'), 1)
  assert.equal(weightOf(scene.calls.at(-1)!).counts, 1)
})

test('stopped while a profile is on its way, it waits for the answer and sends that profile no second time', async (t) => {
  const scene = await reporting(t, { answer: welcome })
  scene.answerMs = 500
  const { length } = scene.calls
  await until(() => scene.calls.slice(length).some(({ kind }) => kind === 'agentProfile'))
  await scene.finish()
  const tokens = scene.calls.flatMap(({ kind, token }) => (kind === 'agentProfile' ? [token] : []))
  assert.deepEqual(tokens, [...new Set(tokens)])
})

for (const [status, code, isDropped] of [
  [301, '', false],
  [308, '', false],
  [400, 'ValidationException', true],
  [400, 'SerializationException', true],
  [400, 'ExpiredTokenException', false],
  [400, 'InvalidSignatureException', false],
  [400, '', false],
  [402, '', true],
  [413, '', true],
  [401, '', false],
  [403, '', false],
  [404, '', false],
  [405, '', false],
  [407, '', false],
  [408, '', false],
  [421, '', false],
  [429, '', false],
  [500, '', false],
] as const) {
  test(`a profile that is answered ${status} ${code} is ${isDropped ? 'dropped' : 'kept'}`, async (t) => {
    let first = ''
    const scene = await reporting(t, {
      answer: (call) => {
        if (call.kind === 'configureAgent') return configuration
        first ||= call.token
        return call.token === first ? refusal(status, code) : { status: 204 }
      },
    })
    await until(() => scene.count('agentProfile') >= 3)
    await scene.finish()
    const tries = scene.calls.filter(({ token }) => token !== '' && token === first).length
    assert.equal(tries > 1, !isDropped)
  })
}

for (const [body, isTaken] of [
  ['', true],
  ['{}', true],
  ['<html>sign in</html>', false],
  ['null', false],
  ['[]', false],
] as const) {
  test(`a profile that is answered 200 with '${body}' is ${isTaken ? 'delivered' : 'kept'}`, async (t) => {
    let first = ''
    const scene = await reporting(t, {
      answer: (call) => {
        if (call.kind === 'configureAgent') return configuration
        first ||= call.token
        return call.token === first ? { body } : { status: 204 }
      },
    })
    await until(() => scene.count('agentProfile') >= 3)
    await scene.finish()
    const tries = scene.calls.filter(({ token }) => token !== '' && token === first).length
    assert.equal(tries > 1, !isTaken)
  })
}

test('each profile says who sent it, what that cost, and what went wrong', async (t) => {
  const environment = { WICK_LABELS: 'version=2.4.1' }
  const scene = await reporting(t, { answer: welcome, environment })
  scene.failures = 2
  await until(() => scene.count('agentProfile') >= 2)
  const { body } = scene.calls.find(({ kind }) => kind === 'agentProfile')!
  const metadata = body.agentMetadata as Record<string, Record<string, unknown>>
  const { sampler, agentOverhead, agentInfo, fleetInfo, labels } = metadata
  assert.equal(sampler!.engine, 'inspector')
  assert.equal(sampler!.intervalMicros, 10_000)
  assert.equal(sampler!.failures, 2)
  assert.ok(Number(sampler!.samples) > 0)
  assert.ok(Number(sampler!.missedSamples) > 0, 'the program takes a sample each 20 ms only')
  assert.ok(Number(sampler!.treeBytes) > 200 && Number(sampler!.treeBytes) < 10_000)
  assert.equal(sampler!.throttled, undefined)
  assert.equal(agentOverhead!.memoryInMB, 0)
  assert.ok(Number(agentOverhead!.timeInMs) >= 0)
  assert.deepEqual(agentInfo, { type: 'wick-agent-node', version: '0' })
  assert.match(String(fleetInfo!.id), new RegExp(`:${process.pid}:`))
  assert.deepEqual(labels, { version: '2.4.1' })
  assert.deepEqual(metadata.sampleWeights, { WALL_TIME: 100 })
  assert.deepEqual(metadata.metrics, { numThreads: 1 })
  assert.equal(metadata.runtimeVersion as unknown, process.versions.node)
  assert.ok(Number(metadata.cpuTimeInSeconds) > 0)
  assert.ok(Number(metadata.numTimesSampled) > 0)
  const debug = body.debugInfo as Record<string, unknown>
  assert.deepEqual([debug.processId, debug.errorsCount], [process.pid, { errorsCount: 0 }])
})

test('errors that came before it are counted in the next profile, and dropped profiles in all', async (t) => {
  const scene = await reporting(t, { answer: welcome })
  scene.answer = ({ kind }) =>
    kind === 'configureAgent' ? configuration : refusal(400, 'ValidationException')
  await until(() => scene.count('agentProfile') >= 2)
  scene.answer = welcome
  const { length } = scene.calls
  await until(() => scene.calls.slice(length).filter(({ kind }) => kind === 'agentProfile').length >= 2)
  const last = scene.calls.findLast(({ kind }) => kind === 'agentProfile')!
  const { sampler } = last.body.agentMetadata as { sampler: Record<string, unknown> }
  assert.ok(Number(sampler.droppedProfiles) >= 2)
})

/** The last that a worker hands over. */
const lastOf = (threadId: number, more: Partial<FromSampled> = {}): FromSampled => ({
  kind: 'slice',
  slice: null,
  threadId,
  costMs: 0,
  failures: 0,
  heap: null,
  isLast: true,
  ...more,
})

test('the heap of a worker that has ended is told once', async (t) => {
  const scene = await reporting(t, { answer: welcome })
  scene.receive(lastOf(1, { heap: { capacityBytes: 100, usedBytes: 50, sites: [] } }))
  await until(() => scene.count('agentProfile') >= 3)
  const heaps = scene.calls
    .filter(({ kind }) => kind === 'agentProfile')
    .map(({ body }) => (body.heapSummary as { usedBytes: number } | undefined)?.usedBytes)
  assert.deepEqual(heaps.slice(0, 3), [50, undefined, undefined])
})

test('workers that come and go do not make the time shorter that was sampled', async (t) => {
  const scene = await reporting(t, { answer: welcome, periodMs: 60_000 })
  await until(() => scene.count('configureAgent') === 1)
  const now = Date.now()
  for (let id = 1; id <= 20; id++) scene.receive(lastOf(id, { slice: sliceOfWork(now - 10, now, id) }))
  scene.receive(lastOf(0, { slice: sliceOfWork(now - 2000, now), isLast: false }))
  await scene.finish()
  const { durationInMs, numTimesSampled, metrics } = scene.calls.at(-1)!.body.agentMetadata as {
    [name: string]: unknown
  }
  assert.deepEqual([durationInMs, numTimesSampled, metrics], [2000, 200, { numThreads: 21 }])
})

test('what was sampled before the budget makes a pause is sent', async (t) => {
  let isPaused = false
  t.mock.getter(CpuBudget.prototype, 'isPaused', () => isPaused)
  const judge = t.mock.method(CpuBudget.prototype, 'judge', () => null)
  const scene = await reporting(t, { answer: welcome, periodMs: 60_000 })
  await until(() => scene.count('configureAgent') === 1)
  const now = Date.now()
  scene.receive(lastOf(0, { slice: sliceOfWork(now - 2000, now), isLast: false }))
  isPaused = true
  judge.mock.mockImplementation(() => 'it pauses')
  await until(() => scene.count('agentProfile') === 1, 'the profile comes')
  assert.equal(weightOf(scene.calls.at(-1)!).counts, 200)
  assert.deepEqual(scene.orders, [0])
})
