/** Part of the catalog's contract: patterns of users, reports and states of recommendations. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Catalog, GroupRecord, NewGroup } from './catalog.ts'
import type { NewFindings, ReportRow } from './findings-store.ts'

const hour = 3_600_000

export function findingsStoreContract(
  fresh: () => Promise<Catalog>,
  makeGroup: (catalog: Catalog, changes?: Partial<NewGroup>) => Promise<GroupRecord>,
): void {
  const bench = async () => {
    const catalog = await fresh()
    const { id, accountId, region } = await makeGroup(catalog)
    return { catalog, groupId: id, scope: { accountId, region } }
  }
  const report = (start: number, changes: Partial<ReportRow> = {}): ReportRow => ({
    id: randomUUID(),
    period: 'PT1H',
    start,
    findings: 2,
    summary: `{"of":${start}}`,
    document: new Uint8Array([1, 2, start / hour]),
    ...changes,
  })
  const found = (groupId: string, row: ReportRow, changes: Partial<NewFindings> = {}): NewFindings => ({
    ...{ groupId, period: row.period, since: null, until: row.start + hour, report: row },
    ...{ states: [], announcements: [], ...changes },
  })
  /** Whatever the progress is. */
  const add = async (catalog: Catalog, findings: NewFindings) => {
    const { groupId, period } = findings
    const known = (await catalog.findingsProgress()).find(
      (at) => at.groupId === groupId && at.period === period,
    )
    return catalog.addFindings({ ...findings, since: known?.until ?? null })
  }
  const summaryOf = ({ document: _, ...summary }: ReportRow) => summary

  test('patterns are there by id as they were put last, those of a group and of the installation apart', async () => {
    const { catalog, groupId } = await bench()
    const put = (id: string, document: string, where: string | null) =>
      catalog.putPattern({ id, document, groupId: where, maxPatterns: 2 })
    assert.equal(await put('b', 'group b', groupId), 'put')
    assert.equal(await put('a', 'group a', groupId), 'put')
    assert.equal(await put('a', 'all a', null), 'put')
    assert.equal(await put('c', 'group c', groupId), 'quota')
    assert.equal(await put('b', 'group b again', groupId), 'put')
    assert.equal(await put('a', 'nobody', randomUUID()), 'gone')
    assert.deepEqual(await catalog.patternsOf(groupId), [
      { id: 'a', document: 'group a' },
      { id: 'b', document: 'group b again' },
    ])
    assert.deepEqual(await catalog.patternsOf(null), [{ id: 'a', document: 'all a' }])
    assert.equal(await catalog.removePattern(groupId, 'a'), true)
    assert.equal(await catalog.removePattern(groupId, 'a'), false)
    assert.deepEqual(await catalog.patternsOf(null), [{ id: 'a', document: 'all a' }])
  })

  test('a report is there with the states that go with it, and a time is looked at once', async () => {
    const { catalog, groupId, scope } = await bench()
    const first = report(hour)
    const states = [
      { patternId: 'x', document: 'open' },
      { patternId: 'y', document: 'open' },
    ]
    const told = (key: string) => ({
      ...{ ...scope, key, groupName: null, topic: 'recommendation' as const, state: 'OPEN', at: 1 },
      ...{ title: 'x', text: 'x', path: '/', yearlyCost: null, detail: null },
    })
    const announcements = [told('one')]
    assert.equal(await catalog.addFindings(found(groupId, first, { states, announcements })), 'added')
    const late = { states: [{ patternId: 'x', document: null }], announcements: [told('two')] }
    assert.equal(await catalog.addFindings(found(groupId, report(hour), late)), 'stale')
    assert.equal(await catalog.addFindings(found(randomUUID(), report(0))), 'gone')
    assert.deepEqual(
      (await catalog.announcementsAfter(0, 9)).map(({ announcement }) => announcement.key),
      ['one'],
    )
    assert.deepEqual(await catalog.findingsReport(groupId, first.id), first)
    assert.equal(await catalog.findingsReport(randomUUID(), first.id), null)
    assert.deepEqual(await catalog.findingsProgress(), [{ groupId, period: 'PT1H', until: 2 * hour }])
    const empty = { until: 3 * hour, report: null, states: late.states }
    for (const since of [null, hour, 3 * hour])
      assert.equal(await catalog.addFindings(found(groupId, first, { ...empty, since })), 'stale')
    assert.equal(await catalog.addFindings(found(groupId, first, { ...empty, since: 2 * hour })), 'added')
    assert.deepEqual(await catalog.statesOf(groupId), [{ patternId: 'y', document: 'open', isMuted: false }])
    // A clock that was ahead is put right: the progress goes back, and what has a report gets no other.
    const again = found(groupId, report(hour), { since: 3 * hour, until: 2 * hour, ...late })
    assert.equal(await catalog.addFindings(again), 'stale')
    assert.equal(await catalog.addFindings({ ...again, report: null, states: [] }), 'added')
    assert.deepEqual(await catalog.findingsProgress(), [{ groupId, period: 'PT1H', until: 2 * hour }])
  })

  test('reports are listed newest first, page by page, and forgotten by age', async () => {
    const { catalog, groupId } = await bench()
    const day = report(0, { period: 'P1D' })
    const hours = [0, 1, 2, 3].map((n) => report(n * hour))
    await add(catalog, found(groupId, day))
    for (const row of hours) await add(catalog, found(groupId, row))
    const list = (changes: Partial<Parameters<Catalog['listReports']>[0]> = {}) =>
      catalog.listReports({
        ...{ groupId, periods: ['PT1H', 'P1D'], from: 0, to: 9 * hour, after: null, limit: 100 },
        ...changes,
      })
    const [h0, h1, h2, h3] = hours.map(summaryOf)
    assert.deepEqual(await list(), [h3, h2, h1, summaryOf(day), h0])
    assert.deepEqual(await list({ periods: ['P1D'] }), [summaryOf(day)])
    assert.deepEqual(await list({ from: hour, to: 3 * hour, periods: ['PT1H'] }), [h2, h1])
    assert.deepEqual(await list({ from: 2 * hour - 1, to: 2 * hour }), [h1, summaryOf(day)])
    assert.deepEqual(await list({ limit: 2 }), [h3, h2])
    assert.deepEqual(await list({ limit: 2, after: h2! }), [h1, summaryOf(day)])
    assert.deepEqual(await list({ after: summaryOf(day) }), [h0])
    assert.deepEqual(await list({ after: h0! }), [])
    assert.deepEqual(await catalog.reportBefore(groupId, 'PT1H', 2 * hour), hours[1])
    assert.equal(await catalog.reportBefore(groupId, 'PT1H', 0), null)
    assert.equal(await catalog.removeReports(groupId, 2 * hour - 1, 2 * hour), 2)
    assert.deepEqual(await list(), [h3, h2, h0])
    assert.equal(await catalog.removeReports(randomUUID(), 0, 9 * hour), 0)
    // By a clock a year ahead only what is old beside the newest report is forgotten.
    await catalog.forgetReports(9000 * hour, 3 * hour)
    assert.deepEqual(await list(), [h3, h2, h0])
    await catalog.forgetReports(9000 * hour, hour)
    assert.deepEqual(await list(), [h3, h2])
    await catalog.forgetReports(hour, 0)
    assert.deepEqual(await list(), [h3, h2])
    await catalog.forgetReports(3 * hour, 0)
    assert.deepEqual(await list(), [h3])
  })

  test('the latest report of each group is told in the order of the groups', async () => {
    const { catalog, groupId, scope } = await bench()
    const [other, silent] = [
      await makeGroup(catalog, { name: 'other' }),
      await makeGroup(catalog, { name: 'silent' }),
    ]
    const [old, latest, others] = [report(0), report(hour), report(0)]
    await add(catalog, found(groupId, old))
    await add(catalog, found(groupId, latest))
    await add(catalog, found(other.id, others))
    await add(catalog, found(silent.id, report(0, { period: 'P1D' })))
    const ask = (afterSequence: number, limit = 10) =>
      catalog.latestReports({ scope, period: 'PT1H', afterSequence, limit })
    const all = await ask(0)
    assert.deepEqual(
      all.map(({ id, groupId: of, groupName }) => [id, of, groupName]),
      [
        [latest.id, groupId, (await catalog.allGroups())[0]!.name],
        [others.id, other.id, 'other'],
      ],
    )
    assert.deepEqual(await ask(0, 1), all.slice(0, 1))
    assert.deepEqual(await ask(all[0]!.groupSequence), all.slice(1))
    const elsewhere = { ...scope, region: 'eu-central-1' }
    assert.deepEqual(
      await catalog.latestReports({ scope: elsewhere, period: 'PT1H', afterSequence: 0, limit: 10 }),
      [],
    )
  })

  test('muting outlasts changes of the state, and is only of what is known', async () => {
    const { catalog, groupId } = await bench()
    assert.equal(await catalog.muteRecommendation(groupId, 'x', true), 'unknown')
    const state = (document: string) => ({ states: [{ patternId: 'x', document }] })
    await add(catalog, found(groupId, report(0), state('one')))
    assert.equal(await catalog.muteRecommendation(groupId, 'x', true), 'changed')
    assert.equal(await catalog.muteRecommendation(groupId, 'x', true), 'same')
    await add(catalog, found(groupId, report(hour), state('two')))
    assert.deepEqual(await catalog.statesOf(groupId), [{ patternId: 'x', document: 'two', isMuted: true }])
    assert.equal(await catalog.muteRecommendation(groupId, 'x', false), 'changed')
  })

  test('with a group everything that was found in it goes', async () => {
    const { catalog, groupId } = await bench()
    const row = report(0)
    await add(catalog, found(groupId, row, { states: [{ patternId: 'x', document: 'open' }] }))
    await catalog.putPattern({ id: 'a', document: 'a', groupId, maxPatterns: 9 })
    await catalog.deleteGroup(groupId)
    assert.deepEqual(await catalog.patternsOf(groupId), [])
    assert.deepEqual(await catalog.statesOf(groupId), [])
    assert.deepEqual(await catalog.findingsProgress(), [])
    assert.equal(await catalog.findingsReport(groupId, row.id), null)
  })
}
