import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from './errors.ts'
import {
  parseGetFindingsReportAccountSummary,
  parseGetRecommendations,
  parseListFindingsReports,
  parseSubmitFeedback,
} from './findings-inputs.ts'
import { parsePutPermission, parseRemovePermission } from './group-access-inputs.ts'
import {
  parseConfigureAgent,
  parseCreateProfilingGroup,
  parseGetProfile,
  parseGroupInput,
  parseListProfileTimes,
  parseListProfilingGroups,
  parsePostAgentProfile,
  parseUpdateProfilingGroup,
} from './inputs.ts'
import { parseAddNotificationChannels, parseRemoveNotificationChannel } from './notification-inputs.ts'
import { type OperationName, operations } from './operations.ts'
import { parseQuery, type RequestParts } from './request-parts.ts'
import { routeOperation } from './route.ts'

/** The constraints of the service model, written out a second time: every field that has one, and where it is sent. */
const model = `
AddNotificationChannels path  profilingGroupName  word 1 255  required
ConfigureAgent          path  profilingGroupName  word 1 255  required
ConfigureAgent          body  fleetInstanceId     text 1 255
CreateProfilingGroup    query clientToken         word 1 64   required
CreateProfilingGroup    body  profilingGroupName  word 1 255  required
CreateProfilingGroup    body  computePlatform     enum Default,AWSLambda
CreateProfilingGroup    body  agentOrchestrationConfig.profilingEnabled boolean required
DeleteProfilingGroup    path  profilingGroupName  word 1 255  required
DescribeProfilingGroup  path  profilingGroupName  word 1 255  required
GetFindingsReportAccountSummary query dailyReportsOnly boolean
GetFindingsReportAccountSummary query maxResults  integer 1 1000
GetFindingsReportAccountSummary query nextToken   word 1 64
GetNotificationConfiguration path profilingGroupName word 1 255 required
GetPolicy               path  profilingGroupName  word 1 255  required
GetProfile              path  profilingGroupName  word 1 255  required
GetProfile              query startTime           timestamp
GetProfile              query endTime             timestamp
GetProfile              query period              duration 1 64 required
GetProfile              query maxDepth            integer 1 10000
GetRecommendations      path  profilingGroupName  word 1 255  required
GetRecommendations      query startTime           timestamp   required
GetRecommendations      query endTime             timestamp   required
GetRecommendations      query locale              enum de-DE,en-GB,en-US,es-ES,fr-FR,it-IT,ja-JP,ko-KR,pt-BR,zh-CN,zh-TW
ListFindingsReports     path  profilingGroupName  word 1 255  required
ListFindingsReports     query startTime           timestamp   required
ListFindingsReports     query endTime             timestamp   required
ListFindingsReports     query dailyReportsOnly    boolean
ListFindingsReports     query maxResults          integer 1 1000
ListFindingsReports     query nextToken           word 1 64
ListProfileTimes        path  profilingGroupName  word 1 255  required
ListProfileTimes        query startTime           timestamp   required
ListProfileTimes        query endTime             timestamp   required
ListProfileTimes        query period              enum PT5M,PT1H,P1D required
ListProfileTimes        query orderBy             enum TimestampDescending,TimestampAscending
ListProfileTimes        query maxResults          integer 1 1000
ListProfileTimes        query nextToken           word 1 64
ListProfilingGroups     query includeDescription  boolean
ListProfilingGroups     query maxResults          integer 1 1000
ListProfilingGroups     query nextToken           word 1 64
PostAgentProfile        path  profilingGroupName  word 1 255  required
PostAgentProfile        query profileToken        word 1 64
PutPermission           path  profilingGroupName  word 1 255  required
PutPermission           path  actionGroup         enum agentPermissions required
PutPermission           body  revisionId          uuid
RemoveNotificationChannel path profilingGroupName word 1 255  required
RemoveNotificationChannel path channelId          uuid        required
RemovePermission        path  profilingGroupName  word 1 255  required
RemovePermission        path  actionGroup         enum agentPermissions required
RemovePermission        query revisionId          uuid        required
SubmitFeedback          path  profilingGroupName  word 1 255  required
SubmitFeedback          path  anomalyInstanceId   uuid        required
SubmitFeedback          body  type                enum Positive,Negative required
SubmitFeedback          body  comment             anything
UpdateProfilingGroup    path  profilingGroupName  word 1 255  required
UpdateProfilingGroup    body  agentOrchestrationConfig.profilingEnabled boolean required
`

