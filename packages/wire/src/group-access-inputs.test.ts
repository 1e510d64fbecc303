import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parsePutPermission,
  parseRemovePermission,
  parseTaggedGroup,
  parseTagResource,
  parseUntagResource,
} from './group-access-inputs.ts'
import type { RequestParts } from './request-parts.ts'
import { parts } from './testing/parts.ts'
import { refuses } from './testing/refuses.ts'

const alice = 'arn:aws:iam::123456789012:user/alice'
const role = 'arn:aws:iam::210987654321:role/agent'
const revisionId = 'a1b2c3d4-0000-1111-2222-333344445555'

function ofPolicy(input: Parameters<typeof parts>[0]): RequestParts {
  const request = parts(input)
  return { ...request, labels: { ...request.labels, actionGroup: 'agentPermissions' } }
}

test('PutPermission reads principals, each once and in their order, and the revision they replace', () => {
  assert.deepEqual(parsePutPermission(ofPolicy({ body: { principals: [role, alice, role], later: 1 } })), {
    profilingGroupName: 'g',
    principals: [role, alice],
    revisionId: null,
  })
  assert.equal(
    parsePutPermission(ofPolicy({ body: { principals: [alice], revisionId } })).revisionId,
    revisionId,
  )
})

test('one to fifty principals are allowed', () => {
  const named = (count: number) => Array.from({ length: count }, (_, i) => `${alice}${i}`)
  assert.equal(parsePutPermission(ofPolicy({ body: { principals: named(50) } })).principals.length, 50)
  for (const principals of [[], named(51)])
    refuses('ValidationException', () => parsePutPermission(ofPolicy({ body: { principals } })), /principals/)
})

test('PutPermission without a list of principals is refused', () => {
  for (const body of ['', {}, { principals: null }])
    refuses('ValidationException', () => parsePutPermission(ofPolicy({ body })), /'principals'.*null/)
  for (const principals of [alice, {}, 7, [7], [null], [[alice]]])
    refuses(
      'SerializationException',
      () => parsePutPermission(ofPolicy({ body: { principals } })),
      /'principals'/,
    )
})

test('a principal is the ARN of a user, a role or an account, and the refusal says which is not', () => {
  for (const principal of [
    '*',
    '123456789012',
    'arn:aws:iam::*:role/x',
    'arn:aws:iam::123456789012:role/*',
    'arn:aws:sts::123456789012:assumed-role/a/b',
  ])
    refuses(
      'ValidationException',
      () => parsePutPermission(ofPolicy({ body: { principals: [alice, principal] } })),
      new RegExp(RegExp.escape(`'${principal}'`)),
    )
  for (const principal of ['', `${alice}${'x'.repeat(2048)}`])
    refuses(
      'ValidationException',
      () => parsePutPermission(ofPolicy({ body: { principals: [principal] } })),
      /'principals'.*length/,
    )
})

test('RemovePermission reads the revision it removes', () => {
  assert.deepEqual(parseRemovePermission(ofPolicy({ query: `revisionId=${revisionId}` })), {
    profilingGroupName: 'g',
    revisionId,
  })
})

test('tags are of the group that the ARN named; an ARN that named none is refused', () => {
  assert.deepEqual(parseTaggedGroup(parts({})), { profilingGroupName: 'g' })
  const unnamed = { ...parts({ body: { tags: {} }, query: 'tagKeys=a' }), labels: { resourceArn: 'arn:' } }
  for (const parse of [parseTaggedGroup, parseTagResource, parseUntagResource])
    refuses('ValidationException', () => parse(unnamed), /^resourceArn must be the ARN/)
})

test('TagResource reads tags, also those called like members of objects', () => {
  const { tags, profilingGroupName } = parseTagResource(
    parts({ body: '{"tags":{"team":"blue","__proto__":"x","constructor":""}}' }),
  )
  assert.equal(profilingGroupName, 'g')
  assert.deepEqual(Object.entries(tags), [
    ['team', 'blue'],
    ['__proto__', 'x'],
    ['constructor', ''],
  ])
})

test('tags have keys of 1 to 128 characters that are not AWS’s, and values of up to 256', () => {
  const tagged = (key: string, value: string) =>
    parseTagResource(parts({ body: { tags: Object.fromEntries([[key, value]]) } }))
  for (const [key, value] of [
    ['k', ''],
    ['😀'.repeat(128), '😀'.repeat(256)],
    ['aws', 'aws:x'],
  ] as const)
    assert.deepEqual(Object.entries(tagged(key, value).tags), [[key, value]])
  for (const [key, value] of [
    ['', 'v'],
    ['k'.repeat(129), 'v'],
    ['k', 'v'.repeat(257)],
    ['aws:x', 'v'],
    ['AWS:x', 'v'],
  ] as const)
    refuses('ValidationException', () => tagged(key, value), /tags/)
})

test('tag keys that differ only in their case are refused together', () => {
  refuses(
    'ValidationException',
    () => parseTagResource(parts({ body: { tags: { a: '1', A: '1' } } })),
    /case/,
  )
})

test('TagResource needs tags, of text, at most fifty', () => {
  refuses('ValidationException', () => parseTagResource(parts({ body: {} })), /'tags'.*null/)
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [i, 'v']))
  refuses('ValidationException', () => parseTagResource(parts({ body: { tags: many } })), /'tags'.*50/)
  for (const tags of [[], 'a=b', 7, { a: 1 }, { a: null }])
    refuses('SerializationException', () => parseTagResource(parts({ body: { tags } })), /'tags'/)
})

test('UntagResource reads its keys, each once, decoded', () => {
  const { tagKeys } = parseUntagResource(parts({ query: 'tagKeys=a&tagKeys=b%20c&tagKeys=a&tagKeys=%2B' }))
  assert.deepEqual(tagKeys, ['a', 'b c', '+'])
})

test('UntagResource needs one to fifty keys of 1 to 128 characters', () => {
  const many = Array.from({ length: 51 }, (_, i) => `tagKeys=${i}`).join('&')
  for (const query of ['', 'tagkeys=a', 'tagKeys=', `tagKeys=${'k'.repeat(129)}`, many])
    refuses('ValidationException', () => parseUntagResource(parts({ query })), /tagKeys/)
})
