import { parseSelection, type SelectionInput } from './extension-inputs.ts'
import { groupName, member, oneOf, required, uuid, word } from './fields.ts'
import { type GroupInput, type PageInput, parsePage, parsePeriod } from './inputs.ts'
import { jsonBody, type RequestParts, single } from './request-parts.ts'

/** What our own operations on recommendations and patterns take (`/v1/…`); as `inputs.ts`. */

export interface RecommendationsInput extends GroupInput, SelectionInput {}

export interface ReportsInput extends GroupInput, PageInput {
  /** Epoch milliseconds. */
  readonly start: number
  readonly end: number
  readonly periods: readonly ReportPeriodName[]
}

const reportPeriods = ['PT1H', 'P1D'] as const
type ReportPeriodName = (typeof reportPeriods)[number]

export interface ReportInput extends GroupInput {
  readonly findingsReportId: string
}

export interface GroupPatternInput extends GroupInput, PatternIdInput {}

export interface PatternIdInput {
  readonly patternId: string
}

export interface TryPatternInput extends GroupInput, SelectionInput {
  /** Whatever the caller says a pattern is. */
  readonly pattern: Readonly<Record<string, unknown>>
}

export function parseRecommendations({ labels, body }: RequestParts): RecommendationsInput {
  return { profilingGroupName: groupName(labels.profilingGroupName!), ...parseSelection(jsonBody(body)) }
}

export function parseReports({ labels, query }: RequestParts): ReportsInput {
  const period = single(query, 'period')
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    ...parsePeriod(query),
    ...parsePage(query),
    periods: period === null ? reportPeriods : [oneOf(period, 'period', reportPeriods)],
  }
}

export function parseReport({ labels }: RequestParts): ReportInput {
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    findingsReportId: uuid(labels.findingsReportId!, 'findingsReportId'),
  }
}

export function parsePatternId({ labels }: RequestParts): PatternIdInput {
  return { patternId: word(labels.patternId!, 'patternId', 64) }
}

export function parseGroupPattern(parts: RequestParts): GroupPatternInput {
  return { profilingGroupName: groupName(parts.labels.profilingGroupName!), ...parsePatternId(parts) }
}

export function parseTryPattern({ labels, body }: RequestParts): TryPatternInput {
  const fields = jsonBody(body)
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    ...parseSelection(fields),
    pattern: required(member(fields, 'pattern', 'object'), 'pattern'),
  }
}
