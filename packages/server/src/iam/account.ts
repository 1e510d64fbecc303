import type { Crl, Profile, Subject, TrustAnchor } from './roles-anywhere.ts'

/**
 * The identities of one account, as a value: what IAM keeps, and nothing of how it is kept. A request finds everything
 * that access is decided on here, without asking anybody. An account holds thousands of entities at most.
 *
 * All maps are keyed as `keyOf` says; each entity carries everything that is its own.
 */
export interface Account {
  /** Twelve digits. */
  readonly id: string
  /** Counts the changes; the next one names it. */
  readonly revision: number
  readonly users: ReadonlyMap<string, User>
  readonly groups: ReadonlyMap<string, Group>
  readonly roles: ReadonlyMap<string, Role>
  readonly policies: ReadonlyMap<string, ManagedPolicy>
  readonly accessKeys: ReadonlyMap<string, AccessKey>
  readonly mfaDevices: ReadonlyMap<string, MfaDevice>
  readonly loginProfiles: ReadonlyMap<string, LoginProfile>
  readonly passkeys: ReadonlyMap<string, Passkey>
  readonly sessionKeys: ReadonlyMap<string, SessionKey>
  readonly trustAnchors: ReadonlyMap<string, TrustAnchor>
  readonly profiles: ReadonlyMap<string, Profile>
  readonly crls: ReadonlyMap<string, Crl>
  readonly subjects: ReadonlyMap<string, Subject>
  readonly oidcProviders: ReadonlyMap<string, OidcProvider>
}

/** What users, groups and roles have in common. Names are unique in the account, whatever their case. */
interface Named {
  /** `AIDA…`, `AGPA…`, `AROA…`: one that is made again under the same name is another. */
  readonly id: string
  readonly name: string
  /** `/` or `/team/orders/`. */
  readonly path: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  /** Policy name → text, as it was given. */
  readonly inlinePolicies: Readonly<Record<string, string>>
  /** ARNs of managed policies, in the order of attachment. */
  readonly attachedPolicies: readonly string[]
}

interface Bounded {
  /** ARN of the managed policy that nothing may exceed. */
  readonly permissionsBoundary: string | null
  readonly tags: Readonly<Record<string, string>>
}

export interface User extends Named, Bounded {
  /** Ids of groups. */
  readonly groups: readonly string[]
  /** Console sessions opened before have ended: epoch milliseconds, when the password was changed or taken away last. */
  readonly consoleEndedBefore?: number
}

export interface Group extends Named {}

export interface Role extends Named, Bounded {
  readonly description: string
  /** Who may take it: the text, in which principals of this account stand by their unique ids. */
  readonly trustPolicy: string
  readonly maxSessionSeconds: number
}

/** Made by a customer; those that ship with Wick are in access/managed-policies.ts. */
export interface ManagedPolicy {
  /** `ANPA…` */
  readonly id: string
  readonly name: string
  readonly path: string
  readonly description: string
  readonly createdAt: number
  readonly updatedAt: number
  /** Oldest first, at most five. */
  readonly versions: readonly PolicyVersion[]
  /** `v1`, … */
  readonly defaultVersionId: string
  /** Number of the next version: numbers are never used again. */
  readonly nextVersion: number
  readonly tags: Readonly<Record<string, string>>
}

export interface PolicyVersion {
  readonly id: string
  readonly document: string
  readonly createdAt: number
}

/** Its secret is sealed, and no part of this value. */
export interface AccessKey {
  /** `AKIA…` */
  readonly id: string
  readonly userId: string
  readonly isActive: boolean
  readonly createdAt: number
}

/** A time-based one-time password generator. Its seed is sealed. */
export interface MfaDevice {
  readonly name: string
  readonly path: string
  readonly createdAt: number
  /** Whose it is, once enabled. */
  readonly userId: string | null
  readonly enabledAt: number | null
  /** The last step (30 s since the epoch) a code was accepted of: no code counts twice. */
  readonly lastStep: number
  /** Steps the device's clock is ahead, learnt when it was enabled or synchronised. */
  readonly drift: number
}

/** What tokens of temporary credentials are sealed under. The key itself is its secret. */
export interface SessionKey {
  /** The start of a hash of the key, which stands in every token. */
  readonly id: string
  readonly createdAt: number
}

/** A user's password for the console. */
export interface LoginProfile {
  readonly userId: string
  /** argon2id, in the PHC string form. */
  readonly passwordHash: string
  readonly createdAt: number
  /** Whether it opens the console only to be changed. */
  readonly mustChange: boolean
}

