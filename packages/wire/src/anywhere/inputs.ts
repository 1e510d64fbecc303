import { isWord } from '../characters.ts'
import { invalid } from '../errors.ts'
import {
  integer,
  lengthBetween,
  member,
  objectList,
  oneOf,
  required,
  stringList,
  wholeMember,
} from '../fields.ts'
import { jsonBody, type RequestParts, single } from '../request-parts.ts'

/** What each operation takes, and its reader: as in ../inputs.ts. Null in an update is what is not to be changed. */

export type Tags = Readonly<Record<string, string>>

export interface CreateTrustAnchorInput {
  readonly name: string
  /** PEM, one or more certificates. */
  readonly certificates: string
  readonly enabled: boolean
  readonly tags: Tags
}

export interface UpdateTrustAnchorInput {
  readonly name: string | null
  readonly certificates: string | null
}

export interface CreateProfileInput {
  readonly name: string
  readonly roleArns: readonly string[]
  readonly managedPolicyArns: readonly string[]
  readonly sessionPolicy: string | null
  readonly durationSeconds: number
  readonly requireInstanceProperties: boolean
  readonly acceptRoleSessionName: boolean
  readonly enabled: boolean
  readonly tags: Tags
}

export type UpdateProfileInput = {
  readonly [K in
    | 'name'
    | 'roleArns'
    | 'managedPolicyArns'
    | 'sessionPolicy'
    | 'durationSeconds'
    | 'acceptRoleSessionName']: CreateProfileInput[K] | null
}

export interface ImportCrlInput {
  readonly name: string
  /** PEM or DER. */
  readonly data: Buffer
  readonly trustAnchorArn: string
  readonly enabled: boolean
  readonly tags: Tags
}

export interface UpdateCrlInput {
  readonly name: string | null
  readonly data: Buffer | null
}

export interface ListInput {
  readonly pageSize: number
  readonly nextToken: string | null
}

const certificateFields = ['x509Subject', 'x509Issuer', 'x509SAN'] as const
export type CertificateField = (typeof certificateFields)[number]

/** Which parts of a certificate become tags of the session; `*` stands for all attributes of a name. */
export interface AttributeMapping {
  readonly certificateField: CertificateField
  readonly specifiers: readonly string[]
}

export interface DeleteAttributeMappingInput {
  readonly certificateField: CertificateField
  /** Null for all of the field. */
  readonly specifiers: readonly string[] | null
}

export interface CreateSessionInput {
  readonly trustAnchorArn: string
  readonly profileArn: string
  readonly roleArn: string
  /** Null where the profile says. */
  readonly durationSeconds: number | null
  readonly roleSessionName: string | null
  /** Whether any were sent: nothing else of them is looked at. */
  readonly hasInstanceProperties: boolean
}

type Fields = Readonly<Record<string, unknown>>

const maxCertificates = 16_000
const maxCrlBytes = 300_000
const maxSessionPolicy = 2048
const shortestSession = 900
const longestSession = 43_200
const standardSession = 3600

export function parseCreateTrustAnchor({ body }: RequestParts): CreateTrustAnchorInput {
  const fields = jsonBody(body)
  refuseNotifications(fields)
  return {
    name: required(nameOf(fields), 'name'),
    certificates: required(parseSource(fields), 'source'),
    enabled: member(fields, 'enabled', 'boolean') ?? false,
    tags: tagList(fields),
  }
}

export function parseUpdateTrustAnchor({ body }: RequestParts): UpdateTrustAnchorInput {
  const fields = jsonBody(body)
  return { name: nameOf(fields), certificates: parseSource(fields) }
}

function parseSource(fields: Fields): string | null {
  const source = member(fields, 'source', 'object')
  if (source === null) return null
  oneOf(required(member(source, 'sourceType', 'string'), 'source.sourceType'), 'source.sourceType', [
    'CERTIFICATE_BUNDLE',
  ])
  const data = required(member(source, 'sourceData', 'object'), 'source.sourceData')
  const at = 'source.sourceData.x509CertificateData'
  return lengthBetween(
    required(member(data, 'x509CertificateData', 'string', at), at),
    at,
    1,
    maxCertificates,
  )
}

