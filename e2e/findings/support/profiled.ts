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
}

export async function startProfiler(directory: string): Promise<Profiler> {
  const wick = await startWick({ directory, environment: samplingEnvironment })
  const caller = await startCaller(wick)
  return {
    wick,
    profile: async (id, variant) => {
      const group = groupOf(id, variant)
      await caller.createGroup(group)
      await runProgram(id, variant, group, wick.awsEnvironment)
      const profile = await caller.profile(group)
      if (profile === null) throw new Error(`${id} ${variant}: its agent posted nothing`)
      return profile
    },
  }
}

const groupOf = (id: string, variant: Variant): string => `${id}-${variant}`
