/**
 * Upkeep that is cut off or fails at any of its operations: sealing a window whose segment is damaged, the dictionary's parts
 * becoming one, roll-ups of an hour and of a day, a list of tokens that is forgotten.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FailureKind, type Fate, PowerCut } from '../storage/files/simulated-files.ts'
import { framedLength, segmentHeaderLength } from './segment-format.ts'
import {
  answered,
  body,
  group,
  minute,
  noon,
  type OpenStore,
  type StoreBench,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'

const hour = 60 * minute
const midnight = noon + 12 * hour

interface Sent {
  readonly token: string
  readonly body: Uint8Array
}

function post(i: number, end: number): Sent {
  const children = { main: { children: { [`frame${i}`]: { counts: { RUNNABLE: i + 1 } } } } }
  return { token: `token-${i}`, body: body({ children }, end) }
}

/** One upkeep before all of it: what is sent is there, but for the last two profiles of the damaged segment. */
async function almostDue(): Promise<{ bench: StoreBench; sent: readonly Sent[]; damaged: Uint8Array }> {
  const bench = storeBench()
  const sent: Sent[] = []
  const open = await bench.open()
  const keep = async (end: number): Promise<void> => {
    bench.now = end + minute
    sent.push(post(sent.length, end))
    assert.deepEqual(await send(open, bench.now, sent.at(-1)!), { kind: 'stored' })
  }
  // Its list of tokens is old by the time of the upkeep, its day another one.
  await keep(midnight - 30 * hour)
  // In steps: a clock that jumps is not believed.
  for (const since of [29, 15]) {
    bench.now = midnight - since * hour
    await open.store.maintain()
  }
  for (let part = 0; part < 15; part++) {
    await keep(midnight - 4 * hour + part * 10 * minute)
    bench.now += 6 * minute
    await open.store.maintain()
  }
  for (const since of [2, 1, 0]) await keep(midnight - (50 + since) * minute)
  await open.store.close()
  const [segment] = bench.disk.files.filter((file) => file.endsWith('.wickseg'))
  const bytes = Buffer.from(bench.disk.contents(segment!))
  const second = segmentHeaderLength + framedLength(bytes, segmentHeaderLength)!
  bytes[second + 100]! ^= 1
  bench.disk.replace(segment!, bytes)
  // What follows needs what is damaged.
  sent.splice(-2)
  return { bench, sent, damaged: bytes.subarray(segmentHeaderLength) }
}

const { bench: before, sent, damaged } = await almostDue()

async function assertAll(open: OpenStore, what: string): Promise<void> {
  assert.deepEqual(
    await answered(open, 0, Number.MAX_SAFE_INTEGER),
    sumsOf(sent.map((one) => one.body)),
    what,
  )
  const bounds = [midnight - hour, midnight] as const
  const ofHour = sent.filter(({ body: bytes }) => {
    const { end } = JSON.parse(Buffer.from(bytes).toString())
    return end > bounds[0] && end <= bounds[1]
  })
  assert.deepEqual(await answered(open, ...bounds), sumsOf(ofHour.map((one) => one.body)), what)
}

async function assertTokens(open: OpenStore, now: number, what: string): Promise<void> {
  for (const one of sent.slice(1)) assert.deepEqual(await send(open, now, one), { kind: 'repeated' }, what)
}

function isKeptAside({ disk }: StoreBench): boolean {
  const aside = disk.files.filter((file) => file.includes('quarantine/'))
  return aside.some((file) => Buffer.from(disk.contents(file)).equals(damaged))
}

/** All the kinds of upkeep that there are, in one. */
async function assertDone(bench: StoreBench, what: string): Promise<void> {
  const parts = await bench.manifest.dictionaryParts(group.id, midnight - 24 * hour)
  // Where it was cut off in between, the day's next sealing makes them one.
  assert.ok(parts.length === 1 || parts.length === 16, `${what}: ${parts.length} parts of a dictionary`)
  const blocks = await bench.manifest.blocks({ groupId: group.id, from: 0, to: midnight })
  assert.ok(
    blocks.some(({ level, start }) => level === 'PT1H' && start === midnight - hour),
    what,
  )
  assert.ok(
    blocks.some(({ level, start }) => level === 'P1D' && start === midnight - 24 * hour),
    what,
  )
  assert.ok(isKeptAside(bench), `${what}: the damaged segment is kept aside`)
  const lists = await bench.manifest.tokenLists()
  assert.ok(
    lists.every(({ receivedAt }) => receivedAt > midnight - 25 * hour),
    what,
  )
  const named = [...lists.map(({ key }) => key), ...(await bench.manifest.keys(group.id))]
  const files = bench.disk.files.filter((file) => file.startsWith('blocks/'))
  assert.deepEqual(files, named.map((key) => `blocks/${key}`).sort(), `${what}: nothing is left over`)
}

const due = midnight + 10 * minute

for (const fate of ['keep', 'drop', 'scramble'] as const satisfies readonly Fate[])
  test(`upkeep that a power cut ends at any operation is completed by the next start, what was not synced: ${fate}`, async () => {
    for (let cutAfter = 1; ; cutAfter++) {
      const what = `after operation ${cutAfter}`
      const bench = before.copy()
      bench.now = due
      const first = await bench.open({ cutAfter }).catch((error: unknown) => {
        if (!(error instanceof PowerCut)) throw error
        return null
      })
      const isComplete = await (first?.store.maintain() ?? Promise.reject(new Error('not open'))).then(
        () => true,
        () => false,
      )
      bench.disk.cutPower(fate, () => ((cutAfter * 7919) % 97) / 97)
      const second = await bench.open()
      await assertAll(second, what)
      await second.store.maintain()
      await assertAll(second, `${what}, made good`)
      await assertDone(bench, what)
      await assertTokens(second, due, what)
      if (isComplete) {
        assert.equal((await bench.manifest.dictionaryParts(group.id, midnight - 24 * hour)).length, 1)
        assert.ok(cutAfter > 40, `${cutAfter} operations were tried`)
        break
      }
    }
  })

for (const failure of ['ENOSPC', 'EIO', 'short-write'] as const satisfies readonly FailureKind[])
  test(`upkeep of which any operation fails with ${failure} changes no answer, and is made good`, async () => {
    for (let operation = 1; ; operation++) {
      const what = `operation ${operation}`
      const bench = before.copy()
      bench.now = due
      const first = await bench.open({ failures: new Map([[operation, failure]]) })
      const already = first.files.operations
      await first.store.maintain().catch(() => {})
      await assertAll(first, what)
      if (first.files.operations - already < operation && first.fatal.length === 0) {
        assert.ok(operation > 40, `${operation} operations were tried`)
        break
      }
      await first.store.close().catch(() => {})
      const second = await bench.open()
      await assertAll(second, `${what}, after a restart`)
      await second.store.maintain()
      await assertAll(second, `${what}, made good`)
      await assertDone(bench, what)
      await assertTokens(second, due, what)
    }
  })
