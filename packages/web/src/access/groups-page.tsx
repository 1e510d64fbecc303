import { useSignal } from '@preact/signals'
import { iam, iamList } from '../api/iam.ts'
import { useLoaded } from '../app/loaded.ts'
import { navigate } from '../app/location.ts'
import { accessHref } from '../app/routes.ts'
import { Time } from '../app/time.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { CreateForm } from './create-form.tsx'
import { EntityList, FilterField, matching, NameLink } from './entity-list.tsx'

export function GroupsPage() {
  usePageTitle('User groups')
  const loaded = useLoaded('groups', (signal) => iamList('ListGroups', {}, (page) => page.Groups, signal))
  const filter = useSignal('')
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>User groups</h1>
        <div class="page-actions">
          <FilterField label="Filter user groups by name" value={filter} />
          <CreateForm
            label="Create a user group"
            noun="user group"
            hint="It has no members and no policies at first."
            onCreate={async (GroupName) => {
              await iam('CreateGroup', { GroupName })
              navigate(accessHref('groups', GroupName))
            }}
          />
        </div>
      </div>
      <p class="quiet">
        Teams: what the policies of a user group allow is allowed to all its members. These are groups of
        users; what collects profiles is a profiling group.
      </p>
      <EntityList
        loaded={loaded}
        noun="user group"
        columns={['Name', 'Created']}
        find={(groups) => matching(groups, filter.value, ({ GroupName }) => GroupName)}
        row={({ GroupName, CreateDate }) => (
          <tr key={GroupName}>
            <th scope="row">
              <NameLink section="groups" name={GroupName} />
            </th>
            <td>
              <Time at={CreateDate} />
            </td>
          </tr>
        )}
      />
    </>
  )
}
