/**
 * Samples the thread that it runs in, with V8's own profiler through an inspector session of this process: no port, no
 * debugger, nothing to install.
 *
 * Starting V8's profiler makes it list every function that was ever compiled, which takes long in a big program. So it is
 * started once. After that profiles overlap: the next one begins (which costs nothing, the profiler runs already) before
 * the one before it ends. No time lies between two slices, and a cut takes well under a millisecond.
 */
import { threadId } from 'node:worker_threads'
import { load } from './beside.ts'
import { wordsOfNode } from './node-options.ts'
import { ownershipOf } from './own-files.ts'
import { type Slice, sliceOf, type V8Profile } from './slice.ts'

/** Of everything that overlaps, so that profiles of the program itself are not taken for ours. */
const titlePrefix = 'wick-agent-'

interface RunningSlice {
  readonly title: string
  readonly isOverlapping: boolean
  readonly startedAt: number
}

export class Sampler {
  readonly #inspector: typeof import('node:inspector')
  readonly #session: import('node:inspector').Session
  readonly #owners: typeof ownershipOf
  readonly #isProfiledByNode = isProfiledByNode()
  /** Of the slice that runs; null while nothing does. */
  #running: RunningSlice | null = null
  /** The title that is waited for, and what came of it. */
  #ending = ''
  #finished: V8Profile | null = null
  #slices = 0

  /**
   * @param owners whose doing what is. @throws Error where this Node was built without an inspector, or it may not be used here
   */
  constructor(owners: typeof ownershipOf = ownershipOf) {
    this.#owners = owners
    this.#inspector = load('node:inspector')
    this.#session = new this.#inspector.Session()
    this.#session.connect()
    this.#session.on('Profiler.consoleProfileFinished', ({ params }) => {
      if (params.title === this.#ending) this.#finished = params.profile as V8Profile
    })
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  /** @param intervalMicros of wall-clock time between two samples */
  start(intervalMicros: number): void {
    if (this.#running !== null) return
    this.#call('Profiler.enable')
    this.#call('Profiler.setSamplingInterval', { interval: intervalMicros })
    this.#running = this.#begin()
  }

  /** Ends the slice that runs and begins the next; null where nothing runs. */
  cut(): Slice | null {
    const running = this.#running
    if (running === null) return null
    if (running.isOverlapping && !this.#isInspected()) {
      const next = this.#begin()
      const slice = this.#end(running, next.startedAt)
      this.#running = next
      return slice
    }
    const slice = this.#end(running, Date.now())
    this.#running = this.#begin()
    return slice
  }

  /** Ends the slice that runs, and V8's profiler with it. */
  stop(): Slice | null {
    const running = this.#running
    if (running === null) return null
    const slice = this.#end(running, Date.now())
    this.#running = null
    // Not `Profiler.disable`: it also ends the coverage that the program's own session, or Node, collects.
    return slice
  }

  /**
   * Overlapping profiles are those of `console.profile`, which every session sees: somebody's developer tools would show
   * each slice, and Node's own session would print it. While there are such slices are started and stopped instead, with a
   * gap of milliseconds.
   */
  #isInspected(): boolean {
    return this.#isProfiledByNode || this.#inspector.url() !== undefined
  }

  #begin(): RunningSlice {
    const title = `${titlePrefix}${++this.#slices}`
    const isOverlapping = !this.#isInspected()
    // Before it starts: the first time that takes tens of milliseconds, which V8 samples already.
    const startedAt = Date.now()
    if (isOverlapping) this.#inspector.console.profile(title)
    else this.#call('Profiler.start')
    return { title, isOverlapping, startedAt }
  }

  #end(running: RunningSlice, endedAt: number): Slice | null {
    let profile: V8Profile | null = null
    if (running.isOverlapping) {
      this.#ending = running.title
      this.#inspector.console.profileEnd(running.title)
      profile = this.#finished
      this.#finished = null
    } else {
      profile = this.#call<{ profile: V8Profile }>('Profiler.stop')?.profile ?? null
    }
    if (profile === null) return null
    // Not corrected by what the event loop says of its waiting: each sample's signal ends a wait, and the loop counts only
    // what comes after the last of them.
    return sliceOf(profile, { threadId, startedAt: running.startedAt, endedAt }, this.#owners)
  }

  /** A session of one's own process answers before `post` returns. */
  #call<Result = unknown>(method: string, params?: object): Result | null {
    let failure: Error | null = null
    let answer: unknown = null
    this.#session.post(method, params, (error: Error | null, result?: object) => {
      failure = error
      answer = result ?? null
    })
    if (failure !== null) throw failure as Error
    return answer as Result | null
  }
}

/** Whether Node has a session of its own in this process, for coverage or a profile. */
function isProfiledByNode(): boolean {
  const words = wordsOfNode()
  return (
    Boolean(process.env.NODE_V8_COVERAGE) ||
    words.includes('--cpu-prof') ||
    words.includes('--experimental-test-coverage')
  )
}
