/** Whether a group is well, as far as its last report tells. */
import type { ProfilingGroupDescription } from '@wick/wire'

export interface Health {
  readonly kind: 'on' | 'late' | 'off'
  readonly words: string
  readonly about: string
}

/** Agents report every five minutes: after three times that somebody should look. */
const silentAfter = 15 * 60_000

/** @param now epoch milliseconds */
export function healthOf(group: ProfilingGroupDescription, now: number): Health {
  const at = lastReportOf(group)
  if (!group.agentOrchestrationConfig.profilingEnabled)
    return { kind: 'off', words: 'Profiling off', about: 'Its agents are told to stay quiet.' }
  if (at === null) return { kind: 'off', words: 'No report yet', about: 'No agent has sent a profile yet.' }
  return now - at > silentAfter
    ? {
        kind: 'late',
        words: 'Silent',
        about: 'No profile for more than 15 minutes: agents send one every five.',
      }
    : { kind: 'on', words: 'Reporting', about: 'Profiles come as they should.' }
}

/** Epoch milliseconds; null for never. */
export function lastReportOf({ profilingStatus }: ProfilingGroupDescription): number | null {
  const { latestAgentProfileReportedAt: at } = profilingStatus
  return at === undefined ? null : Date.parse(at)
}
