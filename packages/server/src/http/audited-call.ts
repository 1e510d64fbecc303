import { jsonFault, operations, type RequestParts } from '@wick/wire'
import type { AuditEvent, Caller } from '../audit/event.ts'
import type { Principal } from '../iam/principal.ts'
import type { Services } from '../operations/context.ts'
import type { AuditNote } from './answer.ts'
import { type Exchange, header } from './exchange.ts'
import type { Service } from './services.ts'

/** What is known of a call by and by, for its record. */
export interface KnownCall {
  readonly exchange: Exchange
  readonly service: Service
  /** Name of the operation. */
  route: string
  /** Who the call says it is from. */
  claimed: Principal | null
  /** Who it is from: proven. */
  caller: Principal | null
  region: string | null
  parts: RequestParts | null
  takesProfile: boolean
  /** Where the parts do not tell the parameters. */
  parameters: ((parts: RequestParts) => unknown) | null
  readonly resources: Set<string>
  /** Public calls, which nobody needs an identity for, have none but for these. */
  isRecorded: boolean
  /** Whether a change of it is made and recorded: a failure behind that has a record of its own, which says so. */
  hasRecord: boolean
  publicAs: 'ConsoleLogin' | 'credentials' | null
}

export function unknownCall(exchange: Exchange, service: Service): KnownCall {
  return {
    ...{ exchange, service, route: 'unknown', claimed: null, caller: null, region: null, parts: null },
    ...{ takesProfile: false, parameters: null, resources: new Set(), isRecorded: true, hasRecord: false },
    publicAs: null,
  }
}

/** How a call ended that did not end well. */
export interface Told {
  readonly code: string
  readonly message: string
}

/** What agents do all the time. */
const agentCalls = ['ConfigureAgent', 'PostAgentProfile']

/** @param error what the caller is told; null where all went well */
export function eventOf(
  known: KnownCall,
  { config, accounts, now }: Pick<Services, 'config' | 'accounts' | 'now'>,
  error: Told | null,
  changes: Readonly<Record<string, unknown>> = {},
): AuditEvent {
  const { exchange, service, publicAs, caller } = known
  const { origin } = exchange
  const isExtension = service.name === 'codeguru-profiler' && exchange.rawPath.startsWith('/v1/')
  const name = nameOf(known)
  return {
    at: now(),
    requestId: exchange.id,
    source: isExtension ? 'wick' : `${service.name}.amazonaws.com`,
    name,
    type: 'AwsApiCall',
    region: known.region ?? config.region,
    caller: caller === null ? strangerOf(known, accounts) : callerOf(caller),
    sourceAddress: origin.sourceAddress,
    userAgent: header(exchange, 'user-agent') ?? null,
    parameters: known.parts === null ? null : parametersOf(known, known.parts),
    response: null,
    resources: [...known.resources].filter((arn) => arn !== '*'),
    error: error === null ? null : { code: error.code, message: error.message },
    isReadOnly: isReadOnly(name),
    isData: agentCalls.includes(name),
    recipientAccountId: caller?.accountId ?? config.accountId,
    tls:
      origin.tls === null
        ? null
        : {
            version: origin.tls.version,
            cipher: origin.tls.cipherSuite,
            host: header(exchange, 'host') ?? null,
          },
    additional: {
      ...(Object.keys(changes).length > 0 && { changes }),
      ...(error !== null && known.hasRecord && { afterChange: true }),
    },
    ...(publicAs === 'ConsoleLogin' && signInFields(caller, error)),
  }
}

/** Of a public call that was answered. */
export function notedEvent(
  known: KnownCall,
  services: Pick<Services, 'config' | 'accounts' | 'now'>,
  note: AuditNote,
): AuditEvent {
  switch (note.kind) {
    case 'signed-in':
      known.caller = note.principal
      return eventOf(known, services, null)
    case 'not-signed-in':
      return eventOf(known, services, { code: 'AccessDeniedException', message: note.why })
    case 'credentials': {
      const event = eventOf(known, services, null)
      const caller: Caller = { kind: 'unknown', accessKeyId: null, name: note.name }
      return { ...event, source: note.source, caller, resources: note.resources }
    }
  }
}

