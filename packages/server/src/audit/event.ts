/** One call, as its record tells it. */
export interface AuditEvent {
  /** When it was recorded; epoch milliseconds. */
  readonly at: number
  readonly requestId: string
  /** `codeguru-profiler.amazonaws.com` */
  readonly source: string
  readonly name: string
  readonly type: 'AwsApiCall' | 'AwsConsoleSignIn' | 'AwsServiceEvent'
  readonly region: string
  readonly caller: Caller
  readonly sourceAddress: string
  readonly userAgent: string | null
  /** As it came: secrets are left out when the record is made. */
  readonly parameters: unknown
  readonly response: unknown
  /** ARNs, each once. */
  readonly resources: readonly string[]
  readonly error: { readonly code: string; readonly message: string } | null
  readonly isReadOnly: boolean
  /** Whether it is one of the calls that agents make all the time. */
  readonly isData: boolean
  /** Of whom the trail is. */
  readonly recipientAccountId: string
  readonly tls: { readonly version: string; readonly cipher: string; readonly host: string | null } | null
  readonly additional: Readonly<Record<string, unknown>>
}

export type Caller =
  | {
      readonly kind: 'user'
      readonly id: string
      readonly arn: string
      readonly accountId: string
      readonly name: string
      /** Null in the console. */
      readonly accessKeyId: string | null
      readonly session: CallerSession | null
    }
  | {
      readonly kind: 'role'
      /** `AROA…:SESSION` */
      readonly id: string
      readonly arn: string
      readonly accountId: string
      readonly sessionName: string
      readonly role: { readonly id: string; readonly name: string; readonly arn: string }
      readonly accessKeyId: string | null
      readonly session: CallerSession
    }
  /** Nobody knows: not signed, or signed wrong. */
  | { readonly kind: 'unknown'; readonly accessKeyId: string | null; readonly name: string | null }

export interface CallerSession {
  readonly createdAt: number
  readonly isMfaAuthenticated: boolean
  readonly sourceIdentity: string | null
  /** Whoever vouched for a web identity: ARN of the provider. */
  readonly federatedProvider: string | null
}
