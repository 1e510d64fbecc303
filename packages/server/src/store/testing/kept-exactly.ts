/** Whether a store from which things went for their age, or were deleted, still answers exactly. For tests. */
import assert from 'node:assert/strict'
import { answered, group, minute, type OpenStore, type StoreBench, sumsOf } from './store-bench.ts'

export interface Posted {
  readonly end: number
  readonly body: Uint8Array
}

export const windowLength = 5 * minute
export const hour = 60 * minute
export const day = 24 * hour

const floor = (at: number, length: number): number => Math.floor(at / length) * length

/**
 * Compares answers with the naive sum, for ranges of every length around every post: each as wide as the coarsest that is
 * still kept whole there. What lies in days that are kept no longer is not compared.
 */
export async function assertExact(
  bench: StoreBench,
  open: OpenStore,
  posts: readonly Posted[],
  groupId: string = group.id,
  what = '',
): Promise<void> {
  const { windows, hours, days } = await bench.manifest.keptSince(groupId)
  assert.ok(windows >= hours && hours >= days, what)
  const kept = posts.filter(({ end }) => end > days)
  const ranges = new Map<string, readonly [number, number]>()
  for (const { end } of kept) {
    for (const length of [windowLength, hour, day, 3 * day]) {
      const from = floor(end - 1, length)
      const finest = from >= windows ? windowLength : from >= hours ? hour : day
      const range = [floor(from, finest), Math.ceil((from + length) / finest) * finest] as const
      if (range[0] >= days) ranges.set(range.join(), range)
    }
  }
  for (const [from, to] of ranges.values()) {
    const inside = kept.filter(({ end }) => end > from && end <= to)
    assert.deepEqual(
      await answered(open, from, to, groupId),
      sumsOf(inside.map(({ body }) => body)),
      `${what} ${new Date(from).toISOString()} – ${new Date(to).toISOString()}`,
    )
    const starts = await open.store.windows({ groupId, from, to })
    for (const { end } of inside)
      assert.ok(
        starts.some((start) => start < end && start >= floor(end - 1, day)),
        `${what} a window is listed for ${new Date(end).toISOString()}`,
      )
  }
}

/** No file lies about that nothing refers to, and none is missing. */
export async function assertNothingLeftOver(bench: StoreBench, what = ''): Promise<void> {
  const groups = await bench.catalog.allGroups()
  const named = [
    ...(await Promise.all(groups.map(({ id }) => bench.manifest.keys(id)))).flat(),
    ...(await bench.manifest.tokenLists()).map(({ key }) => key),
  ]
  const files = bench.disk.files.filter((file) => file.startsWith('blocks/'))
  assert.deepEqual(files, named.map((key) => `blocks/${key}`).sort(), what)
}
