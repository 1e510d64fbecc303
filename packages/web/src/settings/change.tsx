import { type Signal, useSignal } from '@preact/signals'
import { ApiFailure } from '../api/request.ts'
import { announce } from '../app/announce.tsx'
import { isDenied, MissingAction } from '../group/panel.tsx'

/** Something that a person changes: whether it is on its way, and what came of the last time. */
export interface Change {
  readonly isBusy: Signal<boolean>
  readonly failure: Signal<ApiFailure | null>
  /** @param said told to screen readers when it is done @returns whether it was */
  run(task: () => Promise<unknown>, said: string): Promise<boolean>
}

export function useChange(): Change {
  const isBusy = useSignal(false)
  const failure = useSignal<ApiFailure | null>(null)
  return {
    isBusy,
    failure,
    run: async (task, said) => {
      if (isBusy.value) return false
      isBusy.value = true
      try {
        await task()
        failure.value = null
        announce(said)
        return true
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error
        failure.value = error
        return false
      } finally {
        isBusy.value = false
      }
    },
  }
}

interface ChangeTroubleProps {
  readonly change: Change
  /** What the caller must be allowed to do. */
  readonly action: string
  readonly what: string
}

/** Why a change was not made: nothing was. */
export function ChangeTrouble({ change, action, what }: ChangeTroubleProps) {
  const failure = change.failure.value
  if (failure === null) return null
  if (isDenied(failure)) return <MissingAction what={what} action={action} />
  return (
    <p class="notice harm" role="alert">
      <strong>Not changed.</strong> {failure.message}
      {failure.code === 'ConflictException' && ' What holds now is shown above: look at it and try again.'}
    </p>
  )
}