/** Nobody would be notified: better said than kept and forgotten. */
function refuseNotifications(fields: Fields): void {
  if (objectList(fields, 'notificationSettings', 50).length > 0)
    throw invalid('notificationSettings are not supported: nobody would be notified.')
}

export function parseCreateProfile({ body }: RequestParts): CreateProfileInput {
  const fields = jsonBody(body)
  required(fields.roleArns ?? null, 'roleArns')
  return {
    name: required(nameOf(fields), 'name'),
    roleArns: roleArnsOf(fields),
    managedPolicyArns: policyArnsOf(fields),
    sessionPolicy: sessionPolicyOf(fields),
    durationSeconds: durationOf(fields) ?? standardSession,
    requireInstanceProperties: member(fields, 'requireInstanceProperties', 'boolean') ?? false,
    acceptRoleSessionName: member(fields, 'acceptRoleSessionName', 'boolean') ?? false,
    enabled: member(fields, 'enabled', 'boolean') ?? false,
    tags: tagList(fields),
  }
}

export function parseUpdateProfile({ body }: RequestParts): UpdateProfileInput {
  const fields = jsonBody(body)
  const isGiven = (field: string) => (fields[field] ?? null) !== null
  return {
    name: nameOf(fields),
    roleArns: isGiven('roleArns') ? roleArnsOf(fields) : null,
    managedPolicyArns: isGiven('managedPolicyArns') ? policyArnsOf(fields) : null,
    sessionPolicy: sessionPolicyOf(fields),
    durationSeconds: durationOf(fields),
    acceptRoleSessionName: member(fields, 'acceptRoleSessionName', 'boolean'),
  }
}

function roleArnsOf(fields: Fields): string[] {
  const arns = stringList(fields, 'roleArns', { max: 250, longest: 1011 })
  for (const arn of arns)
    if (!/^arn:aws:iam::\d{12}:role\/./.test(arn))
      throw invalid(`'${arn.slice(0, 100)}' is not the ARN of a role.`)
  return arns
}

function policyArnsOf(fields: Fields): string[] {
  const arns = stringList(fields, 'managedPolicyArns', { max: 10, longest: 200 })
  for (const arn of arns)
    if (!/^arn:aws:iam::(aws|\d{12}):policy\/./.test(arn))
      throw invalid(`'${arn.slice(0, 100)}' is not the ARN of a policy.`)
  return arns
}

function sessionPolicyOf(fields: Fields): string | null {
  const text = member(fields, 'sessionPolicy', 'string')
  return text === null ? null : lengthBetween(text, 'sessionPolicy', 1, maxSessionPolicy)
}

function durationOf(fields: Fields): number | null {
  return wholeMember(fields, 'durationSeconds', shortestSession, longestSession)
}

export function parseImportCrl({ body }: RequestParts): ImportCrlInput {
  const fields = jsonBody(body)
  return {
    name: required(nameOf(fields), 'name'),
    data: required(crlDataOf(fields), 'crlData'),
    trustAnchorArn: required(member(fields, 'trustAnchorArn', 'string'), 'trustAnchorArn'),
    enabled: member(fields, 'enabled', 'boolean') ?? false,
    tags: tagList(fields),
  }
}

export function parseUpdateCrl({ body }: RequestParts): UpdateCrlInput {
  const fields = jsonBody(body)
  return { name: nameOf(fields), data: crlDataOf(fields) }
}

function crlDataOf(fields: Fields): Buffer | null {
  const text = member(fields, 'crlData', 'string')
  if (text === null) return null
  const data = Buffer.from(text, 'base64')
  if (data.length === 0 || data.toString('base64') !== text) throw invalid('crlData must be base64.')
  if (data.length > maxCrlBytes) throw invalid(`crlData may have ${maxCrlBytes} bytes at most.`)
  return data
}

