import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { encodePageToken, formatTimestamp } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { getRecommendations } from './get-recommendations.ts'
import { getFindingsReportAccountSummary, listFindingsReports } from './list-findings-reports.ts'
import { submitFeedback } from './submit-feedback.ts'
import {
  apiError,
  createGroup,
  postProfile,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

/** What the operations on findings say while there are none: the truth. */

const orders = { profilingGroupName: 'orders' }
const hour = 60 * minute
const window = 5 * minute
const page = { dailyReportsOnly: false, maxResults: 100, nextToken: null }

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services)
})
afterEach(() => services.close())

function recommendations(start: number, end: number) {
  return getRecommendations(services.context(), { ...orders, start, end, locale: 'en-US' })
}

test('there are no recommendations and no anomalies, and the time is that of the windows with profiles', async () => {
  await postProfile(services, body({ counts: { A: 1 } }, noon - hour + minute))
  await postProfile(services, body({ counts: { A: 1 } }, noon + minute))
  assert.deepEqual(await recommendations(noon - 3 * hour, noon + 3 * hour), {
    profilingGroupName: 'orders',
    profileStartTime: formatTimestamp(noon - hour),
    profileEndTime: formatTimestamp(noon + window),
    recommendations: [],
    anomalies: [],
  })
  const { profileStartTime, profileEndTime } = await recommendations(noon - minute, noon + minute)
  assert.deepEqual(
    [profileStartTime, profileEndTime],
    [formatTimestamp(noon), formatTimestamp(noon + window)],
  )
})

test('where there is no profile, the time that was looked at has no length', async () => {
  const { profileStartTime, profileEndTime } = await recommendations(noon, noon + hour)
  assert.deepEqual([profileStartTime, profileEndTime], [formatTimestamp(noon), formatTimestamp(noon)])
})

test('there are no reports', async () => {
  for (const dailyReportsOnly of [true, false]) {
    const input = { ...page, dailyReportsOnly }
    assert.deepEqual(
      await listFindingsReports(services.context(), { ...orders, start: noon, end: noon + hour, ...input }),
      { findingsReportSummaries: [] },
    )
    assert.deepEqual(await getFindingsReportAccountSummary(services.context(), input), {
      reportSummaries: [],
    })
  }
})

test('a page token of another call is refused', async () => {
  const input = { ...page, nextToken: encodePageToken(1, ['ListProfilingGroups']) }
  await assert.rejects(
    listFindingsReports(services.context(), { ...orders, start: noon, end: noon + hour, ...input }),
    apiError('ValidationException', /nextToken/),
  )
  await assert.rejects(
    getFindingsReportAccountSummary(services.context(), input),
    apiError('ValidationException', /nextToken/),
  )
})

const feedback = {
  anomalyInstanceId: '00000000-0000-0000-0000-000000000000',
  type: 'Positive',
  comment: null,
} as const

test('there is no anomaly to give feedback on', async () => {
  await assert.rejects(
    submitFeedback(services.context(), { ...orders, ...feedback }),
    apiError('ResourceNotFoundException', /no anomaly 00000000-/),
  )
})

test('of a group that does not exist every operation says so', async () => {
  const other = { profilingGroupName: 'other' }
  const times = { start: noon, end: noon + hour }
  const missing = apiError('ResourceNotFoundException', /'other' does not exist/)
  const context = services.context()
  await assert.rejects(getRecommendations(context, { ...other, ...times, locale: 'en-US' }), missing)
  await assert.rejects(listFindingsReports(context, { ...other, ...times, ...page }), missing)
  await assert.rejects(submitFeedback(context, { ...other, ...feedback }), missing)
})