const readers: Readonly<Partial<Record<OperationName, (parts: RequestParts) => unknown>>> = {
  AddNotificationChannels: parseAddNotificationChannels,
  ConfigureAgent: parseConfigureAgent,
  CreateProfilingGroup: parseCreateProfilingGroup,
  DeleteProfilingGroup: parseGroupInput,
  DescribeProfilingGroup: parseGroupInput,
  GetFindingsReportAccountSummary: parseGetFindingsReportAccountSummary,
  GetNotificationConfiguration: parseGroupInput,
  GetPolicy: parseGroupInput,
  GetProfile: parseGetProfile,
  GetRecommendations: parseGetRecommendations,
  ListFindingsReports: parseListFindingsReports,
  ListProfileTimes: parseListProfileTimes,
  ListProfilingGroups: parseListProfilingGroups,
  PostAgentProfile: parsePostAgentProfile,
  PutPermission: parsePutPermission,
  RemoveNotificationChannel: parseRemoveNotificationChannel,
  RemovePermission: parseRemovePermission,
  SubmitFeedback: parseSubmitFeedback,
  UpdateProfilingGroup: parseUpdateProfilingGroup,
}

const uuid = 'a1b2c3d4-0000-1111-2222-333344445555'

type Place = 'path' | 'query' | 'body'
type Fields = Readonly<Record<string, unknown>>

/** What each operation needs at least. */
const least: Readonly<Partial<Record<OperationName, Partial<Record<Exclude<Place, 'path'>, Fields>>>>> = {
  AddNotificationChannels: {
    body: {
      channels: [
        { uri: 'arn:aws:sns:us-east-1:123456789012:findings', eventPublishers: ['AnomalyDetection'] },
      ],
    },
  },
  CreateProfilingGroup: {
    query: { clientToken: 't' },
    body: { profilingGroupName: 'g', agentOrchestrationConfig: { profilingEnabled: true } },
  },
  GetProfile: { query: { period: 'PT1H' } },
  GetRecommendations: { query: { startTime: '2026-11-24T12:00:00Z', endTime: '2026-11-24T13:00:00Z' } },
  ListFindingsReports: { query: { startTime: '2026-11-24T12:00:00Z', endTime: '2026-11-24T13:00:00Z' } },
  ListProfileTimes: {
    query: { startTime: '2026-11-24T12:00:00Z', endTime: '2026-11-24T13:00:00Z', period: 'PT5M' },
  },
  PutPermission: { body: { principals: ['arn:aws:iam::123456789012:user/agent'] } },
  RemovePermission: { query: { revisionId: uuid } },
  SubmitFeedback: { body: { type: 'Negative' } },
  UpdateProfilingGroup: { body: { agentOrchestrationConfig: { profilingEnabled: true } } },
}

/** Sends the operation with one field set, or left out where it is undefined; an array is a parameter given twice. */
function send(operation: OperationName, place: Place, field: string, value: unknown): unknown {
  const { method, path } = operations.find(({ name }) => name === operation)!
  const labels = {
    profilingGroupName: 'g',
    actionGroup: 'agentPermissions',
    channelId: uuid,
    anomalyInstanceId: uuid,
  }
  const fields = { path: labels, query: {}, body: {}, ...least[operation] }
  const [outer = '', inner] = field.split('.')
  const set = {
    ...fields,
    [place]: { ...fields[place], [outer]: inner === undefined ? value : { [inner]: value } },
  }
  const pairs = Object.entries(set.query).flatMap(([name, value]) =>
    (value === undefined ? [] : [value].flat()).map((text) => `${name}=${encodeURIComponent(String(text))}`),
  )
  const found = routeOperation(
    method,
    path.replaceAll(/\{(\w+)\}/g, (_, label) => encodeURIComponent(String(Object(set.path)[label]))),
  )
  assert.equal(found?.row.name, operation)
  return readers[operation]!({
    labels: found.labels,
    query: parseQuery(pairs.join('&')),
    header: () => undefined,
    body: new TextEncoder().encode(JSON.stringify(set.body)),
  })
}

interface Values {
  readonly good: readonly unknown[]
  readonly bad: readonly unknown[]
}

