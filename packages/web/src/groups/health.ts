/** Whether a group is well, as far as its last report tells. */
import type { ProfilingGroupDescription } from '@wick/wire'

export interface Health {
  readonly kind: 'on' | 'late' | 'off'
  readonly words: string
  readonly about: string
}

/** Agents report every five minutes: after three times that somebody should look. */
const silentAfter = 15 * 60_000

const reporting: Health = { kind: 'on', words: 'Reporting', about: 'Profiles come as they should.' }
const silent: Health = {
  kind: 'late',
  words: 'Silent',
  about: 'No profile for more than 15 minutes: agents send one every five.',
}
const neverHeard: Health = { kind: 'off', words: 'No report yet', about: 'No agent has sent a profile yet.' }
const off: Health = { kind: 'off', words: 'Profiling off', about: 'Its agents are told to stay quiet.' }

/** All that there are, the best first. */
export const healths: readonly Health[] = [reporting, silent, neverHeard, off]

/** @param now epoch milliseconds */
export function healthOf(group: ProfilingGroupDescription, now: number): Health {
  const at = lastReportOf(group)
  if (!group.agentOrchestrationConfig.profilingEnabled) return off
  if (at === null) return neverHeard
  return now - at > silentAfter ? silent : reporting
}

/** Epoch milliseconds; null for never. */
export function lastReportOf({ profilingStatus }: ProfilingGroupDescription): number | null {
  const { latestAgentProfileReportedAt: at } = profilingStatus
  return at === undefined ? null : Date.parse(at)
}
