import { flag, member, oneOf, required, uuid } from './fields.ts'
import { type GroupInput, type PageInput, parseGroupInput, parsePage, parsePeriod } from './inputs.ts'
import { jsonBody, type Query, type RequestParts, single } from './request-parts.ts'

/** Inputs of the operations on findings: recommendations, anomalies and the reports they stand in. */

const locales = [
  'de-DE',
  'en-GB',
  'en-US',
  'es-ES',
  'fr-FR',
  'it-IT',
  'ja-JP',
  'ko-KR',
  'pt-BR',
  'zh-CN',
  'zh-TW',
] as const

const feedbackTypes = ['Positive', 'Negative'] as const

export interface GetRecommendationsInput extends GroupInput {
  /** Epoch milliseconds. */
  readonly start: number
  readonly end: number
  readonly locale: (typeof locales)[number]
}

interface ReportsInput extends PageInput {
  /** Whether only reports on whole days are wanted. */
  readonly dailyReportsOnly: boolean
}

export interface GetFindingsReportAccountSummaryInput extends ReportsInput {}

export interface ListFindingsReportsInput extends GroupInput, ReportsInput {
  readonly start: number
  readonly end: number
}

export interface SubmitFeedbackInput extends GroupInput {
  readonly anomalyInstanceId: string
  readonly type: (typeof feedbackTypes)[number]
  readonly comment: string | null
}

export function parseGetRecommendations(parts: RequestParts): GetRecommendationsInput {
  return {
    ...parseGroupInput(parts),
    ...parsePeriod(parts.query),
    locale: oneOf(single(parts.query, 'locale') ?? 'en-US', 'locale', locales),
  }
}

export function parseGetFindingsReportAccountSummary({
  query,
}: RequestParts): GetFindingsReportAccountSummaryInput {
  return parseReports(query)
}

export function parseListFindingsReports(parts: RequestParts): ListFindingsReportsInput {
  return { ...parseGroupInput(parts), ...parsePeriod(parts.query), ...parseReports(parts.query) }
}

function parseReports(query: Query): ReportsInput {
  const dailyReportsOnly = single(query, 'dailyReportsOnly')
  return {
    dailyReportsOnly: dailyReportsOnly !== null && flag(dailyReportsOnly, 'dailyReportsOnly'),
    ...parsePage(query),
  }
}

export function parseSubmitFeedback(parts: RequestParts): SubmitFeedbackInput {
  const fields = jsonBody(parts.body)
  return {
    ...parseGroupInput(parts),
    anomalyInstanceId: uuid(parts.labels.anomalyInstanceId!, 'anomalyInstanceId'),
    type: oneOf(required(member(fields, 'type', 'string'), 'type'), 'type', feedbackTypes),
    comment: member(fields, 'comment', 'string'),
  }
}
