import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { iam, iamList } from '../api/iam.ts'
import { Confirm } from '../app/confirm.tsx'
import { useLoaded } from '../app/loaded.ts'
import { Panel } from '../app/panel.tsx'
import { NameLink } from './entity-list.tsx'
import { NamePicker } from './name-picker.tsx'

/** The user groups that a user is in. */
export function Memberships({ userName }: { userName: string }) {
  const UserName = userName
  const loaded = useLoaded(userName, (signal) =>
    iamList('ListGroupsForUser', { UserName }, (page) => page.Groups, signal),
  )
  const known = useSignal<readonly string[]>([])
  useEffect(() => {
    iamList('ListGroups', {}, (page) => page.Groups).then(
      (groups) => {
        known.value = groups.map(({ GroupName }) => GroupName)
      },
      () => {},
    )
  }, [])
  return (
    <Panel title="User groups" hint="What their policies say counts for their members." loaded={loaded}>
      {(groups) => (
        <>
          {groups.length === 0 && <p>In none.</p>}
          {groups.length > 0 && (
            <ul class="items">
              {groups.map(({ GroupName }) => (
                <li key={GroupName}>
                  <NameLink section="groups" name={GroupName} />
                  <span class="grow" />
                  <Confirm
                    label="Leave"
                    name={`Leave ${GroupName}`}
                    title={`Take ${userName} out of ${GroupName}?`}
                    verb="Take out"
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
            label="Add to a user group"
            verb="Add"
            names={known.value.filter((one) => !groups.some(({ GroupName }) => GroupName === one))}
            onPick={async (GroupName) => {
              await iam('AddUserToGroup', { UserName, GroupName })
              loaded.reload()
            }}
          />
        </>
      )}
    </Panel>
  )
}
