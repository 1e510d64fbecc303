import { useSignal } from '@preact/signals'
import { useId, useRef } from 'preact/hooks'
import { iam } from '../api/iam.ts'
import { ApiFailure } from '../api/request.ts'
import { useChange } from '../app/change.ts'
import { Problem } from '../sign-in/problem.tsx'
import { type LineProblem, problemsIn } from './policy-problems.ts'
import { pretty } from './pretty-policy.ts'

interface PolicyEditorProps {
  /** As it is kept; shown with line breaks. */
  readonly document: string
  readonly label: string
  /** Says what saving does. */
  readonly verb: string
  /** Trust policies name who; nobody can check them but by saving. */
  readonly isTrust?: boolean
  /** @throws ApiFailure */
  onSave(document: string): Promise<void>
  onCancel?(): void
}

/** A policy as JSON, with line numbers. What is wrong with it is told by the server: line and reason. */
export function PolicyEditor(props: PolicyEditorProps) {
  const { document, label, verb, isTrust = false, onSave, onCancel } = props
  const text = useSignal(pretty(document))
  const problems = useSignal<readonly LineProblem[]>([])
  const isRight = useSignal(false)
  const { isBusy, problem, run } = useChange()
  const area = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLPreElement>(null)
  const id = useId()
  const attempt = (change: () => Promise<void>) =>
    run(async () => {
      problems.value = []
      isRight.value = false
      try {
        await change()
      } catch (error) {
        const found = error instanceof ApiFailure ? problemsIn(error) : []
        if (found.length === 0) throw error
        problems.value = found
      }
    })
  const check = () =>
    attempt(async () => {
      // Any question will do: a policy that is not in the grammar is refused before it is answered.
      await iam('SimulateCustomPolicy', {
        PolicyInputList: [text.value],
        ActionNames: ['sts:GetCallerIdentity'],
      })
      isRight.value = true
    })
  const goTo = (line: number) => {
    const start =
      text.value
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length + (line > 1 ? 1 : 0)
    const end = text.value.indexOf('\n', start)
    area.current!.focus()
    area.current!.setSelectionRange(start, end < 0 ? text.value.length : end)
    area.current!.scrollTop = Math.max(0, (line - 3) * lineHeight)
  }
  const lines = text.value.split('\n').length
  const wrong = new Set(problems.value.map(({ line }) => line))
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void attempt(() => onSave(text.value))
      }}
    >
      <div class="policy-editor">
        <pre ref={gutter} class="policy-gutter" aria-hidden="true">
          {Array.from({ length: lines }, (_, i) => (
            <span key={i} class={wrong.has(i + 1) ? 'wrong' : undefined}>
              {i + 1}
              {'\n'}
            </span>
          ))}
        </pre>
        <textarea
          ref={area}
          aria-label={label}
          aria-describedby={problems.value.length > 0 ? id : undefined}
          aria-invalid={problems.value.length > 0}
          spellcheck={false}
          wrap="off"
          rows={Math.min(28, Math.max(8, lines + 1))}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value
            isRight.value = false
          }}
          onScroll={(event) => {
            gutter.current!.scrollTop = event.currentTarget.scrollTop
          }}
        />
      </div>
      <div role="alert" id={id}>
        {problems.value.length > 0 && (
          <ul class="notice harm">
            {problems.value.map(({ line, reason }) => (
              <li key={`${line} ${reason}`}>
                <button type="button" class="link" onClick={() => goTo(line)}>
                  Line {line}
                </button>
                : {reason}
              </li>
            ))}
          </ul>
        )}
      </div>
      <Problem text={problem.value} />
      <p role="status">{isRight.value && 'The policy is in the grammar.'}</p>
      <div class="dialog-foot">
        {onCancel !== undefined && (
          <button type="button" class="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        {!isTrust && (
          <button type="button" class="button" disabled={isBusy.value} onClick={() => void check()}>
            Check
          </button>
        )}
        <button type="submit" class="button primary" disabled={isBusy.value}>
          {verb}
        </button>
      </div>
    </form>
  )
}

/** As styles/access.css has it. */
const lineHeight = 20
