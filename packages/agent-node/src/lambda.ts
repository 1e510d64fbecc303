/**
 * On Lambda a program runs from the beginning of a call to its end; between two it is frozen, or soon will be. So sampling
 * and reporting go on while a call does, and what is due is sent before its end is told.
 */

/** As the runtime hands it to a handler. */
interface Context {
  readonly invokedFunctionArn: string
  readonly awsRequestId?: string
  readonly getRemainingTimeInMillis?: () => number
}

/** One call, for the server. */
export interface Invocation {
  /** With the alias or version that was called, where one was. */
  readonly functionArn: string
  readonly requestId: string
  readonly remainingMs: number
}

/** What of an agent can be told that a call begins and ends. */
export interface Invocable {
  invoked(invocation: Invocation): void
  /** What is due is sent, in so many milliseconds at most. */
  suspend(milliseconds: number): Promise<void>
}

type Handler = (this: unknown, ...args: unknown[]) => unknown

/** Of what is left of a call's time this part at most, and never longer than `longestMs`. */
const partForAgent = 0.5
const longestMs = 2000

/**
 * Wraps a handler of any kind: one that returns a promise, calls back, or streams its response. It gets what it would get
 * and its caller what it returns, a little later when a profile is due.
 */
export function wrapHandler(handler: Handler, agent: () => Invocable | null): Handler {
  return like(handler, function profiled(this: unknown, ...args: unknown[]): unknown {
    const context = args.find(isContext)
    const invocable = guarded(agent) ?? null
    if (context === undefined || invocable === null) return handler.apply(this, args)
    guarded(() => invocable.invoked(invocationOf(context)))
    const end = async (): Promise<void> => {
      const milliseconds = Math.min(longestMs, partForAgent * remainingMs(context))
      await guarded(() => invocable.suspend(milliseconds))?.catch(() => {})
    }
    // Only the classic form has a function as its last argument.
    const callback = args.at(-1)
    const passed =
      typeof callback === 'function'
        ? [...args.slice(0, -1), (...outcome: unknown[]) => void end().then(() => callback(...outcome))]
        : args
    let result: unknown
    try {
      result = handler.apply(this, passed)
    } catch (error) {
      // No time for a profile: the runtime is told at once, as it would be.
      void end()
      throw error
    }
    return isThenable(result) ? settled(result, end) : result
  })
}

/** The runtime tells handlers apart by what they carry (`streamifyResponse` marks those that stream) and how much they take. */
function like(handler: Handler, wrapped: Handler): Handler {
  Object.assign(wrapped, handler)
  return Object.defineProperty(wrapped, 'length', { value: handler.length })
}

async function settled(result: PromiseLike<unknown>, end: () => Promise<void>): Promise<unknown> {
  try {
    return await result
  } finally {
    await end()
  }
}

function invocationOf(context: Context): Invocation {
  return {
    functionArn: context.invokedFunctionArn,
    requestId: String(context.awsRequestId ?? ''),
    remainingMs: Math.round(remainingMs(context)),
  }
}

function remainingMs(context: Context): number {
  const milliseconds = guarded(() => Number(context.getRemainingTimeInMillis?.() ?? 2 * longestMs)) ?? 0
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0
}

function isContext(value: unknown): value is Context {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Context>).invokedFunctionArn === 'string'
  )
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}

/** A guest: whatever fails here is no reason for a call to fail. */
function guarded<Result>(action: () => Result): Result | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
