import { acceptedEncoding, type ProfileEncoding } from '../accept.ts'
import { invalid } from '../errors.ts'
import { duration, integer, oneOf, required, timestamp } from '../fields.ts'
import { optional, type Query, type RequestParts, single } from '../request-parts.ts'
import { type Page, parsePage } from './page.ts'
import { type GroupInput, parseGroupInput } from './profiling-groups.ts'

/** Inputs of the operations that read aggregated profiles. All instants are epoch milliseconds. */

const aggregationPeriods = ['PT5M', 'PT1H', 'P1D'] as const
export type AggregationPeriod = (typeof aggregationPeriods)[number]

const orders = ['TimestampDescending', 'TimestampAscending'] as const
export type OrderBy = (typeof orders)[number]

/** Which time is asked for, as the caller wrote it: neither widened to windows nor limited in length yet. */
export type TimeSelection =
  | { readonly kind: 'range'; readonly start: number; readonly end: number }
  | { readonly kind: 'latest'; readonly periodMilliseconds: number }

export interface GetProfileInput extends GroupInput {
  readonly time: TimeSelection
  readonly maxDepth: number | null
  readonly encoding: ProfileEncoding
}

export function parseGetProfile(parts: RequestParts): GetProfileInput {
  return {
    ...parseGroupInput(parts),
    time: parseTimeSelection(parts.query),
    maxDepth: optional(parts.query, 'maxDepth', (value, field) => integer(value, field, 1, 10_000)),
    encoding: acceptedEncoding(parts.header('accept')),
  }
}

/** One or two of startTime, endTime and period; a time alone names no range, and all three name one too many. */
function parseTimeSelection(query: Query): TimeSelection {
  const start = optional(query, 'startTime', timestamp)
  const end = optional(query, 'endTime', timestamp)
  const period = optional(query, 'period', duration)
  if (start !== null && end !== null && period !== null) {
    throw invalid('Give at most two of startTime, endTime and period.')
  }
  if (start !== null && end !== null) return range(start, end)
  if (start !== null && period !== null) return range(start, start + period)
  if (end !== null && period !== null) return range(end - period, end)
  if (period !== null) return { kind: 'latest', periodMilliseconds: period }
  throw invalid(
    'Give period, or two of startTime, endTime and period: a startTime or endTime alone names no range.',
  )
}

/** The instants that a Date can hold: beyond them a range could not be written in an answer. */
const farthestInstant = 8.64e15

function range(start: number, end: number): TimeSelection {
  checkOrder(start, end)
  if (start < -farthestInstant || end > farthestInstant)
    throw invalid('The range reaches beyond the calendar.')
  return { kind: 'range', start, end }
}

function checkOrder(start: number, end: number): void {
  if (start >= end) throw invalid('startTime must be before endTime.')
}

export interface ListProfileTimesInput extends GroupInput, Page {
  readonly start: number
  readonly end: number
  readonly period: AggregationPeriod
  readonly orderBy: OrderBy
}

export function parseListProfileTimes(parts: RequestParts): ListProfileTimesInput {
  const { query } = parts
  const start = required(optional(query, 'startTime', timestamp), 'startTime')
  const end = required(optional(query, 'endTime', timestamp), 'endTime')
  checkOrder(start, end)
  return {
    ...parseGroupInput(parts),
    start,
    end,
    period: oneOf(required(single(query, 'period'), 'period'), 'period', aggregationPeriods),
    orderBy: oneOf(single(query, 'orderBy') ?? 'TimestampDescending', 'orderBy', orders),
    ...parsePage(query),
  }
}
