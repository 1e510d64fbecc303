/** Handlers of every kind, called as the runtime of Lambda does: they see no difference, the agent sees each call. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Invocable, type Invocation, wrapHandler } from './lambda.ts'
import { reporting, type Scene, until, welcome } from './testing/reporting.ts'

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:shop:prod'

const context = (remaining = 10_000) => ({
  invokedFunctionArn: arn,
  awsRequestId: 'request-1',
  getRemainingTimeInMillis: () => remaining,
})

class Recorder implements Invocable {
  readonly seen: string[] = []
  invocation: Invocation | null = null
  milliseconds = 0

  invoked(invocation: Invocation): void {
    this.seen.push('begin')
    this.invocation = invocation
  }

  async suspend(milliseconds: number): Promise<void> {
    this.milliseconds = milliseconds
    await new Promise((resolve) => setImmediate(resolve))
    this.seen.push('end')
  }
}

test('a promise is passed on after the end of the call was told, with its ARN, id and time left', async () => {
  const agent = new Recorder()
  const handler = wrapHandler(
    async (event) => {
      agent.seen.push('work')
      return { event }
    },
    () => agent,
  )
  assert.deepEqual(await handler({ a: 1 }, context()), { event: { a: 1 } })
  assert.deepEqual(agent.seen, ['begin', 'work', 'end'])
  assert.deepEqual(agent.invocation, { functionArn: arn, requestId: 'request-1', remainingMs: 10_000 })
  assert.equal(agent.milliseconds, 2000)
})

test('a call with little time left gives half of it', async () => {
  const agent = new Recorder()
  await wrapHandler(
    async () => {},
    () => agent,
  )({}, context(300))
  assert.equal(agent.milliseconds, 150)
})

test('a handler that calls back is called back for, one that streams gets its stream', async () => {
  const agent = new Recorder()
  const classic = wrapHandler(
    (_event, _context, callback) => {
      setImmediate(() => (callback as (...outcome: unknown[]) => void)(null, 'done'))
    },
    () => agent,
  )
  const outcome = await new Promise((resolve) => classic({}, context(), (...all: unknown[]) => resolve(all)))
  assert.deepEqual(outcome, [null, 'done'])
  assert.deepEqual(agent.seen.splice(0), ['begin', 'end'])
  const stream = { write: () => {} }
  const streaming = wrapHandler(
    async (_event, given) => given,
    () => agent,
  )
  assert.equal(await streaming({}, stream, context()), stream)
  assert.deepEqual(agent.seen, ['begin', 'end'])
})

test('a handler keeps what the runtime tells it by: the marks of one that streams, the number of what it takes', () => {
  // As `awslambda.streamifyResponse` has it.
  const [streaming, highWaterMark] = ['streaming', 'streaming.highWaterMark'].map((name) =>
    Symbol.for(`aws.lambda.runtime.handler.${name}`),
  ) as [symbol, symbol]
  const handler = Object.assign(async (_event: unknown, _stream: unknown, _context: unknown) => {}, {
    [streaming]: 'response',
    [highWaterMark]: 1024,
    config: { path: '/' },
  })
  const wrapped = wrapHandler(handler as never, () => new Recorder())
  assert.deepEqual({ ...wrapped }, { ...handler })
  assert.equal(wrapped.length, 3)
})

test('what a handler throws, or rejects with, is what its caller gets', async () => {
  const agent = new Recorder()
  const failure = new Error('sold out')
  const throwing = wrapHandler(
    () => {
      throw failure
    },
    () => agent,
  )
  assert.throws(() => throwing({}, context()), failure)
  const rejecting = wrapHandler(
    async () => {
      throw failure
    },
    () => agent,
  )
  await assert.rejects(async () => rejecting({}, context()), failure)
})

test('an agent that fails, does not run, or is given no context changes nothing', async () => {
  const broken: Invocable = {
    invoked: () => {
      throw new Error('no')
    },
    suspend: async () => {
      throw new Error('no')
    },
  }
  const handler = async (event: unknown) => event
  for (const agent of [() => broken, () => null]) {
    assert.equal(await wrapHandler(handler as never, agent)('event', context()), 'event')
  }
  assert.equal(await wrapHandler(handler as never, () => broken)('event'), 'event')
  assert.equal(
    await wrapHandler(handler as never, () => broken)('event', { ...context(), getRemainingTimeInMillis: 1 }),
    'event',
  )
})

/** A reporter as in a sandbox of a function. */
const sandbox = (t: TestContext, { periodMs = 300 } = {}) =>
  reporting(t, {
    answer: welcome,
    periodMs,
    environment: {
      LAMBDA_TASK_ROOT: '/var/task',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      AWS_LAMBDA_FUNCTION_NAME: 'shop',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/26/[7]ab',
    },
  })

