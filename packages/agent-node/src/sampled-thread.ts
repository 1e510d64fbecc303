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
  readonly send: (message: FromSampled, transfer: readonly ArrayBuffer[]) => void
  /** The agent failed here for good; the program goes on. */
  readonly onFailure: (error: Error) => void
}

/** A cut that keeps the thread longer than this makes slices shorter. */
const longCutMs = 8
const shortestSliceMs = 1000
const allowedFailures = 3

export class SampledThread {
  readonly #options: SampledThreadOptions
  readonly #allocations: AllocationSampler | null
  #timer: NodeJS.Timeout | null = null
  #sliceMs = sliceMilliseconds
  #failures = 0

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
    this.#guard(() => {
      const { sampler } = this.#options
      if (sampler.isRunning) this.#deliver(() => sampler.stop(), {})
      sampler.start(intervalMicros)
      this.#allocations?.start()
      this.#schedule()
    })
  }

  /** Hands over the last slice; nothing is sampled after that. */
  finish(): void {
    this.#guard(() => {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#deliver(() => this.#options.sampler.stop(), { withHeap: true, isLast: true })
    })
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const { sampler } = this.#options
    if (sampler.isRunning) this.#deliver(() => sampler.stop(), {})
    this.#allocations?.stop()
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#guard(() => this.#deliver(() => this.#options.sampler.cut(), {}))
      if (this.#options.sampler.isRunning) this.#schedule()
    }, this.#sliceMs).unref()
  }

  #deliver(take: () => Slice | null, { withHeap = false, isLast = false }): void {
    const began = performance.now()
    const slice = take()
    const { threadId, heapSummary, heapAllocations, send } = this.#options
    const heap: HeapFigures | null =
      withHeap && (heapSummary || heapAllocations) ? heapFigures(this.#allocations?.profile() ?? null) : null
    const costMs = performance.now() - began
    this.#sliceMs =
      costMs > longCutMs
        ? Math.max(shortestSliceMs, this.#sliceMs / 2)
        : Math.min(sliceMilliseconds, this.#sliceMs * 1.25)
    send({ kind: 'slice', slice, threadId, costMs, heap, isLast }, slice === null ? [] : buffersOf(slice))
    this.#failures = 0
  }

  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#failures++
      if (this.#failures < allowedFailures) return
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#timer = null
      this.#options.onFailure(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

function buffersOf({ parent, frame, micros, firstLine, lastLine }: Slice): ArrayBuffer[] {
  return [parent, frame, micros, firstLine, lastLine].map(({ buffer }) => buffer)
}
