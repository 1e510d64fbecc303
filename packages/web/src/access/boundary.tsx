import { Confirm } from '../app/confirm.tsx'
import type { Loaded } from '../app/loaded.ts'
import { Panel } from '../app/panel.tsx'
import { NameLink } from './entity-list.tsx'
import { type Identity, setBoundary, words } from './identity.ts'
import { PolicyPicker } from './policy-picker.tsx'

interface BoundaryProps {
  readonly identity: Identity
  /** What the identity's page has loaded. */
  readonly loaded: Loaded<{ readonly boundary: string | null }>
}

/** The most that an identity may be allowed. */
export function Boundary({ identity, loaded }: BoundaryProps) {
  return (
    <Panel
      title="Permissions boundary"
      hint={`A policy that allows nothing by itself: this ${words[identity.kind]} may only do what its policies and the boundary both allow.`}
      loaded={loaded}
    >
      {({ boundary }) =>
        boundary === null ? (
          <PolicyPicker
            label="None. Set one"
            verb="Set"
            taken={[]}
            onPick={async (arn) => {
              await setBoundary(identity, arn)
              loaded.reload()
            }}
          />
        ) : (
          <ul class="items">
            <li>
              <NameLink section="policies" name={boundary} text={boundary.replace(/^.*\//, '')} />
              <span class="grow" />
              <Confirm
                label="Remove"
                name="Remove the boundary"
                title="Remove the permissions boundary?"
                isSmall
                onConfirm={async () => {
                  await setBoundary(identity, null)
                  loaded.reload()
                }}
              >
                <p>
                  Everything that the policies of <strong>{identity.name}</strong> allow is allowed from the
                  next request on, also what the boundary held back.
                </p>
              </Confirm>
            </li>
          </ul>
        )
      }
    </Panel>
  )
}
