/** What secrets are sealed for: a value sealed for one purpose opens for no other. */

/** Of a group's data key. */
export function dataKeyPurpose(groupId: string): string {
  return `data-key:${groupId}`
}

/** Of a key that digests of the audit trail are signed with. */
export function auditKeyPurpose(number: number): string {
  return `audit-key:${number}`
}

/** Of an identity's secret. An access key's id is unique among all accounts, so it alone names it. */
export function secretPurpose(kind: string, accountId: string, key: string): string {
  return kind === 'access-key' ? `access-key:${key}` : `${kind}:${accountId}/${key}`
}