const invocation = { functionArn: arn, requestId: 'request-1', remainingMs: 900 }

test("a profile has the function's ARN as the call has it, and the server is told of the call", async (t) => {
  const scene = await sandbox(t)
  scene.invoked(invocation)
  await until(() => scene.count('agentProfile') >= 2 && scene.count('configureAgent') >= 2)
  const last = scene.calls.findLast(({ kind }) => kind === 'agentProfile')!
  const { fleetInfo } = last.body.agentMetadata as { fleetInfo: unknown }
  assert.deepEqual(fleetInfo, {
    computeType: 'aws_lambda',
    functionArn: arn,
    memoryLimitInMB: 256,
    executionEnv: 'AWS_Lambda_nodejs24.x',
  })
  const asked = scene.calls.findLast(({ kind }) => kind === 'configureAgent')!
  assert.equal(asked.body.fleetInstanceId, `${arn}:2026/11/26/[7]ab`)
  const { AgentId, ...metadata } = asked.body.metadata as Record<string, string>
  assert.match(AgentId!, /^[0-9a-f-]{36}$/)
  assert.deepEqual(metadata, {
    ComputePlatform: 'AWSLambda',
    LambdaFunctionArn: arn,
    AwsRequestId: 'request-1',
    LambdaMemoryLimitInMB: '256',
    ExecutionEnvironment: 'AWS_Lambda_nodejs24.x',
    LambdaRemainingTimeInMilliseconds: '900',
  })
})

/** A call that computes and waits for nothing: the reporter has no turn before it ends. */
function computingCall(scene: Scene, milliseconds: number): Promise<void> {
  scene.invoked(invocation)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  scene.work()
  return scene.suspend()
}

test('between two calls nothing is asked or sent; when a period has passed by the clock, the next one reports', async (t) => {
  const scene = await sandbox(t, { periodMs: 2000 })
  scene.invoked(invocation)
  await until(() => scene.count('agentProfile') >= 1)
  await scene.suspend()
  const { length } = scene.calls
  await new Promise((resolve) => setTimeout(resolve, 2200))
  assert.equal(scene.calls.length, length)
  const posted = scene.count('agentProfile')
  await computingCall(scene, 100)
  assert.equal(scene.count('agentProfile'), posted + 1, 'calls have not taken a period, but one has passed')
})

test('what is due is sent before the end of a call, and says for how long calls went on', async (t) => {
  const scene = await sandbox(t, { periodMs: 1000 })
  scene.invoked(invocation)
  await until(() => scene.count('agentProfile') >= 1)
  await scene.suspend()
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const posted = scene.count('agentProfile')
  await computingCall(scene, 1100)
  assert.equal(scene.count('agentProfile'), posted + 1)
  const { start, end, agentMetadata } = scene.calls.at(-1)!.body as {
    start: number
    end: number
    agentMetadata: { durationInMs: number }
  }
  assert.ok(agentMetadata.durationInMs >= 1000)
  assert.ok(end - start >= 2000 + agentMetadata.durationInMs - 1000, 'it begins where the last one ended')
})

test('a call that ends before a period has passed sends nothing, and waits for nobody', async (t) => {
  const scene = await reporting(t, { answer: welcome, periodMs: 60_000 })
  await until(() => scene.count('configureAgent') === 1)
  for (let i = 0; i < 5; i++) {
    scene.invoked(invocation)
    scene.work()
    await scene.suspend()
  }
  assert.equal(scene.count('agentProfile'), 0)
})

test('a server that does not answer keeps a call for no longer than its part', async (t) => {
  const scene = await sandbox(t)
  await until(() => scene.count('agentProfile') >= 1)
  scene.isSilent = true
  await new Promise((resolve) => setTimeout(resolve, 600))
  scene.work()
  const began = performance.now()
  await scene.suspend(300)
  assert.ok(performance.now() - began < 3000)
})
