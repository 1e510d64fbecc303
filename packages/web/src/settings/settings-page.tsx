import { describeGroup } from '../api/operations.ts'
import { useAnswer } from '../app/answer.ts'
import { session } from '../app/session.ts'
import { GroupHead } from '../group/group-frame.tsx'
import { isUnknown, NoGroupPage } from '../group/no-group-page.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { AlarmsPanel } from './alarms-panel.tsx'
import { ChannelsPanel } from './channels-panel.tsx'
import { DeletePanel } from './delete-panel.tsx'
import { DeliveriesPanel } from './deliveries-panel.tsx'
import { PermissionsPanel } from './permissions-panel.tsx'
import { ProfilingPanel } from './profiling-panel.tsx'
import { ReceiversPanel } from './receivers-panel.tsx'
import { RetentionPanel } from './retention-panel.tsx'
import { TagsPanel } from './tags-panel.tsx'

/** What is set for a group, part by part: what one may not see or change names the permission that is missing. */
export function SettingsPage({ name }: { name: string }) {
  usePageTitle(`${name} · Settings`)
  const description = useAnswer(name, (signal) => describeGroup(name, signal))
  if (isUnknown(description)) return <NoGroupPage name={name} tab="settings" />
  return (
    <div class="page wide settings">
      <GroupHead name={name} tab="settings" />
      <ProfilingPanel name={name} asked={description} />
      <PermissionsPanel name={name} />
      <TagsPanel arn={description.answer.value.value?.arn ?? ownArn(name)} />
      <RetentionPanel name={name} />
      <AlarmsPanel name={name} />
      <ChannelsPanel name={name} />
      <ReceiversPanel name={name} />
      <DeliveriesPanel name={name} />
      <DeletePanel name={name} />
    </div>
  )
}

/** For who may see the tags of a group and not the group. */
function ownArn(name: string): string | null {
  const { value } = session
  if (value.kind !== 'signed-in') return null
  const { region, accountId } = value.answer
  return `arn:aws:codeguru-profiler:${region}:${accountId}:profilingGroup/${name}`
}
