/**
 * Asks the server how to sample, adds up what the threads hand over, and posts a profile each period. In the program's main
 * thread, so what takes time is done a little at a time, whatever fails stays here, and nothing keeps the process alive.
 */
import { existsSync } from 'node:fs'
import { clearTimeout, setTimeout } from 'node:timers'
import { advice, foreign } from './advice.ts'
import { Backlog } from './backlog.ts'
import { Backoff } from './backoff.ts'
import { CallTree, treeLimit } from './call-tree.ts'
import { type Connection, connectionOf } from './connection.ts'
import { CpuBudget, V8Samplers } from './cpu-budget.ts'
import { usableCpus } from './cpus.ts'
import { randomUUID } from './crypto.ts'
import { type Fleet, findFleet, invokedFleet, isLambda, processFleet } from './fleet.ts'
import { FrameNames } from './frame-names.ts'
import type { HeapFigures } from './heap.ts'
import type { Invocation } from './lambda.ts'
import { LastReport } from './last-report.ts'
import type { Log } from './log.ts'
import type { FromSampled, ToSampled } from './messages.ts'
import { firstOrders, follow, type Orders } from './orders.ts'
import { OwnTime } from './own-time.ts'
import { encodeProfile } from './profile-body.ts'
import { ServerLog, type Way } from './server-log.ts'
import { Refused, requestMilliseconds } from './service.ts'
import type { Settings } from './settings.ts'
import { SourceMaps } from './source-maps.ts'
import { Turns, type Work } from './turns.ts'

/** What the reporter starts with. */
export interface ReporterData {
  readonly settings: Settings
  /** Epoch milliseconds: of the agent. */
  readonly startedAt: number
  readonly intervalMicros: number
  readonly version: string
}

export interface ReporterPorts {
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly tellAll: (message: ToSampled) => void
  /** Hands over what workers have sent, at once: for when nothing asynchronous happens any more. */
  readonly receiveAtOnce: () => void
  /** How often the kill switch is looked for: a minute, unless a test is in a hurry. */
  readonly killSwitchMs?: number
}

const mainThread = 0
const defaultKillSwitchMs = 60_000
/** How long a report waits for workers that do not answer (one that computes does not). */
const patienceMs = 200
/** After how much of a period what was too little is looked at again. */
const nextLook = 0.1

export class Reporter {
  readonly #data: ReporterData
  readonly #ports: ReporterPorts
  readonly #connection: Connection
  readonly #ownTime = new OwnTime()
  readonly #turns: Turns
  readonly #names = new FrameNames(new SourceMaps())
  readonly #backlog = new Backlog()
  readonly #asking = new Backoff()
  readonly #sending = new Backoff()
  readonly #budget: CpuBudget
  readonly #serverLog: ServerLog
  #fleet: Fleet = processFleet()
  #orders: Orders
  #tree = new CallTree(treeLimit())
  #heaps = new Map<number, HeapFigures>()
  /** Epoch milliseconds by the server's clock, and the same by the monotonic one: where the profile begins. */
  #windowStart: number
  #windowBegan = performance.now()
  /** Sampled since then: some of it may not be in the tree yet. */
  #windowMicros = 0
  /** Of the main thread's last slice. */
  #windowEnd: number
  /** Threads that have something and are waited for; null while no report is due. */
  #awaited: Set<number> | null = null
  readonly #threads = new Set<number>([mainThread])
  #askAt = 0
  /** Of the first cycle: fleets that start together report spread over the period. */
  #phase = 0.2 + 0.8 * Math.random()
  #isSampling: boolean
  #isKilled = false
  #killSwitchAt = 0
  #hasAnswer = false
  #isFinishing = false
  /** On Lambda, from the end of a call to the beginning of the next: nothing is done that a freeze could tear apart. */
  #isSuspended = false
  #stepping: Promise<void> = Promise.resolve()
  #invocation: Invocation | null = null
  /** By which the server knows a sandbox of Lambda. */
  #id: string | null = null
  #wake: (() => void) | null = null
  #errors = 0
  /** Since the last profile: attempts to sample that failed, and samples that V8 did not take when they were due. */
  #failures = 0
  #missed = 0

