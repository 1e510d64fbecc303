/** Roll-ups that are made over damage in a part of a file only. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StorageSyncError, StorageWriteError } from '../storage/ports.ts'
import { assertNothingLeftOver } from './testing/kept-exactly.ts'
import {
  forgetWindows,
  group,
  minute,
  noon,
  type OpenStore,
  otherGroup,
  type StoreBench,
  send,
  storeBench,
} from './testing/store-bench.ts'

const hour = 60 * minute
const day = 24 * hour
const midnight = noon - 12 * hour
const asked = { groupId: group.id, from: midnight, to: midnight + day }

const bodyOf = (host: string, end: number): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      start: end - minute,
      end,
      agentMetadata: { fleetInfo: { hostName: host } },
      heapSummary: { time: end, capacityBytes: 9, usedBytes: 8, types: [{ name: host, bytes: 8, count: 1 }] },
      callgraph: { counts: { RUNNABLE: 1 } },
    }),
  )

/** One byte of a section becomes another. @param section its number (docs/formats.md) */
function damage(bench: StoreBench, key: string, section: number): void {
  const bytes = Buffer.from(bench.disk.contents(`blocks/${key}`))
  for (let i = 0; i < bytes.readUInt16LE(26); i++) {
    const entry = 28 + i * 14
    if (bytes.readUInt16LE(entry) !== section) continue
    bytes[bytes.readUInt32LE(entry + 2)]! ^= 1
    bench.disk.replace(`blocks/${key}`, Uint8Array.from(bytes))
    return
  }
  assert.fail(`${key} has no section ${section}`)
}

async function told({ store }: OpenStore): Promise<{ heaps: string[]; hosts: string[] }> {
  const parsed = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString())
  const heap = parsed(await store.heap({ ...asked, step: day, maxTypes: 9 }))
  const fleet = Buffer.from(await store.fleet({ ...asked, maxInstances: 9 })).toString()
  return {
    heaps: heap.types.map(({ name }: { name: string }) => name).sort(),
    hosts: ['early', 'late'].filter((host) => fleet.includes(`"${host}"`)),
  }
}

for (const [name, section] of [
  ['fleet', 7],
  ['heap', 12],
] as const) {
  test(`no day’s roll-up forgets the ${name} of an hour in which it is damaged`, async () => {
    const bench = storeBench()
    const open = await bench.open({ maxProfileAgeMilliseconds: 9 * day })
    await send(open, bench.now, { body: bodyOf('early', noon - 20 * minute) })
    bench.now += day
    await open.store.seal()
    await forgetWindows(bench, noon)
    const [hourly] = (await bench.manifest.blocks(asked)).filter(({ level }) => level === 'PT1H')
    damage(bench, hourly!.key, section)
    await send(open, bench.now, { body: bodyOf('late', noon + hour) })
    const all = { heaps: ['early', 'late'], hosts: ['early', 'late'] }
    await open.store.seal()
    assert.deepEqual(await told(open), all)
    // It is made once the hour's is gone, of the day's before and what came since.
    await bench.manifest.removeBlocks({
      groupId: group.id,
      blocks: [hourly!.id],
      keptSince: { windows: midnight + day, hours: midnight + day, days: 0 },
      deleted: null,
      due: [],
    })
    await open.store.seal()
    const [daily] = (await bench.manifest.blocks(asked)).filter(({ level }) => level === 'P1D')
    assert.equal(daily!.profiles, 2)
    assert.deepEqual(await told(open), all)
    await open.store.close()
  })
}

test('a roll-up that is not committed, or of which the answer is lost, leaves no file behind', async () => {
  for (const isDone of [false, true]) {
    const bench = storeBench()
    let failures = 0
    const open = await bench.open({
      through: ({ blobs, manifest }) => ({
        blobs,
        manifest: {
          ...manifest,
          putRollUp: async (block) => {
            const replaced = failures < 3 && !isDone ? [] : await manifest.putRollUp(block)
            if (failures++ < 3) throw new Error('the database is gone')
            return replaced
          },
        },
      }),
    })
    await open.store.maintain()
    await send(open, bench.now, { body: bodyOf('early', noon - 20 * minute) })
    bench.now += day
    await assert.rejects(open.store.maintain(), /is gone/)
    await open.store.maintain().catch(() => {})
    await open.store.maintain()
    assert.ok(failures > 1)
    await assertNothingLeftOver(bench, `committed: ${isDone}`)
    await open.store.close()
  }
})

test('a failed sync ends the store, whatever failed before it', async () => {
  const bench = storeBench()
  const failures = [new StorageWriteError('full'), new StorageSyncError('lost')]
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      manifest,
      blobs: {
        ...blobs,
        put: (key, bytes) => {
          const failure = key.includes('/PT1H-') ? failures.shift() : undefined
          return failure === undefined ? blobs.put(key, bytes) : Promise.reject(failure)
        },
      },
    }),
  })
  for (const { id: groupId } of [group, otherGroup])
    await send(open, bench.now, { body: bodyOf('early', noon - 20 * minute), groupId })
  await assert.rejects(open.store.seal())
  assert.deepEqual(
    open.fatal.map(({ message }) => message),
    ['lost'],
  )
  await open.store.close()
})

test('a day takes from an hour what is nowhere else', async () => {
  const bench = storeBench()
  let isFailing = false
  const open = await bench.open({
    maxProfileAgeMilliseconds: 9 * day,
    through: ({ blobs, manifest }) => ({
      blobs,
      manifest: {
        ...manifest,
        putRollUp: (block) =>
          isFailing && block.level === 'P1D'
            ? Promise.reject(new Error('the database is gone'))
            : manifest.putRollUp(block),
      },
    }),
  })
  await send(open, bench.now, { body: bodyOf('early', noon - 20 * minute) })
  bench.now += day
  await open.store.seal()
  isFailing = true
  await send(open, bench.now, { body: bodyOf('late', noon + hour) })
  await assert.rejects(open.store.seal(), /is gone/)
  isFailing = false
  // The late window is quarantined: its hour has it, and the day not yet.
  const late = (await bench.manifest.blocks({ ...asked, from: noon })).filter(({ level }) => level === 'PT5M')
  const { groupId } = asked
  await bench.manifest.removeBlocks({
    groupId,
    blocks: late.map(({ id }) => id),
    keptSince: null,
    deleted: null,
    due: [],
  })
  await open.store.seal()
  assert.deepEqual(await told(open), { heaps: ['early', 'late'], hosts: ['early', 'late'] })
  assert.deepEqual(await bench.manifest.dueRollUps('P1D', bench.now, 9), [])
  await open.store.close()
})
