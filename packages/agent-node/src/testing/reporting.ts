/** For tests: a reporter with a program that computes, and a server that answers as it is told. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import type { Invocation } from '../lambda.ts'
import { Log } from '../log.ts'
import type { FromSampled, ToSampled } from '../messages.ts'
import { Reporter } from '../reporter.ts'
import { readSettings } from '../settings.ts'
import type { Slice } from '../slice.ts'

interface Call {
  readonly kind: 'configureAgent' | 'agentProfile'
  /** Of a profile. */
  readonly token: string
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type Answer = (call: Call) => Reply

export const refusal = (status: number, code: string): Reply => ({
  status,
  headers: { 'x-amzn-errortype': code },
  body: '{"message":"no"}',
})

/** A count is 10 ms, a period what the scene's is. */
export const configuration: Reply = {
  body: JSON.stringify({
    shouldProfile: true,
    agentParameters: { SamplingIntervalInMilliseconds: '10', MinimumTimeForReportingInMilliseconds: '0' },
  }),
}

export const welcome: Answer = ({ kind }) => (kind === 'configureAgent' ? configuration : { status: 204 })

export interface Scene {
  readonly url: string
  /** May be changed at any time; null hangs up. */
  answer: Answer | null
  readonly calls: Call[]
  /** Lines of the agent's log. */
  readonly lines: string[]
  /** Intervals that the program's thread was told; 0 for stop. */
  readonly orders: number[]
  /** Goes with the slices from now on. */
  failures: number
  /** Takes calls and answers none. */
  isSilent: boolean
  /** After so long it answers. */
  answerMs: number
  count(kind: Call['kind']): number
  /** A call begins. */
  invoked(invocation: Invocation): void
  /** The program's thread hands over what it did since the last time. */
  work(): void
  /** A thread hands over this. */
  receive(message: FromSampled): void
  /** A call ends: fulfilled when the reporter lets it, or its time is over. */
  suspend(milliseconds?: number): Promise<void>
  /** The agent is stopped. */
  finish(): Promise<void>
}

interface SceneOptions {
  readonly answer: Answer
  readonly periodMs?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly killSwitchMs?: number
}

export async function reporting(t: TestContext, options: SceneOptions): Promise<Scene> {
  const { answer, periodMs = 300, environment: more = {}, killSwitchMs } = options
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const kind = request.url!.includes('configureAgent') ? 'configureAgent' : 'agentProfile'
    const token = new URL(request.url!, 'http://x').searchParams.get('profileToken') ?? ''
    const call: Call = { kind, token, body: JSON.parse(body.toString()), headers: request.headers }
    scene.calls.push(call)
    if (scene.isSilent) return
    if (scene.answer === null) {
      request.socket.destroy()
      return
    }
    if (scene.answerMs > 0) await new Promise((resolve) => setTimeout(resolve, scene.answerMs))
    const { status = 200, headers = {}, body: text = '' } = scene.answer(call)
    response.writeHead(status, headers).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const scene: Scene = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer,
    calls: [],
    lines: [],
    orders: [],
    failures: 0,
    isSilent: false,
    answerMs: 0,
    invoked: (invocation) => {
      program.begin()
      reporter.invoked(invocation)
    },
    work: () => program.handOver(reporter),
    receive: (message) => reporter.receive(message),
    suspend: (milliseconds = 5000) =>
      Promise.race([
        reporter.suspend(milliseconds),
        new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
      ]),
    finish: () => reporter.finish(5000),
    count: (kind) => scene.calls.filter((call) => call.kind === kind).length,
  }
  const environment = {
    AWS_CODEGURU_PROFILER_GROUP_NAME: 'shop',
    AWS_ENDPOINT_URL_CODEGURUPROFILER: scene.url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
    WICK_INITIAL_DELAY_SECONDS: '0',
    WICK_KILL_SWITCH_FILE: '/nowhere/at/all',
    ...more,
  }
  const program = new ComputingThread(scene)
  const reporter = new Reporter(
    {
      settings: { ...readSettings({}, environment), reportingIntervalMs: periodMs },
      startedAt: Date.now(),
      intervalMicros: 10_000,
      version: '0',
    },
    {
      log: new Log('info', (line) => scene.lines.push(line)),
      environment,
      tellAll: (message) => program.receive(message, reporter),
      receiveAtOnce: () => {},
      ...(killSwitchMs !== undefined && { killSwitchMs }),
    },
  )
  const running = reporter.run()
  t.after(async () => {
    scene.answer = () => refusal(404, 'ResourceNotFoundException')
    server.closeAllConnections()
    await reporter.finish(0)
    await running
    server.closeAllConnections()
    server.close()
  })
  return scene
}

/** Waits until something is so, for as long as a busy machine takes. */
export async function until(isSo: () => boolean, what = 'it becomes so'): Promise<void> {
  const end = performance.now() + 20_000
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The program's main thread: computes without a pause, in one function, sampled each 10 ms. */
class ComputingThread {
  readonly #scene: Scene
  #began = Date.now()
  #isSampled = true

  constructor(scene: Scene) {
    this.#scene = scene
  }

  receive(message: ToSampled, reporter: Reporter): void {
    if (message.kind === 'sample') {
      this.#scene.orders.push(message.intervalMicros)
      this.#isSampled = message.intervalMicros > 0
      this.#began = Date.now()
    }
    if (message.kind === 'cut') setImmediate(() => this.handOver(reporter))
  }

  /** What was before is nobody's. */
  begin(): void {
    this.#began = Date.now()
  }

  handOver(reporter: Reporter): void {
    const now = Math.max(Date.now(), this.#began + 1)
    const slice = this.#isSampled ? sliceOfWork(this.#began, now) : null
    this.#began = now
    const { failures } = this.#scene
    const about = { threadId: 0, costMs: 0.5, failures, heap: null, isLast: false }
    reporter.receive({ kind: 'slice', slice, ...about })
  }
}

export function sliceOfWork(startedAt: number, endedAt: number, threadId = 0): Slice {
  return {
    threadId,
    startedAt,
    endedAt,
    samples: Math.floor((endedAt - startedAt) / 20),
    frames: { functionName: ['(root)', 'compute'], url: ['', ''], line: [-1, 1], column: [-1, 1] },
    parent: Int32Array.of(-1, 0),
    frame: Int32Array.of(0, 1),
    micros: Float64Array.of(0, (endedAt - startedAt) * 1000),
    firstLine: new Int32Array(2),
    lastLine: new Int32Array(2),
  }
}
