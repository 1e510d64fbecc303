/** How many processors this process may use: a container's share, where it has one. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Below this V8 samples half as often. */
export const fewCpus = 0.5

export function usableCpus(read: (path: string) => string = (path) => readFileSync(path, 'utf8')): number {
  const all = availableParallelism()
  return Math.min(all, quotaV2(read) ?? quotaV1(read) ?? all)
}

function quotaV2(read: (path: string) => string): number | null {
  const [quota, period] = textOf(read, '/sys/fs/cgroup/cpu.max').trim().split(/\s+/)
  return share(Number(quota), Number(period))
}

function quotaV1(read: (path: string) => string): number | null {
  const directory = '/sys/fs/cgroup/cpu'
  const quota = Number(textOf(read, `${directory}/cpu.cfs_quota_us`) || Number.NaN)
  return share(quota, Number(textOf(read, `${directory}/cpu.cfs_period_us`)))
}

function share(quota: number, period: number): number | null {
  return quota > 0 && period > 0 ? quota / period : null
}

function textOf(read: (path: string) => string, path: string): string {
  try {
    return read(path)
  } catch {
    return ''
  }
}
