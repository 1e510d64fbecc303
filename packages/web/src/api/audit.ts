/** The audit trail: records as CloudTrail has them, and how it is kept. */
import { request } from './request.ts'

/** What is read of a record here; all of it is shown as it is. */
export interface AuditRecord {
  readonly eventID: string
  /** ISO 8601. */
  readonly eventTime: string
  readonly eventName: string
  /** `iam.amazonaws.com` */
  readonly eventSource: string
  readonly readOnly: boolean
  readonly sourceIPAddress: string
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly userIdentity: {
    readonly type: string
    readonly userName?: string
    readonly arn?: string
    readonly accessKeyId?: string
  }
  readonly resources?: readonly { readonly ARN: string }[]
}

/** Empty texts and null say nothing. */
export interface AuditQuery {
  readonly user: string
  readonly eventName: string
  readonly resource: string
  readonly accessKeyId: string
  readonly isDeniedOnly: boolean
  readonly isChangesOnly: boolean
  /** Epoch milliseconds. */
  readonly from: number | null
  readonly to: number | null
}

export interface AuditPage {
  readonly records: readonly AuditRecord[]
  /** Null where there are no more. */
  readonly nextToken: string | null
}

export async function searchAudit(
  query: AuditQuery,
  nextToken: string | null,
  signal?: AbortSignal,
): Promise<AuditPage> {
  const json = {
    user: query.user || null,
    eventName: query.eventName || null,
    resource: query.resource || null,
    accessKeyId: query.accessKeyId || null,
    deniedOnly: query.isDeniedOnly,
    changesOnly: query.isChangesOnly,
    startTime: query.from === null ? null : new Date(query.from).toISOString(),
    endTime: query.to === null ? null : new Date(query.to).toISOString(),
    nextToken,
  }
  const response = await request('/v1/audit/search', { method: 'POST', json, ...(signal && { signal }) })
  const page: { records: AuditRecord[]; nextToken?: string } = await response.json()
  return { records: page.records, nextToken: page.nextToken ?? null }
}

export interface AuditState {
  /** How many are kept. */
  readonly records: number
  /** The newest one. */
  readonly head: { readonly sequence: number; readonly hash: string }
  readonly lastDigest: {
    /** From 1. */
    readonly number: number
    /** ISO 8601. */
    readonly endedAt: string
    /** How many it covers. */
    readonly records: number
  }
  /** Records since the last digest. */
  readonly unsigned: number
  /** Whether digests are copied to another directory. */
  readonly isCopied: boolean
  /** The last digest that the sink took; null where there is no sink. */
  readonly sentThrough: number | null
}

export async function fetchAuditState(signal: AbortSignal): Promise<AuditState> {
  return (await request('/v1/audit/state', { signal })).json()
}
