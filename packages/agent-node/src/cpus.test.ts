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

const groups = '/proc/self/cgroup'

test('of a group and those above it the least counts, as services of systemd and pods have it', () => {
  const slice = '/sys/fs/cgroup/shop.slice'
  const cpus = (own: string, above: string, path: string): number =>
    usableCpus(
      inside({
        [groups]: `1:name=systemd:/x\n0::${path}\n`,
        [`${slice}/cpu.max`]: `${above} 100000\n`,
        [`${slice}/shop.service/cpu.max`]: `${own} 100000\n`,
      }),
    )
  assert.equal(cpus('50000', '70000', '/shop.slice/shop.service'), 0.5)
  assert.equal(cpus('50000', '20000', '/shop.slice/shop.service'), 0.2)
  assert.equal(cpus('max', '30000', '/shop.slice/shop.service'), 0.3)
  assert.equal(cpus('max', 'max', '/shop.slice/shop.service'), all)
  assert.equal(cpus('50000', '70000', '/other.slice'), all)
})

test('of version 1 the group is that of the cpu controller', () => {
  const directory = '/sys/fs/cgroup/cpu/docker/a'
  const files = { [`${directory}/cpu.cfs_quota_us`]: '50000', [`${directory}/cpu.cfs_period_us`]: '100000' }
  const lines = '4:cpuset:/\n3:cpu,cpuacct:/docker/a\n2:memory:/b'
  assert.equal(usableCpus(inside({ [groups]: lines, ...files })), 0.5)
  assert.equal(usableCpus(inside({ [groups]: '3:cpuacct:/docker/a', ...files })), all)
})

test('the root counts whatever the path says: containers often see their own group in its place', () => {
  for (const lines of ['0::/', '0::/docker/not-seen-here', '0::/../../elsewhere', 'nonsense']) {
    const files = { [groups]: lines, '/sys/fs/cgroup/cpu.max': '10000 100000' }
    assert.equal(usableCpus(inside(files)), 0.1)
  }
})
