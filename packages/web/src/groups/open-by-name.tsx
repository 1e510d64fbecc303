import { useSignal } from '@preact/signals'
import { navigate } from '../app/location.ts'
import { groupHref } from '../app/routes.ts'

/** For who may see a group and not the list of them: a group is opened by its name. */
export function OpenByName() {
  const name = useSignal('')
  const open = (event: Event) => {
    event.preventDefault()
    if (name.value.trim() !== '') navigate(groupHref(name.value.trim(), 'overview'))
  }
  return (
    <form class="open-by-name" onSubmit={open}>
      <label class="labelled">
        Name of a group
        <input
          class="field"
          required
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value
          }}
        />
      </label>
      <button type="submit" class="button primary">
        Open
      </button>
    </form>
  )
}
