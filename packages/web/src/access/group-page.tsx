import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { iam, iamList } from '../api/iam.ts'
import { Confirm } from '../app/confirm.tsx'
import { useLoaded } from '../app/loaded.ts'
import { navigate } from '../app/location.ts'
import { Panel } from '../app/panel.tsx'
import { accessHref } from '../app/routes.ts'
import { usePageTitle } from '../pages/page-title.ts'
import { NameLink } from './entity-list.tsx'
import { deleteIdentity, type Identity } from './identity.ts'
import { IdentityHead } from './identity-head.tsx'
import { IdentityPolicies } from './identity-policies.tsx'
import { NamePicker } from './name-picker.tsx'

export function GroupPage({ name }: { name: string }) {
  usePageTitle(name)
  const identity: Identity = { kind: 'Group', name }
  const loaded = useLoaded(name, async (signal) => {
    const { Group } = await iam('GetGroup', { GroupName: name }, signal)
    return { arn: Group.Arn, createdAt: Group.CreateDate }
  })
  return (
    <IdentityHead
      identity={identity}
      loaded={loaded}
      question="What may its members do?"
      consequences="Its members lose what its policies allow, from the next request on; its inline policies are deleted with it. The members stay."
      onDelete={async () => {
        await deleteIdentity(identity)
        navigate(accessHref('groups'))
      }}
    >
      <Members name={name} />
      <IdentityPolicies identity={identity} />
    </IdentityHead>
  )
}

function Members({ name }: { name: string }) {
  const GroupName = name
  const loaded = useLoaded(name, (signal) => iamList('GetGroup', { GroupName }, (page) => page.Users, signal))
  const known = useSignal<readonly string[]>([])
  useEffect(() => {
    // Without them the name is typed.
    iamList('ListUsers', {}, (page) => page.Users).then(
      (users) => {
        known.value = users.map(({ UserName }) => UserName)
      },
      () => {},
    )
  }, [])
  return (
    <Panel title="Members" hint="Users that the policies below count for." loaded={loaded}>
      {(members) => (
        <>
          {members.length === 0 && <p>None.</p>}
          {members.length > 0 && (
            <ul class="items">
              {members.map(({ UserName }) => (
                <li key={UserName}>
                  <NameLink section="users" name={UserName} />
                  <span class="grow" />
                  <Confirm
                    label="Take out"
                    name={`Take out ${UserName}`}
                    title={`Take ${UserName} out of ${name}?`}
                    isSmall
                    onConfirm={async () => {
                      await iam('RemoveUserFromGroup', { UserName, GroupName })
                      loaded.reload()
                    }}
                  >
                    <p>What the group's policies allow is refused from the next request on.</p>
                  </Confirm>
                </li>
              ))}
            </ul>
          )}
          <NamePicker
            label="Add a user"
            verb="Add"
            names={known.value.filter((one) => !members.some(({ UserName }) => UserName === one))}
            onPick={async (UserName) => {
              await iam('AddUserToGroup', { UserName, GroupName })
              loaded.reload()
            }}
          />
        </>
      )}
    </Panel>
  )
}
