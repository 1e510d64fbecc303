import type { Answered, QuestionKind, Questions } from './messages.ts'

/** Thrown where the worker could not answer, with its reason. */
export class ProfileWorkerError extends Error {}

interface Waiting {
  resolve(answer: never): void
  reject(reason: Error): void
}

/** The page's side of the profile worker. */
export class ProfileClient {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor() {
    this.#worker = new Worker(new URL('./profile-worker.ts', import.meta.url), { type: 'module' })
    this.#worker.addEventListener('message', (event: MessageEvent<Answered>) => this.#settle(event.data))
    this.#worker.addEventListener('error', (event) => {
      const reason = new ProfileWorkerError(event.message || 'the worker could not be started')
      for (const waiting of this.#waiting.values()) waiting.reject(reason)
      this.#waiting.clear()
    })
  }

  /** @param transfer buffers that are handed over: unusable here afterwards */
  ask<K extends QuestionKind>(
    kind: K,
    question: Questions[K]['question'],
    transfer: Transferable[] = [],
  ): Promise<Questions[K]['answer']> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, kind, question }, transfer)
    })
  }

  stop(): void {
    this.#worker.terminate()
    this.#waiting.clear()
  }

  #settle(reply: Answered): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('problem' in reply) waiting?.reject(new ProfileWorkerError(reply.problem))
    else waiting?.resolve(reply.answer as never)
  }
}
