/**
 * The end of the process: at `exit` nothing asynchronous happens any more in the main thread. So a thread is started there,
 * and only there, which sends what is left; the main thread waits for it.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Waiting } from './backlog.ts'
import { fileBeside } from './beside.ts'
import type { Credentials } from './credentials/credentials.ts'
import type { Orders } from './orders.ts'
import type { Way } from './server-log.ts'
import type { Settings } from './settings.ts'
import { ownThreadName } from './worker-coverage.ts'

/** What the thread starts with. */
export interface LastReportData {
  readonly port: MessagePort
  readonly settings: Settings
  readonly credentials: Credentials | null
  readonly clockError: number
  /** Where the server has not been asked yet: it may want no profile. */
  readonly ask: Ask | null
  /** Of all of it, in epoch milliseconds of the monotonic clock: the thread's own begins when it does. */
  readonly deadline: number
}

interface Ask {
  readonly fleetId: string
  readonly metadata: Readonly<Record<string, string>>
  readonly orders: Orders
}

/** What the thread is told when all is encoded, newest first. */
export interface LastProfiles {
  readonly profiles: readonly { readonly token: string; readonly body: Uint8Array }[]
  /** Becomes 1 when there is nothing more to do. */
  readonly done: Int32Array<SharedArrayBuffer>
}

/** What came of it, to be said by the thread that knows what has been said. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'failed'; readonly way: Way; readonly state: string; readonly text: string }

/** On a machine that is busy with other things: against a server that says nothing the thread gives up in time to say so. */
const late: Outcome = {
  kind: 'failed',
  way: 'sending',
  state: 'late',
  text: 'the last profile may be lost: the process ends, and had no time left to send it',
}

export class LastReport {
  readonly #port: MessagePort
  readonly #deadline: number

  /** Starts the thread, which takes a tenth of a second: there is time to encode meanwhile. */
  constructor(data: Omit<LastReportData, 'port'>, environment: Readonly<Record<string, string | undefined>>) {
    this.#deadline = data.deadline - performance.timeOrigin
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const thread = new Worker(fileBeside('last-report-thread'), {
      name: ownThreadName,
      workerData: { ...data, port: port2 } satisfies LastReportData,
      transferList: [port2],
      // Nothing that the program preloads, in either place.
      execArgv: [],
      env: { ...environment, NODE_OPTIONS: '' },
      argv: [],
      stdout: true,
      stderr: true,
    })
    thread.on('error', () => {})
    thread.unref()
  }

  /** Returns when all is sent, or its time is over. */
  send(profiles: readonly Waiting[]): Outcome[] {
    const done = new Int32Array(new SharedArrayBuffer(4))
    this.#port.postMessage({ profiles, done } satisfies LastProfiles)
    const isLate = Atomics.wait(done, 0, 0, Math.max(1, this.#deadline - performance.now())) === 'timed-out'
    const outcomes: Outcome[] = []
    for (;;) {
      const received = receiveMessageOnPort(this.#port)
      if (received === undefined) break
      outcomes.push(received.message as Outcome)
    }
    this.#port.close()
    return isLate ? [...outcomes, late] : outcomes
  }
}
