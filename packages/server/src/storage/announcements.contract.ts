/** Part of the catalog's contract: what somebody is to be told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Announcement } from './announcements.ts'
import type { Catalog, GroupRecord, NewGroup } from './catalog.ts'

export function announcementsContract(
  fresh: () => Promise<Catalog>,
  makeGroup: (catalog: Catalog, changes?: Partial<NewGroup>) => Promise<GroupRecord>,
): void {
  const bench = async () => {
    const catalog = await fresh()
    const group = await makeGroup(catalog)
    const { accountId, region, name: groupName } = group
    const announcement = (key: string, changes: Partial<Announcement> = {}): Announcement => ({
      ...{ key, accountId, region, groupName, topic: 'anomaly', state: 'OPEN', at: 1000 },
      ...{ title: 'It is slower', text: 'By \u0000 half.', path: '/groups/shop', yearlyCost: null },
      ...{ detail: { shares: [0.1, 0.2] }, ...changes },
    })
    const all = (after = 0, limit = 100) => catalog.announcementsAfter(after, limit)
    const keys = async (...args: Parameters<typeof all>) =>
      (await all(...args)).map(({ announcement: { key } }) => key)
    return { catalog, group, announcement, all, keys }
  }

  test('announcements come in their order, as they were made', async () => {
    const { catalog, group, announcement, all, keys } = await bench()
    const one = announcement('one', { yearlyCost: { amount: 12.5, currency: 'EUR' }, targets: ['arn'] })
    await catalog.announce([one, announcement('two', { groupName: null })])
    await catalog.announce([announcement('three')])
    const [first, second] = await all()
    assert.deepEqual(first, { sequence: first!.sequence, groupId: group.id, announcement: one })
    assert.equal(second!.groupId, null)
    assert.deepEqual(await keys(), ['one', 'two', 'three'])
    assert.deepEqual(await keys(first!.sequence), ['two', 'three'])
    assert.deepEqual(await keys(0, 2), ['one', 'two'])
  })

  test('a key is told once, also after it was forgotten', async () => {
    const { catalog, announcement, all, keys } = await bench()
    await catalog.announce([announcement('one'), announcement('one', { title: 'Again' })])
    await catalog.announce([announcement('one', { at: 5000 })])
    assert.deepEqual(
      (await all()).map(({ announcement: { title } }) => title),
      ['It is slower'],
    )
    await catalog.forgetAnnouncements(1000)
    assert.deepEqual(await keys(), ['one'])
    await catalog.forgetAnnouncements(1001)
    assert.deepEqual(await keys(), [])
    await catalog.announce([announcement('one', { at: 5000 })])
    assert.deepEqual(await keys(), [])
  })

  test('of a group that is gone nobody is told anything', async () => {
    const { catalog, group, announcement, keys } = await bench()
    await catalog.announce([announcement('one'), announcement('unknown', { groupName: 'nonesuch' })])
    assert.deepEqual(await keys(), ['one'])
    await catalog.deleteGroup(group.id)
    await catalog.announce([announcement('two')])
    assert.deepEqual(await keys(), [])
  })
}
