/** What is said between those that sample, a thread of the program each, and the reporter, which is in its main thread. */
import type { HeapFigures } from './heap.ts'
import type { Slice } from './slice.ts'

/** To the reporter: from the main thread by a call, from workers on the channel of slices. */
export interface FromSampled {
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

/** From the reporter: to the main thread by a call, to workers on the channel of orders. */
export type ToSampled =
  /** Microseconds between samples; 0 stops. */
  | { readonly kind: 'sample'; readonly intervalMicros: number }
  /** A report is due: hand over what there is. */
  | { readonly kind: 'cut' }

/** What a worker finds under `environmentDataKey` when it starts. */
export interface WorkerData {
  readonly ordersChannel: string
  readonly slicesChannel: string
  readonly intervalMicros: number
  readonly heapAllocations: boolean
  readonly heapSummary: boolean
}

export const environmentDataKey = 'wick-agent'
/** A slice is at most this long: it bounds what cutting one costs. */
export const sliceMilliseconds = 10_000
