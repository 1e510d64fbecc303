import { iam } from '../api/iam.ts'
import { useLoaded } from '../app/loaded.ts'
import { navigate } from '../app/location.ts'
import { accessHref } from '../app/routes.ts'
import { usePageTitle } from '../pages/page-title.ts'
import { AccessKeys } from './access-keys.tsx'
import { Boundary } from './boundary.tsx'
import { deleteIdentity, type Identity } from './identity.ts'
import { IdentityHead } from './identity-head.tsx'
import { IdentityPolicies } from './identity-policies.tsx'
import { Memberships } from './memberships.tsx'
import { SignInWays } from './sign-in-ways.tsx'

export function UserPage({ name }: { name: string }) {
  usePageTitle(name)
  const identity: Identity = { kind: 'User', name }
  const loaded = useLoaded(name, async (signal) => {
    const { User } = await iam('GetUser', { UserName: name }, signal)
    return {
      arn: User.Arn,
      createdAt: User.CreateDate,
      boundary: User.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    }
  })
  return (
    <IdentityHead
      identity={identity}
      loaded={loaded}
      question="What may this user do?"
      consequences="Its access keys, password, authenticator apps and inline policies are deleted with it, and its sessions end: programs that sign in as it stop. The audit trail keeps what it did. A user who is made again under this name inherits nothing."
      onDelete={async () => {
        await deleteIdentity(identity)
        navigate(accessHref('users'))
      }}
    >
      <AccessKeys userName={name} />
      <SignInWays userName={name} />
      <Memberships userName={name} />
      <IdentityPolicies identity={identity} />
      <Boundary identity={identity} loaded={loaded} />
    </IdentityHead>
  )
}
