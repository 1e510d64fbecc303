import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { formatTimestamp, type GetProfileInput } from '@wick/wire'
import { defaultPrices } from '../cost/default-prices.ts'
import { analyse } from '../findings/analyse.ts'
import { patternUuid } from '../findings/api-recommendation.ts'
import { recorded } from '../findings/testing/recorded.ts'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { getProfile } from './get-profile.ts'
import { getRecommendations } from './get-recommendations.ts'
import {
  createGroup,
  postProfile,
  rangeInput,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

/** What is found of real profiles that were posted, in the API's shapes. */

const hour = 60 * minute
const window = 5 * minute
const withProblem = 'python/python-regex-compile.with'

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services)
})
afterEach(() => services.close())

function recommendations(start: number, end: number) {
  return getRecommendations(services.context(), {
    profilingGroupName: 'orders',
    start,
    end,
    locale: 'de-DE',
  })
}

test('a problem of a real program is told with its share, its places and what to do', async () => {
  await postProfile(services, recorded(withProblem, noon + minute))
  const answer = await recommendations(noon, noon + hour)
  const times = [formatTimestamp(noon), formatTimestamp(noon + window)]
  assert.deepEqual([answer.profileStartTime, answer.profileEndTime], times)
  const found = answer.recommendations.find(({ pattern }) => /Regular expressions/.test(pattern.name))!
  assert.deepEqual([found.startTime, found.endTime], times)
  assert.equal(found.pattern.id, patternUuid('python-regex-compile'))
  assert.match(found.pattern.id, /^[a-f0-9]{8}-[a-f0-9]{4}-5[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/)
  assert.match(found.pattern.resolutionSteps, /Compile each pattern once.*\nhttps:/s)
  assert.ok(found.allMatchesSum > 50 && found.allMatchesSum <= 100, String(found.allMatchesSum))
  assert.equal(found.allMatchesCount, found.topMatches.length)
  assert.ok(found.topMatches[0]!.thresholdBreachValue > found.pattern.thresholdPercent)
  assert.ok(found.topMatches[0]!.thresholdBreachValue <= found.allMatchesSum)
})

test('the address of a match leads to its frame in the profile of the same time', async () => {
  await postProfile(services, recorded(withProblem, noon + minute))
  const others = { aside: { counts: { RUNNABLE: 30 } }, 'shop:main': { counts: { RUNNABLE: 30 } } }
  await postProfile(services, body({ children: others }, noon - minute))
  const { recommendations: all } = await recommendations(noon - hour, noon + hour)
  const found = all.find(({ pattern }) => pattern.id === patternUuid('python-regex-compile'))!
  const input: GetProfileInput = rangeInput(noon - hour, noon + hour)
  const profile = JSON.parse(Buffer.from((await getProfile(services.context(), input)).body).toString())
  for (const { frameAddress, targetFramesIndex } of found.topMatches) {
    let [name, node] = ['', profile.callgraph]
    for (const place of frameAddress.split('/'))
      [name, node] = Object.entries<object>(node.children)[Number(place)]!
    assert.equal(name, found.pattern.targetFrames[targetFramesIndex]!.at(-1))
  }
})

test('a recommendation costs its share of what the hosts at work cost', async () => {
  const { catalog, services: parts } = services
  const [group] = await catalog.allGroups()
  const host = { hostName: 'web-1', hostType: 'm5.large' }
  await postProfile(services, recorded(withProblem, noon + minute, host))
  const time = { groupId: group!.id, from: noon, to: noon + window }
  const { samples, recommendations: all } = (await analyse(parts, time))!
  const found = all.find(({ pattern }) => pattern.id === 'python-regex-compile')!
  // To twelve digits: the order of multiplication is not what is promised.
  const expected = (found.atWork / samples) * 0.096 * 8766
  assert.ok(Math.abs(found.yearlyCost! - expected) < expected * 1e-12, `${found.yearlyCost}`)
  assert.equal(defaultPrices.instanceHour.get('m5.large'), 0.096)
})

test('of a time of years the last 366 days up to the last profile are looked at, and told', async () => {
  const day = 24 * hour
  await postProfile(services, recorded(withProblem, noon + minute))
  services.now += 400 * day
  await postProfile(services, recorded('python/python-regex-compile.without', noon + 400 * day + minute))
  const whole = await recommendations(noon - 300 * day, noon + 500 * day)
  assert.deepEqual(
    [whole.profileStartTime, whole.profileEndTime, whole.recommendations],
    [formatTimestamp(noon + 400 * day), formatTimestamp(noon + 400 * day + window), []],
  )
  const past = await recommendations(noon - 300 * day, noon + 399 * day)
  assert.equal(past.recommendations.length, 1)
  const nothing = await recommendations(noon + 500 * day, noon + 900 * day)
  assert.deepEqual(nothing.recommendations, [])
})

test('of what lies before the time nothing is said, however long the time is', async () => {
  const day = 24 * hour
  await postProfile(services, recorded(withProblem, noon + minute))
  services.now += 20 * day
  await postProfile(services, recorded('python/python-regex-compile.without', noon + 20 * day + minute))
  const { profileStartTime, recommendations: all } = await recommendations(noon + 10 * day, noon + 600 * day)
  assert.deepEqual([profileStartTime, all], [formatTimestamp(noon + 20 * day), []])
})

test('of a program without the problem, and of too few samples, nothing is said', async () => {
  await postProfile(services, recorded('python/python-regex-compile.without', noon + minute))
  assert.deepEqual((await recommendations(noon, noon + window)).recommendations, [])
  services.now += hour
  const few = { 're._compiler:compile': { counts: { RUNNABLE: 150 } } }
  await postProfile(services, body({ children: few }, noon + hour + minute, noon + hour))
  assert.deepEqual((await recommendations(noon + hour, noon + 2 * hour)).recommendations, [])
})
