import { asksForOrigin, type ProfileFilter } from '@wick/wire'
import type { Origin } from './origin.ts'

/** Whether a profile from there counts. */
export type Admits = (origin: Origin) => boolean

/** Null where a filter lets profiles of every origin through, as one that names thread states only does. */
export function admissionOf(filter: ProfileFilter | undefined): Admits | null {
  if (filter === undefined || !asksForOrigin(filter)) return null
  const instances = new Set(filter.instances)
  const hostTypes = new Set(filter.hostTypes)
  const agents = new Set(filter.agents)
  const labels = Object.entries(filter.labels)
  return (origin) =>
    (instances.size === 0 || instances.has(origin.instance)) &&
    (hostTypes.size === 0 || hostTypes.has(origin.hostType)) &&
    (agents.size === 0 || agents.has(origin.agent) || agents.has(`${origin.agent} ${origin.agentVersion}`)) &&
    labels.every(([key, value]) => origin.labels.some(([k, v]) => k === key && v === value))
}
