import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type BlockLevel, type BlockRecord, levelMilliseconds } from '../storage/manifest.ts'
import { cover, spans } from './cover.ts'

const hour = levelMilliseconds.PT1H
const day = levelMilliseconds.P1D
const window = levelMilliseconds.PT5M

let ids = 0
function block(level: BlockLevel, start: number, through = 0, id = ++ids): BlockRecord {
  return { id, groupId: 'g', level, start, key: `g/${id}`, profiles: 1, receivedAt: 0, through }
}

function chosen(blocks: readonly BlockRecord[], from: number, to: number): string[] {
  return cover(blocks, from, to).map(({ level, start }) => `${level}@${start / window}`)
}

test('a range of windows is answered by their blocks', () => {
  const blocks = [block('PT5M', 0), block('PT5M', window), block('PT5M', 3 * window)]
  assert.deepEqual(chosen(blocks, 0, 2 * window), ['PT5M@0', 'PT5M@1'])
})

test('a roll-up inside the range stands for its windows, the edges are answered by theirs', () => {
  const windows = Array.from({ length: 36 }, (_, i) => block('PT5M', i * window))
  const middle = block('PT1H', hour, windows.at(-1)!.id)
  assert.deepEqual(chosen([...windows, middle], hour - 2 * window, 2 * hour + window), [
    'PT5M@10',
    'PT5M@11',
    'PT1H@12',
    'PT5M@24',
  ])
})

test('a day stands for its hours', () => {
  const blocks = [block('PT1H', 0, 5), block('PT1H', hour, 5), block('P1D', 0, 5)]
  assert.deepEqual(chosen(blocks, 0, day), ['P1D@0'])
  assert.deepEqual(chosen(blocks, 0, 2 * hour), ['PT1H@0', 'PT1H@12'])
})

test('a block later than a roll-up of its time is added to it', () => {
  const early = block('PT5M', window)
  const rollUp = block('PT1H', 0, early.id)
  const late = block('PT5M', window)
  assert.deepEqual(
    cover([early, rollUp, late], 0, hour).map(({ id }) => id),
    [rollUp.id, late.id],
  )
})

test('whatever is rolled up and whatever comes late, every window block counts exactly once', () => {
  const placed = fc.record(
    { start: fc.integer({ min: 0, max: 600 }), before: fc.boolean() },
    { noNullPrototype: true },
  )
  const range = fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 600 }))
  fc.assert(
    fc.property(
      fc.array(placed, { maxLength: 60 }),
      range,
      fc.array(fc.boolean()),
      (places, [from, length], some) => {
        const early = places.filter(({ before }) => before).map(({ start }) => block('PT5M', start * window))
        const through = ids
        const rollUps = [
          ...Array.from({ length: 60 }, (_, i) => block('PT1H', i * hour, through)),
          ...Array.from({ length: 3 }, (_, i) => block('P1D', i * day, through)),
        ].filter((_, i) => some[i % Math.max(1, some.length)] === true)
        const late = places.filter(({ before }) => !before).map(({ start }) => block('PT5M', start * window))
        const picked = cover([...early, ...rollUps, ...late], from * window, (from + length) * window)
        const counted = new Map<number, number>()
        for (const one of picked) {
          for (const inner of [...early, ...late]) {
            const isIn =
              one.level === 'PT5M'
                ? one.id === inner.id
                : inner.id <= one.through &&
                  inner.start >= one.start &&
                  inner.start < one.start + levelMilliseconds[one.level]
            if (isIn) counted.set(inner.id, (counted.get(inner.id) ?? 0) + 1)
          }
        }
        for (const { id, start } of [...early, ...late]) {
          const isAsked = start >= from * window && start < (from + length) * window
          assert.equal(counted.get(id) ?? 0, isAsked ? 1 : 0)
        }
      },
    ),
  )
})

test('times with data are windows with a block, and roll-ups where windows are kept no longer', () => {
  const windows = [block('PT5M', 2 * day + window), block('PT5M', 2 * day + window)]
  const through = windows[1]!.id
  const blocks = [
    ...[block('P1D', 0, 9), block('PT1H', day, 9), block('P1D', day, 9), ...windows],
    ...[block('PT1H', 2 * day, through), block('P1D', 2 * day, through)],
  ]
  const kept = { windows: 2 * day, hours: day, days: 0 }
  const range = { from: 0, to: 9 * day }
  const found = [
    { start: 0, end: day },
    { start: day, end: day + hour },
    { start: 2 * day + window, end: 2 * day + 2 * window },
  ]
  assert.deepEqual(spans(blocks, [], range, kept), found)
  const late = [block('PT5M', 5 * window), block('PT5M', day + 7 * window)]
  assert.deepEqual(spans([...blocks, ...late], [9 * window, 2 * day + window], range, kept), found)
  assert.deepEqual(spans(blocks, [day + 2 * hour], { from: day, to: 2 * day }, kept), [
    { start: day, end: day + hour },
    { start: day + 2 * hour, end: day + 3 * hour },
  ])
})

test('an hour that has more than what is left of its windows is a time with data, and so is a day', () => {
  const window0 = block('PT5M', 0)
  const lost = block('PT5M', hour)
  const later = block('PT5M', hour + window)
  const through = later.id
  const [first, second] = [block('PT1H', 0, through), { ...block('PT1H', hour, through), profiles: 2 }]
  const all = { ...block('P1D', 0, through), profiles: 3 }
  const kept = { windows: 0, hours: 0, days: 0 }
  const range = { from: 0, to: day }
  const whole = [
    { start: 0, end: window },
    { start: hour, end: hour + window },
    { start: hour + window, end: hour + 2 * window },
  ]
  assert.deepEqual(spans([window0, lost, later, first, second, all], [], range, kept), whole)
  assert.deepEqual(spans([window0, later, first, second, all], [], range, kept), [
    { start: 0, end: window },
    { start: hour, end: 2 * hour },
    { start: hour + window, end: hour + 2 * window },
  ])
  assert.deepEqual(spans([all], [], range, kept), [{ start: 0, end: day }])
})
