import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { searchFrames } from './search-frames.ts'
import {
  apiError,
  createGroup,
  postProfile,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

let services: TestServices
before(async () => {
  services = await testServices()
  await createGroup(services)
  /** walk calls itself: through visit and directly. */
  const walk = {
    counts: { RUNNABLE: 1 },
    children: {
      visit: { counts: { RUNNABLE: 2 }, children: { walk: { counts: { RUNNABLE: 4 } } } },
      walk: { counts: { RUNNABLE: 8, WAITING: 16 } },
    },
  }
  const callgraph = { children: { main: { children: { walk, rest: { counts: { RUNNABLE: 32 } } } } } }
  await postProfile(services, body(callgraph, noon))
})
after(() => services.close())

const range = { startTime: formatTimestamp(noon - 5 * minute), endTime: formatTimestamp(noon) }

async function search(input: object): Promise<unknown> {
  const reply = await searchFrames(services.context(), requestParts({ body: { ...range, ...input } }))
  assert.ok(reply.kind === 'json')
  return JSON.parse(JSON.stringify(reply.value))
}

test('a frame counts once where it calls itself, and at each of its call paths where it ends one', async () => {
  assert.deepEqual(await search({ text: 'WALK' }), {
    startTime: range.startTime,
    endTime: range.endTime,
    samples: 63,
    matched: 31,
    frames: 1,
    hits: [{ name: 'walk', self: 29, total: 31, paths: 3 }],
  })
})

test('samples with several matching frames are matched once; the heaviest frames come first', async () => {
  const found = await search({ text: 'i', maxResults: 2 })
  assert.deepEqual(found, {
    startTime: range.startTime,
    endTime: range.endTime,
    samples: 63,
    matched: 63,
    frames: 2,
    hits: [
      { name: 'main', self: 0, total: 63, paths: 1 },
      { name: 'visit', self: 2, total: 6, paths: 1 },
    ],
  })
})

test('a filter decides what is counted', async () => {
  const found = await search({ text: 'walk', filter: { counters: ['WAITING'] } })
  assert.deepEqual(found, {
    startTime: range.startTime,
    endTime: range.endTime,
    samples: 16,
    matched: 16,
    frames: 1,
    // Two call paths: the one with the samples, and the one that leads to it.
    hits: [{ name: 'walk', self: 16, total: 16, paths: 2 }],
  })
})

test('what no frame is called is found nowhere; where there is no profile, that is said', async () => {
  assert.deepEqual(await search({ text: 'nowhere' }), {
    startTime: range.startTime,
    endTime: range.endTime,
    samples: 63,
    matched: 0,
    frames: 0,
    hits: [],
  })
  await assert.rejects(
    search({
      text: 'walk',
      startTime: formatTimestamp(noon - 20 * minute),
      endTime: formatTimestamp(noon - 10 * minute),
    }),
    apiError('ResourceNotFoundException'),
  )
  await assert.rejects(search({ text: 'x', orderBy: 'name' }), { message: /'orderBy'/ })
  await assert.rejects(search({}), { message: /'text'/ })
})

test('no text is in every name: the heaviest frames of all, by what they are asked for', async () => {
  const names = async (orderBy: string) => {
    const { hits } = (await search({ text: '', orderBy })) as { hits: { name: string; self: number }[] }
    return hits.map(({ name, self }) => `${name} ${self}`)
  }
  assert.deepEqual(await names('self'), ['rest 32', 'walk 29', 'visit 2', 'main 0'])
  assert.deepEqual(await names('total'), ['main 0', 'rest 32', 'walk 29', 'visit 2'])
})
