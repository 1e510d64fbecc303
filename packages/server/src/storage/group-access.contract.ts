/** Part of the catalog's contract: what groups say about access to themselves. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Catalog, GroupRecord, NewGroup } from './catalog.ts'
import type { GroupPolicy, PolicyPrincipal } from './group-access.ts'

type MakeGroup = (catalog: Catalog, changes?: Partial<NewGroup>) => Promise<GroupRecord>

export function groupAccessContract(fresh: () => Promise<Catalog>, makeGroup: MakeGroup): void {
  policyContract(fresh, makeGroup)
  tagContract(fresh, makeGroup)
}

const alice: PolicyPrincipal = { arn: 'arn:aws:iam::000000000000:user/alice', id: 'AIDAALICE' }
const role: PolicyPrincipal = { arn: 'arn:aws:iam::111111111111:role/agent', id: null }

async function current(catalog: Catalog, { name, accountId, region }: GroupRecord): Promise<GroupRecord> {
  return (await catalog.findGroup({ accountId, region }, name))!
}

function policyContract(fresh: () => Promise<Catalog>, makeGroup: MakeGroup): void {
  /** A group, and changes to its policy that name their revisions by letters. */
  const bench = async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog)
    return {
      catalog,
      group,
      put: (expectedRevision: string | null, revisionId: string, ...principals: PolicyPrincipal[]) =>
        catalog.putPolicy({ groupId: group.id, expectedRevision, revisionId, principals }),
      remove: (expectedRevision: string | null, revisionId: string) =>
        catalog.removePolicy({ groupId: group.id, expectedRevision, revisionId }),
      policy: async (): Promise<GroupPolicy | null> => (await current(catalog, group)).policy,
    }
  }

  test('the first policy of a group needs no revision, and is read with the group', async () => {
    const { catalog, group, put, policy } = await bench()
    assert.equal(await put(null, 'a', alice, role), 'put')
    assert.deepEqual(await policy(), { revisionId: 'a', principals: [alice, role] })
    assert.deepEqual(await current(catalog, group), { ...group, policy: await policy() })
    assert.deepEqual((await catalog.allGroups())[0]?.policy, await policy())
  })

  test('a policy is replaced by who knows its revision, and stays as it is for anybody else', async () => {
    const { put, policy } = await bench()
    await put(null, 'a', alice)
    assert.equal(await put(null, 'b', role), 'revision-needed')
    assert.equal(await put('b', 'b', role), 'stale')
    assert.deepEqual(await policy(), { revisionId: 'a', principals: [alice] })
    assert.equal(await put('a', 'b', role), 'put')
    assert.deepEqual(await policy(), { revisionId: 'b', principals: [role] })
    assert.equal(await put('a', 'c', alice), 'stale')
  })

  test('a revision of a group that never had a policy is stale', async () => {
    const { put, policy } = await bench()
    assert.equal(await put('a', 'b', alice), 'stale')
    assert.equal(await policy(), null)
  })

  test('of several changes to one revision at once, one is made', async () => {
    const { put, policy } = await bench()
    await put(null, 'a', alice)
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, i) => put('a', `b${i}`, role)))
    assert.deepEqual(outcomes.toSorted(), ['put', ...Array(9).fill('stale')])
    assert.equal((await policy())!.revisionId, `b${outcomes.indexOf('put')}`)
  })

  test('who knows the revision removes everybody; then a new policy needs none, but may name it', async () => {
    const { put, remove, policy } = await bench()
    await put(null, 'a', alice, role)
    assert.equal(await remove('x', 'b'), 'stale')
    assert.equal(await remove('a', 'b'), 'removed')
    assert.deepEqual(await policy(), { revisionId: 'b', principals: [] })
    assert.equal(await put('a', 'c', alice), 'stale')
    assert.equal(await put('b', 'c', alice), 'put')
    assert.equal(await remove('c', 'd'), 'removed')
    assert.equal(await put(null, 'e', role), 'put')
    assert.deepEqual(await policy(), { revisionId: 'e', principals: [role] })
  })

  test('nobody is removed twice', async () => {
    const { put, remove, policy } = await bench()
    assert.equal(await remove('a', 'b'), 'none')
    await put(null, 'a', alice)
    await remove('a', 'b')
    assert.equal(await remove('a', 'c'), 'stale')
    assert.equal(await remove('b', 'c'), 'none')
    assert.deepEqual(await policy(), { revisionId: 'b', principals: [] })
  })

  test('a policy goes with its group, and is no other group’s', async () => {
    const { catalog, group, put, remove } = await bench()
    const other = await makeGroup(catalog, { name: 'other' })
    await put(null, 'a', alice)
    assert.equal((await current(catalog, other)).policy, null)
    await catalog.deleteGroup(group.id)
    assert.equal(await put('a', 'b', alice), 'gone')
    assert.equal(await remove('a', 'b'), 'gone')
    assert.equal((await makeGroup(catalog)).policy, null)
  })

  test('hostile texts are kept as they are', async () => {
    const { put, policy } = await bench()
    const principals = ['__proto__', '"; DROP TABLE profiling_groups; --', 'nul\0', '🔥\u2028', ''].map(
      (text) => ({ arn: text, id: text }),
    )
    await put(null, '__proto__', ...principals)
    assert.deepEqual(await policy(), { revisionId: '__proto__', principals })
  })
}

