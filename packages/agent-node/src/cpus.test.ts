import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { usableCpus } from './cpus.ts'

/** Files of a container; what is not there cannot be read. */
const inside =
  (files: Record<string, string>) =>
  (path: string): string => {
    const text = files[path]
    if (text === undefined) throw new Error(`ENOENT: ${path}`)
    return text
  }

const all = availableParallelism()
const v1 = '/sys/fs/cgroup/cpu/cpu'

test("a container's share is what it may use of the machine", () => {
  assert.equal(usableCpus(inside({ '/sys/fs/cgroup/cpu.max': '10000 100000\n' })), 0.1)
  assert.equal(usableCpus(inside({ '/sys/fs/cgroup/cpu.max': '50000 100000\n' })), 0.5)
  assert.equal(
    usableCpus(inside({ [`${v1}.cfs_quota_us`]: '25000\n', [`${v1}.cfs_period_us`]: '100000\n' })),
    0.25,
  )
})

test('without a share, or with more than there is, it is the machine', () => {
  assert.equal(usableCpus(inside({})), all)
  assert.equal(usableCpus(inside({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' })), all)
  assert.equal(usableCpus(inside({ '/sys/fs/cgroup/cpu.max': '6400000 100000\n' })), all)
  assert.equal(
    usableCpus(inside({ [`${v1}.cfs_quota_us`]: '-1\n', [`${v1}.cfs_period_us`]: '100000\n' })),
    all,
  )
  assert.equal(usableCpus(inside({ '/sys/fs/cgroup/cpu.max': 'nonsense' })), all)
})
