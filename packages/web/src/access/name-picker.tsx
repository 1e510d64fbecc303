import { useId } from 'preact/hooks'
import { useChange } from '../app/change.ts'
import { Problem } from '../sign-in/problem.tsx'

interface NamePickerProps {
  readonly label: string
  readonly verb: string
  /** To choose from; others can be typed. */
  readonly names: readonly string[]
  readonly placeholder?: string
  /** @throws ApiFailure */
  onPick(name: string): Promise<void>
}

/** A field with suggestions, and a button that does something with what it holds. */
export function NamePicker({ label, verb, names, placeholder = 'Name', onPick }: NamePickerProps) {
  const { isBusy, problem, run } = useChange()
  const id = useId()
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const typed = String(new FormData(form).get('name')).trim()
    if (await run(() => onPick(typed))) form.reset()
  }
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <label class="labelled" for={id}>
        {label}
      </label>
      <div class="together">
        <input
          class="field grow"
          id={id}
          name="name"
          required
          list={`${id}-names`}
          placeholder={placeholder}
          autocomplete="off"
          spellcheck={false}
        />
        <datalist id={`${id}-names`}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <button type="submit" class="button" disabled={isBusy.value}>
          {verb}
        </button>
      </div>
      <Problem text={problem.value} />
    </form>
  )
}