function tagContract(fresh: () => Promise<Catalog>, makeGroup: MakeGroup): void {
  const change = (
    catalog: Catalog,
    groupId: string,
    put: Record<string, string>,
    remove: string[] = [],
    maxTags = 50,
  ) => catalog.changeTags({ groupId, put, remove, maxTags })

  test('tags are added, replaced and removed; everything else of the group stays', async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog, { tags: { team: 'blue', stage: 'test' } })
    assert.equal(await change(catalog, group.id, { team: 'red', cost: '' }, ['stage', 'absent']), 'changed')
    assert.deepEqual(await current(catalog, group), { ...group, tags: { team: 'red', cost: '' } })
  })

  test('a change that would leave too many tags leaves all as they were', async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog, { tags: { a: '1', b: '2' } })
    assert.equal(await change(catalog, group.id, { a: 'new', c: '3' }, [], 2), 'too-many')
    assert.deepEqual((await current(catalog, group)).tags, { a: '1', b: '2' })
    assert.equal(await change(catalog, group.id, { a: 'new', c: '3' }, ['b'], 2), 'changed')
    assert.deepEqual((await current(catalog, group)).tags, { a: 'new', c: '3' })
  })

  test('two keys that differ only in their case are not kept beside each other', async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog, { tags: { stage: 'prod' } })
    assert.equal(await change(catalog, group.id, { Stage: 'test' }), 'ambiguous')
    assert.equal(await change(catalog, group.id, { a: '1', A: '2' }), 'ambiguous')
    assert.deepEqual((await current(catalog, group)).tags, { stage: 'prod' })
    assert.equal(await change(catalog, group.id, { Stage: 'test' }, ['stage']), 'changed')
    assert.deepEqual((await current(catalog, group)).tags, { Stage: 'test' })
  })

  test('a tag may be called like a member of objects', async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog)
    const own = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, key]))
    await change(catalog, group.id, own('__proto__', 'constructor', 'nul\0', '🔥'))
    const entries = async () => Object.entries((await current(catalog, group)).tags)
    assert.deepEqual(await entries(), Object.entries(own('__proto__', 'constructor', 'nul\0', '🔥')))
    await change(catalog, group.id, {}, ['__proto__', 'toString'])
    assert.deepEqual(await entries(), Object.entries(own('constructor', 'nul\0', '🔥')))
  })

  test('changes at the same time are all made', async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog)
    await Promise.all(Array.from({ length: 20 }, (_, i) => change(catalog, group.id, { [`k${i}`]: 'v' })))
    assert.equal(Object.keys((await current(catalog, group)).tags).length, 20)
  })

  test('a group that is gone has no tags to change', async () => {
    const catalog = await fresh()
    assert.equal(await change(catalog, randomUUID(), { a: '1' }), 'gone')
  })
}
