/**
 * Asks the server how to sample, adds up what the threads hand over, and posts a profile each period. Everything that
 * takes time or may fail happens here, in a thread of the agent's own.
 */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { advice } from './advice.ts'
import { Backlog } from './backlog.ts'
import { Backoff } from './backoff.ts'
import { CallTree, treeLimit } from './call-tree.ts'
import { CpuBudget } from './cpu-budget.ts'
import { usableCpus } from './cpus.ts'
import { CredentialChain } from './credentials/chain.ts'
import { readSharedFiles } from './credentials/shared-files.ts'
import { type Fleet, findFleet, invokedFleet, isLambda, processFleet } from './fleet.ts'
import { FrameNames } from './frame-names.ts'
import type { HeapFigures } from './heap.ts'
import { HttpClient } from './http-exchange.ts'
import type { Invocation } from './lambda.ts'
import type { Log } from './log.ts'
import type { FromSampled, ReporterData, ToSampled } from './messages.ts'
import { firstOrders, follow, type Orders } from './orders.ts'
import { encodeProfile } from './profile-body.ts'
import { ServerLog, type Way } from './server-log.ts'
import { Refused, requestMilliseconds, Service } from './service.ts'
import type { Slice } from './slice.ts'
import { SourceMaps } from './source-maps.ts'

export interface ReporterPorts {
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly tellAll: (message: ToSampled) => void
  /** How often the kill switch is looked for: a minute, unless a test is in a hurry. */
  readonly killSwitchMs?: number
}

const mainThread = 0
const defaultKillSwitchMs = 60_000
/** How long a report waits for workers that do not answer (one that computes does not). */
const patienceMs = 200
const noGroup = ['ResourceNotFoundException', 'ValidationException']

