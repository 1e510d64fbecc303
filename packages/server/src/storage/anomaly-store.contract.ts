/** Part of the catalog's contract: changes of what functions cost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Announcement } from './announcements.ts'
import type { AnomalyAddition } from './anomaly-store.ts'
import type { Catalog, GroupRecord, NewGroup } from './catalog.ts'

export function anomalyStoreContract(
  fresh: () => Promise<Catalog>,
  makeGroup: (catalog: Catalog, changes?: Partial<NewGroup>) => Promise<GroupRecord>,
): void {
  const bench = async () => {
    const catalog = await fresh()
    const { id: groupId, accountId, region, name: groupName } = await makeGroup(catalog)
    const announcement = (key: string): Announcement => ({
      ...{ key, accountId, region, groupName, topic: 'anomaly', state: 'OPEN', at: 1, title: '', text: '' },
      ...{ path: '/', yearlyCost: null, detail: null },
    })
    const added = (id: string, since: number, isTold = false): AnomalyAddition => ({
      ...{ id, since, document: Uint8Array.of(since, 0, 255) },
      announcement: isTold ? announcement(`${id}/OPEN`) : null,
    })
    const list = async (from: number, to: number, limit = 100) =>
      (await catalog.anomaliesOf({ groupId, from, to, limit })).map(({ id }) => id)
    const told = async () =>
      (await catalog.announcementsAfter(0, 100)).map(({ announcement: { key } }) => key)
    return { catalog, groupId, announcement, added, list, told }
  }

  test('anomalies are there as they were found, and last until they are ended', async () => {
    const { catalog, groupId, added, list } = await bench()
    await catalog.changeAnomalies({ groupId, added: [added('a', 10), added('b', 20)], ended: [] })
    const row = {
      id: 'a',
      since: 10,
      until: null,
      document: Uint8Array.of(10, 0, 255),
      feedback: null,
    }
    assert.deepEqual(await catalog.findAnomaly(groupId, 'a'), row)
    assert.equal(await catalog.findAnomaly(groupId, 'c'), null)
    await catalog.changeAnomalies({ groupId, added: [], ended: [{ id: 'a', until: 15, announcement: null }] })
    assert.deepEqual(await catalog.findAnomaly(groupId, 'a'), { ...row, until: 15 })
    assert.deepEqual(await list(0, 100), ['b', 'a'])
    assert.deepEqual(await list(15, 100), ['b'])
    assert.deepEqual(await list(14, 20), ['a'])
    assert.deepEqual(await list(0, 10), [])
    assert.deepEqual(await list(0, 100, 1), ['b'])
  })

  test('what is found or ended again changes nothing, and nobody is told twice', async () => {
    const { catalog, groupId, announcement, added, told } = await bench()
    const ended = { id: 'a', until: 15, announcement: announcement('a/CLOSED') }
    await catalog.changeAnomalies({ groupId, added: [added('a', 10, true)], ended: [] })
    await catalog.changeAnomalies({ groupId, added: [added('a', 99, true)], ended: [ended] })
    await catalog.changeAnomalies({ groupId, added: [], ended: [{ ...ended, until: 30 }] })
    const { since, until } = (await catalog.findAnomaly(groupId, 'a'))!
    assert.deepEqual([since, until], [10, 15])
    assert.deepEqual(await told(), ['a/OPEN', 'a/CLOSED'])
  })

  test('what is said of one replaces what was said before', async () => {
    const { catalog, groupId, added } = await bench()
    await catalog.changeAnomalies({ groupId, added: [added('a', 10)], ended: [] })
    const feedback = {
      type: 'Negative',
      comment: 'a “deploy”',
      at: 5,
      by: 'arn:aws:iam::1:user/ann',
    } as const
    assert.equal(await catalog.giveFeedback(groupId, 'a', { ...feedback, type: 'Positive' }), true)
    assert.equal(await catalog.giveFeedback(groupId, 'a', feedback), true)
    assert.equal(await catalog.giveFeedback(groupId, 'b', feedback), false)
    assert.deepEqual((await catalog.findAnomaly(groupId, 'a'))!.feedback, feedback)
  })

  test('those that ended long ago are forgotten; those that last are not', async () => {
    const { catalog, groupId, added, list } = await bench()
    const ended = [{ id: 'a', until: 15, announcement: null }]
    await catalog.changeAnomalies({ groupId, added: [added('a', 10), added('b', 10)], ended })
    await catalog.forgetAnomalies(15)
    assert.deepEqual(await list(0, 100), ['a', 'b'])
    await catalog.forgetAnomalies(16)
    assert.deepEqual(await list(0, 100), ['b'])
  })

  test('those that began in a period are removed, of one group', async () => {
    const { catalog, groupId, added, list } = await bench()
    const ended = [{ id: 'a', until: 15, announcement: null }]
    const all = [added('a', 9), added('b', 10), added('c', 19), added('d', 20)]
    await catalog.changeAnomalies({ groupId, added: all, ended })
    assert.equal(await catalog.removeAnomalies('another', 0, 100), 0)
    assert.equal(await catalog.removeAnomalies(groupId, 10, 20), 2)
    assert.deepEqual(await list(0, 100), ['d', 'a'])
  })

  test('a group’s anomalies go with it', async () => {
    const { catalog, groupId, added, list } = await bench()
    await catalog.changeAnomalies({ groupId, added: [added('a', 10)], ended: [] })
    await catalog.deleteGroup(groupId)
    assert.deepEqual(await list(0, 100), [])
    assert.equal(await catalog.changeAnomalies({ groupId, added: [added('b', 10)], ended: [] }), 'gone')
  })
}
