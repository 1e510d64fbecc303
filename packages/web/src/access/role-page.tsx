import { iam } from '../api/iam.ts'
import { useLoaded } from '../app/loaded.ts'
import { navigate } from '../app/location.ts'
import { Panel } from '../app/panel.tsx'
import { accessHref } from '../app/routes.ts'
import { usePageTitle } from '../pages/page-title.ts'
import { Boundary } from './boundary.tsx'
import { deleteIdentity, type Identity } from './identity.ts'
import { IdentityHead } from './identity-head.tsx'
import { IdentityPolicies } from './identity-policies.tsx'
import { PolicyEditor } from './policy-editor.tsx'

export function RolePage({ name }: { name: string }) {
  usePageTitle(name)
  const identity: Identity = { kind: 'Role', name }
  const loaded = useLoaded(name, async (signal) => {
    const { Role } = await iam('GetRole', { RoleName: name }, signal)
    return {
      arn: Role.Arn,
      createdAt: Role.CreateDate,
      boundary: Role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
      description: Role.Description ?? null,
      trustPolicy: Role.AssumeRolePolicyDocument ?? '',
      sessionSeconds: Role.MaxSessionDuration ?? null,
    }
  })
  return (
    <IdentityHead
      identity={identity}
      loaded={loaded}
      question="What may this role do?"
      consequences="All its sessions end with the next request, for good: what runs with it stops. A role that is made again under this name inherits nothing."
      facts={loaded.value !== null && <Facts {...loaded.value} />}
      onDelete={async () => {
        await deleteIdentity(identity)
        navigate(accessHref('roles'))
      }}
    >
      <Panel
        title="Trust policy"
        hint="Who may take the role, and on what conditions. A change counts for sessions that begin after it; sessions that were given go on."
        loaded={loaded}
      >
        {({ trustPolicy }) => (
          <PolicyEditor
            key={trustPolicy}
            document={trustPolicy}
            label="Trust policy"
            verb="Save"
            isTrust
            onSave={async (PolicyDocument) => {
              await iam('UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument })
              loaded.reload()
            }}
          />
        )}
      </Panel>
      <IdentityPolicies identity={identity} />
      <Boundary identity={identity} loaded={loaded} />
    </IdentityHead>
  )
}

interface FactsProps {
  readonly description: string | null
  readonly sessionSeconds: number | null
}

function Facts({ description, sessionSeconds }: FactsProps) {
  return (
    <>
      {description !== null && (
        <>
          <dt>Description</dt>
          <dd>{description}</dd>
        </>
      )}
      {sessionSeconds !== null && (
        <>
          <dt>Sessions last</dt>
          <dd>at most {sessionSeconds / 3600} h</dd>
        </>
      )}
    </>
  )
}
