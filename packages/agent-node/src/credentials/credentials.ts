export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
  /** Epoch milliseconds; null for keys that do not end. */
  readonly expiresAt: number | null
}

/** None are to be had. The message says where they were looked for, or what is wrong there. */
export class NoCredentials extends Error {}

/** What the answers of STS, containers, instances and processes have in common. */
export function parseTemporary(value: unknown, source: string): Credentials {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const { AccessKeyId, SecretAccessKey, Expiration } = fields
  const token = fields.Token ?? fields.SessionToken
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') {
    throw new NoCredentials(`${source} does not answer with credentials`)
  }
  const expiresAt = typeof Expiration === 'string' ? Date.parse(Expiration) : Number.NaN
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: typeof token === 'string' && token !== '' ? token : null,
    expiresAt: Number.isNaN(expiresAt) ? null : expiresAt,
  }
}
