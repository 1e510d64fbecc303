import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ApiFailure } from '../api/request.ts'

/** What was asked last, as far as it is answered. */
export interface Answer<T> {
  /** Of this question or of the one before, until this one's is there; null before the first. */
  readonly value: T | null
  /** Why there is no newer one. */
  readonly failure: ApiFailure | null
  readonly isLoading: boolean
}

export interface Asked<T> {
  readonly answer: Signal<Answer<T>>
  /** Asks again: after a failure, or because something was changed. */
  retry(): void
}

/**
 * Asks when the page is shown and whenever the key changes. What was shown stays until its successor is there.
 *
 * @param key says what is asked; null asks nothing
 * @param refresh milliseconds after which it is asked again while the page is visible; null for never
 */
export function useAnswer<T>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<T>,
  refresh: number | null = null,
): Asked<T> {
  const answer = useSignal<Answer<T>>({ value: null, failure: null, isLoading: key !== null })
  const round = useSignal(0)
  useEffect(() => {
    if (key === null) {
      answer.value = { value: null, failure: null, isLoading: false }
      return
    }
    const abort = new AbortController()
    const load = async () => {
      answer.value = { ...answer.peek(), isLoading: true }
      try {
        const value = await ask(abort.signal)
        if (!abort.signal.aborted) answer.value = { value, failure: null, isLoading: false }
      } catch (error) {
        if (abort.signal.aborted) return
        answer.value = { value: answer.peek().value, failure: failureOf(error), isLoading: false }
      }
    }
    void load()
    const tick = () => {
      if (document.visibilityState === 'visible' && !answer.peek().isLoading) void load()
    }
    const timer = refresh === null ? null : setInterval(tick, refresh)
    return () => {
      abort.abort()
      if (timer !== null) clearInterval(timer)
    }
  }, [key, round.value, refresh])
  return {
    answer,
    retry: () => {
      round.value++
    },
  }
}

function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error
  return new ApiFailure(1, 'Unreadable', `The answer could not be shown: ${String(error)}.`, null)
}
