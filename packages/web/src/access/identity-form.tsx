import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { listGroups } from '../api/operations.ts'
import { useChange } from '../app/change.ts'
import { Dialog } from '../app/dialog.tsx'
import { session } from '../app/session.ts'
import { Problem } from '../sign-in/problem.tsx'
import { actionsOf, makeIdentity, type NewKey, type Purpose } from './make-identity.ts'
import { NewKeyNotice } from './new-key.tsx'

const titles: Readonly<Record<Purpose, string>> = {
  agent: 'Identity for an agent',
  viewer: 'Identity for a viewer',
}

const hints: Readonly<Record<Purpose, string>> = {
  agent: 'A user who may send the profiles of one profiling group and nothing else, with an access key.',
  viewer: 'A user who may look at one profiling group and change nothing, with an access key.',
}

/** User, policy and access key in one step. */
export function IdentityForm({ purpose, onMade }: { purpose: Purpose; onMade(): void }) {
  const isOpen = useSignal(false)
  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() => {
          isOpen.value = true
        }}
      >
        {titles[purpose]}
      </button>
      <Dialog
        title={titles[purpose]}
        isOpen={isOpen.value}
        onClose={() => {
          isOpen.value = false
        }}
      >
        <Steps
          purpose={purpose}
          onMade={onMade}
          onClose={() => {
            isOpen.value = false
          }}
        />
      </Dialog>
    </>
  )
}

interface StepsProps {
  readonly purpose: Purpose
  onMade(): void
  onClose(): void
}

function Steps({ purpose, onMade, onClose }: StepsProps) {
  const made = useSignal<NewKey | null>(null)
  const group = useSignal('')
  const known = useSignal<readonly string[]>([])
  const { isBusy, problem, run } = useChange()
  useEffect(() => {
    // Without them the name is typed.
    listGroups().then(
      (groups) => {
        known.value = groups.map(({ name }) => name)
      },
      () => {},
    )
  }, [])
  if (made.value !== null) {
    return (
      <div class="stack">
        <NewKeyNotice made={made.value} />
        <div class="dialog-foot">
          <button type="button" class="button primary" onClick={onClose}>
            Done
          </button>
        </div>
      </div>
    )
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const { value } = session
    if (value.kind !== 'signed-in') return
    const { accountId, region } = value.answer
    const name = String(form.get('group')).trim()
    const userName = String(form.get('user')).trim() || `${purpose}-${name}`
    void run(async () => {
      made.value = await makeIdentity(purpose, userName, { accountId, region, name })
      onMade()
    })
  }
  return (
    <form class="stack" onSubmit={submit}>
      <p class="quiet">{hints[purpose]}</p>
      <label class="labelled">
        Profiling group
        <input
          class="field"
          name="group"
          required
          maxLength={255}
          pattern="[\w\-]+"
          title="Letters, digits, - and _"
          list={`groups-for-${purpose}`}
          autocomplete="off"
          value={group.value}
          onInput={(event) => {
            group.value = event.currentTarget.value
          }}
        />
        <datalist id={`groups-for-${purpose}`}>
          {known.value.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      {known.value.length > 0 && group.value !== '' && !known.value.includes(group.value) && (
        <p class="quiet">There is no group of that name yet; the identity can be made all the same.</p>
      )}
      <label class="labelled">
        Name of the user
        <input
          class="field"
          name="user"
          maxLength={64}
          pattern="[\w+=,.@\-]+"
          title="Letters, digits and _+=,.@-"
          placeholder={`${purpose}-${group.value || 'GROUP'}`}
          autocomplete="off"
        />
      </label>
      <p>
        Its policy allows{' '}
        {actionsOf[purpose].map((action, i) => (
          <span key={action}>
            {i > 0 && ' and '}
            <code>{action}</code>
          </span>
        ))}{' '}
        on this group alone.
      </p>
      <Problem text={problem.value} />
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="button primary" disabled={isBusy.value}>
          Create
        </button>
      </div>
    </form>
  )
}
