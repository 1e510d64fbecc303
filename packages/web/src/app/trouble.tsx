import type { ApiFailure } from '../api/request.ts'
import { advice } from './advice.ts'

interface TroubleProps {
  /** What did not work, as a short sentence. */
  readonly what: string
  readonly failure: ApiFailure
  onRetry(): void
}

/** What failed, why, what to do. */
export function Trouble({ what, failure, onRetry }: TroubleProps) {
  return (
    <div class="notice harm" role="alert">
      <p>
        <strong>{what}</strong>{' '}
        {failure.missingAction === null ? (
          <>
            {failure.message} {advice(failure)}
          </>
        ) : (
          <Missing action={failure.missingAction} />
        )}
      </p>
      <p class="notice-foot">
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
        {failure.requestId !== null && (
          <span class="quiet">
            Request <code>{failure.requestId}</code> in the server's log
          </span>
        )}
      </p>
    </div>
  )
}

/** Said of everything that its viewer may not see. */
function Missing({ action }: { action: string }) {
  return (
    <>
      You may not do that: it takes <code>{action}</code>. Ask an administrator for it.
    </>
  )
}
