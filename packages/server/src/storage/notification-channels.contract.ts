/** Part of the catalog's contract: where findings about groups are sent. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Catalog, GroupRecord, NewGroup } from './catalog.ts'
import type { Channel } from './notification-channels.ts'

export function notificationChannelsContract(
  fresh: () => Promise<Catalog>,
  makeGroup: (catalog: Catalog, changes?: Partial<NewGroup>) => Promise<GroupRecord>,
): void {
  const channel = (uri: string, id: string = randomUUID()): Channel => ({
    id,
    uri,
    eventPublishers: ['AnomalyDetection'],
  })
  const bench = async () => {
    const catalog = await fresh()
    const { id } = await makeGroup(catalog)
    return {
      catalog,
      id,
      add: (...channels: Channel[]) =>
        catalog.addChannels({ groupId: id, channels, maxChannels: 3, account: null }),
      channels: () => catalog.channelsOf(id),
    }
  }

  test('channels are there in the order they were added', async () => {
    const { add, channels } = await bench()
    const [z, a, m] = [channel('z'), channel('a'), channel('m')]
    assert.deepEqual(await channels(), [])
    assert.equal(await add(z, a), 'added')
    assert.equal(await add(m), 'added')
    assert.deepEqual(await channels(), [z, a, m])
  })

  test('an id or a uri is there once; what is refused is refused whole', async () => {
    const { add, channels } = await bench()
    const first = channel('a')
    await add(first)
    for (const again of [channel('a'), channel('b', first.id)])
      assert.equal(await add(channel('c'), again), 'taken')
    assert.equal(await add(channel('b'), channel('b')), 'taken')
    assert.equal(await add(channel('b', 'id'), channel('c', 'id')), 'taken')
    assert.deepEqual(await channels(), [first])
  })

  test('more than are allowed are refused whole', async () => {
    const { add, channels } = await bench()
    await add(channel('a'), channel('b'))
    assert.equal(await add(channel('c'), channel('d')), 'quota')
    assert.equal((await channels()).length, 2)
    assert.equal(await add(channel('c')), 'added')
    assert.equal(await add(channel('d')), 'quota')
    assert.equal(await add(channel('c')), 'taken')
  })

  test('of many additions at once as many are made as there is room for', async () => {
    const { add, channels } = await bench()
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, i) => add(channel(`u${i}`))))
    assert.equal(outcomes.filter((outcome) => outcome === 'added').length, 3)
    assert.equal((await channels()).length, 3)
  })

  test('a change of an account is made with the channels, or neither is', async () => {
    const { catalog, id, add, channels } = await bench()
    const accountId = '123456789012'
    const roles = async () => (await catalog.readAccount(accountId))?.rows.map(({ key }) => key) ?? []
    const addWith = (key: string, expectedRevision: number, uri: string) =>
      catalog.addChannels({
        groupId: id,
        channels: [channel(uri)],
        maxChannels: 3,
        account: { accountId, expectedRevision, changes: [{ kind: 'role', key, document: '{}' }] },
      })
    assert.equal(await addWith('first', 0, 'a'), 'added')
    assert.deepEqual(await roles(), ['first'])
    assert.equal(await addWith('second', 0, 'b'), 'stale')
    assert.equal(await addWith('second', 1, 'a'), 'taken')
    assert.deepEqual(await roles(), ['first'])
    assert.equal((await channels()).length, 1)
    assert.equal(await addWith('second', 1, 'b'), 'added')
    assert.deepEqual(await roles(), ['first', 'second'])
    await add(channel('c'))
    assert.equal(await addWith('third', 2, 'd'), 'quota')
    assert.deepEqual(await roles(), ['first', 'second'])
  })

  test('a channel is removed once', async () => {
    const { catalog, id, add, channels } = await bench()
    const [a, b] = [channel('a'), channel('b')]
    await add(a, b)
    assert.equal(await catalog.removeChannel(id, a.id), true)
    assert.equal(await catalog.removeChannel(id, a.id), false)
    assert.deepEqual(await channels(), [b])
    assert.equal(await add(a), 'added')
  })

  test('channels are those of their group, and go with it', async () => {
    const { catalog, id, add, channels } = await bench()
    const other = await makeGroup(catalog, { name: 'other' })
    const a = channel('a')
    await add(a)
    assert.deepEqual(await catalog.channelsOf(other.id), [])
    assert.equal(await catalog.removeChannel(other.id, a.id), false)
    assert.equal(
      await catalog.addChannels({ groupId: other.id, channels: [a], maxChannels: 3, account: null }),
      'added',
    )
    await catalog.deleteGroup(id)
    assert.deepEqual(await channels(), [])
    assert.equal(await add(a), 'gone')
    assert.deepEqual(await catalog.channelsOf(other.id), [a])
  })

  test('hostile texts are kept as they are', async () => {
    const { add, channels } = await bench()
    const hostile = ['__proto__', "'; DROP TABLE notification_channels; --", 'nul\0🔥'].map((text) => ({
      id: text,
      uri: text,
      eventPublishers: [text],
    }))
    await add(...hostile)
    assert.deepEqual(await channels(), hostile)
  })
}
