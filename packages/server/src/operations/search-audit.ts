import { parseSearchAudit, type RequestParts, type SearchAuditInput } from '@wick/wire'
import { type KnownRecord, usernameOf } from '../storage/audit-attributes.ts'
import type { OperationContext } from './context.ts'
import { lookUp } from './lookup-events.ts'
import type { Reply } from './reply.ts'

const pageSize = 50

/** Records of the caller's account, newest first, by several of their properties at once: LookupEvents takes one. */
export async function searchAudit(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { start, end, nextToken, ...wanted } = parseSearchAudit(parts)
  const range = { start, end, nextToken, maxResults: pageSize }
  const { accessKeyId } = wanted
  const found = await lookUp(context, range, ['search', wanted, start, end], {
    indexed: accessKeyId === null ? null : { key: 'AccessKeyId', value: accessKeyId },
    isWanted: isWantedBy(wanted),
  })
  const records = found.records.map(({ text }) => JSON.parse(text))
  return { kind: 'json', value: { records, ...(found.nextToken !== null && { nextToken: found.nextToken }) } }
}

/** Names of errors that are refusals, in the words of all services. */
const denials: readonly string[] = [
  'AccessDenied',
  'ExpiredToken',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignature',
  'MissingAuthenticationToken',
  'SignatureDoesNotMatch',
  'UnrecognizedClient',
]

type Wanted = Omit<SearchAuditInput, 'start' | 'end' | 'nextToken'>

function isWantedBy(wanted: Wanted): (record: KnownRecord) => boolean {
  const { user, eventName, resource, accessKeyId, isDeniedOnly, isChangesOnly } = wanted
  return (record) => {
    const { userIdentity, resources = [], errorCode = '' } = record
    const who = [usernameOf(userIdentity), userIdentity.arn, userIdentity.principalId]
    return (
      isAmong(user, who) &&
      isAmong(eventName, [record.eventName]) &&
      isAmong(
        resource,
        resources.map(({ ARN }) => ARN),
      ) &&
      (accessKeyId === null || userIdentity.accessKeyId === accessKeyId) &&
      (!isDeniedOnly || denials.includes(errorCode.replace(/Exception$/, ''))) &&
      (!isChangesOnly || !record.readOnly)
    )
  }
}

/** Whether one of the texts holds what is looked for. */
function isAmong(part: string | null, texts: readonly (string | undefined)[]): boolean {
  if (part === null) return true
  const wanted = part.toLowerCase()
  return texts.some((text) => text?.toLowerCase().includes(wanted))
}
