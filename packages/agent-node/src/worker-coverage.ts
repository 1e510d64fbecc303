/**
 * Workers that the preloaded agent does not reach: Node runs `--import` in workers that are started from a file, but not in
 * those that are started from a string, with `execArgv` of their own, or by a program that started the agent in code.
 */
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Worker, WorkerOptions } from 'node:worker_threads'
import { fileBeside, load } from './beside.ts'

/** The agent's own thread, at the end of the process, which is not profiled. */
export const ownThreadName = 'wick-agent'

export interface Coverage {
  /** Nothing is done for workers while the agent does not run. */
  readonly isRunning: () => boolean
  /** Whether workers inherit the flag that loaded the agent here. */
  readonly isInherited: boolean
}

type Arguments = [file: string | URL, options?: WorkerOptions]

/**
 * From now on each `new Worker` loads the agent first. To be called when the package is loaded: programs take the class
 * out of its module before they start anything. Where the agent cannot be loaded a worker starts as it would have.
 */
export function coverWorkers({ isRunning, isInherited }: Coverage): void {
  const threads: typeof import('node:worker_threads') = load('node:worker_threads')
  const construct = (target: typeof Worker, args: unknown[], newTarget: new () => unknown): Worker => {
    const [file, options] = args as Arguments
    const isCovered =
      isInherited && options?.eval !== true && options?.execArgv === undefined && options?.env === undefined
    const isMistaken = !Array.isArray(options?.execArgv ?? [])
    if (!isRunning() || isCovered || isMistaken || options?.name === ownThreadName) {
      return Reflect.construct(target, args, newTarget)
    }
    let execArgv = [
      ...(options?.execArgv ?? process.execArgv),
      '--require',
      fileURLToPath(fileBeside('index')),
    ]
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        return Reflect.construct(target, [file, { ...options, execArgv }], newTarget)
      } catch (error) {
        // Flags of the whole process (`--max-old-space-size`) are inherited, but must not be repeated: Node names them.
        // What the program gave itself it is refused as ever, below.
        if (options?.execArgv !== undefined) break
        if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') break
        const { message } = error as Error
        execArgv = execArgv.filter((flag) => !message.includes(flag))
      }
    }
    return Reflect.construct(target, args, newTarget)
  }
  threads.Worker = new Proxy(threads.Worker, {
    construct: construct as ProxyHandler<typeof Worker>['construct'] & {},
  })
  syncBuiltinESMExports()
}
