import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { tagResource, untagResource } from './change-tags.ts'
import { describeProfilingGroup } from './describe-profiling-group.ts'
import { listTagsForResource } from './list-tags-for-resource.ts'
import { apiError, createGroup, type TestServices, testServices } from './testing/test-services.ts'

const orders = { profilingGroupName: 'orders' }

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services, { tags: { team: 'blue' } })
})
afterEach(() => services.close())

const tag = (tags: Record<string, string>) => tagResource(services.context(), { ...orders, tags })
const untag = (...tagKeys: string[]) => untagResource(services.context(), { ...orders, tagKeys })
const list = async () => (await listTagsForResource(services.context(), orders)).tags

test('the tags of a group are listed as they were given when it was made', async () => {
  assert.deepEqual(await list(), { team: 'blue' })
})

test('a tag is added, and one that is there gets the new value', async () => {
  await tag({ stage: 'prod', team: 'red' })
  assert.deepEqual(await list(), { stage: 'prod', team: 'red' })
  assert.deepEqual((await describeProfilingGroup(services.context(), orders)).tags, await list())
})

test('tags are removed by key; what is not there is as good as removed', async () => {
  await tag({ stage: 'prod' })
  await untag('team', 'absent')
  assert.deepEqual(await list(), { stage: 'prod' })
})

test('more than fifty tags are refused whole, and the message names the limit', async () => {
  const many = Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`k${i}`, 'v']))
  await tag(many)
  const full = await list()
  await assert.rejects(tag({ team: 'red', more: '1' }), apiError('ValidationException', /50 tags/))
  assert.deepEqual(await list(), full)
  await tag({ team: 'red' })
  assert.equal((await list()).team, 'red')
})

test('a key that differs from another only in its case is refused: policies could not tell them apart', async () => {
  await assert.rejects(tag({ Team: 'red' }), apiError('ValidationException', /case/))
  assert.deepEqual(await list(), { team: 'blue' })
})

test('a hundred calls leave what one leaves', async () => {
  await Promise.all(Array.from({ length: 100 }, () => tag({ stage: 'prod' })))
  assert.deepEqual(await list(), { team: 'blue', stage: 'prod' })
  await Promise.all(Array.from({ length: 100 }, () => untag('stage')))
  assert.deepEqual(await list(), { team: 'blue' })
})

test('a tag called like a member of objects is a tag like others', async () => {
  await tag(Object.fromEntries([['__proto__', 'polluted']]))
  assert.equal(Object.hasOwn(await list(), '__proto__'), true)
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
  await untag('__proto__')
  assert.deepEqual(Object.keys(await list()), ['team'])
})

test('of a group that does not exist every operation says so', async () => {
  const missing = apiError('ResourceNotFoundException', /'other' does not exist/)
  const other = { profilingGroupName: 'other' }
  await assert.rejects(tagResource(services.context(), { ...other, tags: {} }), missing)
  await assert.rejects(untagResource(services.context(), { ...other, tagKeys: ['a'] }), missing)
  await assert.rejects(listTagsForResource(services.context(), other), missing)
})
