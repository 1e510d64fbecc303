import type { AlarmStore } from './alarm-store.ts'
import type { Announcements } from './announcements.ts'
import type { AnomalyStore } from './anomaly-store.ts'
import type { AuditLog } from './audit-log.ts'
import type { DeliveryStore } from './delivery-store.ts'
import type { Directory } from './directory.ts'
import type { FindingsStore } from './findings-store.ts'
import type { GroupAccess, GroupPolicy } from './group-access.ts'
import type { Jobs } from './jobs.ts'
import type { RetentionClock } from './manifest.ts'
import type { MetricStore } from './metric-store.ts'
import type { NotificationChannels } from './notification-channels.ts'
import type { Receivers } from './receivers.ts'
import type { RecordedChanges } from './recorded-change.ts'

/**
 * The catalog: everything small that must be consistent (profiling groups, identities, console sessions). Port;
 * adapter: SQLite. Every change is durable when its promise resolves. Expected outcomes are values, not errors.
 */
export interface Catalog
  extends Directory,
    GroupAccess,
    NotificationChannels,
    AuditLog,
    MetricStore,
    AlarmStore,
    FindingsStore,
    Jobs,
    Announcements,
    AnomalyStore,
    DeliveryStore,
    Receivers,
    RecordedChanges {
  createGroup(group: NewGroup): Promise<CreateGroupOutcome>
  findGroup(scope: Scope, name: string): Promise<GroupRecord | null>
  /** By sequence, those after `afterSequence`, at most `limit`. */
  listGroups(scope: Scope, afterSequence: number, limit: number): Promise<GroupRecord[]>
  /** Of every account and region, by sequence. */
  allGroups(): Promise<GroupRecord[]>
  setProfilingEnabled(id: string, profilingEnabled: boolean, now: number): Promise<GroupRecord | null>
  /** The group and its data key are gone when this resolves. @returns whether there was one */
  deleteGroup(id: string): Promise<boolean>
  /** The group's own rule of how long its profiles are kept; null where it has none. */
  retentionOf(id: string): Promise<Retention | null>
  /** Null: it has no rule of its own any more. @returns whether there is such a group */
  setRetention(id: string, retention: Retention | null): Promise<boolean>
  /** As the profile store kept it last, for ages of other things; null before it has kept one. */
  retentionClock(): Promise<RetentionClock | null>
  /** Keeps the latest instant of each group; groups that are gone are passed over. */
  recordOrchestrations(seen: readonly { readonly id: string; readonly at: number }[]): Promise<void>

  createSignInTicket(ticket: {
    readonly hash: Uint8Array
    readonly subject: Subject
    readonly expiresAt: number
  }): Promise<void>
  /** Spends the ticket: a second call finds nothing. Null where it is unknown, spent or expired. */
  takeSignInTicket(hash: Uint8Array, now: number): Promise<Subject | null>
  createSession(session: {
    readonly hash: Uint8Array
    readonly subject: Subject
    readonly mfaAt: number | null
    readonly createdAt: number
  }): Promise<void>
  findSession(hash: Uint8Array): Promise<SessionRecord | null>
  touchSession(hash: Uint8Array, now: number): Promise<void>
  deleteSession(hash: Uint8Array): Promise<void>
  /** Forgets tickets and sessions from before the instants. */
  deleteExpired(before: {
    readonly ticketsExpiringAt: number
    readonly sessionsCreatedAt: number
  }): Promise<void>

  /** Everything that is sealed under the master key, except what notes hold. */
  sealedSecrets(): Promise<SealedSecret[]>
  /**
   * Puts the same secrets, sealed anew, in their places and writes the notes: all of it, or nothing.
   *
   * @throws Error where these are not the secrets that there are
   */
  replaceSealedSecrets(
    secrets: readonly SealedSecret[],
    notes: readonly { readonly name: string; readonly value: Uint8Array }[],
  ): Promise<void>

  /** Small facts about the installation, by name. */
  readNote(name: string): Promise<Uint8Array | null>
  writeNote(name: string, value: Uint8Array): Promise<void>
  /** Gives up the lock. Closing twice is harmless. */
  close(): Promise<void>
}

export interface Scope {
  readonly accountId: string
  readonly region: string
}

export interface GroupRecord extends Scope {
  /** UUID; a group made again under the same name is another group. */
  readonly id: string
  /** Order of creation, never reused. */
  readonly sequence: number
  readonly name: string
  readonly computePlatform: 'Default' | 'AWSLambda'
  readonly profilingEnabled: boolean
  readonly tags: Readonly<Record<string, string>>
  /** Null where it never had a resource policy. */
  readonly policy: GroupPolicy | null
  readonly createdAt: number
  readonly updatedAt: number
  /** Last ConfigureAgent. */
  readonly orchestratedAt: number | null
  /** Sealed by the master key for the purpose `dataKeyPurpose(id)`. */
  readonly sealedDataKey: Uint8Array
}

export interface NewGroup extends Scope {
  readonly id: string
  readonly name: string
  readonly computePlatform: 'Default' | 'AWSLambda'
  readonly profilingEnabled: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly sealedDataKey: Uint8Array
  readonly clientToken: string
  /** Tells whether a repeated clientToken comes with the same request. */
  readonly inputHash: string
  readonly now: number
  readonly maxGroups: number
}

/** How long profiles are kept at each resolution; the finer ones not longer than the coarser. */
export interface Retention {
  readonly fiveMinuteDays: number
  readonly hourlyDays: number
  readonly dailyDays: number
}

export type CreateGroupOutcome =
  | { readonly kind: 'created'; readonly group: GroupRecord }
  /** The same clientToken and input within 24 h: the group made then, as it is now. A deleted one is made anew. */
  | { readonly kind: 'repeated'; readonly group: GroupRecord }
  | { readonly kind: 'name-taken' }
  | { readonly kind: 'token-reused' }
  | { readonly kind: 'quota' }

export interface SealedSecret {
  /** `data-key` of a group, `audit-key`, or the kind of an identity. */
  readonly kind: string
  /** Of the group; the number of an audit key; `ACCOUNT/KEY` of an identity. */
  readonly id: string
  readonly sealed: Uint8Array
}

/** Who a console session is for. Whether there still is one like that, its account tells. */
export type Subject =
  | { readonly kind: 'user'; readonly accountId: string; readonly userId: string }
  | {
      readonly kind: 'role'
      readonly accountId: string
      readonly roleId: string
      readonly sessionName: string
    }

export interface SessionRecord {
  readonly subject: Subject
  /** When a second factor was given; null where none was. */
  readonly mfaAt: number | null
  readonly createdAt: number
  readonly lastSeenAt: number
}

/** How long a clientToken is remembered. */
export const clientTokenLifetimeMilliseconds = 24 * 60 * 60 * 1000
