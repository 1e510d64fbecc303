import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { ListProfileTimesInput, ListProfileTimesOutput } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { deleteProfilingGroup } from './delete-profiling-group.ts'
import { listProfileTimes } from './list-profile-times.ts'
import {
  apiError,
  createGroup,
  postProfile,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

const hour = 60 * minute

let services: TestServices
beforeEach(async () => {
  services = await testServices({ config: { maxProfileAgeSeconds: 604_800 } })
  await createGroup(services)
})
afterEach(() => services.close())

/** Posts a profile into each window, given by its start. */
async function post(...starts: number[]): Promise<void> {
  for (const start of starts) await postProfile(services, body({ counts: { A: 1 } }, start + minute))
}

const query: ListProfileTimesInput = {
  profilingGroupName: 'orders',
  start: noon - hour,
  end: noon + hour,
  period: 'PT5M',
  orderBy: 'TimestampDescending',
  maxResults: 100,
  nextToken: null,
}

function list(changes: Partial<ListProfileTimesInput> = {}): Promise<ListProfileTimesOutput> {
  return listProfileTimes(services.context(), { ...query, ...changes })
}

/** Starts as minutes after noon. */
function minutes({ profileTimes }: ListProfileTimesOutput): number[] {
  return profileTimes.map(({ start }) => (Date.parse(start) - noon) / minute)
}

test('windows with data are listed, the latest first unless told otherwise', async () => {
  await post(noon - 30 * minute, noon, noon - 10 * minute)
  assert.deepEqual(minutes(await list()), [0, -10, -30])
  assert.deepEqual(minutes(await list({ orderBy: 'TimestampAscending' })), [-30, -10, 0])
})

test('starts are instants in UTC with milliseconds', async () => {
  await post(noon)
  assert.deepEqual(await list(), { profileTimes: [{ start: '2026-11-24T12:00:00.000Z' }] })
})

test('hours and days with data are listed once each', async () => {
  await post(noon - 25 * hour, noon - 2 * hour, noon - 2 * hour + 5 * minute, noon)
  const range = { start: noon - 48 * hour, end: noon + hour }
  assert.deepEqual(minutes(await list({ ...range, period: 'PT1H' })), [0, -120, -25 * 60])
  assert.deepEqual(minutes(await list({ ...range, period: 'P1D' })), [-12 * 60, -36 * 60])
})

test('what overlaps the range is listed, what only touches it is not', async () => {
  await post(noon - 5 * minute, noon, noon + 5 * minute)
  const between = async (start: number, end: number): Promise<number[]> =>
    minutes(await list({ start: noon + start, end: noon + end, orderBy: 'TimestampAscending' }))
  assert.deepEqual(await between(0, 5 * minute), [0])
  assert.deepEqual(await between(-1, 5 * minute), [-5, 0])
  assert.deepEqual(await between(0, 5 * minute + 1), [0, 5])
  assert.deepEqual(await between(minute, minute + 1), [0])
  assert.deepEqual(
    minutes(await list({ start: noon + minute, end: noon + minute + 1, period: 'P1D' })),
    [-720],
  )
})

test('a range of years is no trouble', async () => {
  await post(noon)
  assert.deepEqual(minutes(await list({ start: 0, end: noon * 2 })), [0])
})

async function pages(
  changes: Partial<ListProfileTimesInput>,
  between: () => Promise<void> = async () => {},
): Promise<number[][]> {
  const found: number[][] = []
  let nextToken: string | null = null
  do {
    const page: ListProfileTimesOutput = await list({ ...changes, nextToken })
    found.push(minutes(page))
    nextToken = page.nextToken ?? null
    if (nextToken !== null) {
      assert.match(nextToken, /^[\w-]{1,64}$/)
      await between()
    }
  } while (nextToken !== null)
  return found
}

test('pages have the length asked for; the last one names no other', async () => {
  await post(...[0, 5, 10, 15].map((at) => noon - at * minute))
  assert.deepEqual(await pages({ maxResults: 3 }), [[0, -5, -10], [-15]])
  assert.deepEqual(await pages({ maxResults: 2, orderBy: 'TimestampAscending' }), [
    [-15, -10],
    [-5, 0],
  ])
  assert.deepEqual(await pages({ maxResults: 4 }), [[0, -5, -10, -15]])
})

test('profiles that arrive between two pages neither repeat nor hide others', async () => {
  for (const orderBy of ['TimestampDescending', 'TimestampAscending'] as const) {
    await services.close()
    services = await testServices()
    await createGroup(services)
    await post(...[0, 10, 20, 30].map((at) => noon - at * minute))
    let step = 0
    const found = await pages({ maxResults: 2, orderBy }, async () => {
      if (step++ === 0) await post(...[-5, 5, 15, 25].map((at) => noon - at * minute), noon)
    })
    const expected =
      orderBy === 'TimestampDescending'
        ? [
            [0, -10],
            [-15, -20],
            [-25, -30],
          ]
        : [[-30, -20], [-15, -10], [-5, 0], [5]]
    assert.deepEqual(found, expected, orderBy)
  }
})

test('a token belongs to its group, range, period and order', async () => {
  await post(noon, noon - hour)
  await createGroup(services, { profilingGroupName: 'other' })
  const { nextToken = '' } = await list({ maxResults: 1, period: 'PT1H', start: noon - 2 * hour })
  const same = { period: 'PT1H', start: noon - 2 * hour, nextToken } as const
  assert.deepEqual(minutes(await list(same)), [-60])
  assert.deepEqual(minutes(await list({ ...same, maxResults: 7 })), [-60], 'pages may change their length')
  for (const change of [
    { profilingGroupName: 'other' },
    { start: noon - 2 * hour + 1 },
    { end: noon + hour + 1 },
    { period: 'PT5M' },
    { orderBy: 'TimestampAscending' },
    { nextToken: 'x' },
    { nextToken: `${nextToken}x` },
  ] as const)
    await assert.rejects(
      list({ ...same, ...change }),
      apiError('ValidationException', /nextToken does not belong to this call/),
      JSON.stringify(change),
    )
})

test('a token of a deleted group does not fit the one made after it', async () => {
  await post(noon, noon - 5 * minute)
  const { nextToken = null } = await list({ maxResults: 1 })
  await deleteProfilingGroup(services.context(), { profilingGroupName: 'orders' })
  await assert.rejects(list({ nextToken }), apiError('ResourceNotFoundException'))
  await createGroup(services)
  await assert.rejects(list({ nextToken }), apiError('ValidationException'))
})

test('a group without data in the range has an empty list, one that does not exist is missing', async () => {
  assert.deepEqual(await list(), { profileTimes: [] })
  await assert.rejects(list({ profilingGroupName: 'other' }), apiError('ResourceNotFoundException'))
})
