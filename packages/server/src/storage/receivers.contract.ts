/** Part of the catalog's contract: who is told what concerns a group. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog, GroupRecord, NewGroup } from './catalog.ts'
import type { Receiver } from './receivers.ts'

export function receiversContract(
  fresh: () => Promise<Catalog>,
  makeGroup: (catalog: Catalog, changes?: Partial<NewGroup>) => Promise<GroupRecord>,
): void {
  const receiver = (groupId: string, id: string): Receiver => ({
    ...{ id, groupId, kind: 'slack', topics: ['anomaly', 'alarm'], addedAt: 7 },
    address: Uint8Array.of(1, 2, 3),
  })

  test('receivers are kept as they were added, in that order, and each with the key of its group', async () => {
    const catalog = await fresh()
    const { id: groupId, sealedDataKey } = await makeGroup(catalog)
    for (const id of ['b', 'a']) assert.equal(await catalog.addReceiver(receiver(groupId, id), 5), 'added')
    assert.deepEqual(await catalog.receiversOf(groupId), [receiver(groupId, 'b'), receiver(groupId, 'a')])
    assert.deepEqual(await catalog.findReceiver('a'), { ...receiver(groupId, 'a'), sealedDataKey })
    assert.equal(await catalog.findReceiver('c'), null)
  })

  test('there are no more than may be, and none without a group', async () => {
    const catalog = await fresh()
    const { id: groupId } = await makeGroup(catalog)
    assert.equal(await catalog.addReceiver(receiver(groupId, 'a'), 1), 'added')
    assert.equal(await catalog.addReceiver(receiver(groupId, 'b'), 1), 'quota')
    assert.equal(await catalog.addReceiver(receiver('nobody', 'c'), 1), 'gone')
  })

  test('a receiver is removed by the group that has it, and goes with it', async () => {
    const catalog = await fresh()
    const { id: groupId } = await makeGroup(catalog)
    await catalog.addReceiver(receiver(groupId, 'a'), 5)
    await catalog.addReceiver(receiver(groupId, 'b'), 5)
    assert.equal(await catalog.removeReceiver('another', 'a'), false)
    assert.equal(await catalog.removeReceiver(groupId, 'a'), true)
    assert.equal(await catalog.removeReceiver(groupId, 'a'), false)
    await catalog.deleteGroup(groupId)
    assert.deepEqual(await catalog.receiversOf(groupId), [])
    assert.equal(await catalog.findReceiver('b'), null)
  })
}
