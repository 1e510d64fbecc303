import { useSignal } from '@preact/signals'
import { deleteGroup } from '../api/group-settings.ts'
import { navigate } from '../app/location.ts'
import { home } from '../app/routes.ts'
import { ChangeTrouble, useChange } from './change.tsx'

/** Deletes the group, once its name was typed. */
export function DeletePanel({ name }: { name: string }) {
  const typed = useSignal('')
  const change = useChange()
  const isConfirmed = typed.value === name
  const remove = async (event: Event) => {
    event.preventDefault()
    if (isConfirmed && (await change.run(() => deleteGroup(name), `The group ${name} is deleted.`)))
      navigate(home)
  }
  return (
    <section class="panel danger">
      <div class="panel-head">
        <h2>Delete this group</h2>
      </div>
      <p class="about">
        Its profiles, its policy and its settings are gone for good: the key that they are encrypted under is
        destroyed. Agents that go on sending get an error.
      </p>
      <form class="settings-form" onSubmit={remove}>
        <label class="labelled wide">
          Type the group's name to confirm
          <input
            class="field"
            required
            autocomplete="off"
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value
            }}
          />
        </label>
        <button type="submit" class="button harm" disabled={!isConfirmed || change.isBusy.value}>
          Delete
        </button>
      </form>
      <ChangeTrouble
        change={change}
        what="delete this group"
        action="codeguru-profiler:DeleteProfilingGroup"
      />
    </section>
  )
}
