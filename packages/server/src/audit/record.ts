import { randomBytes } from 'node:crypto'
import { recordBeginning, recordTime } from '../storage/audit-chain.ts'
import type { AuditEvent, Caller, CallerSession } from './event.ts'
import { redacted, secretsIn, withoutSecrets } from './redact.ts'

/** AWS's limits, in characters. */
const maxShort = 1024
const maxName = 256

/**
 * An event as CloudTrail writes it: the draft of a record, one line of printable ASCII. Whatever is in it is data: no
 * line, terminal or reader can be broken by it.
 */
export function draftOf(event: AuditEvent): string {
  const { at, error, tls, additional } = event
  const fields = {
    userIdentity: userIdentity(event.caller),
    eventSource: event.source,
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: event.sourceAddress,
    userAgent: cut(event.userAgent ?? '-', maxShort),
    ...(error !== null && { errorCode: error.code, errorMessage: cut(messageOf(event), maxShort) }),
    requestParameters: redacted(event.parameters),
    responseElements: redacted(event.response),
    ...(Object.keys(additional).length > 0 && { additionalEventData: redacted(additional) }),
    requestID: event.requestId,
    eventID: timedId(at),
    readOnly: event.isReadOnly,
    ...(event.resources.length > 0 && { resources: event.resources.map(resource) }),
    eventType: event.type,
    managementEvent: !event.isData,
    recipientAccountId: event.recipientAccountId,
    eventCategory: event.isData ? 'Data' : 'Management',
    ...(tls !== null && {
      tlsDetails: {
        tlsVersion: tls.version,
        cipherSuite: tls.cipher,
        ...(tls.host !== null && { clientProvidedHostHeader: cut(tls.host, maxName) }),
      },
    }),
  }
  return `${recordBeginning(at)},${ascii(JSON.stringify(fields)).slice(1)}`
}

/** It may quote what was wrong. */
function messageOf({ error, parameters }: AuditEvent): string {
  return withoutSecrets(error?.message ?? '', secretsIn(parameters))
}

function userIdentity(caller: Caller): unknown {
  switch (caller.kind) {
    case 'user': {
      const { id, arn, accountId, accessKeyId, name, session } = caller
      return {
        type: 'IAMUser',
        principalId: id,
        arn,
        accountId,
        ...(accessKeyId !== null && { accessKeyId }),
        userName: name,
        ...(session !== null && { sessionContext: sessionContext(session) }),
      }
    }
    case 'role': {
      const { id, arn, accountId, accessKeyId, role, session } = caller
      return {
        type: 'AssumedRole',
        principalId: id,
        arn,
        accountId,
        ...(accessKeyId !== null && { accessKeyId }),
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: role.id,
            arn: role.arn,
            accountId,
            userName: role.name,
          },
          ...sessionContext(session),
        },
      }
    }
    case 'unknown': {
      const { accessKeyId, name } = caller
      return {
        type: 'Unknown',
        principalId: '',
        ...(accessKeyId !== null && { accessKeyId: cut(accessKeyId, maxName) }),
        ...(name !== null && { userName: cut(name, maxName) }),
      }
    }
  }
}

function sessionContext(session: CallerSession): object {
  const { createdAt, isMfaAuthenticated, sourceIdentity, federatedProvider } = session
  return {
    // As at AWS, where OpenID Connect providers leave no attributes.
    ...(federatedProvider !== null && { webIdFederationData: { federatedProvider, attributes: {} } }),
    attributes: { creationDate: recordTime(createdAt), mfaAuthenticated: String(isMfaAuthenticated) },
    ...(sourceIdentity !== null && { sourceIdentity }),
  }
}

function resource(arn: string): object {
  const [, , service, , accountId = '', ...rest] = arn.split(':')
  const kind = rest.join(':').split('/')[0] ?? ''
  const type = resourceTypes[`${service}:${kind}`]
  return { ARN: arn, ...(accountId !== '' && { accountId }), ...(type !== undefined && { type }) }
}

const resourceTypes: Readonly<Record<string, string>> = {
  'codeguru-profiler:profilingGroup': 'AWS::CodeGuruProfiler::ProfilingGroup',
  'iam:user': 'AWS::IAM::User',
  'iam:group': 'AWS::IAM::Group',
  'iam:role': 'AWS::IAM::Role',
  'iam:policy': 'AWS::IAM::Policy',
  'iam:mfa': 'AWS::IAM::VirtualMFADevice',
}

/** A UUID of version 7: it begins with its time, so that the record is found by its id without an index of ids. */
function timedId(at: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(at, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

/** What is not printable ASCII is escaped, as JSON allows: also what no JSON writer escapes, such as U+202E. */
function ascii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