export function parseList({ query }: RequestParts): ListInput {
  return {
    pageSize: integer(single(query, 'pageSize') ?? '100', 'pageSize', 1, 100),
    nextToken: single(query, 'nextToken'),
  }
}

export function parsePutAttributeMapping({ body }: RequestParts): AttributeMapping {
  const fields = jsonBody(body)
  const field = required(member(fields, 'certificateField', 'string'), 'certificateField')
  const rules = objectList(fields, 'mappingRules', 50)
  const at = 'mappingRules.specifier'
  return {
    certificateField: oneOf(field, 'certificateField', certificateFields),
    specifiers: rules.map((rule) =>
      lengthBetween(required(member(rule, 'specifier', 'string', at), at), at, 1, 60),
    ),
  }
}

export function parseDeleteAttributeMapping({ query }: RequestParts): DeleteAttributeMappingInput {
  const field = required(single(query, 'certificateField'), 'certificateField')
  return {
    certificateField: oneOf(field, 'certificateField', certificateFields),
    specifiers: query.get('specifiers') ?? null,
  }
}

export function parseResourceArn({ query }: RequestParts): string {
  return required(single(query, 'resourceArn'), 'resourceArn')
}

export function parseTagResource({ body }: RequestParts): { resourceArn: string; tags: Tags } {
  const fields = jsonBody(body)
  return {
    resourceArn: required(member(fields, 'resourceArn', 'string'), 'resourceArn'),
    tags: tagList(fields),
  }
}

export function parseUntagResource({ body }: RequestParts): {
  resourceArn: string
  tagKeys: readonly string[]
} {
  const fields = jsonBody(body)
  return {
    resourceArn: required(member(fields, 'resourceArn', 'string'), 'resourceArn'),
    tagKeys: stringList(fields, 'tagKeys', { max: 200, longest: 128 }),
  }
}

/** The ARNs stand in the query, where AWS's credential helper puts them, or in the body. */
export function parseCreateSession({ query, body }: RequestParts): CreateSessionInput {
  const fields = jsonBody(body)
  const arn = (field: string): string =>
    lengthBetween(required(single(query, field) ?? member(fields, field, 'string'), field), field, 1, 1011)
  const name = member(fields, 'roleSessionName', 'string')
  if (name !== null && !isSessionName(name))
    throw invalid('roleSessionName must be 2 to 64 letters, digits or any of _+=,.@-')
  return {
    trustAnchorArn: arn('trustAnchorArn'),
    profileArn: arn('profileArn'),
    roleArn: arn('roleArn'),
    durationSeconds: durationOf(fields),
    roleSessionName: name,
    hasInstanceProperties: Object.keys(member(fields, 'instanceProperties', 'object') ?? {}).length > 0,
  }
}

function isSessionName(name: string): boolean {
  return (
    name.length >= 2 &&
    name.length <= 64 &&
    [...name].every((letter) => isWord(letter) || '+=,.@'.includes(letter))
  )
}

/** `[ a-zA-Z0-9-_]{1,255}` */
function nameOf(fields: Fields): string | null {
  const name = member(fields, 'name', 'string')
  if (name === null) return null
  lengthBetween(name, 'name', 1, 255)
  if (![...name].every((letter) => letter === ' ' || isWord(letter)))
    throw invalid('name must consist of letters, digits, blanks, _ and -')
  return name
}

const maxTags = 50

/** `[{"key": …, "value": …}]` */
function tagList(fields: Fields): Tags {
  const tags: Record<string, string> = Object.create(null)
  for (const tag of objectList(fields, 'tags', maxTags)) {
    const text = (field: string, min: number, max: number): string =>
      lengthBetween(
        required(member(tag, field, 'string', `tags.${field}`), `tags.${field}`),
        `tags.${field}`,
        min,
        max,
      )
    const key = text('key', 1, 128)
    if (key.toLowerCase().startsWith('aws:')) throw invalid('A tag must not start with aws:')
    tags[key] = text('value', 0, 256)
  }
  return tags
}
