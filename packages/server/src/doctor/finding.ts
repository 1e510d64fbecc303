/** Something that makes a server less safe than it could be, and what to do about it. */
export interface Finding {
  /** `note`: safe for now, or for some; worth knowing. */
  readonly severity: 'unsafe' | 'note'
  /** For programs. */
  readonly id: FindingId
  /** What it is about: a setting, a file, an ARN. */
  readonly subject: string
  readonly problem: string
  readonly fix: string
}

type FindingId =
  | 'access-key-old'
  | 'access-key-unused'
  | 'administrator-key-file'
  | 'certificate-ends'
  | 'certificate-weak'
  | 'file-open'
  | 'listener-open'
  | 'master-key-beside-data'
  | 'audit-copy-missing'
  | 'metrics-open'
  | 'no-mfa'
  | 'plain-http'
  | 'policy-wide'
  | 'trust-open'
  | 'trusted-proxies-wide'
