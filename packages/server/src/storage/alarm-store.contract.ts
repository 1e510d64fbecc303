/** Part of the catalog's contract: alarms. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AlarmChange, HistoryQuestion } from './alarm-store.ts'
import type { Announcement } from './announcements.ts'
import type { Catalog } from './catalog.ts'

const scope = { accountId: '000000000000', region: 'us-east-1' }
const elsewhere = { accountId: '000000000000', region: 'eu-west-1' }

export function alarmStoreContract(fresh: () => Promise<Catalog>): void {
  const put = (name: string, changes: Partial<AlarmChange> = {}): AlarmChange => ({
    ...{ ...scope, name, expectedRevision: 0, put: { document: `${name} document`, state: 'new' } },
    ...{ history: [], ...changes },
  })
  const happened = (at: number, type = 'StateUpdate') => ({ at, type, summary: `at ${at}`, data: '{}' })
  const history = (catalog: Catalog, changes: Partial<HistoryQuestion> = {}) =>
    catalog.alarmHistory({
      ...{ ...scope, name: null, type: null, from: 0, to: 1000, isAscending: true, after: null, limit: 100 },
      ...changes,
    })

  test('an alarm is there as it was put last', async () => {
    const catalog = await fresh()
    assert.equal(await catalog.findAlarm(scope, 'a'), null)
    assert.equal(await catalog.changeAlarms([put('a')], 10), 'changed')
    const row = { ...scope, name: 'a', revision: 1, document: 'a document', state: 'new' }
    assert.deepEqual(await catalog.findAlarm(scope, 'a'), row)
    assert.equal(await catalog.findAlarm(elsewhere, 'a'), null)
    const again = put('a', { expectedRevision: 1, put: { document: 'other', state: 'old' } })
    assert.equal(await catalog.changeAlarms([again], 10), 'changed')
    assert.deepEqual(await catalog.findAlarm(scope, 'a'), {
      ...row,
      revision: 2,
      document: 'other',
      state: 'old',
    })
    assert.equal(await catalog.changeAlarms([put('a', { expectedRevision: 2, put: null })], 10), 'changed')
    assert.equal(await catalog.findAlarm(scope, 'a'), null)
  })

  test('what was worked out on something else changes nothing, nor does what goes with it', async () => {
    const catalog = await fresh()
    await catalog.changeAlarms([put('a')], 10)
    const stale = [put('a'), put('a', { expectedRevision: 2, put: null }), put('z', { expectedRevision: 1 })]
    for (const change of stale) {
      const changes = [put('new', { history: [happened(1)] }), change]
      assert.equal(await catalog.changeAlarms(changes, 10), 'stale')
    }
    assert.deepEqual(
      (await catalog.listAlarms(scope, '', 10)).map(({ name }) => name),
      ['a'],
    )
    assert.deepEqual(await history(catalog), [])
  })

  test('more than may be are refused whole; those of another region do not count', async () => {
    const catalog = await fresh()
    await catalog.changeAlarms([put('x', elsewhere), put('a')], 2)
    assert.equal(await catalog.changeAlarms([put('b'), put('c')], 2), 'quota')
    assert.equal(await catalog.changeAlarms([put('b')], 2), 'changed')
    assert.equal(await catalog.changeAlarms([put('a', { expectedRevision: 1 })], 2), 'changed')
  })

  test('what is refused leaves nothing behind, also where its record would be one with it', async () => {
    const catalog = await fresh()
    await catalog.changeAlarms([put('a')], 10)
    const recorded = (changes: readonly AlarmChange[]) =>
      catalog.recorded('{"eventID":"1","eventTime":"2026-11-26T12:00:00Z"}', 'changeAlarms', [changes, 2])
    const tooMany = [put('b'), put('c', { history: [happened(1)] })]
    assert.deepEqual(await recorded(tooMany), { value: 'quota', isRecorded: false })
    assert.deepEqual(await recorded([put('b'), put('a')]), { value: 'stale', isRecorded: false })
    assert.deepEqual(
      (await catalog.listAlarms(scope, '', 10)).map(({ name }) => name),
      ['a'],
    )
    assert.deepEqual(await history(catalog), [])
    assert.equal((await recorded([put('b')])).isRecorded, true)
  })

  test('they are listed by name, page by page; those of all accounts too', async () => {
    const catalog = await fresh()
    const names = ['b', 'a', "c'; --", 'nul\0🔥', '__proto__']
    await catalog.changeAlarms([...names.map((name) => put(name)), put('x', elsewhere)], 10)
    const sorted = [...names].sort()
    assert.deepEqual(
      (await catalog.listAlarms(scope, '', 10)).map(({ name }) => name),
      sorted,
    )
    assert.deepEqual(
      (await catalog.listAlarms(scope, sorted[1]!, 2)).map(({ name }) => name),
      sorted.slice(2, 4),
    )
    const all = await catalog.allAlarms(null, 10)
    assert.deepEqual(
      all.map(({ name }) => name),
      ['x', ...sorted],
    )
    assert.deepEqual(await catalog.allAlarms(all[2]!, 2), all.slice(3, 5))
  })

  test('what became of an alarm is told in both directions, also when it is gone', async () => {
    const catalog = await fresh()
    await catalog.changeAlarms(
      [put('a', { history: [happened(10, 'ConfigurationUpdate'), happened(20)] })],
      10,
    )
    await catalog.changeAlarms([put('b', { history: [happened(20)] })], 10)
    await catalog.changeAlarms([put('a', { expectedRevision: 1, put: null, history: [happened(30)] })], 10)
    const told = async (changes: Partial<HistoryQuestion> = {}) =>
      (await history(catalog, changes)).map(({ name, at }) => `${name} ${at}`)
    assert.deepEqual(await told(), ['a 10', 'a 20', 'b 20', 'a 30'])
    assert.deepEqual(await told({ isAscending: false }), ['a 30', 'b 20', 'a 20', 'a 10'])
    assert.deepEqual(await told({ name: 'a', type: 'StateUpdate' }), ['a 20', 'a 30'])
    assert.deepEqual(await told({ from: 11, to: 20 }), ['a 20', 'b 20'])
    assert.deepEqual(await told(elsewhere), [])
    for (const isAscending of [true, false]) {
      const [whole, first] = [await told({ isAscending }), await history(catalog, { isAscending, limit: 2 })]
      const rest = await told({ isAscending, after: first.at(-1)! })
      assert.deepEqual([...first.map(({ name, at }) => `${name} ${at}`), ...rest], whole)
    }
    await catalog.forgetAlarmHistory(20)
    assert.deepEqual(await told(), ['a 20', 'b 20', 'a 30'])
  })

  test('what is to be told of a change is there with it, or neither is', async () => {
    const catalog = await fresh()
    const announcement = (key: string): Announcement => ({
      ...{ key, ...scope, groupName: null, topic: 'alarm', state: 'ALARM', at: 1000, title: 'a', text: 'b' },
      ...{ path: '/groups', yearlyCost: null, detail: {}, targets: ['arn'] },
    })
    const told = async () => (await catalog.announcementsAfter(0, 10)).map(({ announcement: { key } }) => key)
    await catalog.changeAlarms([put('a', { announcement: announcement('one') }), put('b')], 10)
    assert.deepEqual(await told(), ['one'])
    const second = put('a', { expectedRevision: 1, announcement: announcement('two') })
    assert.equal(await catalog.changeAlarms([second, put('b')], 10), 'stale')
    assert.equal(await catalog.changeAlarms([second, put('c')], 2), 'quota')
    assert.deepEqual(await told(), ['one'])
    assert.equal(await catalog.changeAlarms([second], 10), 'changed')
    assert.equal(await catalog.changeAlarms([second], 10), 'stale')
    assert.deepEqual(await told(), ['one', 'two'])
  })
}
