import { ApiError, decodePageToken, encodePageToken, jsonBody, type RequestParts } from '@wick/wire'
import {
  attributesOf,
  type KnownRecord,
  type LookupKey,
  lookupKeys,
  type RecordAttribute,
  usernameOf,
} from '../storage/audit-attributes.ts'
import { recordTime, timeOf } from '../storage/audit-chain.ts'
import type { AuditLog } from '../storage/audit-log.ts'
import type { OperationContext } from './context.ts'

/** LookupEvents of CloudTrail: records of the caller's account, newest first. */
export interface LookupEventsInput {
  readonly attribute: { readonly key: LookupKey; readonly value: string } | null
  /** Epoch milliseconds. */
  readonly start: number | null
  readonly end: number | null
  readonly maxResults: number
  readonly nextToken: string | null
}

interface LookedUp {
  readonly Events: readonly object[]
  readonly NextToken?: string
}

const maxPage = 50
const dayMilliseconds = 86_400_000
/** As far back as CloudTrail looks. */
const maxAge = 90 * dayMilliseconds
/** Records are in the order in which they were written, which is that of their times but for clocks that are set. */
const maxDisorder = 3_600_000
const rowsAtOnce = 500
/** The last instant that has a record's form. */
const latest = Date.UTC(9999, 11, 31)
/** One call reads no more; the next page goes on there. */
const maxRows = 20_000

/** @throws ApiError as CloudTrail names them */
export function parseLookupEvents({ body }: RequestParts): LookupEventsInput {
  const { LookupAttributes, StartTime, EndTime, EventCategory, MaxResults, NextToken } = jsonBody(body)
  if (EventCategory !== undefined && EventCategory !== null)
    throw new ApiError(
      'InvalidEventCategoryException',
      'There are no insights here: leave EventCategory out.',
    )
  const maxResults = MaxResults ?? maxPage
  if (!Number.isInteger(maxResults) || (maxResults as number) < 1 || (maxResults as number) > maxPage)
    throw new ApiError('InvalidMaxResultsException', `MaxResults must be from 1 to ${maxPage}.`)
  const [start, end] = [instant(StartTime), instant(EndTime)]
  if (start !== null && end !== null && start > end)
    throw new ApiError('InvalidTimeRangeException', 'StartTime must not be after EndTime.')
  if (NextToken !== undefined && NextToken !== null && typeof NextToken !== 'string') throw wrongToken()
  return {
    attribute: lookupAttribute(LookupAttributes),
    start,
    end,
    maxResults: maxResults as number,
    nextToken: NextToken ?? null,
  }
}

function lookupAttribute(given: unknown): LookupEventsInput['attribute'] {
  if (given === undefined || given === null) return null
  const [attribute, ...more] = Array.isArray(given) ? given : [undefined]
  if (Array.isArray(given) && given.length === 0) return null
  const { AttributeKey, AttributeValue } = (attribute ?? {}) as Record<string, unknown>
  const key = lookupKeys.find((one) => one === AttributeKey)
  if (more.length > 0 || key === undefined || typeof AttributeValue !== 'string' || AttributeValue === '') {
    throw new ApiError(
      'InvalidLookupAttributesException',
      `LookupAttributes must hold one attribute, with a value, of ${lookupKeys.join(', ')}.`,
    )
  }
  return { key, value: AttributeValue }
}

/** Epoch seconds in JSON; ISO 8601 is taken, too. */
function instant(given: unknown): number | null {
  if (given === undefined || given === null) return null
  const milliseconds = typeof given === 'number' ? given * 1000 : Date.parse(String(given))
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8e15)
    throw new ApiError('InvalidTimeRangeException', 'StartTime and EndTime must be timestamps.')
  return milliseconds
}

export async function lookupEvents(context: TrailContext, input: LookupEventsInput): Promise<LookedUp> {
  const { attribute } = input
  const range = rangeOf(input)
  if (range === null) return { Events: [] }
  const indexed = attribute === null || attribute.key === 'EventId' ? null : (attribute as RecordAttribute)
  const found = await lookUp(context, range, [attribute, input.start, input.end], {
    indexed,
    isWanted: (record) => matches(record, attribute),
  })
  return {
    Events: found.records.map(({ record, text }) => eventOf(record, text)),
    ...(found.nextToken !== null && { NextToken: found.nextToken }),
  }
}

type TrailContext = Pick<OperationContext, 'catalog' | 'principal' | 'now'>

/** Where to look, and how much of it to answer with. */
export interface TrailRange {
  /** Epoch milliseconds; null for as far as there is anything. */
  readonly start: number | null
  readonly end: number | null
  readonly maxResults: number
  readonly nextToken: string | null
}

