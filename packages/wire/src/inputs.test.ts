import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiErrorName } from './errors.ts'
import {
  parseBatchGetFrameMetricData,
  parseConfigureAgent,
  parseCreateProfilingGroup,
  parseGetProfile,
  parseGroupInput,
  parseListProfileTimes,
  parseListProfilingGroups,
  parsePostAgentProfile,
  parseUpdateProfilingGroup,
} from './inputs.ts'
import type { RequestParts } from './request-parts.ts'
import { parts } from './testing/parts.ts'
import { refuses } from './testing/refuses.ts'

const v = 'ValidationException'
const s = 'SerializationException'

/** A row: what is wrong, the request, and the error and words it is refused with. */
type Refusal = readonly [name: string, request: RequestParts, code: ApiErrorName, message: RegExp]

function refusals(
  operation: string,
  parse: (request: RequestParts) => unknown,
  rows: readonly Refusal[],
): void {
  for (const [name, request, code, message] of rows) {
    test(`${operation} refuses ${name}`, () => refuses(code, () => parse(request), message))
  }
}

const badName = parts({ name: 'a b' })
const longName = parts({ name: 'g'.repeat(256) })

refusals('an operation on a group', parseGroupInput, [
  ['a name with a blank', badName, v, /'profilingGroupName'.*pattern/],
  ['a name of 256', longName, v, /'profilingGroupName'.*255/],
  ['a name that is a path', parts({ name: 'a/../b' }), v, /pattern/],
])

test('an operation on a group reads its name', () => {
  assert.deepEqual(parseGroupInput(parts({ name: '__proto__' })), { profilingGroupName: '__proto__' })
})

// CreateProfilingGroup

const create = (body: Record<string, unknown>, query = 'clientToken=t') =>
  parts({ query, body: { profilingGroupName: 'g', ...body } })
const orchestration = 'agentOrchestrationConfig'

test('CreateProfilingGroup fills in the defaults', () => {
  assert.deepEqual(
    { ...parseCreateProfilingGroup(create({})), tags: {} },
    {
      clientToken: 't',
      profilingGroupName: 'g',
      computePlatform: 'Default',
      profilingEnabled: true,
      tags: {},
    },
  )
})

test('CreateProfilingGroup reads every field and ignores unknown ones', () => {
  const input = parseCreateProfilingGroup(
    create({
      computePlatform: 'AWSLambda',
      [orchestration]: { profilingEnabled: false, later: 1 },
      tags: { team: 'a', '': undefined },
      later: [],
    }),
  )
  assert.deepEqual(
    { ...input, tags: { ...input.tags } },
    {
      clientToken: 't',
      profilingGroupName: 'g',
      computePlatform: 'AWSLambda',
      profilingEnabled: false,
      tags: { team: 'a' },
    },
  )
})

test('CreateProfilingGroup keeps a tag named __proto__', () => {
  const body =
    '{"profilingGroupName":"g","tags":{"__proto__":"x"},"__proto__":{"computePlatform":"AWSLambda"}}'
  const input = parseCreateProfilingGroup(parts({ query: 'clientToken=t', body }))
  assert.deepEqual(Object.entries(input.tags), [['__proto__', 'x']])
  assert.equal(input.computePlatform, 'Default')
})

