import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  aggregationPeriods,
  computePlatforms,
  orders,
  parseCreateProfilingGroup,
  parseGetProfile,
  parseGroupInput,
  parseListProfileTimes,
  parseListProfilingGroups,
} from './inputs.ts'
import type { OperationName } from './operations.ts'
import { parseQuery, type RequestParts } from './request-parts.ts'
import {
  type ApiRequest,
  writeCreateProfilingGroup,
  writeDescribeProfilingGroup,
  writeGetProfile,
  writeListProfileTimes,
  writeListProfilingGroups,
} from './requests.ts'
import { routeOperation } from './route.ts'

/** What the server makes of a request before its operation reads it. */
function arrive(request: ApiRequest, operation: OperationName): RequestParts {
  const [path = '', query = '', ...rest] = request.target.split('?')
  assert.deepEqual(rest, [])
  assert.match(request.target, /^[A-Za-z0-9\-._~/?=&%]+$/)
  const found = routeOperation(request.method, path)
  assert.equal(found?.row.name, operation)
  return {
    labels: found.labels,
    query: parseQuery(query),
    header: (name) => request.headers[name],
    body: new TextEncoder().encode(request.body ?? ''),
  }
}

/** Inputs are plain objects; fast-check would also make some without a prototype, which compare as different. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true })
const wordUnit = fc.constantFrom(...'abcxyzABCXYZ0189_-')
const word = (maxLength: number) => fc.string({ unit: wordUnit, minLength: 1, maxLength })
const token = fc.option(word(64))
const maxResults = fc.integer({ min: 1, max: 1000 })
const instant = fc.integer({ min: 0, max: Date.parse('2100-01-01T00:00:00Z') })
const interval = fc
  .tuple(instant, fc.integer({ min: 1, max: 7 * 86_400_000 }))
  .map(([start, length]) => ({ start, end: start + length }))
const tagKey = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((key) => !key.toLowerCase().startsWith('aws:') && [...key].length <= 128)

test('CreateProfilingGroup is read back as it was written', () => {
  const inputs = record({
    clientToken: word(64),
    profilingGroupName: word(255),
    computePlatform: fc.constantFrom(...computePlatforms),
    profilingEnabled: fc.boolean(),
    tags: fc.dictionary(tagKey, fc.string({ unit: 'grapheme', maxLength: 20 })),
  })
  fc.assert(
    fc.property(inputs, (input) => {
      const request = writeCreateProfilingGroup(input)
      assert.equal(request.headers['content-type'], 'application/json')
      const read = parseCreateProfilingGroup(arrive(request, 'CreateProfilingGroup'))
      assert.deepEqual(Object.entries(read.tags), Object.entries(input.tags))
      assert.deepEqual({ ...read, tags: null }, { ...input, tags: null })
    }),
  )
})

test('DescribeProfilingGroup is read back as it was written', () => {
  fc.assert(
    fc.property(record({ profilingGroupName: word(255) }), (input) => {
      const request = writeDescribeProfilingGroup(input)
      assert.deepEqual([request.headers, request.body], [{}, null])
      assert.deepEqual(parseGroupInput(arrive(request, 'DescribeProfilingGroup')), input)
    }),
  )
})

test('ListProfilingGroups is read back as it was written', () => {
  fc.assert(
    fc.property(record({ includeDescription: fc.boolean(), maxResults, nextToken: token }), (input) => {
      const parts = arrive(writeListProfilingGroups(input), 'ListProfilingGroups')
      assert.deepEqual(parseListProfilingGroups(parts), input)
    }),
  )
})

test('GetProfile is read back as it was written', () => {
  const range = interval.map(({ start, end }) => ({ kind: 'range' as const, start, end }))
  const seconds = fc.integer({ min: 1, max: 7 * 86_400 })
  const latest = seconds.map((s) => ({ kind: 'latest' as const, periodMilliseconds: s * 1000 }))
  const inputs = record({
    profilingGroupName: word(255),
    time: fc.oneof(range, latest),
    maxDepth: fc.option(fc.integer({ min: 1, max: 10_000 })),
    encoding: fc.constantFrom('ion' as const, 'json' as const),
  })
  fc.assert(
    fc.property(inputs, (input) => {
      const request = writeGetProfile(input)
      assert.equal(request.body, null)
      assert.deepEqual(parseGetProfile(arrive(request, 'GetProfile')), input)
    }),
  )
})

test('ListProfileTimes is read back as it was written', () => {
  const inputs = record({
    profilingGroupName: word(255),
    interval,
    period: fc.constantFrom(...aggregationPeriods),
    orderBy: fc.constantFrom(...orders),
    maxResults,
    nextToken: token,
  }).map(({ interval, ...rest }) => ({ ...rest, ...interval }))
  fc.assert(
    fc.property(inputs, (input) => {
      const parts = arrive(writeListProfileTimes(input), 'ListProfileTimes')
      assert.deepEqual(parseListProfileTimes(parts), input)
    }),
  )
})

test('a name that is no name stays inside its segment and is refused by the reader, not misrouted', () => {
  const request = writeDescribeProfilingGroup({ profilingGroupName: "a/b?c=d#e%2F é'" })
  assert.equal(request.target, '/profilingGroups/a%2Fb%3Fc%3Dd%23e%252F%20%C3%A9%27')
  assert.equal(arrive(request, 'DescribeProfilingGroup').labels.profilingGroupName, "a/b?c=d#e%2F é'")
})
