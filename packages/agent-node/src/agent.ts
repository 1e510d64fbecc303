/** The agent of a process, as its main thread sees it: samples this thread, and keeps the reporter. */
import { clearTimeout, setTimeout } from 'node:timers'
import { BroadcastChannel, setEnvironmentData, threadId, Worker } from 'node:worker_threads'
import { fewCpus, usableCpus } from './cpus.ts'
import type { Invocable, Invocation } from './lambda.ts'
import type { Log } from './log.ts'
import {
  environmentDataKey,
  type FromSampled,
  type ReporterData,
  type ToSampled,
  type WorkerData,
} from './messages.ts'
import { restMilliseconds, SampledThread } from './sampled-thread.ts'
import { Sampler } from './sampler.ts'
import type { Settings } from './settings.ts'
import { version } from './version.ts'
import { reporterName } from './worker-coverage.ts'

/** Between two samples of V8. Counts are posted in units of the configured interval, whatever this is. */
const ownIntervalMicros = 10_000
/** A program that ends before this is left alone: there is nothing to tell of it. */
const shortestLifeMs = 1000
/** The reporter starts when the program has started. */
const reporterDelayMs = 500
/** At the end of the process, all in all. */
const flushMilliseconds = 1900
const restartReporterMs = 60_000
/** Slices kept for a reporter that has not started yet. */
const maxEarly = 31

/**
 * Its heap, whatever comes in; above it V8 ends the reporter, not the program. A young generation that may grow does, and is
 * not given back: small, it costs a tenth of a second where a profile is as large as it gets.
 */
const reporterLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 1 }

export interface Agent {
  /** false where it is switched off, cannot run, or was stopped. */
  readonly isRunning: boolean
  /** Sends what was sampled, within 2 seconds, and ends the agent. It cannot be started again. */
  stop(): Promise<void>
}

export const idleAgent: Agent = { isRunning: false, stop: async () => {} }

export class RunningAgent implements Agent, Invocable {
  readonly #settings: Settings
  readonly #log: Log
  readonly #thread: SampledThread
  readonly #channelName = `wick-agent-${process.pid}`
  readonly #startedAt = Date.now()
  readonly #began = performance.now()
  #intervalMicros = usableCpus() < fewCpus ? 2 * ownIntervalMicros : ownIntervalMicros
  #reporter: Worker | null = null
  /** What was sampled before there was a reporter that listens. */
  #early: FromSampled[] = []
  #channel: BroadcastChannel | null = null
  #isRunning = true
  #isFinished = false
  /** The reporter listens. */
  #isReady = false
  #isSuspended = false

