import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { Loaded } from './loaded.ts'
import { Trouble } from './trouble.tsx'

interface PanelProps<T> {
  readonly title: string
  /** What it is, in one sentence. */
  readonly hint: ComponentChildren
  readonly loaded: Loaded<T>
  /** Beside the title. */
  readonly actions?: ComponentChildren
  readonly children: (value: T) => ComponentChildren
}

/** A part of a page with data of its own: without them it says why, and which right is missing. */
export function Panel<T>({ title, hint, loaded, actions, children }: PanelProps<T>) {
  const id = useId()
  const { value, failure, isLoading, reload } = loaded
  return (
    <section class="panel plain" aria-labelledby={id} aria-describedby={`${id}-about`} aria-busy={isLoading}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        <span class="grow" />
        {value !== null && actions}
      </div>
      <p class="quiet" id={`${id}-about`}>
        {hint}
      </p>
      {failure !== null && (
        <Trouble what={`${title}: nothing to show.`} failure={failure} onRetry={() => reload()} />
      )}
      {value === null && failure === null && <PanelSkeleton />}
      {value !== null && children(value)}
    </section>
  )
}

function PanelSkeleton() {
  return (
    <div class="skeleton-rows" role="img" aria-label="Loading">
      <i />
      <i />
    </div>
  )
}
