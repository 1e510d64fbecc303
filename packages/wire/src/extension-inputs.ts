import { acceptsTree } from './accept.ts'
import { invalid } from './errors.ts'
import { groupName, lengthBetween, member, oneOf, required, stringList, wholeMember } from './fields.ts'
import { type AggregationPeriod, aggregationPeriods, type GroupInput, parsePeriod } from './inputs.ts'
import { jsonBody, type RequestParts } from './request-parts.ts'
import { type ProfileFilter, parseFilter, parseTime, type TimeSelection } from './selection.ts'

/** What our own operations on a group take (`/v1/profilingGroups/{name}/…`), as JSON bodies; as `inputs.ts`. */

/** Which profiles, as the caller says it. */
export interface SelectionInput {
  readonly time: TimeSelection
  readonly filter: ProfileFilter
}

/** How much of a tree, and how it is written. */
interface TreeShape extends GroupInput {
  readonly maxNodes: number
  /** Frame names from below the root on; empty for the root. */
  readonly focus: readonly string[]
  /** Binary where the Accept header names it. */
  readonly encoding: 'binary' | 'json'
}

export interface TreeInput extends TreeShape, SelectionInput {}

export interface DiffInput extends TreeShape {
  readonly before: SelectionInput
  readonly after: SelectionInput
}

export interface SearchInput extends GroupInput, SelectionInput {
  /** Part of a frame name; capitals do not matter. Empty for all frames. */
  readonly text: string
  /** What the first ones have most of. */
  readonly orderBy: HitOrder
  readonly maxResults: number
}

/** Samples with the frame innermost, or anywhere on the stack. */
const hitOrders = ['self', 'total'] as const
export type HitOrder = (typeof hitOrders)[number]

export interface SummaryInput extends GroupInput, SelectionInput {
  /** Null: as fine as is kept and fits an answer. */
  readonly resolution: StepName | null
}

export interface CostInput extends GroupInput, SelectionInput {}

export interface FleetInput extends GroupInput, SelectionInput {
  readonly maxInstances: number
}

export interface HeapInput extends GroupInput, SelectionInput {
  readonly step: AggregationPeriod
  readonly maxTypes: number
}

/** About what a browser draws well. */
const usualNodes = 65_536
const mostNodes = 262_144
const usualInstances = 1000
const mostInstances = 10_000
const usualTypes = 20
const mostTypes = 100
/** As the settings for profiles allow at most. */
const deepestFocus = 10_000
const longestName = 65_536

export function parseTree(parts: RequestParts): TreeInput {
  const fields = jsonBody(parts.body)
  return { ...parseShape(parts, fields), ...parseSelection(fields) }
}

export function parseDiff(parts: RequestParts): DiffInput {
  const fields = jsonBody(parts.body)
  const side = (field: 'before' | 'after'): SelectionInput =>
    parseSelection(required(member(fields, field, 'object'), field))
  return { ...parseShape(parts, fields), before: side('before'), after: side('after') }
}

export function parseSearch(parts: RequestParts): SearchInput {
  const fields = jsonBody(parts.body)
  return {
    profilingGroupName: groupName(parts.labels.profilingGroupName!),
    ...parseSelection(fields),
    text: lengthBetween(required(member(fields, 'text', 'string'), 'text'), 'text', 0, 1024),
    orderBy: oneOf(member(fields, 'orderBy', 'string') ?? 'total', 'orderBy', hitOrders),
    maxResults: wholeMember(fields, 'maxResults', 1, 10_000) ?? 100,
  }
}

/** Lengths of a step, in milliseconds: each a multiple of those before it. */
export const stepLengths = {
  PT5M: 300_000,
  PT15M: 900_000,
  PT1H: 3_600_000,
  PT6H: 21_600_000,
  P1D: 86_400_000,
} as const
export type StepName = keyof typeof stepLengths
export const stepNames = Object.keys(stepLengths) as StepName[]

