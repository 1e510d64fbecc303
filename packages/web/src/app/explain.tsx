import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface ExplainProps {
  /** What is explained, as it stands beside the button. */
  readonly term: string
  /** One or two sentences. */
  readonly children: ComponentChildren
}

/** A small button beside a term that says what it means: a title would be for the mouse only. */
export function Explain({ term, children }: ExplainProps) {
  const id = useId()
  return (
    <>
      <button type="button" class="explain" aria-label={`About ${term}`} popoverTarget={id}>
        <i aria-hidden="true">i</i>
      </button>
      <span id={id} class="explanation" role="note" popover="auto">
        {children}
      </span>
    </>
  )
}
