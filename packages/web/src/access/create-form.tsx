import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useChange } from '../app/change.ts'
import { Dialog } from '../app/dialog.tsx'
import { Problem } from '../sign-in/problem.tsx'

interface CreateFormProps {
  readonly label: string
  readonly noun: string
  readonly hint: string
  readonly children?: ComponentChildren
  /** @param form further fields @throws ApiFailure */
  onCreate(name: string, form: FormData): Promise<void>
}

/** A button and the sheet behind it that asks for a name. */
export function CreateForm({ label, noun, hint, children, onCreate }: CreateFormProps) {
  const isOpen = useSignal(false)
  const { isBusy, problem, run } = useChange()
  const close = () => {
    isOpen.value = false
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    if (await run(() => onCreate(String(form.get('name')).trim(), form))) close()
  }
  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() => {
          problem.value = null
          isOpen.value = true
        }}
      >
        {label}
      </button>
      <Dialog title={label} isOpen={isOpen.value} onClose={close}>
        <form class="stack" onSubmit={(event) => void submit(event)}>
          <p class="quiet">{hint}</p>
          <label class="labelled">
            Name of the {noun}
            <input
              class="field"
              name="name"
              required
              maxLength={noun === 'user' || noun === 'role' ? 64 : 128}
              pattern="[\w+=,.@\-]+"
              title="Letters, digits and _+=,.@-"
              autocomplete="off"
              spellcheck={false}
            />
          </label>
          {children}
          <Problem text={problem.value} />
          <div class="dialog-foot">
            <button type="button" class="button" onClick={close}>
              Cancel
            </button>
            <button type="submit" class="button primary" disabled={isBusy.value}>
              {label}
            </button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
