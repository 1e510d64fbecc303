import type { Bounds } from './page-range.ts'

export type ProfileStep = 'PT5M' | 'PT1H' | 'P1D'

const hour = 3_600_000
const day = 24 * hour

export const stepMilliseconds: Readonly<Record<ProfileStep, number>> = {
  PT5M: 300_000,
  PT1H: hour,
  P1D: day,
}

/** As fine as a chart can show: a few hundred steps. */
export function stepFor({ from, to }: Bounds): ProfileStep {
  return to - from <= 2 * day ? 'PT5M' : to - from <= 35 * day ? 'PT1H' : 'P1D'
}

/** How often a live page asks again, in milliseconds. */
export const refreshMilliseconds = 60_000

const lengths: Readonly<Record<string, number>> = {
  ...stepMilliseconds,
  PT15M: 900_000,
  PT6H: 6 * hour,
}

/** Of a resolution as answers name it. */
export function resolutionMilliseconds(name: string): number {
  return lengths[name] ?? stepMilliseconds.PT5M
}
