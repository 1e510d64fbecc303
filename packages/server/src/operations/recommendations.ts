import {
  ApiError,
  decodePageToken,
  encodePageToken,
  type FindingsReportAnswer,
  type FindingsReportsAnswer,
  formatTimestamp,
  parseGroupInput,
  parseGroupPattern,
  parseRecommendations,
  parseReport,
  parseReports,
  type RecommendationStatesAnswer,
  type RequestParts,
  stepLengths,
} from '@wick/wire'
import { analyse } from '../findings/analyse.ts'
import { recommendationsAnswer } from '../findings/recommendation-answer.ts'
import { readState } from '../findings/recommendation-states.ts'
import type { ReportSummary } from '../findings/report.ts'
import { ReportSeal } from '../findings/report-seal.ts'
import type { ReportPeriod } from '../storage/findings-store.ts'
import { analysedRange } from './analysed-range.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import type { Reply } from './reply.ts'

/** What the patterns of a group find in the profiles of a time, with what it costs and where it is. */
export async function findRecommendations(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { time, filter, ...input } = parseRecommendations(parts)
  const { id } = await requireGroup(context, input)
  const range = await analysedRange(context, id, time, filter)
  const analysis = range === null ? null : await analyse(context, { groupId: id, ...range, filter })
  return { kind: 'json', value: recommendationsAnswer(analysis, context.prices, range?.from ?? 0) }
}

/** The hourly and daily reports of which a part lies in a time, newest first. */
export async function listReports(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { start, end, periods, maxResults, nextToken, ...input } = parseReports(parts)
  const { id } = await requireGroup(context, input)
  const call = ['ListReports', id, periods.join(), String(start), String(end)]
  const found = await context.catalog.listReports({
    ...{ groupId: id, periods, from: start, to: end },
    after: nextToken === null ? null : placeOf(decodePageToken(nextToken, call)),
    limit: maxResults + 1,
  })
  const page = found.slice(0, maxResults)
  const value: FindingsReportsAnswer = {
    reports: page.map((report) => ({
      id: report.id,
      period: report.period,
      startTime: formatTimestamp(report.start),
      endTime: formatTimestamp(report.start + stepLengths[report.period]),
      ...(JSON.parse(report.summary) as ReportSummary),
    })),
    ...(found.length > maxResults && { nextToken: encodePageToken(cursorOf(page.at(-1)!), call) }),
  }
  return { kind: 'json', value }
}

/** Reports begin with whole hours: a start and a period are one number. */
function cursorOf({ start, period }: { start: number; period: ReportPeriod }): number {
  return (start / stepLengths.PT1H) * 2 + (period === 'PT1H' ? 1 : 0)
}

function placeOf(cursor: number): { readonly start: number; readonly period: ReportPeriod } {
  const isHour = Math.abs(cursor) % 2 === 1
  return {
    start: ((cursor - (isHour ? 1 : 0)) / 2) * stepLengths.PT1H,
    period: isHour ? 'PT1H' : 'P1D',
  }
}

export async function getReport(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { findingsReportId: id, ...input } = parseReport(parts)
  const group = await requireGroup(context, input)
  const row = await context.catalog.findingsReport(group.id, id)
  if (row === null)
    throw new ApiError(
      'ResourceNotFoundException',
      `There is no findings report ${id} of the profiling group '${group.name}'.`,
    )
  const { version: _, ...report } = new ReportSeal(context.sealer, group).open(id, row.document)
  const value: FindingsReportAnswer = { id, ...report }
  return { kind: 'json', value }
}

/** What is so after the latest hourly reports, and what is over since less than a week. */
export async function getRecommendationStates(
  context: OperationContext,
  parts: RequestParts,
): Promise<Reply> {
  const { id } = await requireGroup(context, parseGroupInput(parts))
  const states = (await context.catalog.statesOf(id)).map(readState)
  states.sort((a, b) => b.since - a.since || (a.patternId < b.patternId ? -1 : 1))
  const value: RecommendationStatesAnswer = {
    states: states.map(({ patternId, name, closedAt, since, lastSeen, isMuted }) => ({
      ...{ patternId, name, state: closedAt === null ? 'OPEN' : 'CLOSED' },
      since: formatTimestamp(since),
      lastSeen: formatTimestamp(lastSeen),
      isMuted,
    })),
  }
  return { kind: 'json', value }
}

/** Nobody is told of it any more. */
export function muteRecommendation(context: OperationContext, parts: RequestParts): Promise<Reply> {
  return setMuted(context, parts, true)
}

export function unmuteRecommendation(context: OperationContext, parts: RequestParts): Promise<Reply> {
  return setMuted(context, parts, false)
}

async function setMuted(context: OperationContext, parts: RequestParts, isMuted: boolean): Promise<Reply> {
  const { patternId, ...input } = parseGroupPattern(parts)
  const group = await requireGroup(context, input)
  if ((await context.catalog.muteRecommendation(group.id, patternId, isMuted)) === 'unknown')
    throw new ApiError(
      'ResourceNotFoundException',
      `The pattern '${patternId}' was not found in the profiling group '${group.name}' lately.`,
    )
  return { kind: 'empty' }
}
