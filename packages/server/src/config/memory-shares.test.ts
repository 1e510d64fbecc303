import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { StartupError } from '../startup-error.ts'
import { type MemoryShares, memoryShares } from './memory-shares.ts'

const mebibyte = 1024 * 1024
const limits = { maxBodyBytes: 32 * mebibyte, maxInflatedBytes: 128 * mebibyte }

test('half a gibibyte is enough for the standard limits', () => {
  assert.doesNotThrow(() => memoryShares({ ...limits, memoryBudgetBytes: 512 * mebibyte }))
})

test('a budget that cannot hold the largest body is refused, with what would do', () => {
  let least = 0
  assert.throws(
    () => memoryShares({ ...limits, memoryBudgetBytes: 256 * mebibyte }),
    ({ message }: Error) => {
      least = Number(/at least (\d+) are needed/.exec(message)![1])
      return message.startsWith('WICK_MEMORY_BUDGET_BYTES (268435456) is too little')
    },
  )
  assert.doesNotThrow(() => memoryShares({ ...limits, memoryBudgetBytes: least }))
  assert.throws(() => memoryShares({ ...limits, memoryBudgetBytes: least - 1 }), StartupError)
})

test('a small budget does where bodies are small', () => {
  const small = { maxBodyBytes: 4 * mebibyte, maxInflatedBytes: 16 * mebibyte }
  assert.doesNotThrow(() => memoryShares({ ...small, memoryBudgetBytes: 256 * mebibyte }))
})

test('all shares together, the process itself included, stay within the budget, and the largest body fits', () => {
  const size = fc.integer({ min: 1024, max: 1024 * mebibyte })
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer({ min: mebibyte, max: 16_384 * mebibyte }),
      (body, inflated, budget) => {
        let shares: MemoryShares
        try {
          shares = memoryShares({ maxBodyBytes: body, maxInflatedBytes: inflated, memoryBudgetBytes: budget })
        } catch {
          return
        }
        // Dictionaries have more than their own only where inflated bodies lend it.
        const { keptForSmallBodies, dictionaries, dayEpochs, ...others } = shares
        const sum = Object.values(others).reduce((total, bytes) => total + bytes, 2 * dayEpochs)
        assert.ok(sum + 112 * mebibyte <= budget)
        assert.ok(dictionaries <= shares.ownDictionaries + shares.inflated)
        assert.ok(shares.bodies - keptForSmallBodies >= body && shares.inflated >= inflated)
        assert.ok(Object.values(shares).every((bytes) => Number.isSafeInteger(bytes) && bytes > 0))
      },
    ),
  )
})
