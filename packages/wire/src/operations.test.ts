import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from './operations.ts'

/** The service model, written out a second time. */
const model = `
AddNotificationChannels POST /profilingGroups/{profilingGroupName}/notificationConfiguration 200 QICVTN
BatchGetFrameMetricData POST /profilingGroups/{profilingGroupName}/frames/-/metrics 200 IVTN
ConfigureAgent POST /profilingGroups/{profilingGroupName}/configureAgent 200 IVTN
CreateProfilingGroup POST /profilingGroups 201 QICVT
DeleteProfilingGroup DELETE /profilingGroups/{profilingGroupName} 204 ICVTN
DescribeProfilingGroup GET /profilingGroups/{profilingGroupName} 200 IVTN
GetFindingsReportAccountSummary GET /internal/findingsReports 200 IVT
GetNotificationConfiguration GET /profilingGroups/{profilingGroupName}/notificationConfiguration 200 IVTN
GetPolicy GET /profilingGroups/{profilingGroupName}/policy 200 ITN
GetProfile GET /profilingGroups/{profilingGroupName}/profile 200 IVTN
GetRecommendations GET /internal/profilingGroups/{profilingGroupName}/recommendations 200 IVTN
ListFindingsReports GET /internal/profilingGroups/{profilingGroupName}/findingsReports 200 IVTN
ListProfileTimes GET /profilingGroups/{profilingGroupName}/profileTimes 200 IVTN
ListProfilingGroups GET /profilingGroups 200 IT
ListTagsForResource GET /tags/{resourceArn} 200 IVN
PostAgentProfile POST /profilingGroups/{profilingGroupName}/agentProfile 204 IVTN
PutPermission PUT /profilingGroups/{profilingGroupName}/policy/{actionGroup} 200 ICVTN
RemoveNotificationChannel DELETE /profilingGroups/{profilingGroupName}/notificationConfiguration/{channelId} 200 IVTN
RemovePermission DELETE /profilingGroups/{profilingGroupName}/policy/{actionGroup} 200 ICVTN
SubmitFeedback POST /internal/profilingGroups/{profilingGroupName}/anomalies/{anomalyInstanceId}/feedback 204 IVTN
TagResource POST /tags/{resourceArn} 204 IVN
UntagResource DELETE /tags/{resourceArn} 204 IVN
UpdateProfilingGroup PUT /profilingGroups/{profilingGroupName} 200 ICVTN
`
const letters: Readonly<Record<string, string>> = {
  ConflictException: 'C',
  InternalServerException: 'I',
  ResourceNotFoundException: 'N',
  ServiceQuotaExceededException: 'Q',
  ThrottlingException: 'T',
  ValidationException: 'V',
}

test('the table holds the 23 operations of the service model, with its paths, statuses and errors', () => {
  const rows = operations.map(({ name, method, path, status, errors }) =>
    [name, method, path, status, errors.map((error) => letters[error]).join('')].join(' '),
  )
  assert.deepEqual(rows, model.trim().split('\n'))
  assert.equal(rows.length, 23)
})

test('no two operations share a name, or a method and path', () => {
  assert.equal(new Set(operations.map(({ name }) => name)).size, 23)
  const shapes = operations.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`)
  assert.equal(new Set(shapes).size, 23)
})

test('reads are GET, and BatchGetFrameMetricData, which asks by POST', () => {
  for (const { name, method, readOnly } of operations) {
    assert.equal(readOnly, method === 'GET' || name === 'BatchGetFrameMetricData', name)
  }
})