  /** @throws Error where this thread cannot be sampled */
  constructor(settings: Settings, log: Log) {
    this.#settings = settings
    this.#log = log
    this.#thread = new SampledThread({
      threadId,
      sampler: new Sampler(),
      heapSummary: settings.heapSummary,
      heapAllocations: settings.heapAllocations,
      send: (message, transfer) => this.#send(message, transfer),
      onState: (error) => this.#sayState(error),
    })
    this.#thread.start(this.#intervalMicros)
    this.#tellWorkers()
    this.#listenToWorkers()
    setTimeout(() => this.#startReporter(), reporterDelayMs).unref()
    process.on('exit', () => this.#finishSynchronously())
    if (settings.flushOnSigterm) process.on('SIGTERM', this.#onSigterm)
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  async stop(): Promise<void> {
    if (this.#isFinished) return
    const done = this.#finish()
    this.#isRunning = false
    process.off('SIGTERM', this.#onSigterm)
    const reporter = this.#reporter
    if (done === null || reporter === null) return
    const waiting = Atomics.waitAsync(done, 0, 0, flushMilliseconds)
    // Whoever awaits this wants the process to live until then.
    reporter.ref()
    if (waiting.async) await waiting.value
    await reporter.terminate()
  }

  invoked(invocation: Invocation): void {
    if (!this.#isRunning) return
    if (this.#isSuspended) this.#thread.resume()
    this.#isSuspended = false
    this.#send({ kind: 'invoked', invocation }, [])
  }

  async suspend(milliseconds: number): Promise<void> {
    if (!this.#isRunning || this.#isSuspended) return
    this.#isSuspended = true
    this.#thread.suspend()
    // What was not sent when there was nobody to send it comes with a later call.
    if (this.#reporter === null || !this.#isReady) return
    const done = order(this.#reporter, 'suspended', milliseconds)
    const waiting = Atomics.waitAsync(done, 0, 0, milliseconds)
    if (!waiting.async) return
    // Waiting alone keeps no process alive, and the runtime takes one that has nothing to do for ended.
    const alive = setTimeout(() => {}, milliseconds)
    await waiting.value
    clearTimeout(alive)
  }

  #send(message: FromSampled, transfer: readonly ArrayBuffer[]): void {
    if (this.#reporter !== null) this.#reporter.postMessage(message, transfer)
    else this.#keep(message)
  }

  #keep(message: FromSampled): void {
    this.#early = [...this.#early.slice(-maxEarly), message]
  }

  /** Workers may end before the reporter has started. */
  #listenToWorkers(): void {
    const channel = new BroadcastChannel(this.#channelName) as BroadcastChannel & { unref(): void }
    channel.unref()
    channel.onmessage = (event) => {
      const message = (event as { data: FromSampled | ToSampled }).data
      if (message.kind === 'slice') this.#keep(message)
    }
    this.#channel = channel
  }

  #receive(message: ToSampled): void {
    if (message.kind === 'ready') {
      this.#isReady = true
      this.#forwardEarly()
      this.#log.recovered('reporter', 'the reporting thread runs again')
    }
    if (!this.#isRunning) return
    if (message.kind === 'sample') {
      this.#intervalMicros = message.intervalMicros
      this.#tellWorkers()
    }
    this.#thread.receive(message)
  }

  /** For those that start from now on. */
  #tellWorkers(): void {
    const { heapAllocations, heapSummary } = this.#settings
    const data: WorkerData = {
      channelName: this.#channelName,
      intervalMicros: this.#isRunning ? this.#intervalMicros : 0,
      heapAllocations,
      heapSummary,
    }
    setEnvironmentData(environmentDataKey, data as never)
  }

  #startReporter(): void {
    if (!this.#isRunning || this.#reporter !== null) return
    const workerData: ReporterData = {
      settings: this.#settings,
      channelName: this.#channelName,
      startedAt: this.#startedAt,
      intervalMicros: this.#intervalMicros,
      version,
    }
    try {
      const reporter = new Worker(reporterUrl(), {
        name: reporterName,
        workerData,
        // Nothing that the program preloads, in either place.
        execArgv: [],
        env: { ...process.env, NODE_OPTIONS: '' },
        argv: [],
        stdout: true,
        stderr: true,
        resourceLimits: reporterLimits,
      })
      reporter.on('message', (message: ToSampled) => this.#receive(message))
      reporter.on('error', (error: Error) => this.#reporterFailed(error))
      reporter.on('exit', () => {
        if (this.#reporter === reporter) this.#reporterFailed(new Error('it ended'))
      })
      reporter.unref()
      this.#reporter = reporter
    } catch (error) {
      this.#reporterFailed(error as Error)
    }
  }

  /** Sent twice, where both listened for a moment: the reporter takes a slice once. */
  #forwardEarly(): void {
    this.#channel?.close()
    this.#channel = null
    for (const message of this.#early.splice(0)) this.#reporter?.postMessage(message)
  }

  #reporterFailed(error: Error): void {
    this.#reporter = null
    this.#isReady = false
    if (!this.#isRunning) return
    this.#log.state(
      'reporter',
      'failed',
      `the reporting thread failed, and is started again: ${error.message}`,
      'error',
    )
    setTimeout(() => this.#startReporter(), restartReporterMs).unref()
  }

  #sayState(error: Error | null): void {
    if (error === null) {
      this.#log.recovered('sampling', 'sampling goes on')
      return
    }
    const text = `sampling failed, rests for ${restMilliseconds / 60_000} minutes and is tried again; the program goes on: ${error.message}`
    this.#log.state('sampling', 'failed', text, 'error')
  }

  /** @returns what becomes 1 when all is sent; null where there is nothing to wait for */
  #finish(): Int32Array<SharedArrayBuffer> | null {
    if (this.#isFinished || !this.#isRunning) return null
    this.#isFinished = true
    if (performance.now() - this.#began < shortestLifeMs) return null
    if (this.#intervalMicros === 0 && this.#reporter === null) return null
    this.#startReporter()
    if (this.#reporter === null) return null
    this.#thread.finish()
    this.#forwardEarly()
    return order(this.#reporter, 'finish', flushMilliseconds)
  }

  /**
   * At `exit` nothing asynchronous happens any more in this thread, and before it (`beforeExit`) whatever is asynchronous
   * would make the event come again for the program's own handlers. So this thread waits; the reporter sends.
   */
  #finishSynchronously(): void {
    try {
      const done = this.#finish()
      if (done !== null) Atomics.wait(done, 0, 0, flushMilliseconds)
    } catch {
      // The process ends all the same.
    }
  }

  readonly #onSigterm = (): void => {
    this.#finishSynchronously()
    // Without other handlers the signal ends the process, as it does without an agent.
    if (process.listenerCount('SIGTERM') > 1) return
    process.off('SIGTERM', this.#onSigterm)
    process.kill(process.pid, 'SIGTERM')
  }
}

/** @returns where the reporter writes 1 once it is done, or what it has time for is */
function order(
  reporter: Worker,
  kind: 'finish' | 'suspended',
  milliseconds: number,
): Int32Array<SharedArrayBuffer> {
  const done = new Int32Array(new SharedArrayBuffer(4))
  reporter.postMessage({ kind, done, until: Date.now() + milliseconds } satisfies FromSampled)
  return done
}

/** Beside this file, compiled or not. */
function reporterUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? './reporter-thread.ts' : './reporter-thread.cjs', import.meta.url)
}
