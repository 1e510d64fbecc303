import { type Signal, useSignal } from '@preact/signals'
import { ApiFailure } from '../api/request.ts'
import type { SignInProof, SignInStep } from '../api/sign-in.ts'
import { proceed } from '../app/session.ts'

interface ProofSender {
  /** Sends it; what is asked next goes to `onStep`, what went wrong to `problem`. */
  send(proof: SignInProof): Promise<void>
  readonly isBusy: Signal<boolean>
  readonly problem: Signal<string | null>
}

export function useProof(onStep: (step: SignInStep) => void): ProofSender {
  const isBusy = useSignal(false)
  const problem = useSignal<string | null>(null)
  const send = async (proof: SignInProof) => {
    isBusy.value = true
    problem.value = null
    try {
      const step = await proceed(proof)
      if (step !== null) onStep(step)
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error
      problem.value = error.message
    } finally {
      isBusy.value = false
    }
  }
  return { send, isBusy, problem }
}
