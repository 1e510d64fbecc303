/** A server that programs report to, and the profiles of their runs. */
import type { ProfileBody } from '../../support/call-paths.ts'
import { startCaller } from '../../support/caller.ts'
import { startWick, type Wick } from '../../support/wick.ts'
import { runProgram, type Variant } from './programs.ts'

/** Five seconds are five hundred samples then. */
const samplingEnvironment = {
  WICK_AGENT_PERIOD_SECONDS: '2',
  WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS: '10',
  WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS: '500',
  WICK_AGENT_MEMORY_USAGE_LIMIT_PERCENT: '100',
}

interface Profiler {
  readonly wick: Wick
  /** Runs a program in a group of its own. @returns what GetProfile answers of it */
  profile(id: string, variant: Variant): Promise<ProfileBody>
  /** The same. @returns names of the patterns that GetRecommendations answers */
  recommendations(id: string, variant: Variant): Promise<string[]>
}

export async function startProfiler(directory: string): Promise<Profiler> {
  const wick = await startWick({ directory, environment: samplingEnvironment })
  const caller = await startCaller(wick)
  const run = async (id: string, variant: Variant): Promise<string> => {
    const group = groupOf(id, variant)
    await caller.createGroup(group)
    await runProgram(id, variant, group, wick.awsEnvironment)
    return group
  }
  return {
    wick,
    profile: async (id, variant) => {
      const profile = await caller.profile(await run(id, variant))
      if (profile === null) throw new Error(`${id} ${variant}: its agent posted nothing`)
      return profile
    },
    recommendations: async (id, variant) => {
      const group = await run(id, variant)
      const [start, end] = [-10, 10].map((minutes) => new Date(Date.now() + minutes * 60_000).toISOString())
      const query = new URLSearchParams({ startTime: start!, endTime: end! })
      const target = `/internal/profilingGroups/${group}/recommendations?${query}`
      const { status, body } = await caller.send({ target })
      if (status !== 200) throw new Error(`${id} ${variant}: ${body}`)
      const found: { recommendations: { pattern: { name: string } }[] } = JSON.parse(body.toString())
      return found.recommendations.map(({ pattern }) => pattern.name)
    },
  }
}

const groupOf = (id: string, variant: Variant): string => `${id}-${variant}`
