import type { TimeSelection } from '@wick/wire'
import type { ProfileStore } from '../storage/ports.ts'
import type { OperationContext } from './context.ts'
import {
  checkPeriod,
  floorTo,
  type LongestRange,
  latestBucket,
  type WindowRange,
  widen,
} from './profile-range.ts'

const day = 24 * 60 * 60 * 1000

/**
 * The windows that a time stands for; null where there is no data to choose them by.
 *
 * @throws ApiError
 */
export async function selectedRange(
  { store, now }: OperationContext,
  groupId: string,
  time: TimeSelection,
  longest: LongestRange,
): Promise<WindowRange | null> {
  const kept = await store.keptSince(groupId)
  if (time.kind === 'range') return widen(time.start, time.end, kept, longest)
  checkPeriod(time.periodMilliseconds, longest)
  const bucket = await latestWithData(store, groupId, time.periodMilliseconds, now())
  return bucket === null ? null : widen(bucket.from, bucket.to, kept, longest)
}

/** Looks back in growing steps: the answer is nearly always in the first one. */
async function latestWithData(
  store: ProfileStore,
  groupId: string,
  length: number,
  now: number,
): Promise<WindowRange | null> {
  const { latestWindow } = await store.status(groupId)
  if (latestWindow === null) return null
  // Everything from the one in progress on, and what lies before it as far as needed.
  const inProgress = floorTo(now, length)
  for (const back of [2 * length, 15 * day, 60 * day, Number.POSITIVE_INFINITY]) {
    const from = Number.isFinite(back) ? inProgress - back : 0
    const windows = await store.windows({ groupId, from, to: Number.MAX_SAFE_INTEGER })
    if (windows.some((window) => window < inProgress) || from === 0) return latestBucket(windows, length, now)
  }
  return null
}
