import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { addPasskey, deletePasskey, listPasskeys, type Passkey } from '../api/own-account.ts'
import { ApiFailure } from '../api/request.ts'
import { Time } from '../app/time.tsx'
import { exactTime } from '../format/times.ts'
import { Problem } from '../sign-in/problem.tsx'

/** Second factors on one's devices: listed, made, removed. */
export function Passkeys() {
  const passkeys = useSignal<readonly Passkey[] | null>(null)
  const problem = useSignal<string | null>(null)
  const attempt = async (change: () => Promise<unknown>) => {
    problem.value = null
    try {
      await change()
      passkeys.value = await listPasskeys()
    } catch (error) {
      if (error instanceof ApiFailure) problem.value = error.message
      else if (error instanceof DOMException) problem.value = 'No passkey was made.'
      else throw error
    }
  }
  useEffect(() => void attempt(async () => {}), [])
  const add = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const name = String(new FormData(form).get('name'))
    void attempt(() => addPasskey(name)).then(() => form.reset())
  }
  return (
    <section class="stack" aria-labelledby="passkeys-heading">
      <h2 id="passkeys-heading">Passkeys</h2>
      <p class="quiet">
        A passkey on this device or on a security key is asked for after your password. It belongs to the host
        name that you opened the console by.
      </p>
      {passkeys.value !== null && passkeys.value.length > 0 && (
        <ul class="passkeys">
          {passkeys.value.map(({ id, name, createdAt }) => (
            <li key={id}>
              <span class="grow">{name}</span>
              <span class="quiet">
                since <Time at={Date.parse(createdAt)}>{exactTime(Date.parse(createdAt))}</Time>
              </span>
              <button
                type="button"
                class="button"
                aria-label={`Remove the passkey ${name}`}
                onClick={() => void attempt(() => deletePasskey(id))}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <form class="stack" onSubmit={add}>
        <label class="labelled">
          Name
          <input class="field" name="name" required maxLength={64} placeholder="laptop" />
        </label>
        <Problem text={problem.value} />
        <button type="submit" class="button">
          Add a passkey
        </button>
      </form>
    </section>
  )
}
