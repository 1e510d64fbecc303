/**
 * Where a request came from and by which way. Everything in it can be believed: what a header says counts only where a
 * trusted proxy wrote it.
 */
export interface RequestOrigin {
  /** Of the caller, in its shortest spelling; an IPv4 address is never mapped into IPv6. */
  readonly sourceAddress: string
  /** Whether nobody could read along between the caller and us, or the caller and a trusted proxy. */
  readonly isSecureTransport: boolean
  /** Name of the listener it came to. */
  readonly listener: string
  /** Of the connection it came on; null for plain HTTP. */
  readonly tls: ConnectionTls | null
}

interface ConnectionTls {
  /** `TLSv1.3` */
  readonly version: string
  /** `TLS_AES_256_GCM_SHA384` */
  readonly cipherSuite: string
}
