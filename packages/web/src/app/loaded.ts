import type { ApiFailure } from '../api/request.ts'
import { useAnswer } from './answer.ts'

/** What a part of a page shows: what came last stays while the next is on its way, or does not come. */
export interface Loaded<T> {
  /** Null until something came. */
  readonly value: T | null
  /** Of the last attempt. */
  readonly failure: ApiFailure | null
  readonly isLoading: boolean
  /** Asks again, after something was changed. */
  reload(): void
}

/** An answer for components that draw all of it at once. @param key says what is asked */
export function useLoaded<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const { answer, retry } = useAnswer(key, load)
  return { ...answer.value, reload: retry }
}
