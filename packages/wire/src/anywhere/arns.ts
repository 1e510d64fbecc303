/** What Roles Anywhere has ARNs of, and how they are named in them. */
const anywhereKinds = ['trust-anchor', 'profile', 'crl', 'subject'] as const
export type AnywhereKind = (typeof anywhereKinds)[number]

export interface AnywhereAddress {
  readonly region: string
  readonly accountId: string
  readonly kind: AnywhereKind
  readonly id: string
}

/** `arn:aws:rolesanywhere:REGION:ACCOUNT:trust-anchor/ID` */
export function anywhereArn({ region, accountId, kind, id }: AnywhereAddress): string {
  return `arn:aws:rolesanywhere:${region}:${accountId}:${kind}/${id}`
}

/** Null where the text is no such ARN. */
export function parseAnywhereArn(text: string): AnywhereAddress | null {
  const [arn, partition, service, region = '', accountId = '', resource = '', ...more] = text.split(':', 7)
  const slash = resource.indexOf('/')
  const kind = anywhereKinds.find((candidate) => candidate === resource.slice(0, Math.max(slash, 0)))
  const isOurs = arn === 'arn' && partition === 'aws' && service === 'rolesanywhere' && more.length === 0
  if (!isOurs || kind === undefined) return null
  return { region, accountId, kind, id: resource.slice(slash + 1) }
}
