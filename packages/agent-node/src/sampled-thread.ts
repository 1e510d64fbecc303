/**
 * One thread of the program while it is profiled: a slice every ten seconds, handed to the reporter. What runs here runs
 * in somebody else's program: no promise, no I/O, no exception leaves it, and no timer keeps the process alive.
 */
import { clearTimeout, setTimeout } from 'node:timers'
import { AllocationSampler } from './allocation-sampler.ts'
import { type HeapFigures, heapFigures } from './heap.ts'
import { type FromSampled, sliceMilliseconds, type ToSampled } from './messages.ts'
import type { Sampler } from './sampler.ts'
import type { Slice } from './slice.ts'

export interface SampledThreadOptions {
  readonly threadId: number
  readonly sampler: Sampler
  readonly heapSummary: boolean
  readonly heapAllocations: boolean
  readonly send: (message: FromSampled) => void
  /** What failed so often that sampling rests; null when it goes on. */
  readonly onState: (error: Error | null) => void
}

/** A cut that keeps the thread longer than this makes slices shorter. */
const longCutMs = 8
const shortestSliceMs = 1000
const allowedFailures = 3
/** After so many failures in a row nothing is tried for a period of the server's default. */
export const restMilliseconds = 300_000

export class SampledThread {
  readonly #options: SampledThreadOptions
  readonly #allocations: AllocationSampler | null
  #timer: NodeJS.Timeout | null = null
  #sliceMs = sliceMilliseconds
  /** As ordered; 0 while nothing is wanted. */
  #intervalMicros = 0
  /** In a row. */
  #failures = 0
  /** Since the last message. */
  #unreported = 0

  constructor(options: SampledThreadOptions) {
    this.#options = options
    this.#allocations = options.heapAllocations ? new AllocationSampler() : null
  }

  receive(message: ToSampled): void {
    this.#guard(() => {
      if (message.kind === 'cut') this.#deliver(() => this.#options.sampler.cut(), { withHeap: true })
      else if (message.kind === 'sample' && message.intervalMicros === 0) this.#stop()
      else if (message.kind === 'sample') this.start(message.intervalMicros)
    })
  }

  /** @param intervalMicros between two samples; another one than before begins anew */
  start(intervalMicros: number): void {
    const { sampler } = this.#options
    this.#intervalMicros = intervalMicros
    if (this.#isResting) {
      if (this.#timer === null) this.#schedule(restMilliseconds)
      return
    }
    this.#attempt(() => {
      if (sampler.isRunning) this.#deliver(() => sampler.stop(), {})
      this.#begin()
    })
  }

  /** Hands over what there is. V8 samples on, since starting it anew takes long, but nobody is told until `resume`. */
  suspend(): void {
    this.#guard(() => {
      this.#cancel()
      this.#deliver(() => this.#options.sampler.cut(), {})
    })
  }

  resume(): void {
    this.#attempt(() => {
      if (this.#options.sampler.isRunning) this.#options.sampler.cut()
    })
  }

  /** Hands over the last slice; nothing is sampled after that. */
  finish(): void {
    this.#guard(() => {
      this.#cancel()
      this.#intervalMicros = 0
      this.#deliver(() => this.#options.sampler.stop(), { withHeap: true, isLast: true })
    })
    this.#guard(() => this.#allocations?.stop())
  }

  get #isResting(): boolean {
    return this.#failures >= allowedFailures
  }

  #begin(): void {
    this.#options.sampler.start(this.#intervalMicros)
    this.#allocations?.start()
  }

  #stop(): void {
    this.#cancel()
    this.#intervalMicros = 0
    const { sampler } = this.#options
    if (sampler.isRunning) this.#deliver(() => sampler.stop(), {})
    this.#allocations?.stop()
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #schedule(milliseconds: number): void {
    this.#cancel()
    this.#timer = setTimeout(() => {
      this.#attempt(() => {
        if (this.#options.sampler.isRunning) this.#deliver(() => this.#options.sampler.cut(), {})
        else this.#begin()
      })
    }, milliseconds).unref()
  }

  /** And the next one a slice later, or after a rest. */
  #attempt(action: () => void): void {
    const isDone = this.#guard(action)
    if ((isDone || !this.#isResting) && this.#intervalMicros > 0) this.#schedule(this.#sliceMs)
  }

  /** Something is sent in any case: the reporter waits for it. */
  #deliver(take: () => Slice | null, { withHeap = false, isLast = false }): void {
    const began = performance.now()
    let slice: Slice | null = null
    let failure: unknown = null
    try {
      slice = take()
    } catch (error) {
      failure = error
    }
    const { threadId, heapSummary, heapAllocations, send } = this.#options
    const heap: HeapFigures | null =
      withHeap && (heapSummary || heapAllocations) ? heapFigures(this.#allocations?.profile() ?? null) : null
    const costMs = performance.now() - began
    this.#sliceMs =
      costMs > longCutMs
        ? Math.max(shortestSliceMs, this.#sliceMs / 2)
        : Math.min(sliceMilliseconds, this.#sliceMs * 1.25)
    const failures = this.#unreported
    send({ kind: 'slice', slice, threadId, costMs, failures, heap, isLast })
    this.#unreported = 0
    if (failure !== null) throw failure
    if (slice !== null) this.#succeeded()
  }

  /** @returns whether nothing was thrown */
  #guard(action: () => void): boolean {
    try {
      action()
      return true
    } catch (error) {
      this.#failures++
      this.#unreported++
      if (this.#isResting) this.#rest(error)
      return false
    }
  }

  #succeeded(): void {
    if (this.#isResting) this.#options.onState(null)
    this.#failures = 0
  }

  /** Until then V8's profiler is off, as far as it lets itself be told. */
  #rest(error: unknown): void {
    try {
      this.#options.sampler.stop()
    } catch {
      // It is what fails.
    }
    if (this.#intervalMicros > 0) this.#schedule(restMilliseconds)
    this.#options.onState(error instanceof Error ? error : new Error(String(error)))
  }
}
