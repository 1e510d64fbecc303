import { ApiError, invalid } from '@wick/wire'
import {
  type AttributeMapping,
  type CreateProfileInput,
  type CreateTrustAnchorInput,
  type DeleteAttributeMappingInput,
  type ImportCrlInput,
  parseAnywhereArn,
  type Tags,
  type UpdateCrlInput,
  type UpdateProfileInput,
  type UpdateTrustAnchorInput,
} from '@wick/wire/anywhere'
import { withKnownKeys } from '../access/known-keys.ts'
import { parsePolicy } from '../access/parse-policy.ts'
import { CertificateError } from '../certificates/der.ts'
import { defaultMappings } from '../certificates/session-attributes.ts'
import type { Entities } from '../iam/account.ts'
import { type Change, put, remove } from '../iam/changes.ts'
import type { Crl, Profile, TrustAnchor } from '../iam/roles-anywhere.ts'
import { absent, allOf, found, foundByArn, type Place } from './entities.ts'
import { certificatesOf, crlsOf, parseAuthorities, parseCrl, revocationListOf } from './trust.ts'

/** Roles Anywhere's administration as pure functions of an account: what changes, and the entity as it is then. */
export interface Changed<T> {
  readonly changes: readonly Change[]
  readonly output: T
}

/** An account as one region sees it, now. */
export interface Desk extends Place {
  /** Epoch milliseconds. */
  readonly now: number
}

const quotas = { 'trust-anchor': 50, profile: 250, crl: 100 } as const

function requireRoom(desk: Desk, kind: keyof typeof quotas): void {
  if (allOf(desk, kind).length < quotas[kind]) return
  throw new ApiError(
    'ServiceQuotaExceededException',
    `There are ${quotas[kind]} entities of the kind ${kind} already: delete one first.`,
  )
}

/** What is wrong with a certificate or list is told as what is wrong with the input. */
function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof CertificateError ? invalid(error.message) : error
  }
}

// Trust anchors

export function createTrustAnchor(
  desk: Desk,
  input: CreateTrustAnchorInput,
  id: string,
): Changed<TrustAnchor> {
  requireRoom(desk, 'trust-anchor')
  reading(() => parseAuthorities(input.certificates))
  const { region, now } = desk
  const anchor = { id, region, ...input, createdAt: now, updatedAt: now }
  return { changes: [put('trust-anchor', anchor)], output: anchor }
}

/** Its revocation lists must be of the new authorities, too: one that no longer counts would be missed by nobody. */
export function updateTrustAnchor(
  desk: Desk,
  id: string,
  input: UpdateTrustAnchorInput,
): Changed<TrustAnchor> {
  const before = found(desk, 'trust-anchor', id)
  const anchor = {
    ...before,
    name: input.name ?? before.name,
    certificates: input.certificates ?? before.certificates,
    updatedAt: desk.now,
  }
  reading(() => certificatesOf(anchor))
  for (const crl of crlsOf(desk.account, before)) {
    try {
      revocationListOf(crl, anchor)
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error
      throw invalid(`The revocation list '${crl.name}' is of none of these authorities: delete it first.`)
    }
  }
  return { changes: [put('trust-anchor', anchor)], output: anchor }
}

/** Its revocation lists go with it. */
export function deleteTrustAnchor(desk: Desk, id: string): Changed<TrustAnchor> {
  const anchor = found(desk, 'trust-anchor', id)
  const crls = crlsOf(desk.account, anchor)
  return {
    changes: [remove('trust-anchor', anchor), ...crls.map((crl) => remove('crl', crl))],
    output: anchor,
  }
}

// Profiles

export function createProfile(desk: Desk, input: CreateProfileInput, id: string): Changed<Profile> {
  requireRoom(desk, 'profile')
  const { region, now } = desk
  const attributeMappings = defaultMappings
  return changedProfile(desk, { id, region, ...input, attributeMappings, createdAt: now, updatedAt: now })
}

export function updateProfile(desk: Desk, id: string, input: UpdateProfileInput): Changed<Profile> {
  const before = found(desk, 'profile', id)
  return changedProfile(desk, {
    ...before,
    name: input.name ?? before.name,
    roleArns: input.roleArns ?? before.roleArns,
    managedPolicyArns: input.managedPolicyArns ?? before.managedPolicyArns,
    sessionPolicy: input.sessionPolicy ?? before.sessionPolicy,
    durationSeconds: input.durationSeconds ?? before.durationSeconds,
    acceptRoleSessionName: input.acceptRoleSessionName ?? before.acceptRoleSessionName,
    updatedAt: desk.now,
  })
}

function changedProfile({ account }: Desk, profile: Profile): Changed<Profile> {
  for (const arn of profile.roleArns)
    if (arn.split(':')[4] !== account.id) throw invalid(`The role '${arn}' is another account's.`)
  const parsed =
    profile.sessionPolicy === null ? null : withKnownKeys(parsePolicy(profile.sessionPolicy, 'session'))
  if (parsed?.kind === 'problems') {
    const { line, reason } = parsed.problems[0]!
    throw invalid(`The session policy cannot be accepted. Line ${line}: ${reason}`)
  }
  return { changes: [put('profile', profile)], output: profile }
}