  constructor(data: ReporterData, ports: ReporterPorts) {
    this.#data = data
    this.#ports = ports
    this.#serverLog = new ServerLog(ports.log)
    const { settings } = data
    const measure = <Result>(turn: () => Result): Result => this.#ownTime.measure(turn)
    this.#turns = new Turns({ measure, onError: (error) => this.#failedItself(error) })
    this.#connection = connectionOf(settings, ports.environment, { measure })
    this.#orders = firstOrders(settings)
    this.#windowStart = data.startedAt
    this.#windowEnd = data.startedAt
    this.#isSampling = data.intervalMicros > 0
    const samplers = new V8Samplers()
    const ownMs = (): number => this.#ownTime.milliseconds + samplers.milliseconds()
    this.#budget = new CpuBudget(data.intervalMicros, { now: performance.now(), cpus: usableCpus(), ownMs })
    this.#askAt = performance.now() + Math.random() * settings.initialDelaySeconds * 1000
  }

  /** Takes it down; what is to be done with it comes in turns of its own. */
  receive({ slice, threadId, costMs, failures, heap, isLast }: FromSampled): void {
    this.#budget.blocked(costMs)
    this.#failures += failures
    if (isLast) this.#threads.delete(threadId)
    else this.#threads.add(threadId)
    if (heap !== null) this.#heaps.set(threadId, heap)
    // Until the first answer says otherwise everything is wanted; after a no nothing is.
    if (slice !== null && this.#orders.shouldProfile && !this.#isKilled) {
      this.#turns.add(this.#tree.add(slice, this.#names, this.#orders.maxStackDepth))
      this.#budget.sampled(slice.samples)
      const micros = slice.micros.reduce((sum, value) => sum + value, 0)
      this.#windowMicros += micros
      // On a machine that is busy with other things V8 comes too late for some.
      this.#missed += Math.max(0, Math.floor(micros / this.#budget.intervalMicros) - slice.samples)
      if (threadId === mainThread) this.#windowEnd = slice.endedAt
    }
    this.#awaited?.delete(threadId)
    if (this.#awaited?.size === 0) this.#pack()
  }

  /** Never rejects; ends with `finish`. */
  async run(): Promise<void> {
    const fleet = await findFleet(this.#ports.environment)
    // A call may have told better meanwhile.
    if (this.#invocation === null) this.#fleet = fleet
    while (!this.#isFinishing) {
      if (!this.#isSuspended) {
        this.#stepping = this.#guardedStep()
        await this.#stepping
      }
      await this.#sleep()
    }
  }

  async #guardedStep(): Promise<void> {
    try {
      await this.#step()
      this.#ports.log.recovered('reporting', 'reporting goes on')
    } catch (error) {
      this.#failedItself(error)
      this.#askAt = performance.now() + 60_000
    }
  }

  #failedItself(error: unknown): void {
    this.#errors++
    const message = error instanceof Error ? error.message : String(error)
    const text = `reporting failed, and is tried again: ${message}`
    this.#ports.log.state('reporting', 'failed', text, 'error')
  }

  /** On Lambda: a call begins. */
  invoked(invocation: Invocation): void {
    this.#invocation = invocation
    this.#fleet = invokedFleet(this.#ports.environment, invocation.functionArn)
    this.#isSuspended = false
    this.#wake?.()
  }

  /**
   * It ends when this does, and all that was sampled in it has been handed over. What is due is sent.
   *
   * @param milliseconds after which nobody waits any more
   */
  async suspend(milliseconds: number): Promise<void> {
    this.#isSuspended = true
    const deadline = performance.now() + milliseconds
    const left = (): number => Math.max(1, deadline - performance.now())
    await this.#stepping
    if (this.#isKilled || !this.#isSampling) return
    // Workers have not been asked: what they have comes with the next profile.
    if (this.#awaited !== null || this.#isReportDue(performance.now())) {
      this.#pack()
      await this.#turns.idle()
    }
    while (this.#backlog.size > 0 && performance.now() < deadline) {
      if (performance.now() < this.#sending.notBefore || !(await this.#send(left()))) return
    }
  }

  async #step(): Promise<void> {
    const now = performance.now()
    if (now >= this.#killSwitchAt) this.#lookForKillSwitch(now)
    if (this.#isKilled) return
    if (this.#isReportDue(now)) this.#cut(now)
    this.#throttle(now)
    while (this.#backlog.size > 0 && now >= this.#sending.notBefore && !this.#isFinishing) {
      if (!(await this.#send(requestMilliseconds))) break
    }
    if (now >= this.#askAt && !this.#isFinishing) await this.#ask(requestMilliseconds)
  }

  #sleep(): Promise<void> {
    const now = performance.now()
    const times = [5000]
    if (!this.#isSuspended) times.push(this.#killSwitchAt - now)
    if (!this.#isKilled && !this.#isSuspended) {
      times.push(this.#askAt - now)
      if (this.#backlog.size > 0) times.push(this.#sending.notBefore - now)
      if (this.#isSampling && this.#awaited === null) times.push(this.#windowBegan + this.#cycleMs() - now)
    }
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(20, Math.min(...times))).unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** By the clock, also on Lambda: a sandbox that is called rarely would end before its calls had taken a period. */
  #isReportDue(now: number): boolean {
    if (!this.#isSampling || this.#awaited !== null) return false
    const least = Math.min(this.#orders.minimumReportingMs, this.#orders.periodMs)
    return now - this.#windowBegan >= (this.#tree.isFull ? least : this.#cycleMs())
  }

  #cycleMs(): number {
    const { periodMs, minimumReportingMs } = this.#orders
    return Math.max(this.#phase * periodMs, Math.min(periodMs, minimumReportingMs))
  }

  /** All threads hand over what they have. The main thread is waited for as long as it takes. */
  #cut(now: number): void {
    const awaited = new Set(this.#threads).add(mainThread)
    this.#awaited = awaited
    this.#ports.tellAll({ kind: 'cut' })
    setTimeout(() => {
      if (this.#awaited !== awaited) return
      // Workers that say nothing may have been terminated: they are not waited for again until they say something.
      for (const thread of [...awaited]) if (thread !== mainThread) this.#giveUp(thread)
      if (awaited.size === 0) this.#pack()
    }, patienceMs).unref()
    this.#askAt = Math.max(now + patienceMs, this.#asking.notBefore)
  }

  #giveUp(thread: number): void {
    this.#awaited?.delete(thread)
    this.#threads.delete(thread)
    this.#heaps.delete(thread)
  }

  /** Ends the profile: it is encoded when all that belongs to it has been added, and put with what is to be sent. */
  #pack({ isLast = false } = {}): void {
    this.#awaited = null
    if (!isLast && this.#isLessThanACount) {
      this.#phase = (performance.now() - this.#windowBegan) / this.#orders.periodMs + nextLook
      return
    }
    this.#phase = 1
    const began = performance.now()
    const tree = this.#tree
    const lengthMs = began - this.#windowBegan
    const end = Math.round(this.#windowEnd + this.#connection.clock.error)
    // Profiles touch. Where the clock was set in between, the length is what is known.
    const isContinuous = Math.abs(end - this.#windowStart - lengthMs) < 5000
    const start = isContinuous ? this.#windowStart : Math.round(end - lengthMs)
    this.#beginWindow(began, end)
    if (end > start) this.#turns.add(this.#encode(tree, start, end))
  }

  /** Rounded it would be none: it waits for more, rather than weigh as much as a whole one. */
  get #isLessThanACount(): boolean {
    const micros = this.#windowMicros
    return micros > 0 && micros < 500 * this.#orders.samplingIntervalMs && !this.#tree.isFull
  }

  #beginWindow(began: number, start: number): void {
    this.#tree = new CallTree(treeLimit())
    this.#windowStart = start
    this.#windowBegan = began
    this.#windowMicros = 0
  }

  *#encode(tree: CallTree, start: number, end: number): Work {
    if (tree.micros === 0) return
    const head = { start, end, agentMetadata: this.#metadata(tree) }
    const tail = { ...this.#heapSummary(end), debugInfo: this.#debugInfo() }
    this.#errors = 0
    this.#failures = 0
    this.#missed = 0
    const intervalMicros = this.#orders.samplingIntervalMs * 1000
    const body = yield* encodeProfile(tree, { head, tail, intervalMicros, lot: Math.random() })
    // It took some turns: nobody may want it any more.
    if (!this.#orders.shouldProfile || this.#isKilled) return
    this.#backlog.add({ token: randomUUID(), body })
    this.#wake?.()
  }

  #metadata(tree: CallTree): Record<string, unknown> {
    const { settings, version } = this.#data
    const { samplingIntervalMs } = this.#orders
    // Of the thread that was there longest: others come and go.
    const activeMs = Math.round(Math.max(0, ...tree.threads.values()) / 1000)
    const { overheadMs, cpuSeconds } = this.#budget.report()
    return {
      sampleWeights: { WALL_TIME: 1000 / samplingIntervalMs },
      durationInMs: activeMs,
      fleetInfo: this.#fleet.info,
      agentInfo: { type: 'wick-agent-node', version },
      agentOverhead: {
        memoryInMB: Math.round((tree.bytes + this.#backlog.bytes) / 2 ** 20),
        timeInMs: Math.round(overheadMs),
      },
      runtimeVersion: process.versions.node,
      cpuTimeInSeconds: cpuSeconds,
      metrics: { numThreads: tree.threads.size },
      numTimesSampled: Math.max(1, Math.round(activeMs / samplingIntervalMs)),
      sampler: {
        engine: 'inspector',
        samples: tree.samples,
        intervalMicros: this.#budget.intervalMicros,
        treeBytes: tree.bytes,
        ...(this.#budget.isThrottled && { throttled: true }),
        ...(this.#failures > 0 && { failures: this.#failures }),
        ...(this.#missed > 0 && { missedSamples: this.#missed }),
        ...(tree.foldedMicros > 0 && { foldedMicros: Math.round(tree.foldedMicros) }),
        ...(this.#backlog.dropped > 0 && { droppedProfiles: this.#backlog.dropped }),
      },
      ...(Object.keys(settings.labels).length > 0 && { labels: settings.labels }),
    }
  }

  #heapSummary(time: number): { heapSummary?: Record<string, unknown> } {
    if (this.#heaps.size === 0) return {}
    const heaps = [...this.#heaps.values()]
    const sum = (of: (heap: HeapFigures) => number): number =>
      Math.round(heaps.reduce((total, heap) => total + of(heap), 0))
    const types = heaps.flatMap(({ sites }) =>
      sites.map(({ callFrame: { functionName, url, lineNumber, columnNumber }, bytes, samples }) => ({
        name: `allocated by ${this.#names.name(functionName, url, lineNumber, columnNumber).name}`,
        bytes: Math.round(bytes),
        count: samples,
      })),
    )
    const capacityBytes = sum((heap) => heap.capacityBytes)
    const usedBytes = sum((heap) => heap.usedBytes)
    // Those of threads that have ended are told once.
    for (const thread of this.#heaps.keys()) if (!this.#threads.has(thread)) this.#heaps.delete(thread)
    return { heapSummary: { time, capacityBytes, usedBytes, types } }
  }

  #debugInfo(): Record<string, unknown> {
    return {
      agentStartTime: new Date(this.#data.startedAt).toISOString(),
      processId: process.pid,
      errorsCount: { errorsCount: this.#errors },
      genericMetrics: {},
    }
  }

  /** ConfigureAgent. */
  async #ask(milliseconds: number): Promise<void> {
    const { settings } = this.#data
    let answer: unknown
    try {
      answer = await this.#connection.service.configureAgent(
        settings.profilingGroupName,
        this.#fleet.id,
        this.#platform(),
        milliseconds,
      )
    } catch (error) {
      if (error instanceof Refused && error.isOfGroup) {
        if (await this.#makesGroup(error)) return
        this.#orders = { ...this.#orders, shouldProfile: false }
      }
      this.#failed('asking', this.#asking, error)
      this.#askAt = this.#asking.notBefore
      this.#obey()
      return
    }
    this.#asking.succeeded()
    this.#answered(answer)
    this.#obey()
  }

  #answered(answer: unknown): void {
    this.#hasAnswer = true
    this.#orders = follow(this.#orders, answer, this.#data.settings)
    this.#askAt = performance.now() + this.#orders.periodMs
    this.#sayAnswered(answer)
  }

  /** On Lambda the original service wants to know about the call. */
  #platform(): Record<string, string> {
    const { environment } = this.#ports
    if (!isLambda(environment)) return {}
    const { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory, AWS_EXECUTION_ENV: runtime } = environment
    return {
      ComputePlatform: 'AWSLambda',
      AgentId: this.#agentId(),
      ...(memory && { LambdaMemoryLimitInMB: memory }),
      ...(runtime && { ExecutionEnvironment: runtime }),
      ...(this.#invocation !== null && {
        LambdaFunctionArn: this.#invocation.functionArn,
        AwsRequestId: this.#invocation.requestId,
        LambdaRemainingTimeInMilliseconds: String(this.#invocation.remainingMs),
      }),
    }
  }

  #agentId(): string {
    this.#id ??= randomUUID()
    return this.#id
  }

  #sayAnswered(answer: unknown): void {
    const group = this.#data.settings.profilingGroupName
    const { shouldProfile, periodMs, samplingIntervalMs } = this.#orders
    if (typeof answer !== 'object' || answer === null) {
      const { state, text } = foreign(this.#connection.endpoint)
      this.#serverLog.failed('asking', state, text)
    } else if (!shouldProfile) {
      const text = `profiling of ${group} is switched off at the server; it is asked again every ${periodMs / 1000} s`
      this.#serverLog.succeeded('asking', 'off', text)
    } else {
      const text = `profiling group ${group} at ${this.#connection.endpoint}: a profile every ${periodMs / 1000} s, one count is ${samplingIntervalMs} ms of a thread`
      this.#serverLog.succeeded('asking', 'on', text)
    }
  }

  /** On Lambda a group that is missing is made, as AWS's agents do. */
  async #makesGroup(refused: Refused): Promise<boolean> {
    if (!isLambda(this.#ports.environment) || refused.code !== 'ResourceNotFoundException') return false
    try {
      await this.#connection.service.createProfilingGroup(
        this.#data.settings.profilingGroupName,
        randomUUID(),
      )
    } catch (error) {
      if (!(error instanceof Refused && error.code === 'ConflictException')) return false
    }
    this.#askAt = 0
    return true
  }

  /** Samples, or does not, as was ordered. */
  #obey(): void {
    if (!this.#isWanted) this.#backlog.clear()
    const isWanted = this.#isWanted && !this.#budget.isPaused
    if (isWanted === this.#isSampling) return
    this.#isSampling = isWanted
    if (this.#isWanted && !isWanted) {
      // A pause takes nothing away from what was sampled before it.
      this.#ports.tellAll({ kind: 'sample', intervalMicros: 0 })
      this.#pack()
      return
    }
    this.#heaps.clear()
    this.#awaited = null
    this.#windowEnd = Date.now()
    this.#beginWindow(performance.now(), Math.round(this.#windowEnd + this.#connection.clock.error))
    this.#ports.tellAll({ kind: 'sample', intervalMicros: isWanted ? this.#budget.intervalMicros : 0 })
  }

  #throttle(now: number): void {
    const change = this.#budget.judge(now, this.#orders)
    if (change === null) return
    this.#ports.log.state('budget', String(this.#budget.state), change, 'warning')
    if (this.#budget.isPaused || !this.#isSampling) this.#obey()
    else this.#ports.tellAll({ kind: 'sample', intervalMicros: this.#budget.intervalMicros })
  }

  #lookForKillSwitch(now: number): void {
    this.#killSwitchAt = now + (this.#ports.killSwitchMs ?? defaultKillSwitchMs)
    const { killSwitchFile } = this.#data.settings
    this.#isKilled = existsSync(killSwitchFile)
    const { log } = this.#ports
    if (this.#isKilled) log.state('kill switch', 'there', `switched off while ${killSwitchFile} is there`)
    else log.recovered('kill switch', `${killSwitchFile} is gone: profiling goes on`)
    this.#obey()
  }

  /** The newest profile. @returns whether there is reason to go on at once */
  async #send(milliseconds: number): Promise<boolean> {
    const waiting = this.#backlog.newest()
    if (waiting === null) return false
    try {
      const { profilingGroupName } = this.#data.settings
      await this.#connection.service.postAgentProfile(
        profilingGroupName,
        waiting.token,
        waiting.body,
        milliseconds,
      )
    } catch (error) {
      if (error instanceof Refused && error.isOfContent) {
        // It will not become better: this one is given up, the others are tried.
        this.#backlog.remove(waiting.token)
        this.#backlog.dropped++
        const text = `a profile was refused and is dropped: ${error.message}`
        this.#serverLog.failed('sending', `dropped ${error.code}`, text)
        return true
      }
      this.#failed('sending', this.#sending, error)
      return false
    }
    this.#backlog.remove(waiting.token)
    this.#sending.succeeded()
    this.#accepted()
    return true
  }

  #accepted(): void {
    this.#serverLog.succeeded(
      'sending',
      'accepted',
      `profiles are accepted by ${this.#connection.endpoint} again`,
    )
  }

  #failed(way: Way, backoff: Backoff, error: unknown): void {
    const now = performance.now()
    if (error instanceof Refused && !error.isTemporary) backoff.wait(now, this.#orders.periodMs)
    else backoff.failed(now, error instanceof Refused ? error.retryAfterMilliseconds : null, Math.random())
    this.#errors++
    const { state, text } = advice(error, {
      group: this.#data.settings.profilingGroupName,
      region: this.#connection.region,
      endpoint: this.#connection.endpoint,
      isLast: this.#isFinishing,
    })
    this.#serverLog.failed(way, state, text)
  }

  /**
   * The agent ends, and the program goes on: what is there is sent, if the server wants it and answers in time. Never rejects.
   */
  async finish(milliseconds: number): Promise<void> {
    this.#isFinishing = true
    this.#wake?.()
    const deadline = performance.now() + milliseconds
    const left = (): number => Math.max(1, deadline - performance.now())
    try {
      this.#lookForKillSwitch(performance.now())
      await this.#workersLast()
      // What is on its way is not sent a second time beside it.
      await this.#stepping
      await this.#turns.idle()
      if (!this.#isWanted) return
      if (this.#isToAsk) await this.#ask(left())
      if (!this.#isWanted) return
      this.#pack({ isLast: true })
      await this.#turns.idle()
      while (this.#backlog.size > 0 && performance.now() < deadline) {
        if (!(await this.#send(left()))) return
      }
    } catch (error) {
      this.#failedItself(error)
    }
  }

  /**
   * The process ends: as `finish`, but within this call. Where there is nothing to send nothing is started. A profile that is on
   * its way is sent again, with its token: no answer comes to this thread any more.
   */
  finishAtOnce(milliseconds: number): void {
    const deadline = performance.now() + milliseconds
    this.#isFinishing = true
    this.#lookForKillSwitch(performance.now())
    if (!this.#isWanted) return
    this.#workersLastAtOnce()
    this.#turns.drain()
    if (this.#tree.micros === 0 && this.#backlog.size === 0) return
    const { clock, credentials } = this.#connection
    const ask = { fleetId: this.#fleet.id, metadata: this.#platform(), orders: this.#orders }
    const report = new LastReport(
      {
        settings: this.#data.settings,
        credentials: credentials.held,
        clockError: clock.error,
        ask: this.#isToAsk ? ask : null,
        deadline: performance.timeOrigin + deadline,
      },
      this.#ports.environment,
    )
    this.#pack({ isLast: true })
    this.#turns.drain()
    for (const outcome of report.send(this.#backlog.all)) {
      if (outcome.kind === 'answered') this.#answered(outcome.answer)
      else if (outcome.kind === 'accepted') this.#accepted()
      else this.#serverLog.failed(outcome.way, outcome.state, outcome.text)
    }
  }

  get #isWanted(): boolean {
    return this.#orders.shouldProfile && !this.#isKilled
  }

  get #isToAsk(): boolean {
    return !this.#hasAnswer && this.#tree.micros > 0
  }

  /** Workers hand over what they have. @returns whether all have, now */
  #askWorkers(): () => boolean {
    this.#threads.delete(mainThread)
    // One more, so that the last of them does not end the profile.
    const awaited = new Set(this.#threads).add(-1)
    this.#awaited = awaited
    if (this.#threads.size > 0) this.#ports.tellAll({ kind: 'cut' })
    return () => awaited.size <= 1
  }

  async #workersLast(): Promise<void> {
    const isDone = this.#askWorkers()
    const until = performance.now() + patienceMs
    while (!isDone() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5))
    this.#awaited = null
  }

  /** They live for as long as the main thread waits. */
  #workersLastAtOnce(): void {
    const isDone = this.#askWorkers()
    const until = performance.now() + patienceMs
    const clock = new Int32Array(new SharedArrayBuffer(4))
    while (!isDone() && performance.now() < until) {
      Atomics.wait(clock, 0, 0, 5)
      this.#ports.receiveAtOnce()
    }
    this.#awaited = null
  }
}
