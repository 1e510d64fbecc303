/** What is remembered from one answer for the next, and what must not be. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobStore } from '../storage/ports.ts'
import {
  answered,
  body,
  group,
  minute,
  noon,
  type StoreBench,
  send,
  storeBench,
} from './testing/store-bench.ts'

const hour = 60 * minute
const day = 24 * hour
const range = { from: noon - 6 * hour, to: noon }

/** Six hours' roll-ups of one day that follow each other, each with samples of its own. */
async function sixHours(): Promise<StoreBench> {
  const bench = storeBench()
  const open = await bench.open()
  for (let back = 6; back >= 1; back--)
    await send(open, bench.now, {
      body: body(
        { children: { [`h${back}`]: { counts: { R: 10 ** back } } } },
        noon - back * hour + 20 * minute,
      ),
    })
  await open.store.seal()
  await open.store.close()
  return bench
}

async function hourKeys({ manifest }: StoreBench): Promise<string[]> {
  const blocks = await manifest.blocks({ groupId: group.id, ...range })
  return blocks.filter(({ level }) => level === 'PT1H').map(({ key }) => key)
}

/** The first reads of one file give other bytes than were written. */
function misread(blobs: BlobStore, key: string, times: number): BlobStore {
  let left = times
  return {
    ...blobs,
    get: async (asked, from, to) => {
      const bytes = await blobs.get(asked, from, to)
      return asked === key && left-- > 0 ? (bytes?.map((byte) => byte ^ 1) ?? null) : bytes
    },
  }
}

test('a roll-up that is misread once, or a few times, costs nothing and counts once, in this answer and the next', async () => {
  const bench = await sixHours()
  const intact = await bench.open()
  const expected = await answered(intact, range.from, range.to)
  assert.equal(expected.size, 6)
  await intact.store.close()
  for (const [place, key] of (await hourKeys(bench)).entries()) {
    for (const times of [1, 2, 3, 7]) {
      const open = await bench.open({
        through: ({ blobs, manifest }) => ({ blobs: misread(blobs, key, times), manifest }),
      })
      const what = `hour ${place}, misread ${times} times`
      assert.deepEqual(await answered(open, range.from, range.to), expected, what)
      assert.ok(open.damage.length <= 1, what)
      assert.deepEqual(await answered(open, range.from, range.to), expected, `${what}, asked again`)
      await open.store.close()
    }
  }
})

test('a day’s roll-up that is made while an hour is misread has every hour', async () => {
  const sound = await sixHours()
  const midnight = noon - 12 * hour
  const intact = await sound.open()
  const expected = await answered(intact, range.from, range.to)
  await intact.store.close()
  for (const [place, key] of (await hourKeys(sound)).entries()) {
    const bench = sound.copy()
    bench.now += day
    const open = await bench.open({
      through: ({ blobs, manifest }) => ({ blobs: misread(blobs, key, 1), manifest }),
    })
    await open.store.seal()
    const blocks = await bench.manifest.blocks({ groupId: group.id, from: midnight, to: midnight + day })
    assert.equal(blocks.filter(({ level }) => level === 'P1D').length, 1)
    assert.deepEqual(await answered(open, midnight, midnight + day), expected, `hour ${place}`)
    await open.store.close()
  }
})

test('a damaged roll-up among many is not read again for each of the others', async () => {
  const bench = await sixHours()
  const keys = await hourKeys(bench)
  bench.disk.replace(`blocks/${keys.at(-1)}`, new Uint8Array(100))
  const reads = new Map<string, number>()
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      manifest,
      blobs: {
        ...blobs,
        get: (key, from, to) => {
          if (from === undefined || from === 0) reads.set(key, (reads.get(key) ?? 0) + 1)
          return blobs.get(key, from, to)
        },
      },
    }),
  })
  assert.equal((await answered(open, range.from, range.to)).size, 6)
  // Once for the sum of all, once by itself.
  for (const key of keys) assert.ok(reads.get(key)! <= 2, `${reads.get(key)} reads`)
  await open.store.close()
})

test('what lacks a damaged block is not what the next question is answered with', async () => {
  const bench = await sixHours()
  const period = { groupId: group.id, from: noon - day, to: noon + hour }
  const open = await bench.open()
  // Another day: what is added up over both is remembered as one.
  await send(open, bench.now, { body: body({ counts: { R: 7 } }, noon - 12 * hour - 20 * minute) })
  await open.store.seal()
  await open.store.close()
  const again = await bench.open()
  const first = (await bench.manifest.blocks(period)).filter(
    ({ start }) => start >= noon - 6 * hour && start < noon - 5 * hour,
  )
  assert.deepEqual(first.map(({ level }) => level).sort(), ['PT1H', 'PT5M'])
  const sound = first.map(({ key }) => [`blocks/${key}`, bench.disk.contents(`blocks/${key}`)] as const)
  for (const [path] of sound) bench.disk.replace(path, new Uint8Array(100))
  assert.equal((await answered(again, period.from, period.to)).size, 6)
  for (const [path, bytes] of sound) bench.disk.replace(path, bytes)
  assert.equal((await answered(again, period.from, period.to)).size, 7)
  await again.store.close()
})
