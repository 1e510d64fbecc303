/** What the agent does about its own cost, minute by minute. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'node:test'
import { CpuBudget, V8Samplers } from './cpu-budget.ts'

const limits = { periodMs: 300_000, cpuLimitPercent: 10, samplingIntervalMs: 1000 }
const minute = 60_000

/** Minutes of a clock of its own; a percentage is what the program's thread was kept. */
function budgetOf(
  cpus = 2,
  orders = limits,
): { budget: CpuBudget; spend(percent: number, minutes?: number): string | null } {
  let now = 0
  const budget = new CpuBudget(10_000, { now, cpus, ownMs: () => 0 })
  return {
    budget,
    spend: (percent, minutes = 1) => {
      now += minutes * minute
      budget.blocked((percent / 100) * minutes * minute)
      return budget.judge(now, orders)
    },
  }
}

test('within 1 % of a core nothing changes', () => {
  const { budget, spend } = budgetOf()
  for (let i = 0; i < 10; i++) assert.equal(spend(0.9), null)
  assert.deepEqual([budget.intervalMicros, budget.isThrottled], [10_000, false])
})

test('above it samples are half as many after each minute, down to a tenth', () => {
  const { budget, spend } = budgetOf()
  const intervals = [2, 2, 2, 2, 2].map((percent) => {
    spend(percent)
    return budget.intervalMicros
  })
  assert.deepEqual(intervals, [20_000, 40_000, 80_000, 100_000, 100_000])
  assert.ok(budget.isThrottled && !budget.isPaused)
})

test('it recovers slowly, and only well below the budget', () => {
  const { budget, spend } = budgetOf()
  for (let i = 0; i < 2; i++) spend(2)
  assert.equal(spend(0.6), null)
  assert.match(spend(0.3)!, /samples every 20 ms again/)
  spend(0.3)
  assert.deepEqual([budget.intervalMicros, spend(0.3)], [10_000, null])
})

test('above the limit it is throttled as far as that goes, first', () => {
  const { budget, spend } = budgetOf()
  assert.match(spend(40)!, /took 40\.0 % of a core: it samples every 100 ms/)
  assert.deepEqual([budget.isPaused, budget.intervalMicros], [false, 100_000])
})

test('still above it, it stops for a period, then goes on at the lowest rate', () => {
  const { budget, spend } = budgetOf()
  spend(40)
  assert.match(spend(12)!, /over the limit of 10 %: it pauses for 300 s/)
  assert.ok(budget.isPaused)
  assert.equal(spend(0, 4), null)
  assert.match(spend(0, 1)!, /goes on after a pause/)
  assert.deepEqual([budget.isPaused, budget.intervalMicros], [false, 100_000])
  assert.match(spend(0.1)!, /every 50 ms again/)
})

test('where counts finer than usual are ordered the limit is the budget', () => {
  const { budget, spend } = budgetOf(2, { ...limits, samplingIntervalMs: 100, cpuLimitPercent: 5 })
  assert.deepEqual([spend(4.9), budget.intervalMicros], [null, 10_000])
  assert.match(spend(5)!, /took 5\.0 % of a core: it samples every 100 ms/)
  assert.match(spend(1.9)!, /every 50 ms again/)
})

test('in a container with a tenth of a processor, 1 % is of that tenth', () => {
  const { budget, spend } = budgetOf(0.1)
  assert.equal(spend(0.09), null)
  assert.match(spend(0.5)!, /took 5\.0 % of its share of a core/)
  spend(0.3)
  assert.equal(budget.intervalMicros, 40_000)
  spend(2)
  assert.equal(budget.intervalMicros, 100_000)
  spend(2)
  assert.ok(budget.isPaused)
})

test('work of its own threads and of signals in the program counts', () => {
  let own = 0
  const budget = new CpuBudget(10_000, { now: 0, cpus: 4, ownMs: () => own })
  own = 500
  budget.sampled(6000)
  assert.equal(budget.judge(minute, limits), null)
  assert.equal(budget.report().overheadMs, 590)
  assert.equal(budget.report().overheadMs, 0, 'since the last report')
})

test('a thread that ends while others are added up takes nothing away, and adds nothing later', {
  skip: process.platform !== 'linux',
}, (t) => {
  /** Thread → ticks; null for one that has ended since it was listed. */
  let threads: Record<string, number | null> = { 7: 3, 8: 40, 9: 5 }
  const stat = (path: string): string => {
    const ticks = threads[path.split('/').at(-2)!]
    if (ticks == null) throw new Error(`ESRCH: ${path}`)
    return `7 (v8:ProfEvntProc) S ${'0 '.repeat(10)}${ticks} 0 0`
  }
  const mocks = [
    t.mock.method(fs, 'readdirSync', (() => Object.keys(threads)) as never),
    t.mock.method(fs, 'readFileSync', stat as never),
  ]
  syncBuiltinESMExports()
  t.after(() => {
    for (const { mock } of mocks) mock.restore()
    syncBuiltinESMExports()
  })
  const samplers = new V8Samplers()
  const told: number[] = []
  for (threads of [
    { 7: 3, 8: 40, 9: 5 },
    { 7: null, 8: 41, 9: 5 },
    { 8: null, 9: 6 },
    { 8: 42, 9: 6 },
    // The number of one that is gone.
    { 8: 1, 9: 6 },
  ] as const)
    told.push(samplers.milliseconds())
  assert.deepEqual(told, [480, 490, 500, 510, 520])
})
