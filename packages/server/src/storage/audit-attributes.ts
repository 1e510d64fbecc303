/** What audit records are looked up by, as CloudTrail names it. */
export const lookupKeys = [
  ...(['AccessKeyId', 'EventId', 'EventName', 'EventSource'] as const),
  ...(['ReadOnly', 'ResourceName', 'ResourceType', 'Username'] as const),
]
export type LookupKey = (typeof lookupKeys)[number]

/** What all records have that say it: `EventId` tells its time, and is found by that. */
export type IndexedKey = Exclude<LookupKey, 'EventId'>

export interface RecordAttribute {
  readonly key: IndexedKey
  readonly value: string
}

/** What is read of a record here; the rest of it goes out as it is. */
export interface KnownRecord {
  readonly eventTime: string
  readonly eventID: string
  readonly eventName: string
  readonly eventSource: string
  readonly readOnly: boolean
  readonly recipientAccountId: string
  readonly errorCode?: string
  readonly userIdentity: {
    readonly arn?: string
    readonly userName?: string
    readonly accessKeyId?: string
    readonly principalId?: string
    readonly type: string
  }
  readonly resources?: readonly {
    readonly ARN: string
    readonly accountId?: string
    readonly type?: string
  }[]
}

/** Numbers of the index in the catalog: never given another meaning. */
export const attributeNumbers: Readonly<Record<IndexedKey, number>> = {
  AccessKeyId: 1,
  EventName: 2,
  EventSource: 3,
  ReadOnly: 4,
  ResourceName: 5,
  ResourceType: 6,
  Username: 7,
}

/** Of one record; a resource by its ARN and by its name. Tolerant: a record that was damaged is found by what is left. */
export function attributesOf(record: Partial<KnownRecord>): readonly RecordAttribute[] {
  const { userIdentity, resources } = record
  const found: (readonly [IndexedKey, unknown])[] = [
    ['AccessKeyId', userIdentity?.accessKeyId],
    ['EventName', record.eventName],
    ['EventSource', record.eventSource],
    ['ReadOnly', record.readOnly === undefined ? undefined : String(record.readOnly)],
    ['Username', userIdentity === undefined ? undefined : usernameOf(userIdentity)],
  ]
  for (const { ARN, type } of Array.isArray(resources) ? resources : []) {
    if (typeof ARN !== 'string') continue
    found.push(['ResourceName', ARN], ['ResourceName', nameOf(ARN)], ['ResourceType', type])
  }
  return found.flatMap(([key, value]) => (typeof value === 'string' && value !== '' ? [{ key, value }] : []))
}

/** Of a role's session its name, as CloudTrail has it. */
export function usernameOf({
  type,
  userName,
  principalId = '',
}: KnownRecord['userIdentity']): string | undefined {
  return type === 'AssumedRole' ? principalId.slice(principalId.indexOf(':') + 1) : userName
}

function nameOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)
}
