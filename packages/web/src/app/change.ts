import { type Signal, useSignal } from '@preact/signals'
import { ApiFailure } from '../api/request.ts'

/** Something that a person does and the server may refuse. */
export interface Change {
  readonly isBusy: Signal<boolean>
  /** Why the last one was refused, in words. */
  readonly problem: Signal<string | null>
  /** @returns whether it was done */
  run(change: () => Promise<void>): Promise<boolean>
}

export function useChange(): Change {
  const isBusy = useSignal(false)
  const problem = useSignal<string | null>(null)
  const run: Change['run'] = async (change) => {
    isBusy.value = true
    problem.value = null
    try {
      await change()
      return true
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error
      problem.value = worded(error)
      return false
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, problem, run }
}

function worded({ missingAction, message }: ApiFailure): string {
  return missingAction === null ? message : `You may not do that: it takes ${missingAction}.`
}