const kinds: Readonly<Record<string, (place: Place, ...bounds: readonly string[]) => Values>> = {
  word: (place, min, max) => ({
    good: ['a'.repeat(Number(min)), 'Az09_-', '__proto__', '-'.repeat(Number(max))],
    bad: [
      // An empty segment is another path.
      ...(place === 'path' ? [] : ['']),
      'a'.repeat(Number(max) + 1),
      ...['a b', 'a.b', 'a/b', 'a\n', '\0', 'é', 'ａ', 'a%2Fb', '../a'],
    ],
  }),
  text: (_, min, max) => ({
    good: ['i'.repeat(Number(min)), 'i'.repeat(Number(max)), '😀'.repeat(Number(max)), ' /\0é'],
    bad: ['', 'i'.repeat(Number(max) + 1), '😀'.repeat(Number(max) + 1)],
  }),
  anything: () => ({ good: ['', ' /\0é', 'c'.repeat(100_000)], bad: [] }),
  integer: (_, min, max) => ({
    good: [Number(min), Number(max), `00${max}`],
    bad: [
      '',
      Number(min) - 1,
      Number(max) + 1,
      -1,
      '1.0',
      '1e1',
      '0x1',
      ' 1',
      '1 ',
      '+1',
      'x',
      '9'.repeat(400),
    ],
  }),
  uuid: () => ({
    good: ['01234567-89ab-cdef-0123-456789abcdef', '00000000-0000-0000-0000-000000000000'],
    bad: [
      ' ',
      '01234567-89AB-cdef-0123-456789abcdef',
      '0123456789abcdef0123456789abcdef',
      '01234567-89ab-cdef-0123-456789abcde',
      '01234567-89ab-cdef-0123-456789abcdef0',
      '0123456-789ab-cdef-0123-456789abcdef',
      '01234567-89ab-cdef-0123-456789abcdef-',
      '{01234567-89ab-cdef-0123-456789abcdef}',
      '01234567-89ab-cdef-0123-456789abcdeg',
      '-'.repeat(100_000),
    ],
  }),
  enum: (place, values = '') => ({
    good: values.split(','),
    bad: [
      ...(place === 'path' ? [] : ['']),
      `${values},${values}`,
      'x',
      ...values.split(',').flatMap((value) => [value.toLowerCase(), ` ${value}`, `${value}x`]),
    ],
  }),
  boolean: (place) =>
    place === 'body'
      ? { good: [true, false], bad: ['true', 1, 0, ''] }
      : { good: ['true', 'false'], bad: ['', 'True', '1', 'no'] },
  timestamp: () => ({
    good: ['2026-11-24T12:30:00Z', '2026-11-24T12:30:00.123456Z', '2026-11-24T14:30:00+02:00'],
    bad: ['', '1795523400', '2026-11-24', '2026-11-24T12:30:00', '2026-02-30T12:30:00Z', 'yesterday'],
  }),
  duration: (_, min, max) => ({
    good: ['PT5M', 'P1DT1H1M1S', `P${'0'.repeat(Number(max) - 3)}1D`],
    bad: [
      '',
      'P'.repeat(Number(min)),
      `P${'0'.repeat(Number(max) - 2)}1D`,
      'PT',
      '5m',
      '300',
      'PT0S',
      'PT-5M',
    ],
  }),
}

/** Refused with an error that names the field. */
function assertRefused(attempt: () => unknown, field: string): void {
  assert.throws(attempt, (error) => {
    assert.ok(error instanceof ApiError)
    assert.match(error.code, /^(Validation|Serialization)Exception$/)
    assert.ok(error.message.includes(field), error.message)
    return true
  })
}

const rows = model.trim().split('\n')
for (const row of rows) {
  const [operation, place, field = '', kind = '', ...rest] = row.split(/ +/) as [
    OperationName,
    Place,
    ...string[],
  ]
  const isRequired = rest.at(-1) === 'required'
  const { good, bad } = kinds[kind]!(place, ...rest)
  const at = `${operation}, ${field} in the ${place}`

  test(`${at}: what is within bounds is accepted`, () => {
    for (const value of good) send(operation, place, field, value)
  })

  test(`${at}: what is out of bounds is refused`, () => {
    for (const value of bad) assertRefused(() => send(operation, place, field, value), field)
  })

  if (place !== 'path') {
    test(`${at}: it ${isRequired ? 'must' : 'need not'} be there`, () => {
      const attempt = () => send(operation, place, field, undefined)
      if (isRequired) assertRefused(attempt, field)
      else attempt()
    })
  }
  if (place === 'query') {
    test(`${at}: it is refused when given twice`, () =>
      assertRefused(() => send(operation, place, field, [good[0], good[0]]), field))
  }
  if (place === 'body') {
    test(`${at}: null is absent`, () => {
      const attempt = () => send(operation, place, field, null)
      if (isRequired) assertRefused(attempt, field)
      else attempt()
    })
    test(`${at}: another type is refused`, () => {
      for (const value of [7, [], {}, [good[0]]])
        assertRefused(() => send(operation, place, field, value), field)
    })
  }
}

test('every operation that is built is in the table', () => {
  assert.deepEqual([...new Set(rows.map((row) => row.split(' ')[0]))], Object.keys(readers))
})
