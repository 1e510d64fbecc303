import { useSignal } from '@preact/signals'
import type { SignInStep } from '../api/sign-in.ts'
import { Problem } from './problem.tsx'
import { useProof } from './use-proof.ts'

interface PasswordFormProps {
  /** The account that names are looked for in, unless another is given; null while it is not known. */
  readonly accountId: string | null
  onStep(step: SignInStep): void
}

export function PasswordForm({ accountId, onStep }: PasswordFormProps) {
  const { send, isBusy, problem } = useProof(onStep)
  const isOther = useSignal(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string) => String(form.get(name) ?? '')
    void send({
      userName: text('userName').trim(),
      password: text('password'),
      accountId: isOther.value ? text('accountId').trim() : (accountId ?? ''),
    })
  }
  return (
    <form class="stack" onSubmit={submit}>
      {isOther.value && (
        <label class="labelled">
          Account
          <input
            class="field"
            name="accountId"
            required
            pattern="\d{12}"
            title="Twelve digits"
            inputMode="numeric"
          />
        </label>
      )}
      <label class="labelled">
        User name
        <input
          class="field"
          name="userName"
          required
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
        />
      </label>
      <label class="labelled">
        Password
        <input class="field" name="password" type="password" required autocomplete="current-password" />
      </label>
      <Problem text={problem.value} />
      <button type="submit" class="button primary wide" disabled={isBusy.value || accountId === null}>
        Sign in
      </button>
      {!isOther.value && (
        <button
          type="button"
          class="button plain"
          onClick={() => {
            isOther.value = true
          }}
        >
          Another account than {accountId ?? 'the first'}
        </button>
      )}
    </form>
  )
}
