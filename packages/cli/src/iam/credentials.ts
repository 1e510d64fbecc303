/** A new access key, as it is told: once. */
export interface NewKey {
  readonly userName: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Lines of a credentials file of AWS's tools. */
export function credentialsFile({ userName, accessKeyId, secretAccessKey }: NewKey): string {
  return [
    `[${userName}]`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
  ].join('\n')
}
