import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { ListProfilingGroupsInput, ListProfilingGroupsOutput } from '@wick/wire'
import { deleteProfilingGroup } from './delete-profiling-group.ts'
import { describeProfilingGroup } from './describe-profiling-group.ts'
import { listProfilingGroups } from './list-profiling-groups.ts'
import { apiError, createGroup, type TestServices, testServices } from './testing/test-services.ts'

let services: TestServices
beforeEach(async () => {
  services = await testServices()
})
afterEach(() => services.close())

async function create(...names: string[]): Promise<void> {
  for (const name of names) await createGroup(services, { profilingGroupName: name })
}

function list(
  changes: Partial<ListProfilingGroupsInput> = {},
  scope = {},
): Promise<ListProfilingGroupsOutput> {
  return listProfilingGroups(services.context({ scope }), {
    includeDescription: false,
    maxResults: 100,
    nextToken: null,
    ...changes,
  })
}

/** Reads page after page; `between` runs after each but the last. */
async function pages(maxResults: number, between: () => Promise<void> = async () => {}): Promise<string[][]> {
  const found: string[][] = []
  let nextToken: string | null = null
  do {
    const page: ListProfilingGroupsOutput = await list({ maxResults, nextToken })
    found.push([...page.profilingGroupNames])
    nextToken = page.nextToken ?? null
    if (nextToken !== null) {
      assert.match(nextToken, /^[\w-]{1,64}$/)
      await between()
    }
  } while (nextToken !== null)
  return found
}

test('without groups there is an empty list and no next page', async () => {
  assert.deepEqual(await list(), { profilingGroupNames: [] })
  assert.deepEqual(await list({ includeDescription: true }), {
    profilingGroupNames: [],
    profilingGroups: [],
  })
})

test('groups come in the order of their creation', async () => {
  await create('c', 'a', 'B')
  assert.deepEqual(await list(), { profilingGroupNames: ['c', 'a', 'B'] })
})

test('descriptions come along where asked for, and are those of DescribeProfilingGroup', async () => {
  await create('a', 'b')
  const { profilingGroups } = await list({ includeDescription: true })
  const described = await Promise.all(
    ['a', 'b'].map((profilingGroupName) =>
      describeProfilingGroup(services.context(), { profilingGroupName }),
    ),
  )
  assert.deepEqual(profilingGroups, described)
})

test('pages have the length asked for; the last one names no other', async () => {
  await create('a', 'b', 'c', 'd')
  assert.deepEqual(await pages(3), [['a', 'b', 'c'], ['d']])
  assert.deepEqual(await pages(2), [
    ['a', 'b'],
    ['c', 'd'],
  ])
  assert.deepEqual(await pages(4), [['a', 'b', 'c', 'd']])
})

test('groups made between two pages come at the end', async () => {
  await create('a', 'b', 'c')
  let made = 0
  const found = await pages(2, async () => {
    if (made++ === 0) await create('A', 'd')
  })
  assert.deepEqual(found, [['a', 'b'], ['c', 'A'], ['d']])
})

test('groups deleted between two pages hide no other, be it the one the token was made at', async () => {
  await create('a', 'b', 'c', 'd', 'e')
  let step = 0
  const found = await pages(2, async () => {
    if (step++ > 0) return
    for (const name of ['a', 'b', 'c'])
      await deleteProfilingGroup(services.context(), { profilingGroupName: name })
  })
  assert.deepEqual(found, [
    ['a', 'b'],
    ['d', 'e'],
  ])
})

test('where all that was left is deleted, the next page is empty and the last', async () => {
  await create('a', 'b', 'c')
  const { nextToken } = await list({ maxResults: 2 })
  await deleteProfilingGroup(services.context(), { profilingGroupName: 'c' })
  assert.deepEqual(await list({ maxResults: 2, nextToken: nextToken! }), { profilingGroupNames: [] })
})

test('a group made again between two pages counts as new', async () => {
  await create('a', 'b', 'c')
  let step = 0
  const found = await pages(2, async () => {
    if (step++ > 0) return
    await deleteProfilingGroup(services.context(), { profilingGroupName: 'a' })
    await create('a')
  })
  assert.deepEqual(found, [
    ['a', 'b'],
    ['c', 'a'],
  ])
})

test('a token can be used again, with pages of another length, with and without descriptions', async () => {
  await create('a', 'b', 'c', 'd')
  const { nextToken = null } = await list({ maxResults: 1 })
  for (const maxResults of [1, 2, 10]) {
    const { profilingGroupNames } = await list({ maxResults, nextToken, includeDescription: true })
    assert.deepEqual(profilingGroupNames, ['b', 'c', 'd'].slice(0, maxResults))
  }
})

test('a token is refused in another region, with other text, and where another operation made it', async () => {
  await create('a', 'b')
  const { nextToken = '' } = await list({ maxResults: 1 })
  const refused = apiError('ValidationException', /nextToken does not belong to this call/)
  await assert.rejects(list({ nextToken }, { region: 'eu-west-1' }), refused)
  await assert.rejects(list({ nextToken }, { accountId: '111111111111' }), refused)
  for (const other of ['x', '__proto__', '-', 'p1', `${nextToken}0`, nextToken.slice(0, -1)])
    await assert.rejects(list({ nextToken: other }), refused, other)
})

test('groups of other accounts and regions are not in the list', async () => {
  await create('a')
  await createGroup(services, { profilingGroupName: 'b' }, { region: 'eu-west-1' })
  await createGroup(services, { profilingGroupName: 'c' }, { accountId: '111111111111' })
  assert.deepEqual((await list()).profilingGroupNames, ['a'])
  assert.deepEqual((await list({}, { region: 'eu-west-1' })).profilingGroupNames, ['b'])
})
