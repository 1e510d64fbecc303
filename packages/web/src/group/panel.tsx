import type { ComponentChildren } from 'preact'
import type { ApiFailure } from '../api/request.ts'
import type { Answer, Asked } from '../app/answer.ts'
import { Trouble } from '../app/trouble.tsx'

interface PanelProps<T> {
  readonly title: string
  /** One sentence: what is seen here. */
  readonly about: ComponentChildren
  /** What the caller must be allowed to do to see it, such as `codeguru-profiler:GetProfile`. */
  readonly action: string
  /** With what, where that is not the group. */
  readonly actionOn?: string
  readonly asked: Asked<T>
  /** Beside the title. */
  readonly tools?: ComponentChildren
  /** Height of what stands in while nothing is known, in pixels: about that of the content, so that nothing jumps. */
  readonly height?: number
  /** What it says in place of the content where there is nothing; null where there is something. */
  empty?(value: T): ComponentChildren | null
  children(value: T): ComponentChildren
}

/** A part of a page with one question of its own: what it fails at does not concern the others. */
export function Panel<T>({
  title,
  about,
  action,
  actionOn,
  asked,
  tools,
  height = 120,
  empty,
  children,
}: PanelProps<T>) {
  const { value, failure, isLoading } = asked.answer.value
  const instead = value === null ? null : (empty?.(value) ?? null)
  return (
    <section class="panel" aria-busy={isLoading}>
      {isLoading && value !== null && <div class="loading-bar" />}
      <div class="panel-head">
        <h2>{title}</h2>
        {tools}
      </div>
      <p class="about">{about}</p>
      <PanelTrouble
        title={title}
        missing={<MissingAction action={action} on={actionOn} />}
        answer={asked.answer.value}
        onRetry={asked.retry}
      />
      {value === null && failure === null && (
        <div class="panel-wait" style={{ height: `${height}px` }} role="img" aria-label="Loading" />
      )}
      {value !== null && (instead === null ? children(value) : <div class="panel-empty">{instead}</div>)}
    </section>
  )
}

interface PanelTroubleProps {
  readonly title: string
  /** What it says to whoever may not see it. */
  readonly missing: ComponentChildren
  readonly answer: Answer<unknown>
  onRetry(): void
}

function PanelTrouble({ title, missing, answer: { failure, value }, onRetry }: PanelTroubleProps) {
  if (failure === null) return null
  if (isDenied(failure)) return missing
  const what = value === null ? `“${title}” could not be loaded.` : 'These figures are from before.'
  return <Trouble what={what} failure={failure} onRetry={onRetry} />
}

export function isDenied(failure: ApiFailure): boolean {
  return failure.code === 'AccessDeniedException'
}

interface MissingActionProps {
  readonly action: string
  readonly what?: string
  readonly on?: string | undefined
}

/** What stands where something may not be seen or done: it names what is missing, so that one can ask for it. */
export function MissingAction({ action, what = 'see this', on = 'this group' }: MissingActionProps) {
  return (
    <p class="missing-action">
      To {what} you need the permission <code>{action}</code> on {on}. An administrator can grant it.
    </p>
  )
}
