/** What every catalog does, whatever it is kept in. Each adapter's test runs this. */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import { alarmStoreContract } from './alarm-store.contract.ts'
import { announcementsContract } from './announcements.contract.ts'
import { anomalyStoreContract } from './anomaly-store.contract.ts'
import { auditLogContract } from './audit-log.contract.ts'
import {
  type Catalog,
  type CreateGroupOutcome,
  clientTokenLifetimeMilliseconds,
  type GroupRecord,
  type NewGroup,
  type Scope,
  type SealedSecret,
  type Subject,
} from './catalog.ts'
import { deliveryStoreContract } from './delivery-store.contract.ts'
import { directoryContract } from './directory.contract.ts'
import { findingsStoreContract } from './findings-store.contract.ts'
import { groupAccessContract } from './group-access.contract.ts'
import { jobsContract } from './jobs.contract.ts'
import { metricStoreContract } from './metric-store.contract.ts'
import { notificationChannelsContract } from './notification-channels.contract.ts'
import { receiversContract } from './receivers.contract.ts'

const accountId = '000000000000'
const scope: Scope = { accountId, region: 'us-east-1' }
const now = 1_764_000_000_000

const hostileTexts = [
  '__proto__',
  'constructor',
  "Robert'); DROP TABLE profiling_groups;--",
  '"quoted" `text` \\ %s %_',
  'nul\0inside',
  'line\r\nbreak\ttab\u0001\u007f\u2028',
  '🔥 шрифт 漢字 \u202eright-to-left e\u0301',
  'x'.repeat(255),
  ' ',
]

/** @param open an empty catalog each time */
export function catalogContract(name: string, open: () => Promise<Catalog>): void {
  describe(name, () => {
    const opened: Catalog[] = []
    const fresh = async (): Promise<Catalog> => {
      const catalog = await open()
      opened.push(catalog)
      return catalog
    }
    afterEach(() => Promise.all(opened.splice(0).map((catalog) => catalog.close())))

    groupContract(fresh)
    clientTokenContract(fresh)
    auditLogContract(fresh, made)
    directoryContract(fresh)
    groupAccessContract(fresh, made)
    notificationChannelsContract(fresh, made)
    metricStoreContract(fresh, made)
    alarmStoreContract(fresh)
    findingsStoreContract(fresh, made)
    jobsContract(fresh)
    announcementsContract(fresh, made)
    anomalyStoreContract(fresh, made)
    deliveryStoreContract(fresh, made)
    receiversContract(fresh, made)
    consoleContract(fresh)
    sealedSecretsContract(fresh)

    test('notes are read as they were last written', async () => {
      const catalog = await fresh()
      assert.equal(await catalog.readNote('a'), null)
      await catalog.writeNote('a', Uint8Array.of(1, 2))
      await catalog.writeNote('a', Uint8Array.of(0, 255, 3))
      await catalog.writeNote("b'; --", new Uint8Array(0))
      assert.deepEqual(await catalog.readNote('a'), Uint8Array.of(0, 255, 3))
      assert.deepEqual(await catalog.readNote("b'; --"), new Uint8Array(0))
    })

    test('a closed catalog answers nothing, and closing it again is harmless', async () => {
      const catalog = await fresh()
      await catalog.close()
      await catalog.close()
      await assert.rejects(catalog.allGroups())
    })
  })
}

function newGroup(changes: Partial<NewGroup> = {}): NewGroup {
  return {
    ...scope,
    id: randomUUID(),
    name: 'orders',
    computePlatform: 'Default',
    profilingEnabled: true,
    tags: {},
    sealedDataKey: Uint8Array.of(1, 2, 3),
    clientToken: randomUUID(),
    inputHash: 'hash',
    now,
    maxGroups: 100,
    ...changes,
  }
}

function created(outcome: CreateGroupOutcome): GroupRecord {
  assert.ok(outcome.kind === 'created', outcome.kind)
  return outcome.group
}

