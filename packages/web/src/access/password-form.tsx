import { useSignal } from '@preact/signals'
import { iam } from '../api/iam.ts'
import { useChange } from '../app/change.ts'
import { Dialog } from '../app/dialog.tsx'
import { Problem } from '../sign-in/problem.tsx'

interface PasswordFormProps {
  readonly userName: string
  /** Whether there is one already. */
  readonly isSet: boolean
  onSaved(): void
}

/** A first password, to be changed by its owner. */
export function PasswordForm({ userName, isSet, onSaved }: PasswordFormProps) {
  const isOpen = useSignal(false)
  const { isBusy, problem, run } = useChange()
  const close = () => {
    isOpen.value = false
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const isDone = await run(async () => {
      await iam(isSet ? 'UpdateLoginProfile' : 'CreateLoginProfile', {
        UserName: userName,
        Password: String(form.get('password')),
        PasswordResetRequired: form.get('change') !== null,
      })
      onSaved()
    })
    if (isDone) close()
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
        {isSet ? 'Set another' : 'Set a password'}
      </button>
      <Dialog title={`A password for ${userName}`} isOpen={isOpen.value} onClose={close}>
        <form class="stack" onSubmit={(event) => void submit(event)}>
          <label class="labelled">
            Password
            <input
              class="field"
              name="password"
              type="password"
              required
              minLength={12}
              maxLength={128}
              autocomplete="new-password"
            />
            <span class="quiet">Twelve characters or more, without the user's name in it.</span>
          </label>
          <label class="check">
            <input type="checkbox" name="change" defaultChecked />
            To be changed at the next sign-in
          </label>
          <Problem text={problem.value} />
          <div class="dialog-foot">
            <button type="button" class="button" onClick={close}>
              Cancel
            </button>
            <button type="submit" class="button primary" disabled={isBusy.value}>
              Save
            </button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
