import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { Problem } from '../sign-in/problem.tsx'
import { announce } from './announce.tsx'
import { useChange } from './change.ts'
import { Dialog } from './dialog.tsx'

interface ConfirmProps {
  /** On the button that asks: `Delete`. */
  readonly label: string
  /** For screen readers where several buttons read alike: `Delete the key AKIA…`. */
  readonly name?: string
  /** The question. */
  readonly title: string
  /** What will happen. */
  readonly children: ComponentChildren
  /** On the button that does it, where it is not `label`. */
  readonly verb?: string
  /** To be typed before it can be done: for what cannot be undone. */
  readonly word?: string
  readonly isSmall?: boolean
  /** @throws ApiFailure */
  onConfirm(): Promise<void>
}

/** A button for what cannot easily be taken back: it says what will happen first. */
export function Confirm(props: ConfirmProps) {
  const { label, name, title, children, verb = label, word, isSmall = false, onConfirm } = props
  const isOpen = useSignal(false)
  const typed = useSignal('')
  const { isBusy, problem, run } = useChange()
  const close = () => {
    isOpen.value = false
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!(await run(onConfirm))) return
    announce('Done.')
    close()
  }
  return (
    <>
      <button
        type="button"
        class={isSmall ? 'button small' : 'button'}
        aria-label={name}
        onClick={() => {
          typed.value = ''
          problem.value = null
          isOpen.value = true
        }}
      >
        {label}
      </button>
      <Dialog title={title} isOpen={isOpen.value} onClose={close}>
        <form class="stack" onSubmit={(event) => void submit(event)}>
          <div class="stack">{children}</div>
          {word !== undefined && (
            <label class="labelled">
              <span>
                Type <code>{word}</code> to go on
              </span>
              <input
                class="field"
                autocomplete="off"
                spellcheck={false}
                value={typed.value}
                onInput={(event) => {
                  typed.value = event.currentTarget.value
                }}
              />
            </label>
          )}
          <Problem text={problem.value} />
          <div class="dialog-foot">
            <button type="button" class="button" onClick={close}>
              Cancel
            </button>
            <button
              type="submit"
              class="button harm"
              disabled={isBusy.value || (word !== undefined && typed.value !== word)}
            >
              {verb}
            </button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