function groupContract(fresh: () => Promise<Catalog>): void {
  test('a group is found as it was made', async () => {
    const catalog = await fresh()
    const group = newGroup({ computePlatform: 'AWSLambda', profilingEnabled: false, tags: { team: 'blue' } })
    const made = created(await catalog.createGroup(group))
    const { id, name, computePlatform, profilingEnabled, tags, sealedDataKey } = group
    assert.deepEqual(made, {
      ...scope,
      ...{ id, name, computePlatform, profilingEnabled, tags, sealedDataKey },
      sequence: made.sequence,
      policy: null,
      createdAt: now,
      updatedAt: now,
      orchestratedAt: null,
    })
    assert.deepEqual(await catalog.findGroup(scope, 'orders'), made)
    assert.deepEqual(await catalog.allGroups(), [made])
  })

  test('hostile names, tags and tokens are kept as they are', async () => {
    const catalog = await fresh()
    for (const text of hostileTexts) {
      const tags = JSON.parse(`{${JSON.stringify(text)}: ${JSON.stringify(text)}}`)
      const made = created(await catalog.createGroup(newGroup({ name: text, tags, clientToken: text })))
      const found = await catalog.findGroup(scope, text)
      assert.deepEqual(found, made)
      assert.equal(found?.name, text)
      assert.deepEqual(Object.entries(found.tags), [[text, text]])
      assert.equal((await catalog.createGroup(newGroup({ name: text, clientToken: text }))).kind, 'repeated')
    }
    assert.equal((await catalog.allGroups()).length, hostileTexts.length)
  })

  test('names differ by case and by every character', async () => {
    const catalog = await fresh()
    for (const name of ['orders', 'Orders', 'orders ', 'orders\0', 'ordérs', 'orde\u0301rs'])
      created(await catalog.createGroup(newGroup({ name })))
    assert.equal(await catalog.findGroup(scope, 'ORDERS'), null)
  })

  test('a name is unique within its account and region, and free elsewhere', async () => {
    const catalog = await fresh()
    const first = created(await catalog.createGroup(newGroup()))
    assert.equal((await catalog.createGroup(newGroup())).kind, 'name-taken')
    const elsewhere = { ...scope, region: 'eu-west-1' }
    const other = created(await catalog.createGroup(newGroup({ ...elsewhere })))
    created(await catalog.createGroup(newGroup({ accountId: '111111111111' })))
    assert.deepEqual(await catalog.findGroup(scope, 'orders'), first)
    assert.deepEqual(await catalog.findGroup(elsewhere, 'orders'), other)
    assert.equal(await catalog.findGroup({ ...scope, region: 'eu-west-2' }, 'orders'), null)
  })

  test('of several creations of one name at once, one succeeds', async () => {
    const catalog = await fresh()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => catalog.createGroup(newGroup())))
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['created', ...Array(9).fill('name-taken')])
  })

  test('the quota counts the groups of one account and region', async () => {
    const catalog = await fresh()
    const make = async (changes: Partial<NewGroup>): Promise<CreateGroupOutcome['kind']> =>
      (await catalog.createGroup(newGroup({ maxGroups: 2, ...changes }))).kind
    assert.deepEqual([await make({ name: 'a' }), await make({ name: 'b' })], ['created', 'created'])
    assert.equal(await make({ name: 'c' }), 'quota')
    assert.equal(await make({ name: 'c', region: 'eu-west-1' }), 'created')
    assert.equal(await make({ name: 'c', maxGroups: 3 }), 'created')
    await catalog.deleteGroup((await catalog.findGroup(scope, 'a'))!.id)
    assert.equal(await make({ name: 'd', maxGroups: 3 }), 'created')
  })

  test('groups are listed in the order of their creation, page by page, while others come and go', async () => {
    const catalog = await fresh()
    for (const name of ['e', 'd', 'c']) created(await catalog.createGroup(newGroup({ name })))
    created(await catalog.createGroup(newGroup({ name: 'foreign', region: 'eu-west-1' })))
    created(await catalog.createGroup(newGroup({ name: 'b' })))
    const first = await catalog.listGroups(scope, 0, 2)
    assert.deepEqual(
      first.map(({ name }) => name),
      ['e', 'd'],
    )
    await catalog.deleteGroup(first[1]!.id)
    created(await catalog.createGroup(newGroup({ name: 'a' })))
    const rest = await catalog.listGroups(scope, first[1]!.sequence, 10)
    assert.deepEqual(
      rest.map(({ name }) => name),
      ['c', 'b', 'a'],
    )
    assert.deepEqual(await catalog.listGroups(scope, rest[2]!.sequence, 10), [])
  })

  test('a sequence is never used again', async () => {
    const catalog = await fresh()
    const first = created(await catalog.createGroup(newGroup()))
    assert.equal(await catalog.deleteGroup(first.id), true)
    const second = created(await catalog.createGroup(newGroup()))
    assert.ok(second.sequence > first.sequence)
  })

  test('a group that is gone is found no more, and another may take its name', async () => {
    const catalog = await fresh()
    const first = created(await catalog.createGroup(newGroup()))
    assert.equal(await catalog.deleteGroup(first.id), true)
    assert.equal(await catalog.deleteGroup(first.id), false)
    assert.equal(await catalog.findGroup(scope, 'orders'), null)
    assert.equal(await catalog.setProfilingEnabled(first.id, true, now), null)
    const second = created(await catalog.createGroup(newGroup()))
    assert.notEqual(second.id, first.id)
  })

  test('switching profiling off changes that and the time of the update', async () => {
    const catalog = await fresh()
    const group = created(await catalog.createGroup(newGroup()))
    const changed = await catalog.setProfilingEnabled(group.id, false, now + 5)
    assert.deepEqual(changed, { ...group, profilingEnabled: false, updatedAt: now + 5 })
    assert.deepEqual(await catalog.findGroup(scope, 'orders'), changed)
  })

  test('a group has a rule of its own of how long it is kept from when it is set until it is taken back', async () => {
    const catalog = await fresh()
    const { id } = created(await catalog.createGroup(newGroup()))
    const other = created(await catalog.createGroup(newGroup({ name: 'other' })))
    assert.equal(await catalog.retentionOf(id), null)
    const [first, second] = [
      { fiveMinuteDays: 15, hourlyDays: 60, dailyDays: 1095 },
      { fiveMinuteDays: 1, hourlyDays: 1, dailyDays: 2 },
    ]
    assert.equal(await catalog.setRetention(id, first), true)
    assert.deepEqual(await catalog.retentionOf(id), first)
    await catalog.setRetention(id, second)
    assert.deepEqual(await catalog.retentionOf(id), second)
    assert.equal(await catalog.retentionOf(other.id), null)
    assert.equal(await catalog.setRetention(id, null), true)
    assert.equal(await catalog.retentionOf(id), null)
  })

  test('a rule goes with its group, and none is made for a group that is gone', async () => {
    const catalog = await fresh()
    const { id } = created(await catalog.createGroup(newGroup()))
    const retention = { fiveMinuteDays: 1, hourlyDays: 2, dailyDays: 3 }
    await catalog.setRetention(id, retention)
    await catalog.deleteGroup(id)
    assert.equal(await catalog.retentionOf(id), null)
    assert.equal(await catalog.setRetention(id, retention), false)
    assert.equal(await catalog.setRetention(id, null), false)
    assert.equal(await catalog.retentionOf(id), null)
  })

  test('of orchestrations the latest counts; those of groups that are gone are passed over', async () => {
    const catalog = await fresh()
    const [a, b] = [
      created(await catalog.createGroup(newGroup({ name: 'a' }))),
      created(await catalog.createGroup(newGroup({ name: 'b' }))),
    ]
    await catalog.recordOrchestrations([
      { id: a.id, at: now + 10 },
      { id: randomUUID(), at: now + 11 },
      { id: b.id, at: now + 12 },
      { id: a.id, at: now + 9 },
    ])
    await catalog.recordOrchestrations([])
    const groups = await catalog.allGroups()
    assert.deepEqual(
      groups.map(({ orchestratedAt }) => orchestratedAt),
      [now + 10, now + 12],
    )
    assert.deepEqual(
      groups.map(({ updatedAt }) => updatedAt),
      [now, now],
    )
  })
}

