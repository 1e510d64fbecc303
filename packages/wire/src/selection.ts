import { invalid } from './errors.ts'
import { duration, lengthBetween, member, stringList, stringMap, timestamp } from './fields.ts'

/**
 * Which profiles a question is about: a time, and a filter. A time comes from query parameters (the API's own operations)
 * or from a JSON body (ours), a filter from a JSON body.
 */

/** Which time is asked for, in epoch milliseconds, as the caller wrote it. */
export type TimeSelection =
  | { readonly kind: 'range'; readonly start: number; readonly end: number }
  | { readonly kind: 'latest'; readonly periodMilliseconds: number }

/** What profiles must be like. A list names the values that will do; an empty one allows any. */
export interface ProfileFilter {
  /** Fleet instances: host names, task and function ARNs, ids. */
  readonly instances: readonly string[]
  /** Instance types and the like, as agents report them. */
  readonly hostTypes: readonly string[]
  /** Agent types, `CodeGuruProfiler-python`, or with their version, `CodeGuruProfiler-python 1.2.6`. */
  readonly agents: readonly string[]
  /** Each must be there with this value. */
  readonly labels: Readonly<Record<string, string>>
  /** Thread states whose samples count. */
  readonly counters: readonly string[]
}

/** Whether a filter asks who sent a profile; thread states are samples' own. */
export function asksForOrigin({ instances, hostTypes, agents, labels }: ProfileFilter): boolean {
  return instances.length + hostTypes.length + agents.length + Object.keys(labels).length > 0
}

/** One or two of startTime, endTime and period; a time alone is no range. @param read a field's text, null where absent */
export function parseTimeSelection(read: (field: string) => string | null): TimeSelection {
  const optional = <T>(field: string, parse: (value: string, field: string) => T): T | null => {
    const value = read(field)
    return value === null ? null : parse(value, field)
  }
  const start = optional('startTime', timestamp)
  const end = optional('endTime', timestamp)
  const period = optional('period', duration)
  if (start !== null && end !== null && period !== null) {
    throw invalid('Give at most two of startTime, endTime and period.')
  }
  if (start !== null && end !== null) return range(start, end)
  if (start !== null && period !== null) return range(start, start + period)
  if (end !== null && period !== null) return range(end - period, end)
  if (period !== null) return latest(period)
  throw invalid(
    'Give period, or two of startTime, endTime and period: a startTime or endTime alone names no range.',
  )
}

/** The instants that a Date can hold: beyond them a range could not be written in an answer. */
const farthestInstant = 8.64e15

function range(start: number, end: number): TimeSelection {
  if (start >= end) throw invalid('startTime must be before endTime.')
  if (start < -farthestInstant || end > farthestInstant)
    throw invalid('The range reaches beyond the calendar.')
  return { kind: 'range', start, end }
}

function latest(periodMilliseconds: number): TimeSelection {
  // Whichever time of that length is meant: it holds now, or what was before.
  if (periodMilliseconds > farthestInstant / 2) throw invalid('The period reaches beyond the calendar.')
  return { kind: 'latest', periodMilliseconds }
}

/** The fields `startTime`, `endTime` and `period` of a JSON body. */
export function parseTime(fields: Readonly<Record<string, unknown>>): TimeSelection {
  return parseTimeSelection((field) => member(fields, field, 'string'))
}

const maxValues = 1000
const longestValue = 2048
const maxLabels = 16

/** The field `filter` of a JSON body; absent, everything passes. */
export function parseFilter(fields: Readonly<Record<string, unknown>>): ProfileFilter {
  const filter = member(fields, 'filter', 'object') ?? {}
  const list = (field: string): string[] =>
    stringList(filter, field, { max: maxValues, longest: longestValue, at: `filter.${field}` })
  const labels = stringMap(member(filter, 'labels', 'object', 'filter.labels') ?? {}, 'filter.labels')
  if (Object.keys(labels).length > maxLabels)
    throw invalid(`filter.labels holds more than ${maxLabels} labels.`)
  for (const [key, value] of Object.entries(labels)) {
    lengthBetween(key, 'filter.labels.key', 1, 64)
    lengthBetween(value, 'filter.labels.value', 0, 256)
  }
  return {
    instances: list('instances'),
    hostTypes: list('hostTypes'),
    agents: list('agents'),
    labels,
    counters: list('counters'),
  }
}
