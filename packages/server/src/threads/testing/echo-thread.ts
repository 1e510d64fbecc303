/** The worker of rpc.test.ts. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { emit, serve } from '../rpc.ts'

class CannotDoThat extends Error {
  override readonly name = 'CannotDoThat'
}

const api = {
  echo: async (value: unknown) => value,
  echoBoth: async (first: unknown, second: unknown) => [first, second],
  later: (milliseconds: number, value: unknown) =>
    new Promise((resolve) => setTimeout(() => resolve(value), milliseconds)),
  refuse: async (message: string) => {
    throw new CannotDoThat(message)
  },
  refuseWithText: async (text: string) => {
    throw text
  },
  answerWithFunction: async () => () => {},
  never: () => new Promise<void>(() => {}),
  crash: async () => {
    setImmediate(() => {
      throw new Error('out of memory, say')
    })
    return new Promise<void>(() => {})
  },
  exit: async () => process.exit(7),
  announce: async (event: string, value: unknown) => emit(parentPort!, event, value),
}

export type EchoApi = typeof api

serve(parentPort!, api)
// Another thread that asks it, if there is one.
const channel = (workerData as { channel?: MessagePort } | null)?.channel
if (channel !== undefined) serve(channel, api)