function made(catalog: Catalog, changes: Partial<NewGroup> = {}): Promise<GroupRecord> {
  return catalog.createGroup(newGroup(changes)).then(created)
}

function clientTokenContract(fresh: () => Promise<Catalog>): void {
  test('a repeated clientToken with the same input gets the group made then', async () => {
    const catalog = await fresh()
    const group = newGroup({ clientToken: 'token' })
    const made = created(await catalog.createGroup(group))
    const again = await catalog.createGroup({ ...group, id: randomUUID(), now: now + 1000 })
    assert.deepEqual(again, { kind: 'repeated', group: made })
    assert.equal((await catalog.allGroups()).length, 1)
  })

  test('the repetition of a creation that filled the quota is still the same group', async () => {
    const catalog = await fresh()
    const group = newGroup({ clientToken: 'token', maxGroups: 1 })
    created(await catalog.createGroup(group))
    assert.equal((await catalog.createGroup({ ...group, id: randomUUID() })).kind, 'repeated')
  })

  test('a clientToken that comes with another input is refused', async () => {
    const catalog = await fresh()
    created(await catalog.createGroup(newGroup({ clientToken: 'token', inputHash: 'one' })))
    const other = newGroup({ clientToken: 'token', inputHash: 'two', name: 'payments' })
    assert.deepEqual(await catalog.createGroup(other), { kind: 'token-reused' })
    assert.equal(await catalog.findGroup(scope, 'payments'), null)
  })

  test('a clientToken belongs to its account and region', async () => {
    const catalog = await fresh()
    created(await catalog.createGroup(newGroup({ clientToken: 'token' })))
    created(await catalog.createGroup(newGroup({ clientToken: 'token', region: 'eu-west-1' })))
    created(await catalog.createGroup(newGroup({ clientToken: 'token', accountId: '111111111111' })))
  })

  test('a clientToken is remembered for 24 hours', async () => {
    const catalog = await fresh()
    created(await catalog.createGroup(newGroup({ clientToken: 'token' })))
    const later = (milliseconds: number): NewGroup =>
      newGroup({ clientToken: 'token', now: now + milliseconds })
    assert.equal((await catalog.createGroup(later(clientTokenLifetimeMilliseconds))).kind, 'repeated')
    assert.equal((await catalog.createGroup(later(clientTokenLifetimeMilliseconds + 1))).kind, 'name-taken')
  })

  test('a refused creation does not spend its clientToken', async () => {
    const catalog = await fresh()
    const first = created(await catalog.createGroup(newGroup()))
    const group = newGroup({ clientToken: 'token' })
    assert.equal((await catalog.createGroup(group)).kind, 'name-taken')
    await catalog.deleteGroup(first.id)
    assert.equal((await catalog.createGroup(group)).kind, 'created')
  })

  test('after the group is deleted, its clientToken makes a new one', async () => {
    const catalog = await fresh()
    const group = newGroup({ clientToken: 'token' })
    await catalog.deleteGroup(created(await catalog.createGroup(group)).id)
    assert.equal((await catalog.createGroup({ ...group, id: randomUUID() })).kind, 'created')
  })
}

