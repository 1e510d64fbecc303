import { iam } from '../api/iam.ts'
import { Confirm } from '../app/confirm.tsx'
import { useLoaded } from '../app/loaded.ts'
import { followLink, navigate } from '../app/location.ts'
import { accessHref } from '../app/routes.ts'
import { Time } from '../app/time.tsx'
import { Trouble } from '../app/trouble.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { AccessKeys } from './access-keys.tsx'
import { Boundary } from './boundary.tsx'
import { deleteIdentity, type Identity } from './identity.ts'
import { IdentityPolicies } from './identity-policies.tsx'
import { Memberships } from './memberships.tsx'
import { SignInWays } from './sign-in-ways.tsx'

export function UserPage({ name }: { name: string }) {
  usePageTitle(name)
  const identity: Identity = { kind: 'User', name }
  const loaded = useLoaded(name, async (signal) => {
    const { User } = await iam('GetUser', { UserName: name }, signal)
    return { ...User, boundary: User.PermissionsBoundary?.PermissionsBoundaryArn ?? null }
  })
  const user = loaded.value
  if (loaded.failure?.code === 'NoSuchEntity') return <NoUser name={name} />
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{name}</h1>
        <div class="page-actions">
          {user !== null && (
            <a
              class="button"
              href={`${accessHref('simulator')}?who=${encodeURIComponent(user.Arn)}`}
              onClick={followLink}
            >
              What may this user do?
            </a>
          )}
          <Confirm
            label="Delete"
            name={`Delete the user ${name}`}
            title={`Delete the user ${name}?`}
            word={name}
            onConfirm={async () => {
              await deleteIdentity(identity)
              navigate(accessHref('users'))
            }}
          >
            <p>
              Its access keys, password, authenticator apps and inline policies are deleted with it, and its
              sessions end: programs that sign in as it stop. The audit trail keeps what it did. A user who is
              made again under this name inherits nothing.
            </p>
          </Confirm>
        </div>
      </div>
      {loaded.failure !== null && (
        <Trouble
          what="The user could not be loaded."
          failure={loaded.failure}
          onRetry={() => loaded.reload()}
        />
      )}
      {user !== null && (
        <dl class="facts">
          <dt>ARN</dt>
          <dd>
            <code>{user.Arn}</code>
          </dd>
          <dt>Created</dt>
          <dd>
            <Time at={user.CreateDate} />
          </dd>
        </dl>
      )}
      <AccessKeys userName={name} />
      <SignInWays userName={name} />
      <Memberships userName={name} />
      <IdentityPolicies identity={identity} />
      <Boundary identity={identity} loaded={loaded} />
    </>
  )
}

function NoUser({ name }: { name: string }) {
  return (
    <section class="obstacle">
      <h1 tabIndex={-1}>There is no user “{name}”</h1>
      <p>It was deleted or renamed, or the link has a typing error.</p>
      <a class="button" href={accessHref('users')} onClick={followLink}>
        All users
      </a>
    </section>
  )
}
