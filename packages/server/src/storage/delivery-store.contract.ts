/** Part of the catalog's contract: who is told of what, and how far that got. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Announcement } from './announcements.ts'
import type { Catalog, GroupRecord, NewGroup } from './catalog.ts'

export function deliveryStoreContract(
  fresh: () => Promise<Catalog>,
  makeGroup: (catalog: Catalog, changes?: Partial<NewGroup>) => Promise<GroupRecord>,
): void {
  const bench = async () => {
    const catalog = await fresh()
    const { id: groupId, accountId, region, name: groupName } = await makeGroup(catalog)
    const announcement = (key: string): Announcement => ({
      ...{ key, accountId, region, groupName, topic: 'anomaly', state: 'OPEN', at: 1, title: `Title ${key}` },
      ...{ text: '', path: '/', yearlyCost: null, detail: null },
    })
    await catalog.announce([announcement('one'), announcement('two')])
    const [one, two] = (await catalog.announcementsAfter(0, 10)).map(({ sequence }) => sequence)
    const due = async (now: number) =>
      (await catalog.dueDeliveries(now, 10)).map(({ said: { key }, target, attempts }) => [
        key,
        target,
        attempts,
      ])
    return { catalog, groupId, one: one!, two: two!, due }
  }

  test('deliveries are made once of each announcement, in their order', async () => {
    const { catalog, one, two, due } = await bench()
    assert.equal(await catalog.deliveryProgress(), 0)
    await catalog.makeDeliveries(one, ['a', 'b'], 10)
    await catalog.makeDeliveries(one, ['c'], 10)
    await catalog.makeDeliveries(two, ['a'], 20)
    assert.equal(await catalog.deliveryProgress(), two)
    assert.deepEqual(await due(9), [])
    assert.deepEqual(await due(10), [
      ['one', 'a', 0],
      ['one', 'b', 0],
    ])
    assert.deepEqual(await due(20), [
      ['one', 'a', 0],
      ['one', 'b', 0],
      ['two', 'a', 0],
    ])
  })

  test('what failed is due again when it was said, what ended is not, and each says how it went', async () => {
    const { catalog, groupId, one, due } = await bench()
    await catalog.makeDeliveries(one, ['a', 'b', 'c'], 10)
    const note = { announcement: one, error: null }
    await catalog.noteDeliveries([{ ...note, target: 'a', state: 'sent', at: 11 }])
    await catalog.noteDeliveries([
      { ...note, target: 'b', state: 'pending', at: 40, error: 'it’s "down"' },
      { ...note, target: 'c', state: 'dead', at: 12, error: 'gone' },
    ])
    assert.deepEqual(await due(39), [])
    assert.deepEqual(await due(40), [['one', 'b', 1]])
    const told = { announcement: one, attempts: 1, title: 'Title one' }
    assert.deepEqual(await catalog.deliveriesOf(groupId, 10), [
      { ...told, target: 'a', state: 'sent', at: 11, error: null },
      { ...told, target: 'b', state: 'pending', at: 40, error: 'it’s "down"' },
      { ...told, target: 'c', state: 'dead', at: 12, error: 'gone' },
    ])
  })

  test('what was given up is due again once somebody says so, unless its text is gone', async () => {
    const { catalog, groupId, one, two, due } = await bench()
    await catalog.makeDeliveries(one, ['a', 'b'], 10)
    await catalog.makeDeliveries(two, ['a'], 10)
    const note = { at: 20, error: 'gone' }
    await catalog.noteDeliveries([
      { ...note, announcement: one, target: 'a', state: 'dead' },
      { ...note, announcement: one, target: 'b', state: 'sent' },
      { ...note, announcement: two, target: 'a', state: 'dead' },
    ])
    const other = await makeGroup(catalog, { name: 'another' })
    assert.equal(await catalog.reviveDeliveries(other.id, 30), 0)
    assert.equal(await catalog.reviveDeliveries(groupId, 30), 2)
    assert.deepEqual(await due(30), [
      ['one', 'a', 0],
      ['two', 'a', 0],
    ])
    await catalog.noteDeliveries([{ ...note, announcement: one, target: 'a', state: 'dead' }])
    await catalog.forgetAnnouncements(2)
    assert.equal(await catalog.reviveDeliveries(groupId, 40), 0)
  })

  test('what is packed together stays together', async () => {
    const { catalog, one, two } = await bench()
    await catalog.makeDeliveries(one, ['a', 'b'], 10)
    await catalog.makeDeliveries(two, ['a'], 10)
    await catalog.packDeliveries('parcel', 'a', [one, two])
    const due = await catalog.dueDeliveries(10, 10)
    assert.deepEqual(
      due.map(({ target, parcel }) => [target, parcel]),
      [
        ['a', 'parcel'],
        ['b', null],
        ['a', 'parcel'],
      ],
    )
  })

  test('deliveries go with their group, and what is of no use any more is not sent', async () => {
    const { catalog, groupId, one, two, due } = await bench()
    await catalog.makeDeliveries(one, ['a'], 10)
    await catalog.forgetAnnouncements(2)
    assert.deepEqual(await due(100), [])
    assert.equal((await catalog.deliveriesOf(groupId, 10))[0]!.title, null)
    await catalog.makeDeliveries(two, ['a'], 10)
    await catalog.deleteGroup(groupId)
    assert.deepEqual(await due(100), [])
    assert.deepEqual(await catalog.deliveriesOf(groupId, 10), [])
    assert.equal(await catalog.deliveryProgress(), two)
  })
}
