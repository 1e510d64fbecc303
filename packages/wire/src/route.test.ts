import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { operations } from './operations.ts'
import { routeOperation } from './route.ts'
import { canonicalPath } from './sigv4/canonical-request.ts'

function found(method: string, path: string): [string, Record<string, string>] | null {
  const result = routeOperation(method, path)
  return result && [result.row.name, { ...result.labels }]
}

test('every operation is found by its method and path, its labels decoded', () => {
  for (const { name, method, path } of operations) {
    const labels: Record<string, string> = {}
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, label: string) => {
      labels[label] = `${label}/é 1`
      return encodeURIComponent(labels[label])
    })
    assert.deepEqual(found(method, filled), [name, labels])
  }
})

test('an ARN with %2F and %3A stays one label', () => {
  const arn = 'arn:aws:codeguru-profiler:us-east-1:123456789012:profilingGroup/g'
  assert.deepEqual(found('GET', `/tags/${encodeURIComponent(arn)}`), [
    'ListTagsForResource',
    { resourceArn: arn },
  ])
  assert.deepEqual(found('GET', '/tags/arn:aws%3Ax'), ['ListTagsForResource', { resourceArn: 'arn:aws:x' }])
})

test('a label is decoded once, not twice', () => {
  assert.deepEqual(found('GET', '/profilingGroups/a%252Fb'), [
    'DescribeProfilingGroup',
    { profilingGroupName: 'a%2Fb' },
  ])
})

test('a label may have the name of an object member', () => {
  assert.deepEqual(found('GET', '/profilingGroups/__proto__'), [
    'DescribeProfilingGroup',
    { profilingGroupName: '__proto__' },
  ])
})

const unknown = [
  ['GET', ''],
  ['GET', '/'],
  ['GET', 'profilingGroups'],
  ['GET', '*'],
  ['GET', 'https://host/profilingGroups'],
  ['GET', '//profilingGroups'],
  ['GET', '/profilingGroups/'],
  ['GET', '/profilingGroups//profile'],
  ['GET', '/profilingGroups/g/'],
  ['GET', '/profilingGroups/g/profile/'],
  ['GET', '/profilingGroups/g%2Fprofile/x'],
  ['GET', '/profilinggroups/g'],
  ['GET', '/profilin%67Groups/g'],
  ['GET', '/profilingGroups/%'],
  ['GET', '/profilingGroups/%zz'],
  ['GET', '/profilingGroups/%C3%28'],
  ['GET', '/profilingGroups/.'],
  ['GET', '/profilingGroups/..'],
  ['DELETE', '/profilingGroups/g/policy/..'],
  ['POST', '/profilingGroups/g'],
  ['PATCH', '/profilingGroups/g'],
  ['HEAD', '/profilingGroups'],
  ['get', '/profilingGroups'],
  ['POST', '/profilingGroups/g/frames/x/metrics'],
] as const

for (const [method, path] of unknown) {
  test(`${method} '${path}' names no operation`, () => assert.equal(routeOperation(method, path), null))
}

test('a path that names an operation is signed segment for segment: none is normalised away', () => {
  const segment = fc.constantFrom(
    '',
    '.',
    '..',
    'profilingGroups',
    'tags',
    'internal',
    'policy',
    'profile',
    'a%2Fb',
  )
  const path = fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join('/')}`)
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE')
  let routed = 0
  fc.assert(
    fc.property(method, path, (method, path) => {
      if (routeOperation(method, path) === null) return
      routed++
      assert.equal(canonicalPath(path), path.replaceAll('%', '%25'))
    }),
    { numRuns: 20_000 },
  )
  assert.ok(routed > 0)
})
