import { useEffect, useRef } from 'preact/hooks'
import { askPasskey, type SignInStep } from '../api/sign-in.ts'
import { Problem } from './problem.tsx'
import { useProof } from './use-proof.ts'

interface NextStepProps<S extends SignInStep = SignInStep> {
  readonly step: S
  onStep(step: SignInStep): void
}

type Step<K extends SignInStep['step']> = Extract<SignInStep, { step: K }>

/** What is asked after the password. */
export function NextStep({ step, onStep }: NextStepProps) {
  switch (step.step) {
    case 'second-factor':
      return <SecondFactor step={step} onStep={onStep} />
    case 'enrolment':
      return <Enrolment step={step} onStep={onStep} />
    case 'new-password':
      return <NewPassword step={step} onStep={onStep} />
  }
}

function SecondFactor({ step, onStep }: NextStepProps<Step<'second-factor'>>) {
  const { send, isBusy, problem } = useProof(onStep)
  const { challenge, passkey, takesCode } = step
  const usePasskey = async () => {
    try {
      await send({ challenge, passkey: await askPasskey(passkey!) })
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      problem.value = 'The passkey was not used. Try again, or use a code.'
    }
  }
  return (
    <div class="stack">
      <p>Your account has a second factor.</p>
      {passkey !== null && (
        <button
          type="button"
          class="button primary wide"
          disabled={isBusy.value}
          onClick={() => void usePasskey()}
        >
          Use your passkey
        </button>
      )}
      {takesCode && (
        <form class="stack" onSubmit={onSubmit((text) => void send({ challenge, code: text('code') }))}>
          <CodeField name="code" label="Code of your authenticator app" />
          <button type="submit" class="button wide" disabled={isBusy.value}>
            Continue
          </button>
        </form>
      )}
      {!takesCode && passkey === null && (
        <p class="notice">
          Your passkeys belong to a host name: open the console by the name you made them at, not by an
          address.
        </p>
      )}
      <Problem text={problem.value ?? step.problem} />
    </div>
  )
}

function Enrolment({ step, onStep }: NextStepProps<Step<'enrolment'>>) {
  const { send, isBusy, problem } = useProof(onStep)
  const { challenge } = step
  const submit = onSubmit((text) => void send({ challenge, codes: [text('first'), text('second')] }))
  return (
    <form class="stack" onSubmit={submit}>
      <p>
        Everybody here needs a second factor. Scan this with an authenticator app, or type the key into it;
        then enter the two codes that it shows next, one after the other.
      </p>
      <Picture png={step.qr} label="The key as a QR code" />
      <p>
        <code class="seed">{step.seed}</code>
      </p>
      <CodeField name="first" label="First code" />
      <CodeField name="second" label="The code after it" />
      <Problem text={problem.value ?? step.problem} />
      <button type="submit" class="button primary wide" disabled={isBusy.value}>
        Continue
      </button>
    </form>
  )
}

function NewPassword({ step, onStep }: NextStepProps<Step<'new-password'>>) {
  const { send, isBusy, problem } = useProof(onStep)
  const { challenge } = step
  return (
    <form
      class="stack"
      onSubmit={onSubmit((text) => void send({ challenge, newPassword: text('password') }))}
    >
      <p>Choose a password of your own: twelve characters or more, without your user name in it.</p>
      <label class="labelled">
        New password
        <input
          class="field"
          name="password"
          type="password"
          required
          minLength={12}
          autocomplete="new-password"
        />
      </label>
      <Problem text={problem.value ?? step.problem} />
      <button type="submit" class="button primary wide" disabled={isBusy.value}>
        Continue
      </button>
    </form>
  )
}

function CodeField({ name, label }: { name: string; label: string }) {
  return (
    <label class="labelled">
      {label}
      <input
        class="field code"
        name={name}
        required
        inputMode="numeric"
        pattern="\d{6}"
        title="Six digits"
        autocomplete="one-time-code"
      />
    </label>
  )
}

/** Drawn, not linked to: the page loads images from its server only. */
function Picture({ png, label }: { png: string; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0))
    void createImageBitmap(new Blob([bytes], { type: 'image/png' })).then((bitmap) => {
      const { current } = canvas
      if (current === null) return
      Object.assign(current, { width: bitmap.width, height: bitmap.height })
      current.getContext('2d')!.drawImage(bitmap, 0, 0)
    })
  }, [png])
  return <canvas ref={canvas} class="qr" role="img" aria-label={label} />
}

/** @param submit gets the form's fields as text */
function onSubmit(submit: (text: (name: string) => string) => void): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    submit((name) => String(form.get(name) ?? '').trim())
  }
}
