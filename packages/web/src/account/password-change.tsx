import { useSignal } from '@preact/signals'
import { changePassword } from '../api/own-account.ts'
import { ApiFailure } from '../api/request.ts'
import { Problem } from '../sign-in/problem.tsx'

export function PasswordChange() {
  const problem = useSignal<string | null>(null)
  const isDone = useSignal(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const fields = new FormData(form)
    problem.value = null
    isDone.value = false
    try {
      await changePassword(String(fields.get('old')), String(fields.get('new')))
      isDone.value = true
      form.reset()
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error
      problem.value = advice[error.code] ?? error.message
    }
  }
  return (
    <section class="stack" aria-labelledby="password-heading">
      <h2 id="password-heading">Password</h2>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <label class="labelled">
          Old password
          <input class="field" name="old" type="password" required autocomplete="current-password" />
        </label>
        <label class="labelled">
          New password
          <input
            class="field"
            name="new"
            type="password"
            required
            minLength={12}
            autocomplete="new-password"
          />
          <span class="quiet">Twelve characters or more, without your user name in it.</span>
        </label>
        <Problem text={problem.value} />
        <p role="status">{isDone.value && 'Your password is changed.'}</p>
        <button type="submit" class="button">
          Change password
        </button>
      </form>
    </section>
  )
}

const advice: Readonly<Record<string, string>> = {
  NoSuchEntity: 'You have no password: an administrator can give you one (aws iam create-login-profile).',
  AccessDenied: 'You may not change your password: that takes iam:ChangePassword on yourself.',
}
