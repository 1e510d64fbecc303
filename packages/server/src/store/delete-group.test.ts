import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hour } from './testing/kept-exactly.ts'
import {
  answered,
  body,
  group,
  minute,
  noon,
  otherGroup,
  type StoreBench,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'

/** Deleting a group frees what it has on disk: blobs at once, segments that it shares when they are sealed. */

const everything = [0, Number.MAX_SAFE_INTEGER] as const
const simple = (end: number, frame: string): Uint8Array =>
  body({ children: { [frame]: { counts: { A: 1 } } } }, end)

/** Both groups have sealed hours, and share segments that are not sealed. @returns what the other one posted */
async function twoGroups(bench: StoreBench): Promise<Uint8Array[]> {
  const open = await bench.open()
  const kept: Uint8Array[] = []
  const post = async (end: number): Promise<void> => {
    bench.now = Math.max(bench.now, end + minute)
    kept.push(simple(end, 'kept'))
    await send(open, bench.now, { body: simple(end, 'deleted'), token: `${end}` })
    await send(open, bench.now, { body: kept.at(-1)!, token: `${end}`, groupId: otherGroup.id })
  }
  await post(noon + minute)
  await post(noon + 6 * minute)
  bench.now = noon + 2 * hour
  await open.store.seal()
  await post(noon + 2 * hour + minute)
  await post(noon - hour)
  await open.store.close()
  return kept
}

const traces = (bench: StoreBench): string[] =>
  bench.disk.files.filter((file) => file.includes(group.id) || file.endsWith('.wickseg'))

/** Nothing is left of the group once its shared segments are sealed. */
async function assertGone(bench: StoreBench, kept: readonly Uint8Array[], what: string): Promise<void> {
  const open = await bench.open()
  assert.deepEqual(await answered(open, ...everything), new Map(), what)
  assert.deepEqual(await answered(open, ...everything, otherGroup.id), sumsOf(kept), what)
  bench.now += 10 * minute
  await open.store.maintain()
  assert.deepEqual(traces(bench), [], what)
  const named = [
    ...(await bench.manifest.keys(otherGroup.id)),
    ...(await bench.manifest.tokenLists()).map(({ key }) => key),
  ]
  const blobs = bench.disk.files.filter((file) => file.startsWith('blocks/'))
  assert.deepEqual(blobs, named.map((key) => `blocks/${key}`).sort(), what)
  assert.deepEqual(await answered(open, ...everything, otherGroup.id), sumsOf(kept), what)
  await open.store.close()
}

for (const fate of ['keep', 'drop', 'scramble'] as const) {
  test(`a deletion that a power cut ends at any operation is completed by the next start, what was not synced ${fate}`, async () => {
    const bench = storeBench()
    const kept = await twoGroups(bench)
    for (let cutAfter = 0; ; cutAfter++) {
      const copy = bench.copy()
      const open = await copy.open({ cutAfter }).catch(() => null)
      await copy.deleteGroup(group.id)
      const isComplete =
        open !== null &&
        (await open.store.removeGroup(group.id).then(
          () => true,
          () => false,
        ))
      copy.disk.cutPower(fate, () => ((cutAfter * 7919) % 97) / 97)
      await assertGone(copy, kept, `after operation ${cutAfter}`)
      if (isComplete) {
        assert.ok(cutAfter > 5, `${cutAfter} operations were tried`)
        break
      }
    }
  })
}

test('a deletion of which any operation fails is completed while the server runs on', async () => {
  const bench = storeBench()
  const kept = await twoGroups(bench)
  for (let operation = 1; ; operation++) {
    const copy = bench.copy()
    const open = await copy.open({ failures: new Map([[operation, 'EIO']]) })
    await copy.deleteGroup(group.id)
    const before = open.files.operations
    await open.store.removeGroup(group.id).catch(() => {})
    if (open.files.operations - before < operation) {
      assert.ok(operation > 4, `${operation} operations were tried`)
      break
    }
    copy.now += 10 * minute
    await open.store.maintain()
    assert.deepEqual(traces(copy), [], `operation ${operation}`)
    await open.store.close()
    await assertGone(copy, kept, `operation ${operation}`)
  }
})

test('the segments a deleted group shares with others are gone within six minutes', async () => {
  const bench = storeBench()
  await twoGroups(bench)
  const open = await bench.open()
  await send(open, bench.now, { body: simple(bench.now, 'deleted') })
  await send(open, bench.now, { body: simple(bench.now, 'kept'), groupId: otherGroup.id })
  await bench.deleteGroup(group.id)
  await open.store.removeGroup(group.id)
  assert.ok(traces(bench).length > 0)
  bench.now += 6 * minute
  await open.store.maintain()
  assert.deepEqual(traces(bench), [])
})
