import { formatTimestamp, parseSummary, type RequestParts, stepLengths } from '@wick/wire'
import { vCpusOf } from '../cost/fleet-cost.ts'
import { type FleetMember, wholeFleet } from '../cost/whole-fleet.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { finestKept, longestOfSteps } from './profile-range.ts'
import type { Reply } from './reply.ts'
import { selectedRange } from './selected-range.ts'
import { resolutionFor, stepsOf } from './series-steps.ts'

/** Three years of days. */
const maxSteps = 1100

/** The thread states that agents report; what they make up besides is told by the difference to all samples. */
const threadStates = [
  'RUNNABLE',
  'NATIVE',
  'BLOCKED',
  'WAITING',
  'TIMED_WAITING',
  'IDLE',
  'WALL_TIME',
] as const

/** A group at a glance: its samples by thread state over a time, and its fleet in a few figures. */
export async function getSummary(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const input = parseSummary(parts)
  const { id } = await requireGroup(context, input)
  const range = (await selectedRange(context, id, input.time, longestOfSteps(input.filter))) ?? {
    from: 0,
    to: 0,
  }
  const kept = finestKept(range.from, await context.store.keptSince(id))
  const resolution = resolutionFor(range, input.resolution, threadStates.length, kept)
  const steps = stepsOf(range, stepLengths[resolution], threadStates.length, maxSteps)
  const { starts, metrics } = await context.store.series({
    groupId: id,
    ...steps,
    filter: input.filter,
    metrics: [null, ...threadStates.map((state) => [state])].map((counters) => ({ frame: null, counters })),
  })
  const [all, ...byState] = metrics.map(({ totals }) => [...totals])
  const states = threadStates.flatMap((state, i) => {
    const samples = byState[i]!
    return samples.some((count) => count > 0) ? [{ state, samples }] : []
  })
  const { members, others, otherProfiles } = await wholeFleet(context, id, steps, input.filter)
  const running = sum(
    states.flatMap(({ state, samples }) => (state === 'RUNNABLE' || state === 'NATIVE' ? samples : [])),
  )
  const value = {
    startTime: formatTimestamp(steps.from),
    endTime: formatTimestamp(steps.to),
    resolution,
    endTimes: Array.from(starts, (start) => formatTimestamp(start + steps.step)),
    samples: all,
    states: Object.fromEntries(states.map(({ state, samples }) => [state, samples])),
    fleet: { instances: members.length + others, profiles: sumOf(members, 'profiles') + otherProfiles },
    overhead: overheadOf(members),
    cpu: running === 0 ? null : cpuOf(members, running * context.config.agentSamplingIntervalMilliseconds),
  }
  return { kind: 'json', value }
}

/** Null where no agent says what it costs, or for how long it sampled. */
function overheadOf(members: readonly FleetMember[]): object | null {
  const sampled = sum(members.map((member) => member.sampled ?? 0))
  const time = sumOf(members, 'overhead')
  const memoryInMB = members.reduce((most, { overheadInMB }) => Math.max(most, overheadInMB), 0)
  return sampled === 0 || (time === 0 && memoryInMB === 0) ? null : { timeShare: time / sampled, memoryInMB }
}

/**
 * How busy the hosts are: time of running threads by that of processors.
 *
 * @param running milliseconds of threads that ran, of all hosts together
 */
function cpuOf(members: readonly FleetMember[], running: number): object {
  const present = sum(members.map(presenceOf))
  const vCpus = members.map(({ hostType }) => vCpusOf(hostType))
  const processors = sum(members.map((member, i) => presenceOf(member) * (vCpus[i] ?? 0)))
  // Hosts of which it is not known would make the others look busier than they are.
  const isKnown = vCpus.length > 0 && vCpus.every((count) => count !== null)
  return {
    runningThreads: present === 0 ? null : running / present,
    utilisation: isKnown && processors > 0 ? running / processors : null,
  }
}

/**
 * For how long an instance was looked at, in milliseconds: what its agents say they sampled, but several processes of a host
 * do so at one time.
 */
function presenceOf({ firstSeen, lastSeen, sampled }: FleetMember): number {
  const seen = lastSeen - firstSeen
  return sampled === null ? seen : Math.min(seen, sampled)
}

function sumOf(members: readonly FleetMember[], field: 'profiles' | 'overhead'): number {
  return sum(members.map((member) => member[field]))
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
