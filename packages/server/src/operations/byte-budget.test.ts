import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ByteBudget, byteBudget, type Holding, type Sender, smallBytes } from './byte-budget.ts'
import { apiError } from './testing/test-services.ts'

const stranger: Sender = { caller: null, isSlow: () => false, cutOff: () => {} }
const busy = apiError('ServiceUnavailableException', /Too many bodies at one time/)

function holding(budget: ByteBudget, bytes: number, sender: Partial<Sender> = {}): Holding {
  const made = budget.open({ ...stranger, ...sender })
  made.take(bytes)
  return made
}

test('the budget can be had to the last byte, and not one more', () => {
  const budget = byteBudget(10)
  holding(budget, 4)
  holding(budget, 6)
  assert.throws(() => holding(budget, 1), busy)
  holding(budget, 0)
  assert.equal(budget.held, 10)
})

test('what is given back can be had again, and is given back once', () => {
  const budget = byteBudget(10)
  const first = holding(budget, 10)
  first.giveBack()
  first.giveBack()
  holding(budget, 10)
  assert.throws(() => holding(budget, 1), busy)
})

test('a refused request takes nothing', () => {
  const budget = byteBudget(10)
  holding(budget, 5)
  assert.throws(() => holding(budget, 6), busy)
  holding(budget, 5)
})

test('of many that need much some get all they need and the others nothing', () => {
  const budget = byteBudget(100)
  const outcomes = Array.from({ length: 20 }, () => {
    try {
      return holding(budget, 32)
    } catch {
      return null
    }
  })
  assert.equal(outcomes.filter((outcome) => outcome !== null).length, 3)
})

test('large ones leave room for small ones', () => {
  const budget = byteBudget(3 * smallBytes, { keptForSmall: smallBytes })
  const large = holding(budget, smallBytes + 1)
  assert.throws(() => holding(budget, smallBytes + 1), busy)
  holding(budget, smallBytes)
  // One that grows large is large, too.
  const growing = holding(budget, smallBytes - 1)
  assert.throws(() => growing.take(2), busy)
  large.giveBack()
  growing.take(1)
})

test('who sends too slowly makes room where it is needed, oldest first, and no more of them than needed', () => {
  const cut: string[] = []
  const refusals: string[] = []
  const budget = byteBudget(10, {}, (what) => refusals.push(what))
  const slow = (name: string): Partial<Sender> => ({ isSlow: () => true, cutOff: () => cut.push(name) })
  const first = holding(budget, 4, slow('first'))
  holding(budget, 2)
  holding(budget, 4, slow('second'))
  assert.deepEqual(cut, [])
  holding(budget, 3)
  assert.deepEqual(cut, ['first'])
  first.giveBack()
  assert.equal(budget.held, 9)
  assert.throws(() => holding(budget, 6), busy)
  assert.deepEqual(
    [cut, refusals],
    [
      ['first', 'second'],
      ['slow', 'slow', 'bodies'],
    ],
  )
})

test('a caller that holds most of it itself is told that it is its own doing', () => {
  const budget = byteBudget(10)
  holding(budget, 6, { caller: 'a' })
  holding(budget, 2, { caller: 'b' })
  assert.throws(() => holding(budget, 3, { caller: 'a' }), apiError('ThrottlingException', /of this caller/))
  assert.throws(() => holding(budget, 3, { caller: 'b' }), busy)
  assert.throws(() => holding(budget, 3), busy)
})

test('no caller has more than its share, although there is room, and what it has too slowly goes first', () => {
  const cut: string[] = []
  const budget = byteBudget(10, { perCaller: 4 })
  const slow = (caller: string): Partial<Sender> => ({
    caller,
    isSlow: () => true,
    cutOff: () => cut.push(caller),
  })
  holding(budget, 1, slow('b'))
  const first = holding(budget, 4, { caller: 'a' })
  assert.throws(() => holding(budget, 1, { caller: 'a' }), apiError('ThrottlingException', /of this caller/))
  assert.throws(() => first.take(1), apiError('ThrottlingException', /of this caller/))
  first.giveBack()
  holding(budget, 3, slow('a'))
  holding(budget, 2, { caller: 'a' })
  assert.deepEqual([cut, budget.held], [['a'], 3])
  holding(budget, 4, { caller: 'c' })
  assert.throws(() => holding(budget, 5, { caller: 'd' }), apiError('ThrottlingException', /of this caller/))
  assert.deepEqual(cut, ['a'], 'who asks for more than its share costs nobody a place')
})

test('however it is taken and given back, no more is held than there is and nothing is lost', () => {
  const step = fc.record({
    who: fc.nat(5),
    bytes: fc.nat(60),
    isGivenBack: fc.boolean(),
    isSlow: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const budget = byteBudget(100, { perCaller: 80 })
      const held = new Map<number, { bytes: number; isSlow: boolean; holding: Holding }>()
      for (const { who, bytes, isGivenBack, isSlow } of steps) {
        const known = held.get(who)
        if (known !== undefined && isGivenBack) {
          known.holding.giveBack()
          held.delete(who)
        } else if (known === undefined) {
          const entry = {
            bytes: 0,
            isSlow,
            holding: budget.open({
              caller: `caller ${who % 2}`,
              isSlow: () => isSlow,
              cutOff: () => held.delete(who),
            }),
          }
          try {
            entry.holding.take(bytes)
            entry.bytes = bytes
            held.set(who, entry)
          } catch {}
        }
        const sum = [...held.values()].reduce((total, entry) => total + entry.bytes, 0)
        assert.equal(budget.held, sum)
        assert.ok(sum <= 100)
        for (const parity of [0, 1]) {
          const own = [...held].filter(([name]) => name % 2 === parity)
          assert.ok(own.reduce((total, [, entry]) => total + entry.bytes, 0) <= 80)
        }
      }
      for (const { holding } of held.values()) holding.giveBack()
      assert.equal(budget.held, 0)
    }),
  )
})
