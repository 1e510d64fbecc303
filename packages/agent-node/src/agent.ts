/** The agent of a process, as its main thread sees it: samples this thread, and keeps the reporter. */
import { clearTimeout, setTimeout } from 'node:timers'
import { fileURLToPath } from 'node:url'
import { BroadcastChannel, receiveMessageOnPort, setEnvironmentData, threadId } from 'node:worker_threads'
import { fileBeside, load } from './beside.ts'
import { fewCpus, usableCpus } from './cpus.ts'
import type { Invocable, Invocation } from './lambda.ts'
import type { Log } from './log.ts'
import { environmentDataKey, type FromSampled, type ToSampled, type WorkerData } from './messages.ts'
import { inOwnContext } from './own-context.ts'
import type { Reporter } from './reporter.ts'
import { restMilliseconds, SampledThread } from './sampled-thread.ts'
import { Sampler } from './sampler.ts'
import type { Settings } from './settings.ts'
import { version } from './version.ts'

/** Between two samples of V8. Counts are posted in units of the configured interval, whatever this is. */
const ownIntervalMicros = 10_000
/** The reporter starts when the program has started. */
const reporterDelayMs = 500
/** At the end of the process, all in all. */
const flushMilliseconds = 1900
/** Slices kept for a reporter that has not started yet. */
const maxEarly = 31

export interface Agent {
  /** false where it is switched off, cannot run, or was stopped. */
  readonly isRunning: boolean
  /** Sends what was sampled, within 2 seconds, and ends the agent. It cannot be started again. */
  stop(): Promise<void>
}

export const idleAgent: Agent = { isRunning: false, stop: async () => {} }

type Channel = BroadcastChannel & { unref(): void }