export class Reporter {
  readonly #data: ReporterData
  readonly #ports: ReporterPorts
  readonly #service: Service
  readonly #endpoint: string
  readonly #region: string
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
  /** Of the main thread's last slice. */
  #windowEnd: number
  /** Threads that have something and are waited for; null while no report is due. */
  #awaited: Set<number> | null = null
  readonly #threads = new Set<number>([mainThread])
  /** Thread → when its last slice began: one may arrive twice. */
  readonly #taken = new Map<number, number>()
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
  readonly #agentId = randomUUID()
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
    const { environment } = ports
    const files = readSharedFiles(environment)
    const profile = files.profile(settings.credentialProfile) ?? {}
    this.#region = settings.region ?? profile.region ?? 'us-east-1'
    this.#endpoint =
      settings.endpoint ??
      files.endpoint(settings.credentialProfile, 'codeguruprofiler') ??
      `https://codeguru-profiler.${this.#region}.amazonaws.com`
    const { clientCertificate, clientKey } = settings
    const caBundle = settings.caBundle ?? profile.ca_bundle ?? null
    const http = new HttpClient({ caBundle, clientCertificate, clientKey, environment })
    const { credentialProfile: profileName } = settings
    const credentials = new CredentialChain({ environment, profileName, region: this.#region, http })
    this.#service = new Service({ http, endpoint: this.#endpoint, region: this.#region, credentials })
    this.#orders = firstOrders(settings)
    this.#windowStart = data.startedAt
    this.#windowEnd = data.startedAt
    this.#isSampling = data.intervalMicros > 0
    this.#budget = new CpuBudget(data.intervalMicros, { now: performance.now(), cpus: usableCpus() })
    this.#askAt = performance.now() + Math.random() * settings.initialDelaySeconds * 1000
  }

  receive(message: FromSampled): void {
    if (message.kind === 'finish' || message.kind === 'suspended') {
      const { kind, done, until } = message
      const work = kind === 'finish' ? this.#finish(until) : this.#suspend(until)
      void work.finally(() => {
        Atomics.store(done, 0, 1)
        Atomics.notify(done, 0)
      })
      return
    }
    if (message.kind === 'invoked') {
      this.#resume(message.invocation)
      return
    }
    const { slice, threadId, costMs, failures, heap, isLast } = message
    if (slice !== null) {
      if ((this.#taken.get(threadId) ?? 0) >= slice.startedAt) return
      this.#taken.set(threadId, slice.startedAt)
    }
    this.#budget.blocked(costMs)
    this.#failures += failures
    if (isLast) this.#threads.delete(threadId)
    else this.#threads.add(threadId)
    if (heap !== null) this.#heaps.set(threadId, heap)
    // Until the first answer says otherwise everything is wanted; after a no nothing is.
    if (slice !== null && this.#orders.shouldProfile && !this.#isKilled) {
      this.#tree.add(slice, this.#names, this.#orders.maxStackDepth)
      this.#budget.sampled(slice.samples)
      this.#missed += missedSamples(slice, this.#budget.intervalMicros)
      if (threadId === mainThread) this.#windowEnd = slice.endedAt
    }
    this.#awaited?.delete(threadId)
    if (this.#awaited?.size === 0) this.#pack()
  }

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
      this.#errors++
      const message = error instanceof Error ? error.message : String(error)
      const text = `reporting failed, and is tried again: ${message}`
      this.#ports.log.state('reporting', 'failed', text, 'error')
      this.#askAt = performance.now() + 60_000
    }
  }

  #resume(invocation: Invocation): void {
    this.#invocation = invocation
    this.#fleet = invokedFleet(this.#ports.environment, invocation.functionArn)
    this.#isSuspended = false
    this.#wake?.()
  }

  /** The call ends when this does, or at `until`. */
  async #suspend(until: number): Promise<void> {
    this.#isSuspended = true
    const deadline = performance.now() + (until - Date.now())
    const left = (): number => Math.max(1, deadline - performance.now())
    await this.#stepping
    if (this.#isKilled || !this.#isSampling) return
    // Workers have not been asked: what they have comes with the next profile.
    if (this.#awaited !== null || this.#isReportDue(performance.now())) {
      this.#phase = 1
      this.#pack()
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
      const timer = setTimeout(resolve, Math.max(20, Math.min(...times)))
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #isReportDue(now: number): boolean {
    if (!this.#isSampling || this.#awaited !== null) return false
    const length = now - this.#windowBegan
    const least = Math.min(this.#orders.minimumReportingMs, this.#orders.periodMs)
    return length >= (this.#tree.isFull ? least : this.#cycleMs())
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
    this.#phase = 1
    setTimeout(() => {
      if (this.#awaited !== awaited) return
      // Workers that say nothing may have been terminated: they are not waited for again until they say something.
      for (const thread of [...awaited]) if (thread !== mainThread) this.#giveUp(thread)
      if (awaited.size === 0) this.#pack()
    }, patienceMs)
    this.#askAt = Math.max(now + patienceMs, this.#asking.notBefore)
  }

  #giveUp(thread: number): void {
    this.#awaited?.delete(thread)
    this.#threads.delete(thread)
    this.#heaps.delete(thread)
  }

  /** Encodes what was sampled since the last time, and puts it with what is to be sent. */
  #pack(): void {
    this.#awaited = null
    const began = performance.now()
    const tree = this.#tree
    const lengthMs = began - this.#windowBegan
    const end = Math.round(this.#windowEnd + this.#service.clockError)
    // Profiles touch. Where the clock was set in between, the length is what is known.
    const isContinuous = Math.abs(end - this.#windowStart - lengthMs) < 5000
    const start = isContinuous ? this.#windowStart : Math.round(end - lengthMs)
    this.#tree = new CallTree(treeLimit())
    this.#windowStart = end
    this.#windowBegan = began
    if (tree.micros === 0 || end <= start) return
    const body = encodeProfile(tree, {
      head: { start, end, agentMetadata: this.#metadata(tree) },
      tail: { ...this.#heapSummary(end), debugInfo: this.#debugInfo() },
      intervalMicros: this.#orders.samplingIntervalMs * 1000,
      lot: Math.random(),
    })
    this.#backlog.add({ token: randomUUID(), body })
    this.#errors = 0
    this.#failures = 0
    this.#missed = 0
    this.#wake?.()
  }

  #metadata(tree: CallTree): Record<string, unknown> {
    const { settings, version } = this.#data
    const { samplingIntervalMs } = this.#orders
    const activeMs = Math.round(tree.micros / 1000 / Math.max(1, tree.threads.size))
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
    return { heapSummary: { time, capacityBytes, usedBytes: sum((heap) => heap.usedBytes), types } }
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
      answer = await this.#service.configureAgent(
        settings.profilingGroupName,
        this.#fleet.id,
        this.#platform(),
        milliseconds,
      )
    } catch (error) {
      if (error instanceof Refused && noGroup.includes(error.code)) {
        if (await this.#makesGroup(error)) return
        this.#orders = { ...this.#orders, shouldProfile: false }
      }
      this.#failed('asking', this.#asking, error)
      this.#askAt = this.#asking.notBefore
      this.#obey()
      return
    }
    this.#asking.succeeded()
    this.#hasAnswer = true
    this.#orders = follow(this.#orders, answer, settings)
    this.#askAt = performance.now() + this.#orders.periodMs
    this.#sayAnswered(answer)
    this.#obey()
  }

  /** On Lambda the original service wants to know about the call. */
  #platform(): Record<string, string> {
    const { environment } = this.#ports
    if (!isLambda(environment)) return {}
    const { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory, AWS_EXECUTION_ENV: runtime } = environment
    return {
      ComputePlatform: 'AWSLambda',
      AgentId: this.#agentId,
      ...(memory && { LambdaMemoryLimitInMB: memory }),
      ...(runtime && { ExecutionEnvironment: runtime }),
      ...(this.#invocation !== null && {
        LambdaFunctionArn: this.#invocation.functionArn,
        AwsRequestId: this.#invocation.requestId,
        LambdaRemainingTimeInMilliseconds: String(this.#invocation.remainingMs),
      }),
    }
  }

  #sayAnswered(answer: unknown): void {
    const group = this.#data.settings.profilingGroupName
    const { shouldProfile, periodMs, samplingIntervalMs } = this.#orders
    if (typeof answer !== 'object' || answer === null) {
      const text = `${this.#endpoint} answers, but not with a configuration: is it the right address? Sampling goes on`
      this.#serverLog.failed('asking', 'nonsense', text)
    } else if (!shouldProfile) {
      const text = `profiling of ${group} is switched off at the server; it is asked again every ${periodMs / 1000} s`
      this.#serverLog.succeeded('asking', 'off', text)
    } else {
      const text = `profiling group ${group} at ${this.#endpoint}: a profile every ${periodMs / 1000} s, one count is ${samplingIntervalMs} ms of a thread`
      this.#serverLog.succeeded('asking', 'on', text)
    }
  }

  /** On Lambda a group that is missing is made, as AWS's agents do. */
  async #makesGroup(refused: Refused): Promise<boolean> {
    if (!isLambda(this.#ports.environment) || refused.code !== 'ResourceNotFoundException') return false
    try {
      await this.#service.createProfilingGroup(this.#data.settings.profilingGroupName, randomUUID())
    } catch (error) {
      if (!(error instanceof Refused && error.code === 'ConflictException')) return false
    }
    this.#askAt = 0
    return true
  }

  /** Samples, or does not, as was ordered. */
  #obey(): void {
    const isWanted = this.#orders.shouldProfile && !this.#isKilled && !this.#budget.isPaused
    if (isWanted === this.#isSampling) return
    this.#isSampling = isWanted
    this.#tree = new CallTree(treeLimit())
    this.#heaps.clear()
    this.#awaited = null
    if (!this.#orders.shouldProfile || this.#isKilled) this.#backlog.clear()
    this.#windowBegan = performance.now()
    this.#windowStart = Math.round(Date.now() + this.#service.clockError)
    this.#windowEnd = this.#windowStart
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
    const isKilled = existsSync(killSwitchFile)
    if (isKilled === this.#isKilled) return
    this.#isKilled = isKilled
    const text = isKilled
      ? `switched off while ${killSwitchFile} is there`
      : `${killSwitchFile} is gone: profiling goes on`
    this.#ports.log.state('kill switch', String(isKilled), text)
    this.#obey()
  }

  /** The newest profile. @returns whether there is reason to go on at once */
  async #send(milliseconds: number): Promise<boolean> {
    const waiting = this.#backlog.newest()
    if (waiting === null) return false
    try {
      const { profilingGroupName } = this.#data.settings
      await this.#service.postAgentProfile(profilingGroupName, waiting.token, waiting.body, milliseconds)
    } catch (error) {
      const isHopeless =
        error instanceof Refused && !error.isTemporary && ![401, 402, 403, 404].includes(error.status)
      if (isHopeless) {
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
    this.#serverLog.succeeded('sending', 'accepted', `profiles are accepted by ${this.#endpoint} again`)
    return true
  }

  #failed(way: Way, backoff: Backoff, error: unknown): void {
    const now = performance.now()
    if (error instanceof Refused && !error.isTemporary) backoff.wait(now, this.#orders.periodMs)
    else backoff.failed(now, error instanceof Refused ? error.retryAfterMilliseconds : null, Math.random())
    this.#errors++
    const { state, text } = advice(error, {
      group: this.#data.settings.profilingGroupName,
      region: this.#region,
      endpoint: this.#endpoint,
    })
    this.#serverLog.failed(way, state, text)
  }

  /** The process ends: what is there is sent, if the server wants it and answers in time. */
  async #finish(until: number): Promise<void> {
    this.#isFinishing = true
    this.#wake?.()
    // A bit is left for saying what went wrong.
    const deadline = performance.now() + (until - Date.now()) - 200
    const left = (): number => Math.max(1, deadline - performance.now())
    if (this.#isKilled || !this.#orders.shouldProfile) return
    await this.#lastWords()
    if (!this.#hasAnswer && this.#tree.micros > 0) {
      await this.#ask(left())
      if (!this.#orders.shouldProfile) return
    }
    this.#pack()
    while (this.#backlog.size > 0 && performance.now() < deadline) {
      if (!(await this.#send(left()))) return
    }
  }

  /** Of the workers, which live for as long as the main thread waits. */
  async #lastWords(): Promise<void> {
    this.#threads.delete(mainThread)
    if (this.#threads.size === 0) return
    this.#ports.tellAll({ kind: 'cut' })
    const awaited = new Set(this.#threads)
    this.#awaited = new Set([...awaited, -1])
    const until = performance.now() + patienceMs
    while (this.#awaited !== null && this.#awaited.size > 1 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    this.#awaited = null
  }
}

/** On a machine that is busy with other things V8 comes too late for some. */
function missedSamples({ micros, samples }: Slice, intervalMicros: number): number {
  const time = micros.reduce((sum, value) => sum + value, 0)
  return Math.max(0, Math.floor(time / intervalMicros) - samples)
}
