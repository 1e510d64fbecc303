/** Where what is alive was allocated: V8's sampling heap profiler, through an inspector session of its own. */
import { load } from './beside.ts'
import { allocationIntervalBytes, type V8AllocationProfile } from './heap.ts'

export class AllocationSampler {
  readonly #session: import('node:inspector').Session
  #isRunning = false

  constructor() {
    const inspector: typeof import('node:inspector') = load('node:inspector')
    this.#session = new inspector.Session()
    this.#session.connect()
  }

  start(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.#session.post('HeapProfiler.startSampling', { samplingInterval: allocationIntervalBytes })
  }

  stop(): void {
    if (!this.#isRunning) return
    this.#isRunning = false
    this.#session.post('HeapProfiler.stopSampling')
  }

  /** What is alive now of what was allocated since the start; null while nothing runs. */
  profile(): V8AllocationProfile | null {
    if (!this.#isRunning) return null
    let found: V8AllocationProfile | null = null
    this.#session.post('HeapProfiler.getSamplingProfile', (_error, result) => {
      found = (result?.profile as unknown as V8AllocationProfile | undefined) ?? null
    })
    return found
  }
}
