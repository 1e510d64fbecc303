import type { ProfilingGroupDescription } from '@wick/wire'
import type { Asked } from '../app/answer.ts'
import type { GroupTab } from '../app/routes.ts'
import { NoGroup } from '../explorer/obstacles.tsx'
import { GroupHead } from './group-frame.tsx'

/** Whether there is no such group: one notice is better than a complaint in each panel. */
export function isUnknown({ answer }: Asked<ProfilingGroupDescription>): boolean {
  return answer.value.failure?.code === 'ResourceNotFoundException'
}

export function NoGroupPage({ name, tab }: { name: string; tab: GroupTab }) {
  return (
    <div class="page wide">
      <GroupHead name={name} tab={tab} />
      <NoGroup name={name} />
    </div>
  )
}
