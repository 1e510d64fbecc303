import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { Catalog, NewGroup, Scope } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { cachedCatalog } from './cached-catalog.ts'

const scope: Scope = { accountId: '000000000000', region: 'us-east-1' }

let now: number
let catalog: Catalog
let cached: Catalog
let database: ReturnType<typeof openDatabase>
beforeEach(() => {
  now = 1000
  database = openDatabase(':memory:')
  catalog = sqliteCatalog(database)
  cached = cachedCatalog(catalog, () => now)
})
afterEach(() => catalog.close())

function newGroup(name = 'orders', changes: Partial<NewGroup> = {}): NewGroup {
  return {
    ...scope,
    id: `id-${name}`,
    name,
    computePlatform: 'Default',
    profilingEnabled: true,
    tags: {},
    sealedDataKey: Uint8Array.of(1),
    clientToken: name,
    inputHash: 'hash',
    now,
    maxGroups: 10_000,
    ...changes,
  }
}

async function isEnabled(): Promise<boolean | undefined> {
  return (await cached.findGroup(scope, 'orders'))?.profilingEnabled
}

test('a change made elsewhere is seen within a second', async () => {
  await catalog.createGroup(newGroup())
  assert.equal(await isEnabled(), true)
  await catalog.setProfilingEnabled('id-orders', false, now)
  now += 1000
  assert.equal(await isEnabled(), false)
  await catalog.deleteGroup('id-orders')
  now += 1000
  assert.equal(await isEnabled(), undefined)
})

test('an answer is remembered for a moment', async () => {
  await catalog.createGroup(newGroup())
  await isEnabled()
  await catalog.setProfilingEnabled('id-orders', false, now)
  now += 899
  assert.equal(await isEnabled(), true)
})

test('who asks the same at the same time waits for one answer; a change in between is asked for anew', async () => {
  await catalog.createGroup(newGroup())
  let asked = 0
  const counted = cachedCatalog(
    new Proxy(catalog, {
      get: (target, name) =>
        name === 'findGroup'
          ? (...args: Parameters<Catalog['findGroup']>) => {
              asked++
              return target.findGroup(...args)
            }
          : Reflect.get(target, name),
    }),
    () => now,
  )
  const find = async (): Promise<boolean | undefined> =>
    (await counted.findGroup(scope, 'orders'))?.profilingEnabled
  assert.deepEqual(await Promise.all([find(), find(), find()]), [true, true, true])
  assert.equal(asked, 1)
  now += 1000
  const [early, change, late] = [find(), counted.setProfilingEnabled('id-orders', false, now), find()]
  await Promise.all([early, change])
  await late
  assert.equal(await find(), false)
})

test('the moment counts from the question: a slow answer is not remembered longer', async () => {
  await catalog.createGroup(newGroup())
  const slow = cachedCatalog(
    new Proxy(catalog, {
      get: (target, name) =>
        name === 'findGroup'
          ? async (...args: Parameters<Catalog['findGroup']>) => {
              const group = await target.findGroup(...args)
              now += 800
              return group
            }
          : Reflect.get(target, name),
    }),
    () => now,
  )
  await slow.findGroup(scope, 'orders')
  await catalog.setProfilingEnabled('id-orders', false, now)
  now += 200
  assert.equal((await slow.findGroup(scope, 'orders'))?.profilingEnabled, false)
})

test('a change made through it is seen at once', async () => {
  await cached.createGroup(newGroup())
  assert.equal(await isEnabled(), true)
  await cached.setProfilingEnabled('id-orders', false, now)
  assert.equal(await isEnabled(), false)
  await cached.recordOrchestrations([{ id: 'id-orders', at: 77 }])
  assert.equal((await cached.findGroup(scope, 'orders'))?.orchestratedAt, 77)
  const tags = { groupId: 'id-orders', put: { team: 'blue' }, remove: [], maxTags: 50 }
  await cached.changeTags(tags)
  assert.deepEqual((await cached.findGroup(scope, 'orders'))?.tags, { team: 'blue' })
  const policy = { revisionId: 'a', principals: [{ arn: 'arn', id: null }] }
  await cached.putPolicy({ groupId: 'id-orders', expectedRevision: null, ...policy })
  assert.deepEqual((await cached.findGroup(scope, 'orders'))?.policy, policy)
  await cached.removePolicy({ groupId: 'id-orders', expectedRevision: 'a', revisionId: 'b' })
  assert.deepEqual((await cached.findGroup(scope, 'orders'))?.policy, { revisionId: 'b', principals: [] })
  await cached.deleteGroup('id-orders')
  assert.equal(await isEnabled(), undefined)
  await cached.createGroup(newGroup('orders', { id: 'another', clientToken: 'another' }))
  assert.equal((await cached.findGroup(scope, 'orders'))?.id, 'another')
})

test('a question asked while a change is made does not bring back the old answer', async () => {
  await cached.createGroup(newGroup())
  const asked = cached.findGroup(scope, 'orders')
  const changed = cached.setProfilingEnabled('id-orders', false, now)
  const askedMeanwhile = cached.findGroup(scope, 'orders')
  await Promise.all([asked, changed, askedMeanwhile])
  assert.equal(await isEnabled(), false)
})

test('that something does not exist is not remembered', async () => {
  assert.equal(await cached.findGroup(scope, 'orders'), null)
  await catalog.createGroup(newGroup())
  assert.notEqual(await cached.findGroup(scope, 'orders'), null)
})

test('groups of one name in several accounts and regions are not taken for each other', async () => {
  const others = [
    { accountId: '111111111111', region: 'us-east-1' },
    { accountId: '000000000000', region: 'eu-west-1' },
  ]
  for (const [i, other] of [scope, ...others].entries())
    await catalog.createGroup(newGroup('orders', { ...other, id: `id-${i}` }))
  for (let round = 0; round < 2; round++) {
    for (const [i, other] of [scope, ...others].entries())
      assert.equal((await cached.findGroup(other, 'orders'))?.id, `id-${i}`)
  }
})

test('more names than it remembers are all answered', async () => {
  const names = Array.from({ length: 1100 }, (_, i) => `group-${i}`)
  for (const name of names) await catalog.createGroup(newGroup(name))
  for (const name of [...names, ...names.slice(0, 50)])
    assert.equal((await cached.findGroup(scope, name))?.name, name)
})

test('an error of the catalog is handed on and not remembered', async () => {
  await catalog.createGroup(newGroup())
  let fails = true
  const failing = cachedCatalog(
    new Proxy(catalog, {
      get: (target, name) => {
        if (name === 'findGroup' && fails) return () => Promise.reject(new Error('disk I/O error'))
        return Reflect.get(target, name)
      },
    }),
    () => now,
  )
  await assert.rejects(failing.findGroup(scope, 'orders'), /disk I\/O error/)
  fails = false
  assert.equal((await failing.findGroup(scope, 'orders'))?.name, 'orders')
})

test('everything else is the catalog itself', async () => {
  await cached.writeNote('a', Uint8Array.of(1))
  assert.deepEqual(await catalog.readNote('a'), Uint8Array.of(1))
})