/** What is looked for. */
export interface WantedRecords {
  /** Read by the index of this attribute; null: all of the range are read. */
  readonly indexed: RecordAttribute | null
  readonly isWanted: (record: KnownRecord) => boolean
}

/** Records of the caller's account, newest first. */
export interface FoundRecords {
  readonly records: readonly { readonly record: KnownRecord; readonly text: string }[]
  /** Null where there are no more. A page may be short, or empty, and have one: only so much is read at once. */
  readonly nextToken: string | null
}

/** @param question what is asked beside the size of a page: a token leads on in this question only */
export async function lookUp(
  { catalog, principal, now }: TrailContext,
  { start, end, maxResults, nextToken }: TrailRange,
  question: readonly unknown[],
  { indexed, isWanted }: WantedRecords,
): Promise<FoundRecords> {
  const call = [JSON.stringify([...question, maxResults, principal.accountId])]
  const oldest = Math.max(start ?? 0, now() - maxAge)
  const newest = Math.min(end ?? latest, latest)
  const [from, to, stop] = [
    recordTime(oldest),
    recordTime(newest),
    recordTime(Math.max(0, oldest - maxDisorder)),
  ]
  let before = nextToken === null ? await firstAfter(catalog, newest + maxDisorder) : placeOf(nextToken, call)
  const records: { record: KnownRecord; text: string }[] = []
  const page = (): FoundRecords => ({
    records,
    nextToken: before > 1 ? encodePageToken(before, call) : null,
  })
  for (let read = 0; read < maxRows; ) {
    const rows = await catalog.recordsBefore(before, rowsAtOnce, indexed)
    read += rows.length
    for (const { sequence, record: text } of rows) {
      const record: KnownRecord = JSON.parse(text)
      if (record.eventTime < stop) return { records, nextToken: null }
      before = sequence
      const isInRange = record.eventTime >= from && record.eventTime <= to
      if (!isInRange || !isOf(principal.accountId, record) || !isWanted(record)) continue
      records.push({ record, text })
      if (records.length === maxResults) return page()
    }
    if (rows.length < rowsAtOnce) return { records, nextToken: null }
  }
  return page()
}

/** When what is asked for was, at most; null where nothing can be it. An event's id begins with its time. */
function rangeOf({ attribute, start, end, maxResults, nextToken }: LookupEventsInput): TrailRange | null {
  const page = { maxResults, nextToken }
  if (attribute?.key !== 'EventId') return { start, end, ...page }
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(attribute.value)) return null
  const at = Number.parseInt(attribute.value.slice(0, 8) + attribute.value.slice(9, 13), 16)
  return { start: Math.max(start ?? 0, at), end: Math.min(end ?? latest, at), ...page }
}

/** The sequence before which all records of up to that instant are, by halving: time and sequence go together but for disorder. */
async function firstAfter(
  log: Pick<AuditLog, 'auditHead' | 'auditStart' | 'recordsAfter'>,
  instant: number,
): Promise<number> {
  let high = (await log.auditHead()).sequence + 1
  if (instant >= latest) return high
  const time = recordTime(instant)
  let low = (await log.auditStart()).sequence + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = await log.recordsAfter(middle - 1, 1)
    if (row === undefined || timeOf(row.record) > time) high = middle
    else low = middle + 1
  }
  return high
}

function placeOf(token: string, call: readonly string[]): number {
  try {
    return decodePageToken(token, call)
  } catch {
    throw wrongToken()
  }
}

function wrongToken(): ApiError {
  return new ApiError(
    'InvalidNextTokenException',
    'The NextToken belongs to another call: repeat the call with the parameters of the first page.',
  )
}

/** Both sides of a call across accounts see it. */
function isOf(accountId: string, { recipientAccountId, resources = [] }: KnownRecord): boolean {
  return recipientAccountId === accountId || resources.some((one) => one.accountId === accountId)
}

function matches(record: KnownRecord, attribute: LookupEventsInput['attribute']): boolean {
  if (attribute === null) return true
  const { key, value } = attribute
  if (key === 'EventId') return record.eventID === value
  return attributesOf(record).some((one) => one.key === key && one.value === value)
}

function eventOf(record: KnownRecord, text: string): object {
  const { accessKeyId } = record.userIdentity
  const username = usernameOf(record.userIdentity)
  return {
    EventId: record.eventID,
    EventName: record.eventName,
    ReadOnly: String(record.readOnly),
    ...(accessKeyId !== undefined && { AccessKeyId: accessKeyId }),
    EventTime: Date.parse(record.eventTime) / 1000,
    EventSource: record.eventSource,
    ...(username !== undefined && { Username: username }),
    Resources: (record.resources ?? []).map(({ ARN, type }) => ({
      ...(type !== undefined && { ResourceType: type }),
      ResourceName: ARN,
    })),
    CloudTrailEvent: text,
  }
}
