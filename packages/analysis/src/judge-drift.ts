import type { FrameHistory } from './frame-history.ts'
import { defaultKeenness, type Judgement, type Keenness } from './judge-frame.ts'

const day = 24
const week = 7
/** A day's mean needs so many hours. */
const enoughOfADay = 16
/** Drifts are slow and their days few: they have to be larger and surer than a step to be believed. */
const larger = 2
const surer = 1.5
/** So many hours have to show it still: a burst makes a day's mean, too. */
const latest = 6

/**
 * Whether a frame's share crept up over the last week: each of its days against the same day a week before. A step makes
 * such differences jump from nothing to all of it; a drift has days in between.
 *
 * @returns null where it did not, or less than three weeks are known
 */
export function judgeDrift(
  history: FrameHistory,
  row: number,
  keenness: Keenness = defaultKeenness,
): Judgement | null {
  const now = history.lastHour
  const means = Array.from({ length: 3 * week }, (_, back) => dayMean(history, row, now - back * day))
  /** differences[k]: of the day k days ago to its like a week before. */
  const differences = Array.from({ length: 2 * week }, (_, back) => means[back]! - means[back + week]!)
  if (differences.some((one) => Number.isNaN(one))) return null
  const change = differences[0]!
  if (change < larger * keenness.effect) return null
  const usual = Math.sqrt(differences.slice(week).reduce((sum, one) => sum + one * one, 0) / week)
  if (change < surer * keenness.deviations * usual) return null
  const nothing = 0.2 * change
  const between = differences.slice(0, week).filter((one) => one > nothing && one < 0.8 * change)
  if (between.length < 2 || Math.max(...differences) > 1.2 * change) return null
  // What also falls from one week to the next goes up and down by itself.
  if (Math.min(...differences) < -nothing) return null
  const still = meanShare(history, row, now, latest, 1) - meanShare(history, row, now - week * day, latest, 1)
  if (!(still >= change / 2)) return null
  const since = now - (week - 1) * day
  return { kind: 'drift', change, expected: means[week]!, deviations: change / usual, since }
}

/** Mean share of the 24 hours that end with `hour`; NaN where too many are missing. */
function dayMean(history: FrameHistory, row: number, hour: number): number {
  return meanShare(history, row, hour, day, enoughOfADay)
}

/** Mean share of `hours` hours that end with `hour`; NaN where fewer than `least` have data. */
function meanShare(history: FrameHistory, row: number, hour: number, hours: number, least: number): number {
  let [sum, known] = [0, 0]
  for (let at = Math.max(0, hour - hours + 1); at <= hour; at++) {
    const share = history.share(row, at)
    if (Number.isNaN(share)) continue
    sum += share
    known++
  }
  return known < least ? Number.NaN : sum / known
}