/** A second factor that signs (WebAuthn): its private key never leaves the user's device. */
export interface Passkey {
  /** Of the credential, base64url; unique in the world. */
  readonly id: string
  readonly userId: string
  /** What its user calls it. */
  readonly name: string
  readonly createdAt: number
  /** COSE, base64url. */
  readonly publicKey: string
  /** Of its last signature: one that does not grow was copied. Always 0 for those that do not count. */
  readonly counter: number
}

/** An issuer of OpenID Connect tokens whose word is taken for who somebody is. */
export interface OidcProvider {
  /** `https://issuer.example/path`, as its tokens say. */
  readonly url: string
  /** Audiences that tokens may be made for. */
  readonly clientIds: readonly string[]
  /** Kept for those who give them: what is trusted are authorities. */
  readonly thumbprints: readonly string[]
  readonly createdAt: number
  readonly tags: Readonly<Record<string, string>>
}

/** Kind of entity → what it is. A new kind is a line here, a map in `Account`, and a line in `maps`. */
export interface Entities {
  readonly user: User
  readonly group: Group
  readonly role: Role
  readonly policy: ManagedPolicy
  readonly 'access-key': AccessKey
  readonly 'mfa-device': MfaDevice
  readonly 'login-profile': LoginProfile
  readonly passkey: Passkey
  readonly 'session-key': SessionKey
  readonly 'trust-anchor': TrustAnchor
  readonly profile: Profile
  readonly crl: Crl
  readonly subject: Subject
  readonly 'oidc-provider': OidcProvider
}

export type EntityKind = keyof Entities

/** Where entities of a kind are, for those who treat all kinds alike. */
export const maps = {
  user: 'users',
  group: 'groups',
  role: 'roles',
  policy: 'policies',
  'access-key': 'accessKeys',
  'mfa-device': 'mfaDevices',
  'login-profile': 'loginProfiles',
  passkey: 'passkeys',
  'session-key': 'sessionKeys',
  'trust-anchor': 'trustAnchors',
  profile: 'profiles',
  crl: 'crls',
  subject: 'subjects',
  'oidc-provider': 'oidcProviders',
} as const satisfies Record<EntityKind, keyof Account>

const keys: { readonly [K in EntityKind]: (entity: Entities[K]) => string } = {
  user: ({ name }) => name.toLowerCase(),
  group: ({ name }) => name.toLowerCase(),
  role: ({ name }) => name.toLowerCase(),
  policy: ({ name }) => name.toLowerCase(),
  'access-key': ({ id }) => id,
  'mfa-device': ({ name }) => name.toLowerCase(),
  'login-profile': ({ userId }) => userId,
  passkey: ({ id }) => id,
  'session-key': ({ id }) => id,
  'trust-anchor': ({ id }) => id,
  profile: ({ id }) => id,
  crl: ({ id }) => id,
  subject: ({ region, x509Subject }) => `${region}/${x509Subject}`,
  'oidc-provider': ({ url }) => url.slice('https://'.length),
}

/** What an entity is found by in its map. */
export function keyOf<K extends EntityKind>(kind: K, entity: Entities[K]): string {
  return keys[kind](entity)
}

export function emptyAccount(id: string): Account {
  return {
    id,
    revision: 0,
    users: new Map(),
    groups: new Map(),
    roles: new Map(),
    policies: new Map(),
    accessKeys: new Map(),
    mfaDevices: new Map(),
    loginProfiles: new Map(),
    passkeys: new Map(),
    sessionKeys: new Map(),
    trustAnchors: new Map(),
    profiles: new Map(),
    crls: new Map(),
    subjects: new Map(),
    oidcProviders: new Map(),
  }
}

export function passkeysOf({ passkeys }: Account, { id }: User): readonly Passkey[] {
  return [...passkeys.values()].filter(({ userId }) => userId === id)
}

/** Null where it is gone: another user may have its name by now. */
export function userById(account: Account, id: string): User | null {
  return byId(account.users, id)
}

export function roleById(account: Account, id: string): Role | null {
  return byId(account.roles, id)
}

export function groupById(account: Account, id: string): Group | null {
  return byId(account.groups, id)
}

/** Ids → entities, made once for each state of a map. */
const indexes = new WeakMap<ReadonlyMap<string, Named>, Map<string, Named>>()

function byId<T extends Named>(map: ReadonlyMap<string, T>, id: string): T | null {
  let index = indexes.get(map)
  if (index === undefined) {
    index = new Map(Array.from(map.values(), (entity) => [entity.id, entity]))
    indexes.set(map, index)
  }
  return (index.get(id) as T | undefined) ?? null
}