function hashOf(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest())
}

function consoleContract(fresh: () => Promise<Catalog>): void {
  const admin: Subject = { kind: 'user', accountId: '000000000000', userId: 'AIDAEXAMPLE' }
  const deployer: Subject = {
    kind: 'role',
    accountId: '111111111111',
    roleId: 'AROA',
    sessionName: "o'clock",
  }

  test('a sign-in ticket is taken once', async () => {
    const catalog = await fresh()
    await catalog.createSignInTicket({ hash: hashOf('t'), subject: admin, expiresAt: now + 10 })
    assert.equal(await catalog.takeSignInTicket(hashOf('other'), now), null)
    const taken = await Promise.all([1, 2, 3].map(() => catalog.takeSignInTicket(hashOf('t'), now)))
    assert.deepEqual(
      taken.filter((found) => found !== null),
      [admin],
    )
  })

  test('a ticket that is too old signs nobody in, and is spent by the attempt', async () => {
    const catalog = await fresh()
    await catalog.createSignInTicket({ hash: hashOf('t'), subject: admin, expiresAt: now + 10 })
    assert.equal(await catalog.takeSignInTicket(hashOf('t'), now + 10), null)
    assert.equal(await catalog.takeSignInTicket(hashOf('t'), now), null)
  })

  test('a session is found until it is deleted, with the time it was last seen', async () => {
    const catalog = await fresh()
    await catalog.createSession({ hash: hashOf('s'), subject: admin, mfaAt: null, createdAt: now })
    await catalog.createSession({ hash: hashOf('other'), subject: admin, mfaAt: null, createdAt: now })
    const found = { subject: admin, mfaAt: null, createdAt: now, lastSeenAt: now }
    assert.deepEqual(await catalog.findSession(hashOf('s')), found)
    await catalog.touchSession(hashOf('s'), now + 7)
    assert.equal((await catalog.findSession(hashOf('s')))?.lastSeenAt, now + 7)
    assert.equal((await catalog.findSession(hashOf('other')))?.lastSeenAt, now)
    await catalog.deleteSession(hashOf('s'))
    assert.equal(await catalog.findSession(hashOf('s')), null)
    assert.notEqual(await catalog.findSession(hashOf('other')), null)
  })

  test('a session knows whose it is and when a second factor was given', async () => {
    const catalog = await fresh()
    await catalog.createSession({ hash: hashOf('s'), subject: deployer, mfaAt: now - 5, createdAt: now })
    const { subject, mfaAt } = (await catalog.findSession(hashOf('s')))!
    assert.deepEqual([subject, mfaAt], [deployer, now - 5])
  })

  test('what has expired is forgotten, the rest stays', async () => {
    const catalog = await fresh()
    for (const [text, age] of [
      ['old', 100],
      ['young', 1],
    ] as const) {
      await catalog.createSignInTicket({ hash: hashOf(text), subject: admin, expiresAt: now - age })
      await catalog.createSession({ hash: hashOf(text), subject: admin, mfaAt: null, createdAt: now - age })
    }
    await catalog.deleteExpired({ ticketsExpiringAt: now - 50, sessionsCreatedAt: now - 50 })
    assert.equal(await catalog.findSession(hashOf('old')), null)
    assert.notEqual(await catalog.findSession(hashOf('young')), null)
    assert.equal(await catalog.takeSignInTicket(hashOf('old'), 0), null)
    assert.deepEqual(await catalog.takeSignInTicket(hashOf('young'), 0), admin)
  })
}

