/**
 * What the agent costs, and what it does about it: above 1 % of a core over a minute it samples half as often, down to a
 * tenth; it recovers slowly. Above the server's limit (10 %) it samples a tenth as often at once; if that is not enough it
 * stops, and tries again after a period. Who orders counts finer than usual also says what they may cost: up to the limit
 * nothing is done then. Of a container's share, where that is less than a core.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { type Orders, usualSamplingIntervalMs } from './orders.ts'

const minuteMs = 60_000
const usualBudget = 0.01
/** Below this part of the budget it samples more often again. */
const recovery = 0.4
const slowest = 10
/**
 * V8's signal handler walks the stack of the thread that it interrupts, which no clock tells apart from the program. An
 * assumption: `node bench/agents/node.ts direct` measures it, but found nothing that differs from noise on a busy machine.
 */
const handlerMicros = 15

export interface CpuBudgetOptions {
  readonly now: number
  readonly cpus: number
  /** CPU time of what works for the agent alone, so far. */
  readonly ownMs: () => number
}

export class CpuBudget {
  readonly #baseMicros: number
  readonly #ownMs: () => number
  /** Of a core, at most one: what the shares are of. */
  readonly #core: number
  #slowdown = 1
  #pausedUntil = 0
  #blockedMs = 0
  #samples = 0
  /** Since the last report. */
  #reportedMs = 0
  #lastOwnMs: number
  #lastJudged: number
  #lastProcess = process.cpuUsage()

  /** @param options `now`: of the monotonic clock */
  constructor(intervalMicros: number, { now, cpus, ownMs }: CpuBudgetOptions) {
    this.#baseMicros = intervalMicros || 10_000
    this.#core = Math.min(1, cpus)
    this.#ownMs = ownMs
    this.#lastOwnMs = ownMs()
    this.#lastJudged = now
  }

  get intervalMicros(): number {
    return this.#baseMicros * this.#slowdown
  }

  get isThrottled(): boolean {
    return this.#slowdown > 1
  }

  get isPaused(): boolean {
    return this.#pausedUntil > 0
  }

  get state(): number {
    return this.isPaused ? -1 : this.#slowdown
  }

  /** A thread of the program was kept so long. */
  blocked(milliseconds: number): void {
    this.#blockedMs += milliseconds
  }

  sampled(samples: number): void {
    this.#samples += samples
  }

  /** @returns what changed, in words; null where nothing did */
  judge(
    now: number,
    {
      periodMs,
      cpuLimitPercent,
      samplingIntervalMs,
    }: Pick<Orders, 'periodMs' | 'cpuLimitPercent' | 'samplingIntervalMs'>,
  ): string | null {
    if (this.#pausedUntil > 0) {
      if (now < this.#pausedUntil) return null
      this.#pausedUntil = 0
      this.#take()
      this.#lastJudged = now
      return 'profiling goes on after a pause'
    }
    const elapsed = now - this.#lastJudged
    if (elapsed < minuteMs) return null
    this.#lastJudged = now
    const spentMs = this.#take()
    this.#reportedMs += spentMs
    const share = spentMs / elapsed / this.#core
    const budget = samplingIntervalMs < usualSamplingIntervalMs ? cpuLimitPercent / 100 : usualBudget
    const percent = `${(share * 100).toFixed(1)} % of ${this.#core < 1 ? 'its share of a core' : 'a core'}`
    if (share * 100 >= cpuLimitPercent) {
      if (this.#slowdown < slowest) return this.#slowDownTo(slowest, percent)
      this.#pausedUntil = now + periodMs
      return `the agent took ${percent}, over the limit of ${cpuLimitPercent} %: it pauses for ${periodMs / 1000} s`
    }
    if (share > budget && this.#slowdown < slowest) return this.#slowDownTo(this.#slowdown * 2, percent)
    if (share < budget * recovery && this.#slowdown > 1) {
      this.#slowdown = Math.max(1, this.#slowdown / 2)
      return `the agent samples every ${this.intervalMicros / 1000} ms again`
    }
    return null
  }

  #slowDownTo(slowdown: number, percent: string): string {
    this.#slowdown = Math.min(slowest, slowdown)
    return `the agent took ${percent}: it samples every ${this.intervalMicros / 1000} ms from now on`
  }

  /** For a profile: what was spent since the last one, and what the whole process used. */
  report(): { overheadMs: number; cpuSeconds: number } {
    const overheadMs = this.#reportedMs + this.#take()
    this.#reportedMs = 0
    const { user, system } = process.cpuUsage(this.#lastProcess)
    this.#lastProcess = process.cpuUsage()
    return { overheadMs, cpuSeconds: (user + system) / 1e6 }
  }

  /** What was spent since the last call, in milliseconds. */
  #take(): number {
    const own = this.#ownMs()
    const spent = own - this.#lastOwnMs + this.#blockedMs + (this.#samples * handlerMicros) / 1000
    this.#lastOwnMs = own
    this.#blockedMs = 0
    this.#samples = 0
    return Math.max(0, spent)
  }
}

/**
 * CPU time of V8's threads that take the samples, by what Linux says of them; nothing elsewhere. Of each thread by itself:
 * one that ends, with its worker, takes nothing away from the sum.
 */
export class V8Samplers {
  #ticks = 0
  #known = new Map<string, number>()

  /** So far. */
  milliseconds(): number {
    const threads = new Map<string, number>()
    for (const thread of process.platform === 'linux' ? ownThreads() : []) {
      const before = this.#known.get(thread) ?? 0
      // What cannot be read now is not new when it can be.
      const ticks = samplerTicks(thread) ?? before
      threads.set(thread, ticks)
      this.#ticks += ticks < before ? ticks : ticks - before
    }
    this.#known = threads
    // A hundredth of a second each, on every Linux there is.
    return this.#ticks * 10
  }
}

function ownThreads(): string[] {
  try {
    return readdirSync('/proc/self/task')
  } catch {
    return []
  }
}

/** 0 for a thread of another kind; null where it has ended meanwhile. */
function samplerTicks(thread: string): number | null {
  try {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1')
    // The name is in parentheses, cut to fifteen characters: v8:ProfEvntProc.
    const end = stat.lastIndexOf(')')
    if (!stat.slice(0, end).includes('(v8:ProfEvntProc')) return 0
    const fields = stat.slice(end + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return null
  }
}
