/** Months and years are added up day by day: exactly, in the memory of a few days, and what stays the same only once. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { BlobStore } from '../storage/ports.ts'
import { restName } from './epoch-map.ts'
import {
  answered,
  body,
  group,
  minute,
  noon,
  type OpenStore,
  type StoreBench,
  type Sums,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'

const day = 24 * 60 * minute
const days = 400
/** The last midnight before the benches' now. */
const midnight = noon - day / 2
const bodies: (readonly [end: number, bytes: Uint8Array])[] = []
let year: StoreBench

/** A profile at noon of each of 400 days: a function that is always there, one of its month, one of its own. */
before(async () => {
  year = storeBench()
  const open = await year.open({ maxProfileAgeMilliseconds: 2 * days * day })
  for (let back = days; back >= 1; back--) {
    const end = midnight - back * day + day / 2
    const own = { [`day ${back}`]: { file: `f${back}.py`, line: [back], counts: { R: back } } }
    const children = { ...own, always: { file: `f${back}.py`, line: [back], counts: { R: 1, W: 2 } } }
    const bytes = body({ children: { [`month ${Math.floor(back / 30)}`]: { children } } }, end)
    bodies.push([end, bytes])
    assert.equal((await send(open, year.now, { body: bytes })).kind, 'stored')
  }
  await open.store.seal()
  await open.store.close()
})

function expected(from: number, to: number): Sums {
  return sumsOf(bodies.flatMap(([end, bytes]) => (end > from && end <= to ? [bytes] : [])))
}

/** Counts reads of blobs by the day that they are about. */
async function openCounted(bench: StoreBench): Promise<OpenStore & { readonly reads: Map<number, number> }> {
  const reads = new Map<number, number>()
  const dayOfKey = new Map<string, number>()
  for (const { key, start } of await bench.manifest.blocks({ groupId: group.id, from: 0, to: noon }))
    dayOfKey.set(key, start - (start % day))
  const counted = (blobs: BlobStore): BlobStore => ({
    ...blobs,
    get: (key, from, to) => {
      const of = dayOfKey.get(key)
      if (of !== undefined) reads.set(of, (reads.get(of) ?? 0) + 1)
      return blobs.get(key, from, to)
    },
  })
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({ blobs: counted(blobs), manifest }),
  })
  return { ...open, reads }
}

test('a year and more is added up exactly, whatever its borders', async () => {
  const open = await year.open()
  for (const [from, to] of [
    [midnight - days * day, midnight],
    [midnight - 366 * day, midnight - day],
    // Borders inside of days, before and after their noon.
    [midnight - 30 * day + 5 * minute, midnight - day + 11 * 60 * minute],
    [midnight - 30 * day + day / 2, midnight - day + 13 * 60 * minute],
  ] as const) {
    const { windows, hours } = await year.manifest.keptSince(group.id)
    assert.deepEqual([windows, hours], [0, 0])
    const sums = await answered(open, from, to)
    assert.deepEqual(sums, expected(from, to))
  }
  await open.store.close()
})

test('files and lines of a long range are those of its last day, and of all its days', async () => {
  const open = await year.open()
  const profile = await open.store.profile({
    groupId: group.id,
    from: midnight - 29 * day,
    to: midnight,
    maxDepth: null,
    encoding: 'json',
  })
  const { callgraph } = JSON.parse(Buffer.from(profile!.body).toString())
  const { always } = callgraph.children['month 0'].children
  assert.deepEqual([always.file, always.line], ['f1.py', [1, 29]])
  await open.store.close()
})

test('a month that ends now and moves on reads its whole days once; only its ragged ends are read again', async () => {
  const open = await openCounted(year)
  const at = (end: number): Promise<Sums> => answered(open, end - 30 * day, end)
  const end = midnight - day / 3
  await at(end)
  assert.equal(open.reads.size, 30)
  for (const later of [5 * minute, 60 * minute]) {
    open.reads.clear()
    assert.deepEqual(await at(end + later), expected(end + later - 30 * day, end + later))
    const first = midnight - 31 * day
    for (const read of open.reads.keys()) assert.ok(read === first || read === midnight - day, `${read}`)
  }
  await open.store.close()
})

test('a day that could not be read is not left out of the next answer', async () => {
  const bench = year.copy()
  const range = { from: midnight - 10 * day - day / 3, to: midnight - day / 3 }
  const ofDay = await bench.manifest.blocks({
    groupId: group.id,
    from: midnight - 5 * day,
    to: midnight - 4 * day,
  })
  const sound = ofDay.map(({ key }) => [`blocks/${key}`, bench.disk.contents(`blocks/${key}`)] as const)
  for (const [path] of sound) bench.disk.replace(path, new Uint8Array(100))
  const open = await bench.open()
  const less = await answered(open, range.from, range.to)
  assert.ok([...less.keys()].every((key) => !key.includes('day 5')))
  assert.notDeepEqual(open.damage, [])
  for (const [path, bytes] of sound) bench.disk.replace(path, bytes)
  assert.deepEqual(await answered(open, range.from, range.to), expected(range.from, range.to))
  await open.store.close()
})

test('what a full answer cannot tell apart is the rest of its caller, sums stay right, and the next question begins anew', async () => {
  const open = await year.open({ mostAnswerBytes: 12_000 })
  const total = (sums: Sums, counter: string): number =>
    [...sums].reduce((sum, [key, count]) => sum + (key.endsWith(` ${counter}`) ? count : 0), 0)
  const [from, to] = [midnight - days * day, midnight]
  const found = await answered(open, from, to)
  const all = expected(from, to)
  for (const counter of ['R', 'W']) assert.equal(total(found, counter), total(all, counter))
  assert.ok([...found.keys()].some((key) => key.includes(restName)))
  assert.ok(found.size < all.size)
  const week = [midnight - 7 * day, midnight] as const
  assert.deepEqual(await answered(open, ...week), expected(...week))
  await open.store.close()
})
