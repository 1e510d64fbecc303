import { useSignal } from '@preact/signals'
import { Confirm } from '../app/confirm.tsx'
import { type Loaded, useLoaded } from '../app/loaded.ts'
import { Panel } from '../app/panel.tsx'
import { Trouble } from '../app/trouble.tsx'
import { NameLink } from './entity-list.tsx'
import {
  type AttachedPolicy,
  attach,
  deleteInline,
  detach,
  getInline,
  type Identity,
  listAttached,
  listInline,
  putInline,
  words,
} from './identity.ts'
import { PolicyEditor } from './policy-editor.tsx'
import { PolicyPicker } from './policy-picker.tsx'

/** The policies that an identity holds: managed ones by reference, and its own inline ones. */
export function IdentityPolicies({ identity }: { identity: Identity }) {
  return (
    <>
      <AttachedPolicies identity={identity} />
      <InlinePolicies identity={identity} />
    </>
  )
}

function AttachedPolicies({ identity }: { identity: Identity }) {
  const { kind, name } = identity
  const loaded = useLoaded(`${kind} ${name}`, (signal) => listAttached(identity, signal))
  return (
    <Panel
      title="Managed policies"
      hint="Kept once and attached to many: a change of the policy counts for all of them."
      loaded={loaded}
    >
      {(policies) => (
        <>
          {policies.length === 0 && <p>None attached.</p>}
          {policies.length > 0 && (
            <ul class="items">
              {policies.map((policy) => (
                <li key={policy.arn}>
                  <NameLink section="policies" name={policy.arn} text={policy.name} />
                  <span class="grow quiet">
                    {policy.arn.startsWith('arn:aws:iam::aws:') ? 'of AWS' : 'own'}
                  </span>
                  <Detach identity={identity} policy={policy} loaded={loaded} />
                </li>
              ))}
            </ul>
          )}
          <PolicyPicker
            label="Attach a policy"
            verb="Attach"
            taken={policies.map(({ arn }) => arn)}
            onPick={async (arn) => {
              await attach(identity, arn)
              loaded.reload()
            }}
          />
        </>
      )}
    </Panel>
  )
}

interface DetachProps {
  readonly identity: Identity
  readonly policy: AttachedPolicy
  readonly loaded: Loaded<unknown>
}

function Detach({ identity, policy, loaded }: DetachProps) {
  return (
    <Confirm
      label="Detach"
      name={`Detach ${policy.name}`}
      title={`Detach ${policy.name}?`}
      isSmall
      onConfirm={async () => {
        await detach(identity, policy.arn)
        loaded.reload()
      }}
    >
      <p>
        What it allows the {words[identity.kind]} <strong>{identity.name}</strong> is refused from the next
        request on, unless another policy allows it; what it denies is no longer denied. The policy stays.
      </p>
    </Confirm>
  )
}

const emptyPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["codeguru-profiler:GetProfile", "codeguru-profiler:DescribeProfilingGroup"],
      "Resource": "*"
    }
  ]
}`

function InlinePolicies({ identity }: { identity: Identity }) {
  const { kind, name } = identity
  const loaded = useLoaded(`${kind} ${name}`, (signal) => listInline(identity, signal))
  const isAdding = useSignal(false)
  const newName = useSignal('')
  return (
    <Panel
      title="Inline policies"
      hint={`Of this ${words[kind]} alone, and gone with it.`}
      loaded={loaded}
      actions={
        <button
          type="button"
          class="button"
          onClick={() => {
            newName.value = ''
            isAdding.value = true
          }}
        >
          Add
        </button>
      }
    >
      {(names) => (
        <>
          {names.length === 0 && !isAdding.value && <p>None.</p>}
          {names.map((policy) => (
            <InlinePolicy key={policy} identity={identity} policy={policy} onDelete={loaded.reload} />
          ))}
          {isAdding.value && (
            <div class="stack boxed">
              <label class="labelled">
                Name of the policy
                <input
                  class="field"
                  maxLength={128}
                  autocomplete="off"
                  value={newName.value}
                  onInput={(event) => {
                    newName.value = event.currentTarget.value
                  }}
                />
              </label>
              <PolicyEditor
                document={emptyPolicy}
                label="New inline policy"
                verb="Save"
                onCancel={() => {
                  isAdding.value = false
                }}
                onSave={async (document) => {
                  await putInline(identity, newName.value.trim(), document)
                  isAdding.value = false
                  loaded.reload()
                }}
              />
            </div>
          )}
        </>
      )}
    </Panel>
  )
}

interface InlinePolicyProps {
  readonly identity: Identity
  readonly policy: string
  onDelete(): void
}

function InlinePolicy({ identity, policy, onDelete }: InlinePolicyProps) {
  const isOpen = useSignal(false)
  return (
    <details
      class="policy"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open
      }}
    >
      <summary>{policy}</summary>
      {isOpen.value && <InlineDocument identity={identity} policy={policy} onDelete={onDelete} />}
    </details>
  )
}

function InlineDocument({ identity, policy, onDelete }: InlinePolicyProps) {
  const loaded = useLoaded(`${identity.kind} ${identity.name} ${policy}`, (signal) =>
    getInline(identity, policy, signal),
  )
  if (loaded.failure !== null)
    return (
      <Trouble what="The policy cannot be shown." failure={loaded.failure} onRetry={() => loaded.reload()} />
    )
  if (loaded.value === null) return <p class="quiet">Loading…</p>
  return (
    <div class="stack">
      <PolicyEditor
        key={loaded.value}
        document={loaded.value}
        label={`Policy ${policy}`}
        verb="Save"
        onSave={async (document) => {
          await putInline(identity, policy, document)
          loaded.reload()
        }}
      />
      <div>
        <Confirm
          label="Delete the policy"
          title={`Delete the inline policy ${policy}?`}
          verb="Delete"
          onConfirm={async () => {
            await deleteInline(identity, policy)
            onDelete()
          }}
        >
          <p>
            What it allows the {words[identity.kind]} <strong>{identity.name}</strong> is refused from the
            next request on, unless another policy allows it. The text is not kept.
          </p>
        </Confirm>
      </div>
    </div>
  )
}
