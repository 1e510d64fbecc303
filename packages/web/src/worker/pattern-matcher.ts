/**
 * Regular expressions that people type, on names that come from outside: together they can take for ever. So they run in
 * a worker of their own, which is ended when it takes too long.
 */
import type { MatchAnswer, MatchQuestion } from './pattern-worker.ts'

const mostMilliseconds = 2000

export class PatternMatcher {
  #worker: Worker | null = null
  #names: readonly string[] | null = null

  /** @returns 1 for each name that matches. @throws with words for people: a broken pattern, one that takes too long */
  readonly match = (names: readonly string[], pattern: string): Promise<Uint8Array<ArrayBuffer>> => {
    // A broken one is told without a worker.
    new RegExp(pattern)
    this.#worker ??= new Worker(new URL('./pattern-worker.ts', import.meta.url), { type: 'module' })
    const worker = this.#worker
    const question: MatchQuestion = { pattern, names: this.#names === names ? null : names }
    this.#names = names
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const finish = () => {
        clearTimeout(timer)
        worker.removeEventListener('message', onMessage)
        worker.removeEventListener('error', onError)
      }
      const fail = (problem: string) => {
        finish()
        worker.terminate()
        this.#worker = null
        this.#names = null
        reject(new Error(problem))
      }
      const onMessage = ({ data }: MessageEvent<MatchAnswer>) => {
        // Its time runs from when it begins, not while a busy machine starts it.
        if (data === 'begun') {
          timer = setTimeout(() => fail('this pattern takes too long: make it simpler'), mostMilliseconds)
          return
        }
        finish()
        resolve(data)
      }
      const onError = (event: ErrorEvent) => fail(event.message || 'the search could not be started')
      worker.addEventListener('message', onMessage)
      worker.addEventListener('error', onError)
      worker.postMessage(question)
    })
  }
}