refusals('CreateProfilingGroup', parseCreateProfilingGroup, [
  ['a missing clientToken', create({}, ''), v, /'clientToken'.*must not be null/],
  ['an empty clientToken', create({}, 'clientToken='), v, /'clientToken'.*equal to 1$/],
  ['a clientToken of 65', create({}, `clientToken=${'t'.repeat(65)}`), v, /'clientToken'.*equal to 64$/],
  ['a clientToken with a plus', create({}, 'clientToken=a+b'), v, /'clientToken'.*pattern/],
  ['two clientTokens', create({}, 'clientToken=t&clientToken=t'), v, /'clientToken' is given 2 times/],
  ['a missing name', create({ profilingGroupName: null }), v, /'profilingGroupName'.*must not be null/],
  ['a missing body', parts({ query: 'clientToken=t' }), v, /'profilingGroupName'.*must not be null/],
  ['an empty name', create({ profilingGroupName: '' }), v, /'profilingGroupName'.*equal to 1$/],
  ['a name of 256', create({ profilingGroupName: 'g'.repeat(256) }), v, /equal to 255$/],
  ['a name with a dot', create({ profilingGroupName: 'a.b' }), v, /pattern/],
  ['a name that is a number', create({ profilingGroupName: 1 }), s, /'profilingGroupName' must be a string/],
  [
    'a name that is a list',
    create({ profilingGroupName: ['g'] }),
    s,
    /'profilingGroupName' must be a string/,
  ],
  ['an unknown platform', create({ computePlatform: 'default' }), v, /\[Default, AWSLambda\]/],
  ['a platform that is a number', create({ computePlatform: 0 }), s, /'computePlatform' must be a string/],
  ['orchestration that is text', create({ [orchestration]: 'x' }), s, /must be an object/],
  ['orchestration that is a list', create({ [orchestration]: [] }), s, /must be an object/],
  ['orchestration of nothing', create({ [orchestration]: {} }), v, /profilingEnabled'.*must not be null/],
  [
    'profilingEnabled in words',
    create({ [orchestration]: { profilingEnabled: 'true' } }),
    s,
    /Config\.profilingEnabled' must be a boolean/,
  ],
  ['tags that are a list', create({ tags: [] }), s, /'tags' must be an object/],
  ['a tag that is a number', create({ tags: { a: 1 } }), s, /'tags' must be strings/],
  ['a tag of AWS', create({ tags: { 'aws:a': '1' } }), v, /must not start with aws:/],
  ['a body that is no JSON', parts({ query: 'clientToken=t', body: '{' }), s, /not valid JSON/],
  ['a body that is a list', parts({ query: 'clientToken=t', body: [] }), s, /must be a JSON object/],
])

// UpdateProfilingGroup

test('UpdateProfilingGroup reads whether to profile', () => {
  const body = { [orchestration]: { profilingEnabled: false } }
  assert.deepEqual(parseUpdateProfilingGroup(parts({ body })), {
    profilingGroupName: 'g',
    profilingEnabled: false,
  })
})

refusals('UpdateProfilingGroup', parseUpdateProfilingGroup, [
  ['a missing body', parts(), v, /'agentOrchestrationConfig'.*must not be null/],
  ['a body of nothing', parts({ body: {} }), v, /'agentOrchestrationConfig'.*must not be null/],
  [
    'orchestration of nothing',
    parts({ body: { [orchestration]: {} } }),
    v,
    /profilingEnabled'.*must not be null/,
  ],
  [
    'profilingEnabled as a number',
    parts({ body: { [orchestration]: { profilingEnabled: 1 } } }),
    s,
    /boolean/,
  ],
  [
    'orchestration under __proto__',
    parts({ body: `{"__proto__":{"${orchestration}":{"profilingEnabled":true}}}` }),
    v,
    /must not be null/,
  ],
  [
    'a bad name',
    parts({ name: '', body: { [orchestration]: { profilingEnabled: true } } }),
    v,
    /'profilingGroupName'/,
  ],
])

// ListProfilingGroups

test('ListProfilingGroups gives names in pages of 100 unless asked otherwise', () => {
  assert.deepEqual(parseListProfilingGroups(parts()), {
    includeDescription: false,
    maxResults: 100,
    nextToken: null,
  })
  assert.deepEqual(
    parseListProfilingGroups(
      parts({ query: 'includeDescription=true&maxResults=1000&nextToken=p1-x&later=1' }),
    ),
    { includeDescription: true, maxResults: 1000, nextToken: 'p1-x' },
  )
})

const pages: readonly (readonly [string, string, RegExp])[] = [
  ['maxResults of 0', 'maxResults=0', /'maxResults'.*equal to 1$/],
  ['maxResults of 1001', 'maxResults=1001', /'maxResults'.*equal to 1000$/],
  ['maxResults without a value', 'maxResults', /'maxResults'.*whole number/],
  ['maxResults in words', 'maxResults=ten', /'maxResults'.*whole number/],
  ['maxResults twice', 'maxResults=1&maxResults=1', /'maxResults' is given 2 times/],
  ['an empty nextToken', 'nextToken=', /'nextToken'.*equal to 1$/],
  ['a nextToken of 65', `nextToken=${'t'.repeat(65)}`, /'nextToken'.*equal to 64$/],
  ['a nextToken with a slash', 'nextToken=a%2Fb', /'nextToken'.*pattern/],
  ['nextToken twice', 'nextToken=a&nextToken=b', /'nextToken' is given 2 times/],
]

refusals('ListProfilingGroups', parseListProfilingGroups, [
  ...pages.map(([name, query, message]): Refusal => [name, parts({ query }), v, message]),
  ['includeDescription in capitals', parts({ query: 'includeDescription=True' }), v, /true or false/],
  ['includeDescription without a value', parts({ query: 'includeDescription' }), v, /true or false/],
  [
    'includeDescription twice',
    parts({ query: 'includeDescription=true&includeDescription=true' }),
    v,
    /2 times/,
  ],
])

// ConfigureAgent

test('ConfigureAgent reads an agent that says nothing of itself', () => {
  const nothing = { profilingGroupName: 'g', fleetInstanceId: null, metadata: {} }
  for (const body of ['', {}, { metadata: {} }, { metadata: null, fleetInstanceId: null }]) {
    const input = parseConfigureAgent(parts({ body }))
    assert.deepEqual({ ...input, metadata: { ...input.metadata } }, nothing)
  }
})

test('ConfigureAgent reads every metadata field of the model', () => {
  const metadata = {
    ComputePlatform: 'AWSLambda',
    AgentId: 'a',
    AwsRequestId: 'r',
    ExecutionEnvironment: 'AWS_Lambda_python3.11',
    LambdaFunctionArn: 'arn',
    LambdaMemoryLimitInMB: '128',
    LambdaRemainingTimeInMilliseconds: '1',
    LambdaTimeGapBetweenInvokesInMilliseconds: '2',
    LambdaPreviousExecutionTimeInMilliseconds: '3',
  }
  const input = parseConfigureAgent(parts({ body: { fleetInstanceId: 'f'.repeat(255), metadata } }))
  assert.deepEqual({ ...input.metadata }, metadata)
  assert.equal(input.fleetInstanceId?.length, 255)
})

refusals('ConfigureAgent', parseConfigureAgent, [
  ['a bad name', badName, v, /'profilingGroupName'/],
  ['an empty fleetInstanceId', parts({ body: { fleetInstanceId: '' } }), v, /'fleetInstanceId'.*equal to 1$/],
  ['a fleetInstanceId of 256', parts({ body: { fleetInstanceId: 'f'.repeat(256) } }), v, /equal to 255$/],
  ['a fleetInstanceId that is a number', parts({ body: { fleetInstanceId: 1 } }), s, /'fleetInstanceId'/],
  ['metadata that is a list', parts({ body: { metadata: [] } }), s, /'metadata' must be an object/],
  [
    'metadata that is a number',
    parts({ body: { metadata: { AgentId: 1 } } }),
    s,
    /'metadata' must be strings/,
  ],
  ['an unknown metadata field', parts({ body: { metadata: { agentId: 'a' } } }), v, /'metadata.key'.*enum/],
  [
    'the metadata field __proto__',
    parts({ body: '{"metadata":{"__proto__":"x"}}' }),
    v,
    /'metadata.key'.*enum/,
  ],
])

// PostAgentProfile

const profile = (headers: Record<string, string> = {}, query = '') =>
  parts({ headers, query, body: 'any bytes' })

test('PostAgentProfile keeps the body as it came', () => {
  const request = profile({ 'content-type': 'application/json' }, 'profileToken=t-1')
  assert.deepEqual(parsePostAgentProfile(request), {
    profilingGroupName: 'g',
    profileToken: 't-1',
    body: request.body,
    contentEncoding: 'identity',
  })
})

test('PostAgentProfile needs no token', () => {
  assert.equal(parsePostAgentProfile(profile()).profileToken, null)
})

for (const type of [
  'application/json',
  'application/x-amzn-ion',
  'Application/JSON; charset=utf-8',
  '',
  ' ',
]) {
  test(`PostAgentProfile accepts the Content-Type '${type}'`, () => {
    parsePostAgentProfile(profile({ 'content-type': type }))
  })
}

for (const [header, encoding] of [
  ['gzip', 'gzip'],
  [' GZIP ', 'gzip'],
  ['identity', 'identity'],
  ['', 'identity'],
]) {
  test(`PostAgentProfile reads the Content-Encoding '${header}' as ${encoding}`, () => {
    const input = parsePostAgentProfile(profile({ 'content-encoding': header! }))
    assert.equal(input.contentEncoding, encoding)
  })
}

refusals('PostAgentProfile', parsePostAgentProfile, [
  ['a bad name', badName, v, /'profilingGroupName'/],
  ['an empty profileToken', profile({}, 'profileToken='), v, /'profileToken'.*equal to 1$/],
  ['a profileToken of 65', profile({}, `profileToken=${'t'.repeat(65)}`), v, /'profileToken'.*equal to 64$/],
  ['a profileToken with a dot', profile({}, 'profileToken=a.b'), v, /'profileToken'.*pattern/],
  ['profileToken twice', profile({}, 'profileToken=a&profileToken=a'), v, /'profileToken' is given 2 times/],
  ['text', profile({ 'content-type': 'text/plain' }), v, /Content-Type/],
  ['a type that only begins well', profile({ 'content-type': 'application/jsonx' }), v, /Content-Type/],
  ['a form', profile({ 'content-type': 'multipart/form-data' }), v, /Content-Type/],
  ['brotli', profile({ 'content-encoding': 'br' }), v, /Content-Encoding/],
  ['gzip in gzip', profile({ 'content-encoding': 'gzip, gzip' }), v, /Content-Encoding/],
])

// GetProfile

const noon = Date.parse('2026-11-24T12:00:00Z')
const start = 'startTime=2026-11-24T12%3A00%3A00Z'
const end = 'endTime=2026-11-24T13%3A00%3A00.000000Z'
const oneHour = { kind: 'range', start: noon, end: noon + 3_600_000 }

const selections: readonly (readonly [string, object])[] = [
  [`${start}&${end}`, oneHour],
  [`${end}&${start}`, oneHour],
  [`${start}&period=PT1H`, oneHour],
  [`${end}&period=PT1H`, oneHour],
  ['period=PT5M', { kind: 'latest', periodMilliseconds: 300_000 }],
  ['period=P1DT1H1M1S', { kind: 'latest', periodMilliseconds: 90_061_000 }],
]
for (const [query, time] of selections) {
  test(`GetProfile with ${query} is asked for ${JSON.stringify(time)}`, () => {
    assert.deepEqual(parseGetProfile(parts({ query })), {
      profilingGroupName: 'g',
      time,
      maxDepth: null,
      encoding: 'ion',
    })
  })
}

test('GetProfile reads maxDepth and Accept', () => {
  const headers = { accept: 'application/json' }
  for (const depth of [1, 10_000]) {
    const input = parseGetProfile(parts({ query: `period=P1D&maxDepth=${depth}`, headers }))
    assert.deepEqual([input.maxDepth, input.encoding], [depth, 'json'])
  }
})

const latest = (query: string) => parts({ query: `period=P1D&${query}` })
refusals('GetProfile', parseGetProfile, [
  ['a bad name', parts({ name: 'a b', query: 'period=P1D' }), v, /'profilingGroupName'/],
  ['no time at all', parts(), v, /Give period/],
  ['startTime alone', parts({ query: start }), v, /Give period/],
  ['endTime alone', parts({ query: end }), v, /Give period/],
  ['all three', parts({ query: `${start}&${end}&period=PT1H` }), v, /at most two/],
  ['an end before the start', parts({ query: `${start}&endTime=2026-11-24T11:59:59Z` }), v, /before endTime/],
  ['an end at the start', parts({ query: `${start}&endTime=2026-11-24T12:00:00Z` }), v, /before endTime/],
  [
    'an epoch as startTime',
    parts({ query: 'startTime=1590930902&period=PT1H' }),
    v,
    /'startTime'.*timestamp/,
  ],
  ['an empty endTime', parts({ query: 'endTime=&period=PT1H' }), v, /'endTime'.*timestamp/],
  ['startTime twice', parts({ query: `${start}&${start}&${end}` }), v, /'startTime' is given 2 times/],
  ['an end beyond the calendar', parts({ query: `${start}&period=P104000000D` }), v, /beyond the calendar/],
  [
    'a period beyond the calendar',
    parts({ query: 'period=P104000000D' }),
    v,
    /period reaches beyond the calendar/,
  ],
  ['a start before the calendar', parts({ query: `${end}&period=P104000000D` }), v, /beyond the calendar/],
  ['an empty period', parts({ query: 'period=' }), v, /'period'.*equal to 1$/],
  ['a period of 65', parts({ query: `period=P${'0'.repeat(62)}1D` }), v, /'period'.*equal to 64$/],
  ['a period of nothing', parts({ query: 'period=PT0S' }), v, /'period'.*ISO 8601/],
  ['a period in words', parts({ query: 'period=1h' }), v, /'period'.*ISO 8601/],
  ['period twice', parts({ query: 'period=P1D&period=P1D' }), v, /'period' is given 2 times/],
  ['maxDepth of 0', latest('maxDepth=0'), v, /'maxDepth'.*equal to 1$/],
  ['maxDepth of 10001', latest('maxDepth=10001'), v, /'maxDepth'.*equal to 10000$/],
  ['maxDepth of -1', latest('maxDepth=-1'), v, /'maxDepth'.*equal to 1$/],
  ['maxDepth of 1.5', latest('maxDepth=1.5'), v, /'maxDepth'.*whole number/],
  ['maxDepth twice', latest('maxDepth=1&maxDepth=2'), v, /'maxDepth' is given 2 times/],
  ['Accept: text/html', parts({ query: 'period=P1D', headers: { accept: 'text/html' } }), v, /Accept/],
])

test('GetProfile does not take a parameter in other letters for its own', () => {
  refuses(v, () => parseGetProfile(parts({ query: 'Period=P1D' })), /Give period/)
})

// ListProfileTimes

const times = (query: string) => parts({ query: `${start}&${end}&period=PT5M&${query}` })

test('ListProfileTimes gives the newest first unless asked otherwise', () => {
  assert.deepEqual(parseListProfileTimes(times('')), {
    profilingGroupName: 'g',
    start: noon,
    end: noon + 3_600_000,
    period: 'PT5M',
    orderBy: 'TimestampDescending',
    maxResults: 100,
    nextToken: null,
  })
  assert.equal(parseListProfileTimes(times('orderBy=TimestampAscending')).orderBy, 'TimestampAscending')
})

for (const period of ['PT5M', 'PT1H', 'P1D']) {
  test(`ListProfileTimes knows the period ${period}`, () => {
    assert.equal(parseListProfileTimes(parts({ query: `${start}&${end}&period=${period}` })).period, period)
  })
}

refusals('ListProfileTimes', parseListProfileTimes, [
  ['a bad name', parts({ name: 'a b', query: `${start}&${end}&period=PT5M` }), v, /'profilingGroupName'/],
  ['a missing startTime', parts({ query: `${end}&period=PT5M` }), v, /'startTime'.*must not be null/],
  ['a missing endTime', parts({ query: `${start}&period=PT5M` }), v, /'endTime'.*must not be null/],
  ['a missing period', parts({ query: `${start}&${end}` }), v, /'period'.*must not be null/],
  [
    'a startTime that is none',
    parts({ query: `startTime=x&${end}&period=PT5M` }),
    v,
    /'startTime'.*timestamp/,
  ],
  ['an endTime that is none', parts({ query: `${start}&endTime=x&period=PT5M` }), v, /'endTime'.*timestamp/],
  [
    'an end at the start',
    parts({ query: `${start}&endTime=2026-11-24T12:00:00Z&period=PT5M` }),
    v,
    /before endTime/,
  ],
  [
    'an end before the start',
    parts({ query: `${start}&endTime=2025-11-24T12:00:00Z&period=PT5M` }),
    v,
    /before/,
  ],
  ['the period PT60M', parts({ query: `${start}&${end}&period=PT60M` }), v, /\[PT5M, PT1H, P1D\]/],
  ['an empty period', parts({ query: `${start}&${end}&period=` }), v, /\[PT5M, PT1H, P1D\]/],
  ['period twice', times('period=PT5M'), v, /'period' is given 2 times/],
  [
    'an order in capitals',
    times('orderBy=TIMESTAMP_DESCENDING'),
    v,
    /TimestampDescending, TimestampAscending/,
  ],
  ['orderBy twice', times('orderBy=TimestampAscending&orderBy=TimestampAscending'), v, /2 times/],
  ...pages.map(([name, query, message]): Refusal => [name, times(query), v, message]),
])

// BatchGetFrameMetricData

const metric = { frameName: 'main', type: 'AggregatedRelativeTotalTime', threadStates: ['RUNNABLE'] }
const metrics = (frameMetrics: unknown, query = 'period=PT1H') => parts({ query, body: { frameMetrics } })

test('BatchGetFrameMetricData reads its metrics as they are, and takes none for an empty list', () => {
  const given = [metric, metric, { ...metric, frameName: '', threadStates: [] }]
  const { frameMetrics, time, targetResolution } = parseBatchGetFrameMetricData(metrics(given))
  assert.deepEqual(frameMetrics, given)
  assert.deepEqual(time, { kind: 'latest', periodMilliseconds: 3_600_000 })
  assert.equal(targetResolution, 'PT5M')
  assert.deepEqual(parseBatchGetFrameMetricData(parts({ query: 'period=P1D' })).frameMetrics, [])
  assert.deepEqual(parseBatchGetFrameMetricData(metrics([])).frameMetrics, [])
})

refusals('BatchGetFrameMetricData', parseBatchGetFrameMetricData, [
  ['no time', metrics([metric], ''), v, /Give period/],
  ['a period of more than a day', metrics([metric], 'period=P1DT1S'), v, /longer than one day/],
  [
    'a period of more than a day beside a start',
    metrics([metric], 'period=PT25H&startTime=2026-11-24T13:15:00Z'),
    v,
    /longer than one day/,
  ],
  [
    'another resolution',
    metrics([metric], 'period=PT1H&targetResolution=PT1M'),
    v,
    /'targetResolution'.*enum/,
  ],
  ['an object for the list', metrics(metric), s, /'frameMetrics'.*list/],
  ['a list of lists', metrics([[metric]]), s, /'frameMetrics'.*objects/],
  ['a null in the list', metrics([null]), s, /'frameMetrics'.*objects/],
  ['501 metrics', metrics(Array(501).fill(metric)), v, /'frameMetrics'.*500/],
  ['a metric without its frame', metrics([{ ...metric, frameName: undefined }]), v, /frameName.*not be null/],
  ['a frame that is a number', metrics([{ ...metric, frameName: 1 }]), s, /frameName.*string/],
  ['a metric without its type', metrics([{ ...metric, type: null }]), v, /type.*not be null/],
  ['another type', metrics([{ ...metric, type: 'Self' }]), v, /type.*enum/],
  [
    'a metric without its states',
    metrics([{ ...metric, threadStates: null }]),
    v,
    /threadStates.*not be null/,
  ],
  ['a state that is a number', metrics([{ ...metric, threadStates: [1] }]), s, /threadStates.*strings/],
  ['101 states', metrics([{ ...metric, threadStates: Array(101).fill('A') }]), v, /threadStates.*100/],
])
