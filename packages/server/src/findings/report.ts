import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { formatTimestamp, type ReportChange, type ReportedRecommendation } from '@wick/wire'
import type { PriceTable } from '../cost/price-table.ts'
import type { ReportPeriod } from '../storage/findings-store.ts'
import type { Analysis } from './analyse.ts'
import { recommendationAnswers } from './recommendation-answer.ts'

/** What was found in an hour or a day, as it is kept: what `/v1/` tells of it, but for its id. */
export interface Report {
  readonly version: 1
  readonly period: ReportPeriod
  readonly startTime: string
  readonly endTime: string
  readonly samples: number
  readonly needed: number | null
  readonly currency: string
  readonly prices: string
  readonly recommendations: readonly ReportedRecommendation[]
  readonly gone: readonly { readonly patternId: string; readonly name: string; readonly share: number }[]
}

/** The figures of a report that lists are made of. */
export interface ReportSummary {
  readonly recommendations: number
  readonly new: number
  readonly gone: number
  readonly grown: number
  readonly yearlyCost: number | null
  readonly hasTooLittleData: boolean
}

/** A share has grown, or shrunk, where it differs so much from the one before: by a quarter of it, and by one hundredth of all. */
const changed = { factor: 1.25, share: 0.01 }

/** @param before the report before this one, of the same length of time */
export function reportOf(
  { period, start, end }: { readonly period: ReportPeriod; readonly start: number; readonly end: number },
  analysis: Analysis,
  { name, currency }: PriceTable,
  before: Report | null,
): Report {
  const shares = new Map(
    before?.recommendations.map(({ pattern, samples, of }) => [pattern.id, samples / of]),
  )
  const recommendations = recommendationAnswers(analysis).map((recommendation) => {
    const shareBefore = shares.get(recommendation.pattern.id) ?? null
    const change = changeOf(recommendation.samples / recommendation.of, shareBefore)
    return { ...recommendation, change, shareBefore }
  })
  const found = new Set(recommendations.map(({ pattern }) => pattern.id))
  // Of too few samples nothing follows, that it is gone neither.
  const missing = analysis.needed !== null ? [] : (before?.recommendations ?? [])
  return {
    version: 1,
    period,
    startTime: formatTimestamp(start),
    endTime: formatTimestamp(end),
    samples: analysis.samples,
    needed: analysis.needed,
    currency,
    prices: name,
    recommendations,
    gone: missing
      .filter(({ pattern }) => !found.has(pattern.id))
      .map(({ pattern, samples, of }) => ({
        patternId: pattern.id,
        name: pattern.name,
        share: samples / of,
      })),
  }
}

function changeOf(share: number, before: number | null): ReportChange {
  if (before === null) return 'new'
  if (share >= changed.factor * before && share - before >= changed.share) return 'grown'
  if (before >= changed.factor * share && before - share >= changed.share) return 'shrunk'
  return 'same'
}

export function summaryOf({ recommendations, gone, needed }: Report): ReportSummary {
  const priced = recommendations.flatMap(({ yearlyCost }) => (yearlyCost === null ? [] : [yearlyCost]))
  const count = (change: ReportChange): number =>
    recommendations.filter((recommendation) => recommendation.change === change).length
  return {
    recommendations: recommendations.length,
    new: count('new'),
    gone: gone.length,
    grown: count('grown'),
    // Recommendations overlap: what one of them costs may be part of another. The dearest is the least that all cost.
    yearlyCost: priced.length === 0 ? null : Math.max(...priced),
    hasTooLittleData: needed !== null,
  }
}

/** As bytes, deflated. */
export function encodeReport(report: Report): Uint8Array {
  return deflateRawSync(Buffer.from(JSON.stringify(report)))
}

/** A report is bounded by the room for paths when it is made; what is larger was not made by us. */
const maxReportBytes = 64 * 1024 * 1024

/** @throws Error where these are no report's bytes */
export function decodeReport(bytes: Uint8Array): Report {
  return JSON.parse(inflateRawSync(bytes, { maxOutputLength: maxReportBytes }).toString())
}
