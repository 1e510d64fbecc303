import { request } from './request.ts'

export interface Statement {
  readonly layer: string
  readonly policy: string
  readonly sid: string | null
  readonly line: number
  readonly effect: 'Allow' | 'Deny'
}

export interface MissedStatement extends Statement {
  /** What of it did not match, and what the request had instead. */
  readonly detail: string
}

export interface Explanation {
  readonly principalArn: string
  readonly action: string
  readonly resource: string
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /** For want of whose Allow it is denied. */
  readonly layer?: string
  readonly matched: readonly Statement[]
  readonly missed: readonly MissedStatement[]
}

interface AccessQuestion {
  readonly principalArn: string
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string>>
}

/** Whether somebody could do something, and which statements say so. */
export async function explainAccess(json: AccessQuestion, signal: AbortSignal): Promise<Explanation> {
  return (await request('/v1/access/explain', { method: 'POST', json, signal })).json()
}
