/**
 * `@wick/agent`: a continuous profiler inside a Node.js process.
 *
 *     node --import @wick/agent app.js
 *
 * or, in code, `import { start } from '@wick/agent'`. Preloaded it starts by itself, by its environment variables; in
 * workers it joins the agent of the main thread.
 */
import { getEnvironmentData, isMainThread } from 'node:worker_threads'
import { type Agent, idleAgent, RunningAgent } from './agent.ts'
import { isInstalled } from './beside.ts'
import { type Invocable, wrapHandler } from './lambda.ts'
import { Log } from './log.ts'
import { environmentDataKey, type WorkerData } from './messages.ts'
import { otherRuntime } from './other-runtime.ts'
import { inOwnContext } from './own-context.ts'
import { isPreloaded } from './preloaded.ts'
import { type AgentOptions, readSettings } from './settings.ts'
import { coverWorkers } from './worker-coverage.ts'
import { joinAgent } from './worker-thread.ts'

export type { Agent } from './agent.ts'
export type { AgentOptions } from './settings.ts'

/** One for each thread, however often this package is loaded: as a module, as CommonJS, by two of a program's packages. */
const slot = Symbol.for('@wick/agent')
type Holder = { [slot]?: Agent }

/**
 * Starts profiling this process, unless it is profiled already: then the running agent is returned, and options have no
 * effect. Options win over environment variables. Never throws; what is wrong is said on stderr, once.
 *
 * In a worker it joins the agent of the main thread, where there is one.
 */
export function start(options: AgentOptions = {}): Agent {
  const holder = globalThis as Holder
  if (holder[slot] !== undefined) return holder[slot]
  const agent = isMainThread ? startMain(options) : startWorker()
  // Where it was preloaded without a group the program may name one later. A worker joins once.
  if (agent !== idleAgent || !isMainThread) holder[slot] = agent
  return agent
}

/**
 * For AWS Lambda: `export const handler = withProfiler(async (event, context) => …)`. Starts the agent as `start` does, and
 * profiles the time of calls only; what is due is sent before a call ends.
 */
export function withProfiler<Handler extends (...args: never[]) => unknown>(
  handler: Handler,
  options: AgentOptions = {},
): Handler {
  const agent = start(options)
  const invocable = (): Invocable | null => (agent.isRunning && isInvocable(agent) ? agent : null)
  return wrapHandler(handler as never, invocable) as unknown as Handler
}

/** Not by its class: this package may be loaded twice. */
function isInvocable(agent: Agent): agent is Agent & Invocable {
  return 'invoked' in agent && 'suspend' in agent
}

/** Why it did not start, as far as that was said. */
let reason = ''

function sayOnce(log: Log, text: string, level?: 'error'): void {
  if (text !== reason) log.say(text, level)
  reason = text
}

function startMain(options: AgentOptions): Agent {
  let log = new Log('info')
  try {
    const settings = readSettings(options, process.env)
    log = new Log(settings.logLevel)
    if (!settings.isEnabled) {
      sayOnce(log, 'switched off (AWS_CODEGURU_PROFILER_ENABLED)')
      return idleAgent
    }
    const runtime = otherRuntime()
    if (runtime !== null) {
      sayOnce(
        log,
        `not started: this is ${runtime}, and it takes the profiler and the threads of Node.js`,
        'error',
      )
      return idleAgent
    }
    if (!isWhole) {
      sayOnce(
        log,
        'not started: the files of its package are not beside it; mark @wick/agent as external in the bundler',
        'error',
      )
      return idleAgent
    }
    for (const complaint of settings.complaints) log.say(complaint, 'warning')
    if (settings.profilingGroupName === '') {
      sayOnce(
        log,
        'not started: it does not know its profiling group; set AWS_CODEGURU_PROFILER_GROUP_NAME, or pass profilingGroupName',
        'error',
      )
      return idleAgent
    }
    return inOwnContext(() => new RunningAgent(settings, log))
  } catch (error) {
    sayOnce(
      log,
      `not started, the program goes on: ${error instanceof Error ? error.message : String(error)}`,
      'error',
    )
    return idleAgent
  }
}

function startWorker(): Agent {
  try {
    const data = getEnvironmentData(environmentDataKey) as WorkerData | undefined
    if (data !== undefined && isWhole) joinAgent(data)
  } catch {
    // This worker is not profiled.
  }
  return idleAgent
}

/** Else it starts nothing and wraps nothing: what it would start or load is not there. */
const isWhole = isInstalled()
const isInherited = isWhole && isPreloaded(import.meta.url)
try {
  if (isWhole)
    coverWorkers({ isRunning: () => (globalThis as Holder)[slot]?.isRunning === true, isInherited })
} catch {
  // Some workers are not profiled.
}
if (isInherited) start()