export class RunningAgent implements Agent, Invocable {
  readonly #settings: Settings
  readonly #log: Log
  readonly #thread: SampledThread
  /** To the workers of the program. */
  readonly #orders = openChannel('orders')
  /** From them. */
  readonly #slices = openChannel('slices')
  readonly #startedAt = Date.now()
  #intervalMicros = usableCpus() < fewCpus ? 2 * ownIntervalMicros : ownIntervalMicros
  #reporter: Reporter | null = null
  /** What was sampled before there was a reporter. */
  #early: FromSampled[] = []
  #isRunning = true
  #isFinished = false
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
      send: (message) => this.#receive(message),
      onState: (error) => this.#sayState(error),
    })
    this.#thread.start(this.#intervalMicros)
    this.#tellNewWorkers()
    this.#slices.onmessage = (event) => this.#receive((event as { data: FromSampled }).data)
    setTimeout(() => this.#startReporter(), reporterDelayMs).unref()
    process.on('exit', this.#finishAtOnce)
    // Before the program's own: one that listens once is gone by the time those after it are called.
    if (settings.flushOnSigterm) process.prependListener('SIGTERM', this.#onSigterm)
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  stop(): Promise<void> {
    return inOwnContext(async () => {
      const reporter = this.#finish()
      this.#isRunning = false
      process.off('exit', this.#finishAtOnce)
      process.off('SIGTERM', this.#onSigterm)
      if (reporter !== null) await inTime(reporter.finish(flushMilliseconds), flushMilliseconds)
      this.#tellAll({ kind: 'sample', intervalMicros: 0 })
      this.#orders.close()
      this.#slices.close()
    })
  }

  invoked(invocation: Invocation): void {
    if (!this.#isRunning) return
    inOwnContext(() => {
      if (this.#isSuspended) this.#thread.resume()
      this.#isSuspended = false
      this.#reporter?.invoked(invocation)
    })
  }

  async suspend(milliseconds: number): Promise<void> {
    if (!this.#isRunning || this.#isSuspended) return
    this.#isSuspended = true
    await inOwnContext(async () => {
      this.#thread.suspend()
      // What was not sent when there was nobody to send it comes with a later call.
      if (this.#reporter !== null) await inTime(this.#reporter.suspend(milliseconds), milliseconds)
    })
  }

  #receive(message: FromSampled): void {
    if (this.#reporter !== null) this.#reporter.receive(message)
    else this.#early = [...this.#early.slice(-maxEarly), message]
  }

  #tellAll(message: ToSampled): void {
    if (message.kind === 'sample') {
      this.#intervalMicros = message.intervalMicros
      this.#tellNewWorkers()
    }
    this.#orders.postMessage(message)
    if (!this.#isFinished) this.#thread.receive(message)
  }

  /** For those that start from now on. */
  #tellNewWorkers(): void {
    const { heapAllocations, heapSummary } = this.#settings
    const data: WorkerData = {
      ordersChannel: this.#orders.name,
      slicesChannel: this.#slices.name,
      intervalMicros: this.#isRunning ? this.#intervalMicros : 0,
      heapAllocations,
      heapSummary,
    }
    setEnvironmentData(environmentDataKey, data as never)
  }

  /** Where it cannot be loaded nothing is sampled any more: there is nobody to tell. */
  #startReporter({ isLate = false } = {}): void {
    if (!this.#isRunning || this.#reporter !== null) return
    try {
      const loaded: typeof import('./reporter.ts') = load(fileURLToPath(fileBeside('reporter')))
      const reporter = new loaded.Reporter(
        {
          settings: this.#settings,
          startedAt: this.#startedAt,
          intervalMicros: this.#intervalMicros,
          version,
        },
        {
          log: this.#log,
          environment: process.env,
          tellAll: (message) => this.#tellAll(message),
          receiveAtOnce: () => this.#receiveAtOnce(),
        },
      )
      this.#reporter = reporter
      for (const message of this.#early.splice(0)) reporter.receive(message)
      if (this.#isSuspended) void reporter.suspend(0)
      // At the end it only sends: whatever it began to ask would be asked for nothing.
      if (!isLate) void reporter.run()
    } catch (error) {
      this.#log.say(
        `it cannot report, and stops: ${error instanceof Error ? error.message : String(error)}`,
        'error',
      )
      this.#tellAll({ kind: 'sample', intervalMicros: 0 })
      this.#isRunning = false
    }
  }

  #receiveAtOnce(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#slices as never)
      if (received === undefined) return
      this.#receive(received.message as FromSampled)
    }
  }

  #sayState(error: Error | null): void {
    if (error === null) {
      this.#log.recovered('sampling', 'sampling goes on')
      return
    }
    const text = `sampling failed, rests for ${restMilliseconds / 60_000} minutes and is tried again; the program goes on: ${error.message}`
    this.#log.state('sampling', 'failed', text, 'error')
  }

  /** Takes the last slice. @returns who is to send it; null where there is nothing to tell */
  #finish(): Reporter | null {
    if (this.#isFinished || !this.#isRunning) return null
    this.#isFinished = true
    this.#startReporter({ isLate: true })
    this.#thread.finish()
    return this.#reporter
  }

  /**
   * At `exit` nothing asynchronous happens any more in this thread, and before it (`beforeExit`) whatever is asynchronous
   * would make the event come again for the program's own handlers.
   */
  readonly #finishAtOnce = (): void => {
    try {
      this.#finish()?.finishAtOnce(flushMilliseconds)
    } catch {
      // The process ends all the same.
    }
  }

  readonly #onSigterm = (): void => {
    this.#finishAtOnce()
    // Without other handlers the signal ends the process, as it does without an agent.
    if (process.listenerCount('SIGTERM') > 1) return
    process.off('SIGTERM', this.#onSigterm)
    process.kill(process.pid, 'SIGTERM')
  }
}

/** Of this process; it keeps no thread alive. */
function openChannel(name: string): Channel {
  const channel = new BroadcastChannel(`wick-agent-${process.pid}-${name}`) as Channel
  channel.unref()
  return channel
}

/** Fulfilled with a promise, or when its time is over. */
async function inTime(done: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | null = null
  // Keeps the process alive: whoever waits for this wants it to live until then, and nothing else of the agent does.
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([done, late])
  if (timer !== null) clearTimeout(timer)
}