export interface SeriesInput extends GroupInput, SelectionInput {
  readonly frames: readonly string[]
  /** Null: as fine as is kept and fits an answer. */
  readonly resolution: StepName | null
}

const maxFrames = 500

export function parseSeries(parts: RequestParts): SeriesInput {
  const fields = jsonBody(parts.body)
  const resolution = member(fields, 'resolution', 'string')
  return {
    profilingGroupName: groupName(parts.labels.profilingGroupName!),
    ...parseSelection(fields),
    frames: stringList(fields, 'frames', { max: maxFrames, shortest: 0, longest: longestName }),
    resolution: resolution === null ? null : oneOf(resolution, 'resolution', stepNames),
  }
}

export function parseSummary({ labels, body }: RequestParts): SummaryInput {
  const fields = jsonBody(body)
  const resolution = member(fields, 'resolution', 'string')
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    ...parseOriginSelection(fields),
    resolution: resolution === null ? null : oneOf(resolution, 'resolution', stepNames),
  }
}

export function parseCost({ labels, body }: RequestParts): CostInput {
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    ...parseOriginSelection(jsonBody(body)),
  }
}

export function parseSelection(fields: Readonly<Record<string, unknown>>): SelectionInput {
  return { time: parseTime(fields), filter: parseFilter(fields) }
}

export function parseFleet({ labels, body }: RequestParts): FleetInput {
  const fields = jsonBody(body)
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    maxInstances: wholeMember(fields, 'maxInstances', 1, mostInstances) ?? usualInstances,
    ...parseOriginSelection(fields),
  }
}

export function parseHeap({ labels, body }: RequestParts): HeapInput {
  const fields = jsonBody(body)
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    step: oneOf(member(fields, 'step', 'string') ?? 'PT5M', 'step', aggregationPeriods),
    maxTypes: wholeMember(fields, 'maxTypes', 1, mostTypes) ?? usualTypes,
    ...parseOriginSelection(fields),
  }
}

/** Of what profiles say beside their samples. */
function parseOriginSelection(fields: Readonly<Record<string, unknown>>): SelectionInput {
  const selection = parseSelection(fields)
  if (selection.filter.counters.length > 0)
    throw invalid("A thread state tells nothing apart here: leave out 'filter.counters'.")
  return selection
}

function parseShape({ labels, header }: RequestParts, fields: Readonly<Record<string, unknown>>): TreeShape {
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    maxNodes: wholeMember(fields, 'maxNodes', 1, mostNodes) ?? usualNodes,
    focus: stringList(fields, 'focus', { max: deepestFocus, shortest: 0, longest: longestName }),
    encoding: acceptsTree(header('accept')) ? 'binary' : 'json',
  }
}

/** How long a group's profiles are kept at each resolution. */
interface RetentionRule {
  readonly fiveMinuteDays: number
  readonly hourlyDays: number
  readonly dailyDays: number
}

export interface PutRetentionInput extends GroupInput {
  readonly rule: RetentionRule
}

const mostDays = 36_500

export function parsePutRetention({ labels, body }: RequestParts): PutRetentionInput {
  const fields = jsonBody(body)
  const days = (field: keyof RetentionRule): number =>
    required(wholeMember(fields, field, 1, mostDays), field)
  const rule = {
    fiveMinuteDays: days('fiveMinuteDays'),
    hourlyDays: days('hourlyDays'),
    dailyDays: days('dailyDays'),
  }
  if (rule.fiveMinuteDays > rule.hourlyDays || rule.hourlyDays > rule.dailyDays)
    throw invalid(
      'fiveMinuteDays, hourlyDays and dailyDays must not become smaller: what is finer is not kept longer.',
    )
  return { profilingGroupName: groupName(labels.profilingGroupName!), rule }
}

export interface DeleteProfilesInput extends GroupInput {
  /** Epoch milliseconds. */
  readonly start: number
  readonly end: number
}

export function parseDeleteProfiles({ labels, query }: RequestParts): DeleteProfilesInput {
  return { profilingGroupName: groupName(labels.profilingGroupName!), ...parsePeriod(query) }
}