export function deleteProfile(desk: Desk, id: string): Changed<Profile> {
  const profile = found(desk, 'profile', id)
  return { changes: [remove('profile', profile)], output: profile }
}

const maxSpecifiers = 50

/** Adds to what is mapped of the field. */
export function putAttributeMapping(desk: Desk, id: string, mapping: AttributeMapping): Changed<Profile> {
  const before = specifiersOf(found(desk, 'profile', id), mapping)
  return mapped(desk, id, mapping, [...new Set([...before, ...mapping.specifiers])])
}

export function deleteAttributeMapping(
  desk: Desk,
  id: string,
  { certificateField, specifiers }: DeleteAttributeMappingInput,
): Changed<Profile> {
  const before = specifiersOf(found(desk, 'profile', id), { certificateField })
  const kept = specifiers === null ? [] : before.filter((specifier) => !specifiers.includes(specifier))
  return mapped(desk, id, { certificateField }, kept)
}

type Field = Pick<AttributeMapping, 'certificateField'>

function specifiersOf({ attributeMappings }: Profile, { certificateField }: Field): readonly string[] {
  return attributeMappings.find((mapping) => mapping.certificateField === certificateField)?.specifiers ?? []
}

function mapped(
  desk: Desk,
  id: string,
  { certificateField }: Field,
  specifiers: readonly string[],
): Changed<Profile> {
  if (specifiers.length > maxSpecifiers)
    throw invalid(`A field of the certificate may have ${maxSpecifiers} mapping rules at most.`)
  const before = found(desk, 'profile', id)
  const others = before.attributeMappings.filter((mapping) => mapping.certificateField !== certificateField)
  const attributeMappings = specifiers.length === 0 ? others : [...others, { certificateField, specifiers }]
  return changedProfile(desk, { ...before, attributeMappings, updatedAt: desk.now })
}

// Revocation lists

export function importCrl(desk: Desk, input: ImportCrlInput, id: string): Changed<Crl> {
  requireRoom(desk, 'crl')
  const { name, data, enabled, tags } = input
  const anchor = foundByArn(desk, 'trust-anchor', input.trustAnchorArn)
  reading(() => parseCrl(data, certificatesOf(anchor)))
  const { region, now } = desk
  const kept = { data: data.toString('base64'), trustAnchorId: anchor.id }
  const crl = { id, region, name, enabled, tags, ...kept, createdAt: now, updatedAt: now }
  return { changes: [put('crl', crl)], output: crl }
}

export function updateCrl(desk: Desk, id: string, { name, data }: UpdateCrlInput): Changed<Crl> {
  const before = found(desk, 'crl', id)
  const anchor = found(desk, 'trust-anchor', before.trustAnchorId)
  if (data !== null) reading(() => parseCrl(data, certificatesOf(anchor)))
  const crl = {
    ...before,
    name: name ?? before.name,
    data: data?.toString('base64') ?? before.data,
    updatedAt: desk.now,
  }
  return { changes: [put('crl', crl)], output: crl }
}

export function deleteCrl(desk: Desk, id: string): Changed<Crl> {
  const crl = found(desk, 'crl', id)
  return { changes: [remove('crl', crl)], output: crl }
}

// What all three have

export type TaggedKind = 'trust-anchor' | 'profile' | 'crl'

export function setEnabled<K extends TaggedKind>(
  desk: Desk,
  kind: K,
  id: string,
  enabled: boolean,
): Changed<Entities[K]> {
  return replaced(desk, kind, { ...taggedEntity(desk, kind, id), enabled })
}

const maxTags = 50

export function tag(desk: Desk, arn: string, tags: Tags): Changed<void> {
  const { kind, entity } = byArn(desk, arn)
  const all = { ...entity.tags, ...tags }
  if (Object.keys(all).length > maxTags) throw invalid(`An entity may have ${maxTags} tags at most.`)
  return { ...replaced(desk, kind, { ...entity, tags: all }), output: undefined }
}

export function untag(desk: Desk, arn: string, keys: readonly string[]): Changed<void> {
  const { kind, entity } = byArn(desk, arn)
  const tags = Object.fromEntries(Object.entries(entity.tags).filter(([key]) => !keys.includes(key)))
  return { ...replaced(desk, kind, { ...entity, tags }), output: undefined }
}

/** @throws ApiError ResourceNotFoundException */
export function tagsOf(place: Place, arn: string): Tags {
  return byArn(place, arn).entity.tags
}

function byArn(place: Place, arn: string): { kind: TaggedKind; entity: Entities[TaggedKind] } {
  const kind = parseAnywhereArn(arn)?.kind
  if (kind === undefined || kind === 'subject') throw absent(arn)
  return { kind, entity: foundByArn(place, kind, arn) }
}

function taggedEntity<K extends TaggedKind>(desk: Desk, kind: K, id: string): Entities[K] {
  return found(desk, kind, id)
}

function replaced<K extends TaggedKind>({ now }: Desk, kind: K, entity: Entities[K]): Changed<Entities[K]> {
  const changed = { ...entity, updatedAt: now }
  return { changes: [put(kind, changed)], output: changed }
}
