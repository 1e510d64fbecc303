import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CallRates, type CallThrottle, callThrottle } from './call-throttle.ts'
import { apiError } from './testing/test-services.ts'

interface Bench extends CallThrottle {
  now: number
  readonly refused: number
  /** How many of so many calls are let through. */
  calls(count: number, caller?: string, operation?: string): number
}

function bench(rates: Partial<CallRates> = {}): Bench {
  const state = { now: 1_764_000_000_000, refused: 0 }
  const throttle = callThrottle(
    { agentCallsPerSecond: 5, callsPerSecond: 2, ...rates },
    () => state.now,
    () => {
      state.refused++
    },
  )
  return {
    ...throttle,
    get now() {
      return state.now
    },
    set now(instant) {
      state.now = instant
    },
    get refused() {
      return state.refused
    },
    calls: (count, caller = 'alice', operation = 'GetProfile') => {
      let through = 0
      for (let i = 0; i < count; i++) {
        try {
          throttle.take(caller, operation)
          through++
        } catch {
          // Counted by what is missing.
        }
      }
      return through
    },
  }
}

test('who was quiet may make the calls of ten seconds at once, then as many as the rate allows', () => {
  const throttle = bench()
  assert.equal(throttle.calls(100), 20)
  throttle.now += 1000
  assert.equal(throttle.calls(100), 2)
  throttle.now += 499
  assert.equal(throttle.calls(100), 0)
  throttle.now += 1
  assert.equal(throttle.calls(100), 1)
  throttle.now += 3_600_000
  assert.equal(throttle.calls(100), 20)
})

test('a refusal is a ThrottlingException that names the rate, and is counted', () => {
  const throttle = bench()
  throttle.calls(20)
  const refusal = {
    ...apiError('ThrottlingException', /^Rate exceeded: .* 2 calls each second/),
    status: 429,
  }
  assert.throws(() => throttle.take('alice', 'GetProfile'), refusal)
  assert.throws(() => throttle.check('alice', 'GetProfile'), refusal)
  assert.equal(throttle.refused, 2)
})

test('what one caller does costs no other anything', () => {
  const throttle = bench()
  throttle.calls(100, 'alice')
  assert.equal(throttle.calls(100, 'bob'), 20)
})

test('agents have a rate of their own, under the same identity', () => {
  const throttle = bench()
  assert.equal(throttle.calls(100, 'alice', 'ListTagsForResource'), 20)
  assert.equal(throttle.calls(30, 'alice', 'PostAgentProfile'), 30)
  assert.equal(throttle.calls(100, 'alice', 'ConfigureAgent'), 20)
  assert.equal(throttle.calls(100, 'alice', 'unknown'), 0)
})

test('asking whether there is room takes nothing', () => {
  const throttle = bench()
  for (let i = 0; i < 100; i++) throttle.check('alice', 'GetProfile')
  assert.equal(throttle.calls(100), 20)
})

test('a rate of 0 is no limit', () => {
  const throttle = bench({ callsPerSecond: 0 })
  assert.equal(throttle.calls(100_000), 100_000)
  assert.equal(throttle.calls(100, 'alice', 'ConfigureAgent'), 50)
})

test('a clock that goes back takes nothing away and gives nothing', () => {
  const throttle = bench()
  throttle.calls(15)
  throttle.now -= 3_600_000
  assert.equal(throttle.calls(100), 5)
  throttle.now += 1000
  assert.equal(throttle.calls(100), 2)
})

test('of many callers those are forgotten who were quiet for longest', () => {
  const throttle = bench()
  throttle.calls(20, 'first')
  throttle.calls(20, 'second')
  throttle.now += 500
  throttle.calls(1, 'first')
  for (let i = 0; i < 9_999; i++) throttle.take(`caller-${i}`, 'GetProfile')
  assert.equal(throttle.calls(100, 'first'), 0, 'still remembered')
  assert.equal(throttle.calls(100, 'second'), 20, 'forgotten: as if it had rested')
})

test('names like those of object members are callers like others', () => {
  const throttle = bench()
  for (const caller of ['__proto__', 'constructor', '']) assert.equal(throttle.calls(100, caller), 20)
})

test('in no time are more calls let through than the burst and what the rate adds', () => {
  const step = fc.record({ wait: fc.integer({ min: 0, max: 3000 }), calls: fc.integer({ min: 0, max: 40 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const throttle = bench()
      const startedAt = throttle.now
      let through = 0
      for (const { wait, calls } of steps) {
        throttle.now += wait
        through += throttle.calls(calls)
        assert.ok(through <= 20 + ((throttle.now - startedAt) / 1000) * 2 + 1e-6)
      }
    }),
  )
})
