/**
 * What the threads tell each other. Three kinds take part: the program's main thread, its workers, and the reporter, a
 * thread of the agent's own that names, adds up, encodes and sends.
 */
import type { HeapFigures } from './heap.ts'
import type { Invocation } from './lambda.ts'
import type { Settings } from './settings.ts'
import type { Slice } from './slice.ts'

/** To the reporter: from the main thread by its port, from workers on the channel. */
export type FromSampled =
  | {
      readonly kind: 'slice'
      readonly slice: Slice | null
      readonly threadId: number
      /** How long the thread was kept by making it. */
      readonly costMs: number
      /** Attempts to sample or hand over that failed since the last message. */
      readonly failures: number
      readonly heap: HeapFigures | null
      /** Nothing more will come of this thread. */
      readonly isLast: boolean
    }
  /**
   * Main thread only, at the end of the process. `done[0]` becomes 1, and whoever waits for it is woken; nobody waits
   * after `until`, in epoch milliseconds.
   */
  | { readonly kind: 'finish'; readonly done: Int32Array<SharedArrayBuffer>; readonly until: number }

  /** Main thread only, on Lambda: a call begins. */
  | { readonly kind: 'invoked'; readonly invocation: Invocation }
  /** It ends, and all that was sampled in it has been handed over. What is due is sent, as in `finish`. */
  | { readonly kind: 'suspended'; readonly done: Int32Array<SharedArrayBuffer>; readonly until: number }

/** From the reporter, to the main thread by its port and to workers on the channel. */
export type ToSampled =
  /** Microseconds between samples; 0 stops. */
  | { readonly kind: 'sample'; readonly intervalMicros: number }
  /** A report is due: hand over what there is. */
  | { readonly kind: 'cut' }
  /** It listens to the channel from now on: until then the main thread does. */
  | { readonly kind: 'ready' }

/** What the reporter starts with. */
export interface ReporterData {
  readonly settings: Settings
  readonly channelName: string
  readonly startedAt: number
  readonly intervalMicros: number
  readonly version: string
}

/** What a worker finds under `environmentDataKey` when it starts. */
export interface WorkerData {
  readonly channelName: string
  readonly intervalMicros: number
  readonly heapAllocations: boolean
  readonly heapSummary: boolean
}

export const environmentDataKey = 'wick-agent'
/** A slice is at most this long: it bounds what cutting one costs. */
export const sliceMilliseconds = 10_000