function signInFields(caller: Principal | null, error: Told | null): Partial<AuditEvent> {
  const isMfaUsed = caller?.session?.mfaAt != null
  return {
    source: 'signin.amazonaws.com',
    name: 'ConsoleLogin',
    type: 'AwsConsoleSignIn',
    isReadOnly: false,
    response: { ConsoleLogin: error === null ? 'Success' : 'Failure' },
    additional: { MFAUsed: isMfaUsed ? 'Yes' : 'No' },
  }
}

/** Before a stranger is told anything, nothing of the call was looked at but its address. */
function nameOf({ route, service, exchange }: KnownCall): string {
  if (route !== 'unknown') return route
  return service.find(exchange.method, exchange.rawPath)?.route.name ?? 'UnknownOperation'
}

function callerOf(principal: Principal): Caller {
  const { kind, accountId, arn, userId, entityId, entityArn, name, accessKeyId, session } = principal
  const settled =
    session === null
      ? null
      : {
          createdAt: session.issuedAt,
          isMfaAuthenticated: session.mfaAt !== null,
          sourceIdentity: session.sourceIdentity,
          federatedProvider: session.federatedProvider,
        }
  if (kind === 'role' && settled !== null) {
    return {
      ...{ kind, id: userId, arn, accountId, accessKeyId, session: settled },
      sessionName: userId.slice(userId.indexOf(':') + 1),
      role: { id: entityId, name, arn: entityArn },
    }
  }
  return { kind: 'user', id: userId, arn, accountId, name, accessKeyId, session: settled }
}

/** The key that a call claims is told only where it is one of ours: anything else is the stranger's text. */
function strangerOf({ claimed, exchange }: KnownCall, accounts: Services['accounts']): Caller {
  const id = claimed?.accessKeyId ?? claimedKey(header(exchange, 'authorization') ?? '')
  const isOurs = claimed !== null || (id !== null && accounts.findAccessKey(id) !== null)
  return { kind: 'unknown', accessKeyId: isOurs ? id : null, name: null }
}

function claimedKey(authorization: string): string | null {
  const name = 'Credential='
  const at = authorization.indexOf(name)
  return at < 0 ? null : authorization.slice(at + name.length, at + name.length + 128).split('/', 1)[0]!
}

/** What was asked, as far as it is no profile. */
function parametersOf({ parameters, takesProfile }: KnownCall, parts: RequestParts): unknown {
  if (parameters !== null) return parameters(parts)
  const asked = Object.entries({ ...parts.labels, ...queryOf(parts), ...(takesProfile ? {} : bodyOf(parts)) })
  return asked.length === 0 ? null : Object.fromEntries(asked)
}

function queryOf({ query }: RequestParts): Record<string, unknown> {
  const entries = [...query].filter(([name]) => !name.toLowerCase().startsWith('x-amz-'))
  return Object.fromEntries(entries.map(([name, values]) => [name, values.length === 1 ? values[0] : values]))
}

const maxJsonBytes = 256 * 1024

function bodyOf({ body }: RequestParts): Record<string, unknown> {
  // `{`: anything else is no object.
  if (body.length === 0 || body.length > maxJsonBytes || body[0] !== 0x7b) return {}
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString()
  // What is refused for its size is not worth the time of a copy.
  if (jsonFault(text)?.kind === 'too-many-keys') return {}
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

const readOnlyOperations: ReadonlySet<string> = new Set(
  operations.filter(({ readOnly }) => readOnly).map(({ name }) => name),
)

const readingVerbs = [
  ...['AssumeRole', 'BatchGet', 'Describe', 'Diff', 'Export', 'Get', 'List', 'Lookup', 'Search', 'Simulate'],
  ...['Verify'],
]

function isReadOnly(name: string): boolean {
  return readOnlyOperations.has(name) || readingVerbs.some((verb) => name.startsWith(verb))
}
