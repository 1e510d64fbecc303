import { useSignal } from '@preact/signals'
import { iam, iamList } from '../api/iam.ts'
import { useLoaded } from '../app/loaded.ts'
import { navigate } from '../app/location.ts'
import { accessHref } from '../app/routes.ts'
import { Time } from '../app/time.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { CreateForm } from './create-form.tsx'
import { EntityList, FilterField, matching, NameLink } from './entity-list.tsx'
import { useAccount } from './use-account.ts'

export function RolesPage() {
  usePageTitle('Roles')
  const loaded = useLoaded('roles', (signal) => iamList('ListRoles', {}, (page) => page.Roles, signal))
  const filter = useSignal('')
  const { accountId } = useAccount()
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>Roles</h1>
        <div class="page-actions">
          <FilterField label="Filter roles by name" value={filter} />
          <CreateForm
            label="Create a role"
            noun="role"
            hint="At first the users of this account may take it whose own policies allow that. The trust policy on its page says who."
            onCreate={async (RoleName) => {
              const AssumeRolePolicyDocument = trusting(accountId)
              await iam('CreateRole', { RoleName, AssumeRolePolicyDocument })
              navigate(accessHref('roles', RoleName))
            }}
          />
        </div>
      </div>
      <p class="quiet">
        Identities that others take for a while: workloads in Kubernetes and CI, hosts with certificates,
        people from an identity provider. A role has no keys of its own.
      </p>
      <EntityList
        loaded={loaded}
        noun="role"
        columns={['Name', 'Description', 'Created']}
        find={(roles) => matching(roles, filter.value, ({ RoleName }) => RoleName)}
        row={({ RoleName, Description, CreateDate }) => (
          <tr key={RoleName}>
            <th scope="row">
              <NameLink section="roles" name={RoleName} />
            </th>
            <td class="wrap">{Description}</td>
            <td>
              <Time at={CreateDate} />
            </td>
          </tr>
        )}
      />
    </>
  )
}

/** The account: its own policies say who. */
function trusting(accountId: string): string {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'sts:AssumeRole',
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2)
}
