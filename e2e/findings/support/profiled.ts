/** A server that programs report to, and the profiles of their runs. */
import type { RecommendationsAnswer } from '../../../packages/wire/src/index.ts'
import type { ProfileBody } from '../../support/call-paths.ts'
import { startCaller } from '../../support/caller.ts'
import { startWick, type Wick } from '../../support/wick.ts'
import { runProgram, type Variant } from './programs.ts'

/** Five seconds are five hundred samples then. Short periods: what an agent cannot post any more at its end is little. */
const samplingEnvironment = {
  WICK_AGENT_PERIOD_SECONDS: '1',
  WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS: '10',
  WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS: '500',
  WICK_AGENT_MEMORY_USAGE_LIMIT_PERCENT: '100',
}

interface Profiler {
  readonly wick: Wick
  /** Runs a program in a group of its own. @returns what GetProfile answers of it */
  profile(id: string, variant: Variant): Promise<ProfileBody>
  /** The same, for so many seconds. @returns what the server finds in it */
  recommendations(id: string, variant: Variant, seconds: number): Promise<Found>
}

interface Found {
  /** Ids of patterns. */
  readonly patterns: readonly string[]
  readonly samples: number
  /** Set where these are too few to say anything. */
  readonly needed: number | null
}

export async function startProfiler(directory: string): Promise<Profiler> {
  const wick = await startWick({ directory, environment: samplingEnvironment })
  const caller = await startCaller(wick)
  let runs = 0
  const run = async (id: string, variant: Variant, more: Record<string, string> = {}): Promise<string> => {
    const group = `${id}-${variant}-${++runs}`
    await caller.createGroup(group)
    await runProgram(id, variant, group, { ...wick.awsEnvironment, ...more })
    return group
  }
  return {
    wick,
    profile: async (id, variant) => {
      const profile = await caller.profile(await run(id, variant))
      if (profile === null) throw new Error(`${id} ${variant}: its agent posted nothing`)
      return profile
    },
    recommendations: async (id, variant, seconds) => {
      const group = await run(id, variant, { PROGRAM_SECONDS: String(seconds) })
      const [start, end] = [-10, 10].map((minutes) => new Date(Date.now() + minutes * 60_000).toISOString())
      const target = `/v1/profilingGroups/${group}/recommendations`
      const call = { method: 'POST', target, body: JSON.stringify({ startTime: start, endTime: end }) }
      const { status, body } = await caller.send(call)
      if (status !== 200) throw new Error(`${id} ${variant}: ${body}`)
      const { samples, needed, recommendations }: RecommendationsAnswer = JSON.parse(body.toString())
      return { patterns: recommendations.map(({ pattern }) => pattern.id), samples, needed }
    },
  }
}