function sealedSecretsContract(fresh: () => Promise<Catalog>): void {
  const notes = [{ name: 'a', value: Uint8Array.of(1) }]
  const filled = async (): Promise<{ catalog: Catalog; groups: GroupRecord[]; secrets: SealedSecret[] }> => {
    const catalog = await fresh()
    const groups: GroupRecord[] = []
    for (const [name, region] of [
      ['orders', 'us-east-1'],
      ['payments', 'us-east-1'],
      ['orders', 'eu-west-1'],
    ] as const)
      groups.push(created(await catalog.createGroup(newGroup({ name, region }))))
    // A group and a key of one id are two secrets.
    const changes = ['AKIA1', groups[0]!.id].map((key) => ({
      ...{ kind: 'access-key', key, document: '{}', sealed: Uint8Array.of(9, 8, 7) },
    }))
    const user = { kind: 'user', key: 'without-secret', document: '{}' }
    await catalog.commitAccount({ accountId, expectedRevision: 0, changes: [...changes, user] })
    return { catalog, groups, secrets: await catalog.sealedSecrets() }
  }
  const byPlace = (secrets: readonly SealedSecret[]): SealedSecret[] =>
    secrets.toSorted((a, b) => (`${a.kind}${a.id}` < `${b.kind}${b.id}` ? -1 : 1))

  test('the sealed secrets are the data keys of all groups and the secrets of all identities', async () => {
    assert.deepEqual(await (await fresh()).sealedSecrets(), [])
    const { groups, secrets } = await filled()
    const sealed = Uint8Array.of(9, 8, 7)
    assert.deepEqual(
      byPlace(secrets),
      byPlace([
        ...groups.map(({ id, sealedDataKey: sealed }) => ({ kind: 'data-key', id, sealed }) as const),
        { kind: 'access-key', id: `${accountId}/AKIA1`, sealed },
        { kind: 'access-key', id: `${accountId}/${groups[0]!.id}`, sealed },
      ]),
    )
  })

  test('sealed anew, each secret is in its place, with the notes, and nothing else is changed', async () => {
    const { catalog, groups, secrets } = await filled()
    const anew = secrets.map((secret, i) => ({ ...secret, sealed: Uint8Array.of(200, i) }))
    await catalog.replaceSealedSecrets(anew, [...notes, { name: 'b', value: Uint8Array.of(2) }])
    assert.deepEqual(byPlace(await catalog.sealedSecrets()), byPlace(anew))
    const sealedOf = (kind: SealedSecret['kind'], id: string): Uint8Array =>
      anew.find((one) => one.kind === kind && one.id === id)!.sealed
    assert.deepEqual(
      await catalog.allGroups(),
      groups.map((group) => ({ ...group, sealedDataKey: sealedOf('data-key', group.id) })),
    )
    for (const { kind, key, sealed } of (await catalog.readAccount(accountId))!.rows)
      assert.deepEqual(sealed, kind === 'user' ? null : sealedOf(kind, `${accountId}/${key}`))
    assert.deepEqual(await catalog.readNote('a'), Uint8Array.of(1))
    assert.deepEqual(await catalog.readNote('b'), Uint8Array.of(2))
  })

  test('where a secret is left out, unknown, or there twice, nothing is changed', async () => {
    const { catalog, groups, secrets } = await filled()
    const anew = secrets.map((secret) => ({ ...secret, sealed: Uint8Array.of(200) }))
    const wrong: readonly (readonly SealedSecret[])[] = [
      [],
      anew.slice(1),
      anew.slice(0, -1),
      [...anew, { kind: 'data-key', id: randomUUID(), sealed: Uint8Array.of(200) }],
      [
        ...anew.slice(1),
        { kind: 'access-key', id: `${accountId}/${groups[1]!.id}`, sealed: Uint8Array.of(200) },
      ],
      [...anew, anew[0]!],
    ]
    for (const one of wrong) await assert.rejects(catalog.replaceSealedSecrets(one, notes))
    assert.deepEqual(byPlace(await catalog.sealedSecrets()), byPlace(secrets))
    assert.equal(await catalog.readNote('a'), null)
  })
}
