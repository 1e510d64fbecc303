import type { MessagePort, Transferable, Worker } from 'node:worker_threads'
import { isAlone } from './body-buffer.ts'

/**
 * Asynchronous calls between threads: the caller gets an object whose methods post a message and await the answer.
 * Errors keep name and message; whoever needs more returns it as a value.
 */

interface Call {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } }

type Message = Answer | { readonly event: string; readonly value: unknown }

const handOverBytes = 16_384

/** Methods that can be called from another thread: asynchronous, arguments and results cloneable. */
type Callable<T> = { [K in keyof T]: (...args: never[]) => Promise<unknown> }

/** In the thread that is asked: answers calls with the methods of `api`. Results that are bytes are handed over, not copied. */
export function serve(port: MessagePort, api: object): void {
  port.on('message', async ({ id, method, args }: Call) => {
    try {
      const value: unknown = await (api as Record<string, (...args: readonly unknown[]) => unknown>)[method]!(
        ...args,
      )
      port.postMessage({ id, value } satisfies Answer, buffersIn([value]))
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error))
      port.postMessage({ id, error: { name, message } } satisfies Answer)
    }
  })
}

/** In the thread that is asked: tells the caller of something it did not ask for. */
export function emit(port: MessagePort, event: string, value: unknown): void {
  port.postMessage({ event, value } satisfies Message)
}

export interface Connection<T> {
  readonly api: T
  /** Ends the worker; calls still open are refused. */
  terminate(): Promise<void>
}

/**
 * In the thread that started the worker: a typed stand-in for the worker's object. Large byte arrays among the arguments
 * are handed over: the caller must not use them afterwards. When the worker ends, every open and later call is refused.
 */
export function connect<T extends Callable<T>>(
  worker: Worker,
  onEvent: (event: string, value: unknown) => void = () => {},
): Connection<T> {
  const { api, end } = standIn<T>(worker, onEvent)
  worker.on('error', (error) => end(error as Error))
  worker.on('exit', (code) => end(new Error(`the worker thread ended (${code})`)))
  return { api, terminate: async () => void (await worker.terminate()) }
}

export interface PortConnection<T> {
  readonly api: T
  /** Hangs up; calls still open are refused. */
  close(): void
}

/** The same between any two threads, over a channel whose other end `serve` has. When that end closes, calls are refused. */
export function connectPort<T extends Callable<T>>(port: MessagePort): PortConnection<T> {
  const { api, end } = standIn<T>(port, () => {})
  port.on('close', () => end(new Error('the thread at the other end is gone')))
  return { api, close: () => port.close() }
}

function standIn<T>(
  line: Worker | MessagePort,
  onEvent: (event: string, value: unknown) => void,
): { readonly api: T; readonly end: (error: Error) => void } {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let next = 0
  let ended: Error | null = null

  const onMessage = (message: Message): void => {
    if ('event' in message) {
      onEvent(message.event, message.value)
      return
    }
    const call = open.get(message.id)
    open.delete(message.id)
    if ('error' in message)
      call?.reject(Object.assign(new Error(message.error.message), { name: message.error.name }))
    else call?.resolve(message.value)
  }
  line.on('message', onMessage)
  const end = (error: Error): void => {
    ended ??= error
    for (const call of open.values()) call.reject(ended)
    open.clear()
  }

  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended)
      const id = next++
      // Throws where an argument cannot be cloned: the call is refused then, and was never open.
      line.postMessage({ id, method, args } satisfies Call, buffersIn(args))
      open.set(id, { resolve, reject })
    })
  const api = new Proxy({} as object, {
    // A thenable would be awaited by mistake when the stand-in is returned from an async function.
    get: (_, method) =>
      method === 'then' ? undefined : (...args: readonly unknown[]) => call(String(method), args),
  })
  return { api: api as T, end }
}

/**
 * Buffers to hand over, each once: whole ones of some size. A view of a larger buffer (Node's pool) is copied, and so
 * is what is small, which callers may keep.
 */
function buffersIn(values: readonly unknown[]): Transferable[] {
  const buffers = new Set<ArrayBuffer>()
  for (const value of values) {
    const isPlain = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
    for (const inner of isPlain ? Object.values(value) : [value]) {
      if (inner instanceof Uint8Array && inner.byteLength >= handOverBytes && isAlone(inner))
        buffers.add(inner.buffer as ArrayBuffer)
    }
  }
  return [...buffers]
}
