/** How many processors this process may use: what its control group and those above it leave. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Below this V8 samples half as often. */
export const fewCpus = 0.5

type Read = (path: string) => string

/** A fraction in small containers; at most what the process may run on. @param read throws for what is not there */
export function usableCpus(read: Read = (path) => readFileSync(path, 'utf8')): number {
  const groups = textOf(read, '/proc/self/cgroup')
  const quotas = [
    ...levels('/sys/fs/cgroup', pathOf(groups, '')).map((group) => quotaV2(read, group)),
    ...levels('/sys/fs/cgroup/cpu', pathOf(groups, 'cpu')).map((group) => quotaV1(read, group)),
  ]
  return Math.min(availableParallelism(), ...quotas)
}

/**
 * Of the process, below the mount: each line is `NUMBER:CONTROLLERS:PATH`, in version 2 without controllers.
 *
 * @returns '' where there is none
 */
function pathOf(groups: string, controller: string): string {
  for (const line of groups.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (path !== undefined && controllers!.split(',').includes(controller)) return path
  }
  return ''
}

/**
 * Directories from the mount down to the group: each may bound those below it. Containers often see their own group in the
 * place of the root, and not what the path says; where it leads out of what they see, only the root is theirs.
 */
function levels(mount: string, path: string): string[] {
  const names = path.split('/').filter((name) => name !== '')
  if (names.includes('..')) return [mount]
  return [mount, ...names.map((_, at) => `${mount}/${names.slice(0, at + 1).join('/')}`)]
}

function quotaV2(read: Read, group: string): number {
  const [quota, period] = textOf(read, `${group}/cpu.max`).trim().split(/\s+/)
  return share(Number(quota), Number(period))
}

function quotaV1(read: Read, group: string): number {
  const quota = Number(textOf(read, `${group}/cpu.cfs_quota_us`) || Number.NaN)
  return share(quota, Number(textOf(read, `${group}/cpu.cfs_period_us`)))
}

function share(quota: number, period: number): number {
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY
}

function textOf(read: Read, path: string): string {
  try {
    return read(path)
  } catch {
    return ''
  }
}
