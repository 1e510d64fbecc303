import { useSignal } from '@preact/signals'
import { type IamOutput, iam, iamList } from '../api/iam.ts'
import { useLoaded } from '../app/loaded.ts'
import { navigate } from '../app/location.ts'
import { now } from '../app/now.ts'
import { accessHref } from '../app/routes.ts'
import { Time } from '../app/time.tsx'
import { plural } from '../format/numbers.ts'
import { usePageTitle } from '../pages/page-title.ts'
import { CreateForm } from './create-form.tsx'
import { EntityList, FilterField, matching, NameLink } from './entity-list.tsx'
import { IdentityForm } from './identity-form.tsx'

export function UsersPage() {
  usePageTitle('Users')
  const loaded = useLoaded('users', (signal) => iamList('ListUsers', {}, (page) => page.Users, signal))
  const filter = useSignal('')
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>Users</h1>
        <div class="page-actions">
          <FilterField label="Filter users by name" value={filter} />
          <IdentityForm purpose="agent" onMade={loaded.reload} />
          <IdentityForm purpose="viewer" onMade={loaded.reload} />
          <CreateForm
            label="Create a user"
            noun="user"
            hint="A new user may do nothing until a policy allows it."
            onCreate={async (UserName) => {
              await iam('CreateUser', { UserName })
              navigate(accessHref('users', UserName))
            }}
          />
        </div>
      </div>
      <p class="quiet">
        People and programs that sign in or sign requests. What one may do is said by the policies on the user
        and on its user groups.
      </p>
      <EntityList
        loaded={loaded}
        noun="user"
        columns={['Name', 'Access keys', 'Second factor', 'Boundary', 'Created']}
        find={(users) => matching(users, filter.value, ({ UserName }) => UserName)}
        row={(user) => <UserRow key={user.UserName} user={user} />}
      />
    </>
  )
}

type User = IamOutput<'GetUser'>['User']

function UserRow({ user }: { user: User }) {
  const { UserName, CreateDate, PermissionsBoundary } = user
  return (
    <tr>
      <th scope="row">
        <NameLink section="users" name={UserName} />
      </th>
      <td>
        <Fact of={`keys ${UserName}`} ask={(signal) => keysOf(UserName, signal)} />
      </td>
      <td>
        <Fact of={`devices ${UserName}`} ask={(signal) => factorsOf(UserName, signal)} />
      </td>
      <td>
        {PermissionsBoundary?.PermissionsBoundaryArn?.replace(/^.*\//, '') ?? <span class="quiet">none</span>}
      </td>
      <td>
        <Time at={CreateDate} />
      </td>
    </tr>
  )
}

/** A cell that has to be asked for: what may not be known names the action. */
function Fact({ of, ask }: { of: string; ask(signal: AbortSignal): Promise<string> }) {
  const { value, failure } = useLoaded(of, ask)
  if (failure !== null)
    return (
      <span class="quiet">
        {failure.missingAction === null ? 'not known' : `takes ${failure.missingAction}`}
      </span>
    )
  return <span class={value === 'none' ? 'quiet' : undefined}>{value}</span>
}

async function keysOf(UserName: string, signal: AbortSignal): Promise<string> {
  const keys = await iamList('ListAccessKeys', { UserName }, (page) => page.AccessKeyMetadata, signal)
  const active = keys.filter(({ Status }) => Status === 'Active')
  if (active.length === 0) return keys.length === 0 ? 'none' : `${keys.length} inactive`
  const oldest = Math.min(...active.map(({ CreateDate }) => CreateDate ?? now.value))
  const days = Math.floor((now.value - oldest) / 86_400_000)
  return `${active.length}, ${days < 1 ? 'from today' : `up to ${plural(days, 'day')} old`}`
}

async function factorsOf(UserName: string, signal: AbortSignal): Promise<string> {
  const devices = await iamList('ListMFADevices', { UserName }, (page) => page.MFADevices, signal)
  return devices.length === 0 ? 'none' : plural(devices.length, 'app')
}
