import type { FrameHistory } from './frame-history.ts'

const day = 24
const mostDays = 7
/** One hour may be up or down by chance. */
const hoursAveraged = 3

/**
 * By how much a frame's share in the last hours lies above what it was at these hours of the day before a change: whether the
 * change is still there.
 *
 * @param since first hour of the change
 * @returns 0 to 1, or below 0; NaN where there is nothing to compare
 */
export function excessSince(history: FrameHistory, frame: string, since: number): number {
  const row = history.rowOf(frame)
  // A frame that is not followed any more was below the floor for a day.
  if (row === undefined) return history.lastHour >= 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  let [sum, hours] = [0, 0]
  for (let hour = history.lastHour; hour > history.lastHour - hoursAveraged && hour >= since; hour--) {
    const difference = history.share(row, hour) - shareBefore(history, row, hour, since)
    if (Number.isNaN(difference)) continue
    sum += difference
    hours++
  }
  return hours === 0 ? Number.NaN : sum / hours
}

/** At the same hour of the last days before the change: the middle of those that are known. */
function shareBefore(history: FrameHistory, row: number, hour: number, since: number): number {
  const shares: number[] = []
  let then = hour - day * Math.ceil((hour - since + 1) / day)
  for (let days = 0; days < mostDays && then >= 0; days++, then -= day) {
    const share = history.share(row, then)
    if (!Number.isNaN(share)) shares.push(share)
  }
  return shares.length === 0 ? Number.NaN : shares.sort((a, b) => a - b)[shares.length >> 1]!
}
