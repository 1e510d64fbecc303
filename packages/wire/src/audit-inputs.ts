import { invalid } from './errors.ts'
import { integer, lengthBetween, member } from './fields.ts'
import { jsonBody, type RequestParts, single } from './request-parts.ts'
import { parseTimestamp } from './timestamps.ts'

/** Which records of the audit trail are asked for: all that is not null must hold. */
export interface SearchAuditInput {
  /** Part of a user's name or of a caller's ARN, whatever the case. */
  readonly user: string | null
  /** Part of the name of an event. */
  readonly eventName: string | null
  /** Part of the ARN of a resource. */
  readonly resource: string | null
  readonly accessKeyId: string | null
  /** Only calls that were refused for want of a right or of an identity. */
  readonly isDeniedOnly: boolean
  /** Only calls that may have changed something. */
  readonly isChangesOnly: boolean
  /** Epoch milliseconds. */
  readonly start: number | null
  readonly end: number | null
  readonly nextToken: string | null
}

const longest = 512

/** JSON body; every member may be left out. */
export function parseSearchAudit({ body }: RequestParts): SearchAuditInput {
  const json = jsonBody(body)
  const text = (field: string): string | null => {
    const given = member(json, field, 'string')
    return given === null ? null : lengthBetween(given, field, 1, longest)
  }
  const time = (field: string): number | null => {
    const given = text(field)
    const at = given === null ? null : parseTimestamp(given)
    if (given !== null && at === null)
      throw invalid(`${field} must be a timestamp such as 2026-11-26T00:00:00Z.`)
    return at
  }
  return {
    user: text('user'),
    eventName: text('eventName'),
    resource: text('resource'),
    accessKeyId: text('accessKeyId'),
    isDeniedOnly: member(json, 'deniedOnly', 'boolean') ?? false,
    isChangesOnly: member(json, 'changesOnly', 'boolean') ?? false,
    start: time('startTime'),
    end: time('endTime'),
    nextToken: text('nextToken'),
  }
}

/** Query parameter `after`: the sequence behind which records are asked for; 0 where there is none. */
export function parseAuditRecords({ query }: RequestParts): { readonly after: number } {
  return { after: integer(single(query, 'after') ?? '0', 'after', 0, Number.MAX_SAFE_INTEGER) }
}
