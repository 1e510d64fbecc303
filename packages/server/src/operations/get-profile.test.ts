import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { ProfileDecoder } from '@wick/profile'
import { naiveFromJson, naiveFromTree } from '@wick/profile/testing'
import { type GetProfileInput, parseGetProfile } from '@wick/wire'
import { body, minute, noon, sumsOf } from '../store/testing/store-bench.ts'
import { getProfile } from './get-profile.ts'
import {
  apiError,
  createGroup,
  postProfile,
  rangeInput,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

const hour = 60 * minute
const day = 24 * hour

let services: TestServices
beforeEach(async () => {
  services = await testServices({ config: { maxProfileAgeSeconds: 604_800 } })
  await createGroup(services)
})
afterEach(() => services.close())

const counted = (count: number, end: number): Uint8Array =>
  body({ children: { main: { counts: { RUNNABLE: count } } } }, end)

/** Posts a profile into each window, given by its start: 1 sample, 2, 4 … so that sums tell which are in. */
async function post(...starts: number[]): Promise<void> {
  for (const [i, start] of starts.entries()) await postProfile(services, counted(2 ** i, start + minute))
}

interface Answer {
  readonly start: number
  readonly end: number
  readonly samples: number
}

async function ask(changes: Partial<GetProfileInput>): Promise<Answer> {
  const answer = await getProfile(services.context(), { ...rangeInput(0, 1), ...changes })
  const { start, end } = JSON.parse(Buffer.from(answer.body).toString())
  assert.deepEqual([answer.start, answer.end], [start, end])
  return { start, end, samples: sumsOf([answer.body]).get('["main"] RUNNABLE') ?? 0 }
}

function range(start: number, end: number): Promise<Answer> {
  return ask({ time: { kind: 'range', start, end } })
}

function latest(periodMilliseconds: number): Promise<Answer> {
  return ask({ time: { kind: 'latest', periodMilliseconds } })
}

const nothing = apiError('ResourceNotFoundException', /'orders' has no profile in the requested time/)

test('a range answers for the windows it touches; bounds are those of windows with data', async () => {
  await post(noon - 10 * minute, noon - 5 * minute, noon)
  assert.deepEqual(await range(noon - 10 * minute, noon), {
    start: noon - 10 * minute,
    end: noon,
    samples: 3,
  })
  assert.deepEqual(await range(noon - 1, noon + 1), {
    start: noon - 5 * minute,
    end: noon + 5 * minute,
    samples: 6,
  })
  assert.deepEqual(await range(noon - day, noon + day), {
    start: noon - 10 * minute,
    end: noon + 5 * minute,
    samples: 7,
  })
})

test('the example of the API: asked for 00:00 to 00:20, data from 00:15 to 00:25', async () => {
  const midnight = noon - 12 * hour
  await post(midnight + 15 * minute, midnight + 20 * minute)
  assert.deepEqual(await range(midnight, midnight + 20 * minute), {
    start: midnight + 15 * minute,
    end: midnight + 20 * minute,
    samples: 1,
  })
})

test('without data in the range there is no profile', async () => {
  await assert.rejects(range(noon - hour, noon), nothing)
  await post(noon)
  await assert.rejects(range(noon - hour, noon), nothing)
  await assert.rejects(range(noon + 5 * minute, noon + 10 * minute), nothing)
})

test('a range of more than 7 days is refused, also where there is no data', async () => {
  await assert.rejects(range(noon - 7 * day - 1, noon), apiError('ValidationException', /7 days/))
  await post(noon - 5 * minute)
  assert.equal((await range(noon - 7 * day, noon)).samples, 1)
})

test('where 5-minute windows are no longer kept the whole hour answers, and no sooner', async () => {
  await post(noon - 50 * minute, noon - 20 * minute)
  const asked = (): Promise<Answer> => range(noon - 20 * minute, noon - 15 * minute)
  for (let age = 0; age <= 15; age++) {
    services.now = noon + age * day - minute
    await services.services.store.maintain()
    assert.equal((await asked()).samples, 2)
  }
  services.now = noon + 15 * day + 10 * minute
  assert.equal((await asked()).samples, 2, 'it is still there')
  await services.services.store.maintain()
  assert.deepEqual(await asked(), { start: noon - hour, end: noon, samples: 3 })
})

test('period alone is the latest complete period with data', async () => {
  await post(noon - 3 * hour, noon - 2 * hour, noon - 65 * minute, noon)
  assert.deepEqual(await latest(hour), {
    start: noon - 2 * hour,
    end: noon - hour,
    samples: 2 + 4,
  })
  assert.equal((await latest(5 * minute)).samples, 4)
  services.now = noon + 5 * minute
  assert.equal((await latest(5 * minute)).samples, 8)
  services.now = noon + hour
  assert.equal((await latest(hour)).samples, 8)
})

test('period alone is the period in progress where no other has data', async () => {
  await post(noon)
  assert.deepEqual(await latest(hour), { start: noon, end: noon + 5 * minute, samples: 1 })
  assert.equal((await latest(day)).samples, 1)
})

test('period alone finds data from the last hour as from weeks ago', async () => {
  for (const age of [5 * minute, 3 * hour, 2 * day, 20 * day, 100 * day]) {
    await services.close()
    services = await testServices()
    await createGroup(services)
    await post(noon)
    services.now = noon + 5 * minute + age
    for (const period of [5 * minute, hour, day, 7 * day])
      assert.equal((await latest(period)).samples, 1, `${period / minute} minutes, ${age / hour} hours later`)
  }
})

test('period alone without any data finds nothing', async () => {
  await assert.rejects(latest(hour), nothing)
})

test('a period longer than 7 days is refused before anything is looked for', async () => {
  await assert.rejects(latest(7 * day + 1), apiError('ValidationException', /longer than 7 days/))
})

test('startTime and period, and period and endTime, name the same range as both times', async () => {
  await post(noon - 10 * minute, noon - 5 * minute, noon)
  const asked = (query: string): Promise<Answer> =>
    ask(parseGetProfile(requestParts({ query, headers: { accept: 'application/json' } })))
  const both = await asked('startTime=2026-11-24T11:50:00Z&endTime=2026-11-24T12:00:00Z')
  assert.deepEqual(await asked('startTime=2026-11-24T11:50:00Z&period=PT10M'), both)
  assert.deepEqual(await asked('period=PT10M&endTime=2026-11-24T12:00:00.000Z'), both)
})

test('maxDepth counts frames below the root, and moves samples to the cut', async () => {
  const deep = body(
    {
      counts: { A: 1 },
      children: {
        a: {
          counts: { A: 2 },
          children: { b: { counts: { A: 4, B: 8 }, children: { c: { counts: { A: 16 } } } } },
        },
      },
    },
    noon + minute,
  )
  await postProfile(services, deep)
  const cut = async (maxDepth: number | null): Promise<unknown> =>
    Object.fromEntries(
      sumsOf([(await getProfile(services.context(), rangeInput(noon, noon + 1, { maxDepth }))).body]),
    )
  assert.deepEqual(await cut(1), { '[] A': 1, '["a"] A': 22, '["a"] B': 8 })
  assert.deepEqual(await cut(2), { '[] A': 1, '["a"] A': 2, '["a","b"] A': 20, '["a","b"] B': 8 })
  const whole = Object.fromEntries(sumsOf([deep]))
  assert.deepEqual(await cut(3), whole)
  assert.deepEqual(await cut(10_000), whole)
  assert.deepEqual(await cut(null), whole)
})

test('Ion and JSON are the same profile', async () => {
  await postProfile(
    services,
    body({ children: { 'é\0': { counts: { A: 3 }, file: 'a.py', line: [3, 9] } } }, noon + minute),
  )
  const json = await getProfile(services.context(), rangeInput(noon, noon + 1))
  const ion = await getProfile(services.context(), rangeInput(noon, noon + 1, { encoding: 'ion' }))
  assert.deepEqual([...ion.body.subarray(0, 4)], [0xe0, 0x01, 0x00, 0xea])
  const decoded = new ProfileDecoder().decode(ion.body)
  assert.deepEqual([decoded.start, decoded.end], [json.start, json.end])
  assert.deepEqual(naiveFromTree(decoded.tree), naiveFromJson(json.body))
})

test('a profile without samples is still data: its window has an empty answer', async () => {
  await postProfile(services, body({}, noon + minute))
  assert.deepEqual(await range(noon, noon + 1), { start: noon, end: noon + 5 * minute, samples: 0 })
})
